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
  /// Whether there are rows to be taken, which come some packets after those that ended their connections.
  ///
  /// Stored, because the compiler would copy the whole tracker to find out.
  public internal(set) var hasRows = false
  // Read into in place, which saves a copy of each.
  var plain = PlainPacket()

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
    hasRows = !table.rows.isEmpty
  }

  /// Takes the next packet of the capture as `process` does, but perhaps together with some that come behind it.
  ///
  /// The packet stays as it is, but of one that is only borrowed the compiler makes a copy.
  public mutating func put(
    _ packet: inout Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) {
    if mayWait(&packet, bytes) {
      keep(number, time)
    } else {
      process(packet, bytes, number: number, time: time)
    }
  }

  /// Takes the next packet of the capture as `put` does, but without decoding it; false, and nothing is done, if it is
  /// none of the plain ones for which that is enough.
  ///
  /// - Parameters:
  ///   - bytes: the captured bytes from the link-layer header on.
  ///   - linkType: the link-layer header's type.
  ///   - originalLength: bytes on the wire; at least as many as captured, at most 2³¹ − 1.
  ///   - number: its number, from 1.
  ///   - time: when it was captured.
  public mutating func put(
    plain bytes: RawSpan, linkType: LinkType, originalLength: Int, number: UInt64, time: Timestamp
  ) -> Bool {
    guard plain.read(bytes, linkType: linkType, originalLength: originalLength),
      mayPlainWait(bytes)
    else { return false }
    keep(number, time)
    return true
  }

  /// Lets the packet that was put down wait until there are enough.
  @inline(__always)
  private mutating func keep(_ number: UInt64, _ time: Timestamp) {
    waiting.next.number = number
    waiting.next.time = Self.microseconds(time)
    if waiting.keepNext() { takeWaiting() }
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
    hasRows = false
  }

  /// Gives away the rows that nobody took, and ends all connections, as they stand, in the order of their first packets.
  public mutating func finish(_ body: (ZeekRow) throws -> Void) rethrows {
    takeWaiting()
    try takeRows(body)
    try table.endAll(body)
  }

  /// Nanoseconds are cut off, as Zeek's reader does.
  @inline(__always)
  private static func microseconds(_ time: Timestamp) -> Int64 {
    let (quotient, remainder) = time.nanoseconds.quotientAndRemainder(dividingBy: 1000)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
