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
  /// How many connections it has begun: a handful if it went through tunnels.
  var begun: UInt8 = 0

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

  /// The rows of the connections that have ended since they were last removed.
  public var rows: [ZeekRow] { table.rows }

  /// Whether there are any.
  public var hasRows: Bool { !table.rows.isEmpty }

  /// Takes the next packet of the capture.
  ///
  /// - Parameters:
  ///   - packet: the packet, decoded with its checksums.
  ///   - bytes: the bytes that it was decoded from.
  ///   - number: its number, from 1.
  ///   - time: when it was captured.
  public mutating func process(
    _ packet: Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) {
    self.number = number
    begun = 0
    now = Self.microseconds(time)
    table.runTimers(at: now)
    if packet.tunnels.count == 0 {
      takeInside(packet, bytes, parent: nil, ZeekAssembly())
    } else {
      takeLayers(packet, bytes, from: 0, parent: nil, ZeekAssembly())
    }
  }

  /// Forgets the rows that have been taken.
  public mutating func removeRows() {
    table.rows.removeAll(keepingCapacity: true)
  }

  /// Ends all connections, as they stand, in the order of their first packets.
  public mutating func finish(_ body: (ZeekRow) throws -> Void) rethrows {
    try table.endAll(body)
  }

  /// Nanoseconds are cut off, as Zeek's reader does.
  private static func microseconds(_ time: Timestamp) -> Int64 {
    let (quotient, remainder) = time.nanoseconds.quotientAndRemainder(dividingBy: 1000)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
