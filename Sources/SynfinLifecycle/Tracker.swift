public import SynfinWire

/// Settings of a tracker.
public struct TrackerOptions: Sendable {
  /// Nanoseconds of silence after which a UDP or ICMP echo conversation is over.
  public var conversationTimeout: Int64 = 60_000_000_000
  /// Takes segments with a wrong checksum as good ones.
  public var ignoresChecksums = false

  /// The defaults.
  public init() {}
}

/// Totals over everything that a tracker saw.
public struct TrackerTotals: Sendable {
  /// Packets, whatever they were.
  public var packets: UInt64 = 0
  /// Packets of TCP, UDP and ICMP.
  public var tcp: UInt64 = 0
  public var udp: UInt64 = 0
  public var icmp: UInt64 = 0
  /// IP packets of other protocols.
  public var otherIP: UInt64 = 0
  /// Fragments, whether or not their datagram was completed.
  public var fragments: UInt64 = 0
  /// Packets without IP.
  public var notIP: UInt64 = 0
  /// Packets whose decoding ended early, and the first of them.
  public var undecoded: UInt64 = 0
  public var firstUndecoded: UInt64?
  /// ICMP errors that quote no connection of the capture.
  public var unmatchedErrors: UInt64 = 0
  /// Packets whose time is before that of the packet before.
  public var clockBackwards: UInt64 = 0
  /// The earliest and the latest time.
  public var first: Timestamp?
  public var last: Timestamp?
}

/// Turns decoded packets into the life stories of connections.
///
/// Feed it every packet in capture order, then `finish` it.
public struct Tracker: ~Copyable {
  /// What was seen so far.
  public private(set) var totals = TrackerTotals()

  /// Makes a tracker that knows no connection yet.
  public init(options: TrackerOptions = TrackerOptions()) {}

  /// Takes the next packet of the capture and says what it means.
  ///
  /// - Parameters:
  ///   - packet: the decoded packet.
  ///   - bytes: its captured bytes; looked at only to put fragments together.
  ///   - number: its number in the capture, from 1.
  ///   - time: when it was captured.
  public mutating func process(
    _ packet: Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) -> PacketVerdict {
    totals.packets += 1
    return PacketVerdict()
  }

  /// Hands out every record, in the order of their numbers.
  public consuming func finish(_ body: (ConnectionRecord) throws -> Void) rethrows {}
}
