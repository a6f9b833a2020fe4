public import SynfinWire

/// Totals over everything that a tracker saw.
public struct TrackerTotals: Sendable {
  /// Packets, whatever they were.
  public var packets: UInt64 = 0
  /// TCP segments.
  public var tcp: UInt64 = 0
  /// UDP datagrams.
  public var udp: UInt64 = 0
  /// ICMP and ICMPv6 messages.
  public var icmp: UInt64 = 0
  /// IP packets of other protocols.
  public var otherIP: UInt64 = 0
  /// Fragments, whether or not their datagram was completed.
  public var fragments: UInt64 = 0
  /// Packets without IP.
  public var notIP: UInt64 = 0
  /// Packets whose decoding ended early.
  public var undecoded: UInt64 = 0
  /// The first of them.
  public var firstUndecoded: UInt64?
  /// ICMP errors that quote no connection of the capture.
  public var unmatchedErrors: UInt64 = 0
  /// Packets whose time is before that of the packet before.
  public var clockBackwards: UInt64 = 0
  /// The earliest time.
  public var first: Timestamp?
  /// The latest time.
  public var last: Timestamp?

  /// Nothing was seen.
  public init() {}

  /// Counts a packet by its time.
  ///
  /// - Parameter previous: the time of the packet before it in the same file.
  @inline(__always)
  mutating func count(_ time: Timestamp, after previous: inout Timestamp?) {
    packets &+= 1
    if let previous, time < previous { clockBackwards &+= 1 }
    previous = time
    if let first, first <= time {} else { first = time }
    if let last, time <= last {} else { last = time }
  }

  /// Adds what another part of the same capture amounts to.
  public mutating func add(_ other: TrackerTotals) {
    packets &+= other.packets
    tcp &+= other.tcp
    udp &+= other.udp
    icmp &+= other.icmp
    otherIP &+= other.otherIP
    fragments &+= other.fragments
    notIP &+= other.notIP
    undecoded &+= other.undecoded
    unmatchedErrors &+= other.unmatchedErrors
    clockBackwards &+= other.clockBackwards
    firstUndecoded = [firstUndecoded, other.firstUndecoded].compactMap(\.self).min()
    first = [first, other.first].compactMap(\.self).min()
    last = [last, other.last].compactMap(\.self).max()
  }
}
