public import SynfinWire

/// Rebuilds the connections of a capture as Zeek sees them, row by row of its conn.log.
///
/// Rows come out as connections end, in the order of their ends; what is left at the end of the capture comes in the
/// order of the first packets. Time is that of the packets, in microseconds as Zeek has it.
public struct ZeekTracker: ~Copyable {
  let ignoresChecksums: Bool
  var table: ZeekConnectionTable
  var reassembly = FragmentReassembly()
  /// The packet at hand.
  private(set) var number: UInt64 = 0
  /// Its time in microseconds since 1970-01-01 UTC.
  private(set) var now: Int64 = 0
  var waiting = ZeekBatch()

  /// Makes a tracker without connections.
  ///
  /// - Parameter ignoresChecksums: whether packets with a wrong checksum count like others (Zeek's `-C`).
  public init(ignoresChecksums: Bool = false) {
    self.init(ignoresChecksums: ignoresChecksums, usesBriefs: true)
  }

  /// - Parameter usesBriefs: whether connections of few packets are kept in brief, which changes no row.
  init(ignoresChecksums: Bool, usesBriefs: Bool) {
    self.ignoresChecksums = ignoresChecksums
    table = ZeekConnectionTable(usesBriefs: usesBriefs)
  }

  /// Takes the next packet of the capture at once.
  ///
  /// - Parameters:
  ///   - packet: the packet, decoded with its checksums.
  ///   - bytes: the bytes that it was decoded from.
  ///   - number: its number, from 1.
  ///   - time: when it was captured.
  public mutating func process(
    _ packet: Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) {
    takeWaiting()
    begin(number, at: Self.microseconds(time))
    if packet.tunnels.count == 0 {
      takeInside(packet, bytes, parent: nil, ZeekAssembly())
    } else {
      takeLayers(packet, bytes, from: 0, parent: nil, ZeekAssembly())
    }
  }

  /// Takes the next packet of the capture as `process` does, but perhaps together with some that come behind it.
  ///
  /// The packet stays as it is, but of one that is only borrowed the compiler makes a copy.
  ///
  /// - Returns: whether there are rows to be taken; they come when the packets behind this one have come, too.
  public mutating func put(
    _ packet: inout Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) -> Bool {
    if mayWait(&packet, bytes) {
      waiting.next.number = number
      waiting.next.time = Self.microseconds(time)
      guard waiting.keepNext() else { return false }
      takeWaiting()
    } else {
      process(packet, bytes, number: number, time: time)
    }
    return !table.rows.isEmpty
  }

  /// Begins with the next packet.
  @inline(__always)
  mutating func begin(_ number: UInt64, at time: Int64) {
    self.number = number
    now = time
    table.beginPacket(at: now)
  }

  /// Gives away the rows of the connections that have ended since the last call.
  public mutating func takeRows(_ body: (ZeekRow) throws -> Void) rethrows {
    for index in table.rows.indices { try body(table.rows[index]) }
    table.rows.removeAll(keepingCapacity: true)
  }

  /// Gives away the rows that nobody took, and ends all connections, as they stand, in the order of their first packets.
  public mutating func finish(_ body: (ZeekRow) throws -> Void) rethrows {
    takeWaiting()
    try takeRows(body)
    try table.endAll(body)
  }

  /// Nanoseconds are cut off, as Zeek's reader does.
  private static func microseconds(_ time: Timestamp) -> Int64 {
    let (quotient, remainder) = time.nanoseconds.quotientAndRemainder(dividingBy: 1000)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
