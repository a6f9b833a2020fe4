import SynfinWire

// Where flows are many, looking one up waits for memory several times: for the place in the table, the flow, the end of
// its journal. So packets are taken in batches, and what one group of packets needs is fetched step by step while the
// groups before it are taken.

extension Tracker {
  /// Makes a batch that this tracker can take.
  public func makeBatch() -> PacketBatch { PacketBatch(seed) }

  /// Takes packets as `process` takes each of them; for those who do not ask what they mean.
  ///
  /// Needs `judgesPackets` to be false.
  public mutating func take(_ batch: borrowing PacketBatch) {
    precondition(options.expiry == nil, "a tracker that lets go takes packet by packet")
    if batch.beginsFile { beginFile() }
    countTimes(of: batch)
    var wholes = 0
    let size = 16
    for first in stride(from: -3 * size, to: batch.count, by: size) {
      fetch(.slot, batch.group(first + 3 * size, size), of: batch)
      fetch(.flow, batch.group(first + 2 * size, size), of: batch)
      fetch(.journal, batch.group(first + size, size), of: batch)
      for index in batch.group(first, size) { take(batch, index, &wholes) }
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

  private enum Step { case slot, flow, journal }

  /// Fetches what a group of packets needs next.
  @inline(__always)
  private func fetch(_ step: Step, _ group: Range<Int>, of batch: borrowing PacketBatch) {
    for index in group { prefetch(batch, index, step) }
  }

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

extension PacketBatch {
  /// So many packets from an index on, as far as they are there.
  fileprivate func group(_ first: Int, _ size: Int) -> Range<Int> {
    (first..<first + size).clamped(to: 0..<count)
  }
}
