import SynfinWire

// Where flows are many, looking one up waits for memory twice: for the place in the table and for the flow. So packets are
// taken in batches, and what one group of packets needs is fetched step by step while the groups before it are taken.

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
    // Where the table had the flows of the group that is taken and of the next one.
    var slots = [32 of Int32](repeating: 0)
    let size = 16
    for first in stride(from: -2 * size, to: batch.count, by: size) {
      for index in batch.group(first + 2 * size, size) { fetchSlot(batch, index) }
      for index in batch.group(first + size, size) {
        slots[index & 31] = fetchFlow(batch, index)
      }
      for index in batch.group(first, size) { take(batch, index, slots[index & 31], &wholes) }
    }
  }

  @inline(__always)
  private mutating func take(
    _ batch: borrowing PacketBatch, _ index: Int, _ slot: Int32, _ wholes: inout Int
  ) {
    switch batch[index].kind {
    case .tcp:
      if !batch[index].isWhole { countUndecoded(batch[index].entry.packet) }
      totals.tcp &+= 1
      let found = tcpFlows.find(batch[index].name.key, batch[index].name.hash, near: slot)
      track(batch[index].entry, batch.blocks(index), batch[index].name, found)
    case .udp:
      if !batch[index].isWhole { countUndecoded(batch[index].entry.packet) }
      totals.udp &+= 1
      let found = conversations.find(batch[index].name.key, batch[index].name.hash, near: slot)
      track(batch[index], found)
    default:
      takeWhole(batch, wholes, batch[index].entry.time)
      wholes += 1
    }
  }

  @inline(__always)
  private mutating func track(_ packet: borrowing BatchedPacket, _ found: Int32?) {
    let datagram = Datagram(
      sourcePort: packet.name.sourcePort, destinationPort: packet.name.destinationPort,
      payloadLength: packet.entry.payload)
    _ = track(datagram, packet.name, packet.entry.delivery(isToMany: packet.isToMany), found)
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

  /// Fetches the place of a packet's flow in the table.
  @inline(__always)
  private func fetchSlot(_ batch: borrowing PacketBatch, _ index: Int) {
    switch batch[index].kind {
    case .tcp: tcpFlows.prefetch(batch[index].name.hash)
    case .udp: conversations.prefetch(batch[index].name.hash)
    default: break
    }
  }

  /// Fetches the flow, and says where in the table it is.
  @inline(__always)
  private func fetchFlow(_ batch: borrowing PacketBatch, _ index: Int) -> Int32 {
    switch batch[index].kind {
    case .tcp: tcpFlows.prefetchFlow(batch[index].name.hash)
    case .udp: conversations.prefetchFlow(batch[index].name.hash)
    default: 0
    }
  }
}

extension PacketBatch {
  /// So many packets from an index on, as far as they are there.
  fileprivate func group(_ first: Int, _ size: Int) -> Range<Int> {
    (first..<first + size).clamped(to: 0..<count)
  }
}
