internal import SynfinWire

// Where connections are many, finding one waits for memory several times: for the place in the table, for what is known
// of every connection, for the rest. So plain packets wait until there are some of them, and what one group of packets
// needs is fetched step by step while the groups before it are taken.

extension ZeekTracker {
  /// Puts down what is needed of a packet; false if it has to be taken at once, because its bytes are needed, too.
  @inline(__always)
  mutating func mayWait(_ packet: inout Packet, _ bytes: RawSpan) -> Bool {
    guard packet.tunnels.isEmpty, !packet.fragment.isFragment else { return false }
    return mayWait(
      ZeekDatagram(&packet, bytes, ZeekAssembly(), ignoresChecksums: ignoresChecksums), bytes)
  }

  /// The same of the plain packet that was read.
  @inline(__always)
  mutating func mayPlainWait(_ bytes: RawSpan) -> Bool {
    if !ignoresChecksums, plain.hasBadHeaderChecksum { return mayWait(nil, bytes) }
    guard plain.kind == .tcp else { return mayWait(ZeekDatagram(plain, bytes), bytes) }
    waiting.next.set(
      plain, isCaptured: bytes.byteCount - plain.ipOffset(bytes) >= Int(plain.ipBytes),
      ignoresChecksums: ignoresChecksums)
    waiting.next.hash = table.hash(waiting.next.flow)
    return true
  }

  /// The same of a packet that is neither a fragment nor in a tunnel; nil for one that Zeek drops.
  @inline(__always)
  mutating func mayWait(_ datagram: ZeekDatagram?, _ bytes: RawSpan) -> Bool {
    waiting.next.kind = .nothing
    // What Zeek drops moves the time all the same.
    guard let datagram,
      waiting.next.set(datagram, bytes, ignoresChecksums: ignoresChecksums)
    else { return true }
    waiting.next.hash = table.hash(waiting.next.flow)
    return !datagram.isUDP || !ZeekHiddenTunnel.isPossible(datagram, waiting.next.flow, bytes)
  }

  /// Takes the packets that wait.
  mutating func takeWaiting() {
    guard waiting.count > 0 else { return }
    let size = 8
    for first in stride(from: -3 * size, to: waiting.count, by: size) {
      for index in group(first + 3 * size, size) { table.prefetchSlot(waiting[index].hash) }
      for index in group(first + 2 * size, size) {
        waiting[index].position = table.prefetchEntry(waiting[index].hash)
      }
      for index in group(first + size, size) {
        table.prefetchConnection(waiting[index].hash, at: waiting[index].position)
      }
      for index in group(first, size) { takeWaiting(index) }
    }
    waiting.removeAll()
    hasRows = !table.rows.isEmpty
  }

  @inline(__always)
  private mutating func takeWaiting(_ index: Int) {
    table.beginPacket(at: waiting[index].time)
    if let slot = table.take(&waiting[index], parent: nil) { table.settle(slot) }
  }

  /// So many of the waiting packets from an index on, as far as they are there.
  @inline(__always)
  private func group(_ first: Int, _ size: Int) -> Range<Int> {
    (first..<first + size).clamped(to: 0..<waiting.count)
  }
}
