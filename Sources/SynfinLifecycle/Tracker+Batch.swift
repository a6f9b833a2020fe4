import SynfinWire

// Where flows are many, looking one up waits for memory several times: for the place in the table, the flow, the end of
// its journal. So packets are taken in batches: each step is done for a group of packets before the next one, and the
// waits for them overlap.

extension Tracker {
  /// Makes a batch that this tracker can take.
  public func makeBatch() -> PacketBatch { PacketBatch(seed) }

  /// Takes packets as `process` takes each of them; for those who do not ask what they mean.
  ///
  /// Needs `judgesPackets` to be false.
  public mutating func take(_ batch: borrowing PacketBatch) {
    if batch.beginsFile { beginFile() }
    countTimes(of: batch)
    var wholes = 0
    var first = 0
    while first < batch.count {
      let group = first..<min(first + 32, batch.count)
      fetch(batch, group)
      for index in group { take(batch, index, &wholes) }
      first = group.upperBound
    }
  }

  @inline(__always)
  private mutating func take(_ batch: borrowing PacketBatch, _ index: Int, _ wholes: inout Int) {
    switch batch[index].kind {
    case .tcp:
      if !batch[index].isWhole { countUndecoded(batch[index].entry.packet) }
      totals.tcp &+= 1
      track(batch[index].entry, batch.blocks(index), batch[index].name)
    case .udp:
      if !batch[index].isWhole { countUndecoded(batch[index].entry.packet) }
      totals.udp &+= 1
      track(batch[index])
    default:
      takeWhole(batch, wholes, batch[index].entry.time)
      wholes += 1
    }
  }

  @inline(__always)
  private mutating func track(_ packet: borrowing BatchedPacket) {
    let datagram = Datagram(
      sourcePort: packet.name.sourcePort, destinationPort: packet.name.destinationPort,
      payloadLength: packet.entry.payload)
    _ = track(datagram, packet.name, packet.entry.delivery(isToMany: packet.isToMany))
  }

  @inline(never)
  private mutating func takeWhole(
    _ batch: borrowing PacketBatch, _ index: Int, _ time: Timestamp
  ) {
    let whole = batch.wholes[index]
    let bytes = batch.bytes
    // The span is used within this call alone, while `bytes` lives.
    _ = unsafe takeCounted(
      whole.packet, bytes.span.bytes.extracting(whole.bytes), whole.number, time)
  }

  /// Fetches what a group of packets needs, step by step.
  private func fetch(_ batch: borrowing PacketBatch, _ group: Range<Int>) {
    for index in group { prefetch(batch, index, .slot) }
    for index in group { prefetch(batch, index, .flow) }
    for index in group { prefetch(batch, index, .journal) }
  }

  private enum Step { case slot, flow, journal }

  @inline(__always)
  private func prefetch(_ batch: borrowing PacketBatch, _ index: Int, _ step: Step) {
    let hash = batch[index].name.hash
    switch batch[index].kind {
    case .tcp:
      guard step != .slot else { return tcpFlows.prefetch(hash) }
      let flow = tcpFlows.prefetchFlow(hash)
      if step == .journal, flow >= 0, tcpFlows.flows[flow].facts.contains(.journaled) {
        journal.prefetchEnd(of: tcpFlows.flows[flow])
      }
    case .udp:
      if step == .slot {
        conversations.prefetch(hash)
      } else {
        _ = conversations.prefetchFlow(hash)
      }
    default: break
    }
  }
}
