import SynfinWire

/// The first few times that an end closed its window, with what the other end did meanwhile.
///
/// Kept apart from the connection, because few windows close.
struct WindowStalls: BitwiseCopyable {
  private static let capacity = 8

  private var count = 0
  private var stalls = [8 of WindowStall](repeating: WindowStall())

  /// Notes that `side` closed its window.
  mutating func begin(_ side: Side, _ packet: UInt64, at time: Timestamp) {
    guard count < Self.capacity else { return }
    stalls[count] = WindowStall(side: side, packet: packet, begin: time)
    count += 1
  }

  /// Notes that `side` opened its window again.
  mutating func end(_ side: Side, _ packet: UInt64, at time: Timestamp) {
    guard let index = current(side) else { return }
    stalls[index].endPacket = packet
    stalls[index].duration = max(0, time.nanoseconds(since: stalls[index].begin))
  }

  /// Notes that the other end probed the closed window of `side`.
  mutating func probe(_ side: Side) {
    guard let index = current(side) else { return }
    stalls[index].probes &+= 1
  }

  /// The stall of `side` that has not ended.
  private func current(_ side: Side) -> Int? {
    (0..<count).last { stalls[$0].side == side && stalls[$0].endPacket == 0 }
  }

  /// What was noted; stalls that did not end last until `last`.
  func records(until last: Timestamp) -> [WindowStallRecord] {
    (0..<count).map { index in
      let stall = stalls[index]
      let isOver = stall.endPacket != 0
      return WindowStallRecord(
        closedBy: stall.side, packet: stall.packet, reopenedBy: isOver ? stall.endPacket : nil,
        duration: isOver ? stall.duration : max(0, last.nanoseconds(since: stall.begin)),
        probes: UInt64(stall.probes))
    }
  }
}

/// One time that an end had its window closed.
struct WindowStall: BitwiseCopyable {
  var side: Side = .client
  var packet: UInt64 = 0
  /// The packet that opened it again; 0 as long as none has.
  var endPacket: UInt64 = 0
  var begin = Timestamp(nanoseconds: 0)
  var duration: Int64 = 0
  var probes: UInt32 = 0
}
