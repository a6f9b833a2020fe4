import SynfinWire

/// What is known of one end of a TCP connection.
///
/// Names of RFC 9293 §3.3.1 for the sequence variables stand in the comments.
struct Endpoint: ~Copyable {
  /// Facts that are either so or not.
  struct Facts: OptionSet, BitwiseCopyable {
    let rawValue: UInt32
    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Its SYN (or SYN+ACK) was captured: `initial` is its ISS.
    static let syn = Facts(rawValue: 1 << 0)
    /// `next` has a value.
    static let next = Facts(rawValue: 1 << 1)
    /// The peer acknowledged something: `acknowledged` has a value.
    static let acknowledged = Facts(rawValue: 1 << 2)
    /// It sent a FIN: `finEnd` has a value.
    static let fin = Facts(rawValue: 1 << 3)
    /// The peer acknowledged the FIN.
    static let finAcknowledged = Facts(rawValue: 1 << 4)
    /// It sent its FIN again after it had acknowledged the peer's.
    static let finRepeatedLate = Facts(rawValue: 1 << 5)
    /// It sent something other than SYN or SYN+ACK after the handshake.
    static let confirmed = Facts(rawValue: 1 << 6)
    /// It sent an acknowledgement that covers something of the peer.
    static let acknowledges = Facts(rawValue: 1 << 7)
    /// A segment of it had a correct checksum, or one that the card would have filled in.
    static let goodChecksum = Facts(rawValue: 1 << 8)
    /// A segment of it had a wrong checksum.
    static let wrongChecksum = Facts(rawValue: 1 << 9)
    /// A segment of it had an unfilled checksum.
    static let offloadedChecksum = Facts(rawValue: 1 << 10)
    /// More holes at once than are remembered.
    static let manyHoles = Facts(rawValue: 1 << 11)
    /// Its SYN carried the option.
    static let offersWindowScale = Facts(rawValue: 1 << 12)
    static let offersSACK = Facts(rawValue: 1 << 13)
    static let offersTimestamps = Facts(rawValue: 1 << 14)
    static let offersMSS = Facts(rawValue: 1 << 15)
    /// A window other than that of its SYN was seen: `maximumWindow` has a value.
    static let window = Facts(rawValue: 1 << 16)
    /// Its window is closed.
    static let windowClosed = Facts(rawValue: 1 << 17)
    /// It repeated its SYN+ACK after the client's ACK.
    static let repeatedSynAckLate = Facts(rawValue: 1 << 20)
    /// It probed a closed window with the octet at `next`, which the peer may have taken.
    static let probed = Facts(rawValue: 1 << 21)
    /// Damaged segments carried octets that nobody acknowledged yet: `damagedStart` and `damagedEnd` have a value.
    static let damagedRun = Facts(rawValue: 1 << 22)
    /// The peer acknowledged such octets although they were not sent again: it got them intact.
    static let damageDenied = Facts(rawValue: 1 << 23)
    /// `clock` has a value.
    static let clock = Facts(rawValue: 1 << 24)
    /// Its last packet was a keep-alive, which waits for an answer.
    static let asks = Facts(rawValue: 1 << 19)
    /// It sent a SYN or an RST that its receiver does not trust (RFC 5961).
    static let challenged = Facts(rawValue: 1 << 26)
    /// It sent data: `transferBegin` and `transferEnd` have a value.
    static let transfer = Facts(rawValue: 1 << 25)
    /// Packets of it with data came twice, and nothing in them tells who doubled them: `copiedEnd` has a value.
    static let copiedData = Facts(rawValue: 1 << 18)
    /// A segment spoke of a number far from all others: `distant` has a value.
    static let distant = Facts(rawValue: 1 << 27)
  }

  var facts: Facts = []
  /// The state now.
  var state: TCPState = .unknown
  /// Window scale offered.
  var windowScale: UInt8 = 0
  var maximumSegmentSize: UInt16 = 0
  /// ISS: its initial sequence number, or the number before the first octet seen.
  var initial = SequenceNumber(0)
  /// SND.NXT as far as seen: the number after the highest it sent or the peer acknowledged.
  var next = SequenceNumber(0)
  /// SND.UNA: the highest acknowledgement that the peer sent.
  var acknowledged = SequenceNumber(0)
  /// The last number that lay too far from `next` to be believed alone.
  var distant = SequenceNumber(0)
  /// The number after its FIN.
  var finEnd = SequenceNumber(0)
  /// The octets of the last damaged segments in a row.
  var damagedStart = SequenceNumber(0)
  var damagedEnd = SequenceNumber(0)
  /// The number after the highest octet of such copies.
  var copiedEnd = SequenceNumber(0)
  /// The window field of its last segment, before scaling.
  var window: UInt16 = 0
  /// Holes in what it sent: an index into `ColdStorage.ranges`, -1 for none.
  var ranges: Int32 = -1
  /// What is known of segments sent again: an index into `ColdStorage.repairs`, -1 for none.
  var repairs: Int32 = -1
  /// Its last keep-alive: an index into `ColdStorage.keepAlives`, -1 for none.
  var keepAlive: Int32 = -1
  /// When the retransmission timer was last started, as far as seen (RFC 6298 §5).
  var timerStart = Timestamp(nanoseconds: 0)

  // Counters.
  var packets: UInt64 = 0
  var ipBytes: UInt64 = 0
  var payloadBytes: UInt64 = 0
  var uniquePayloadBytes: UInt64 = 0
  var retransmittedBytes: UInt64 = 0
  var missedBytes: UInt64 = 0
  var bytesAfterPeerClosed: UInt64 = 0
  /// Octets acknowledged, SYN and FIN included.
  var acknowledgedOctets: UInt64 = 0
  /// Octets missing here that came later or never: lost before the capture point.
  var lostBytes: UInt64 = 0
  var maximumWindow: UInt64 = 0
  var zeroWindowTime: Int64 = 0
  var zeroWindowSince = Timestamp(nanoseconds: 0)
  var retransmissions: UInt32 = 0
  var outOfOrder: UInt32 = 0
  var duplicates: UInt32 = 0
  /// Those of them that the capture made for certain.
  var copiesByCapture: UInt32 = 0
  var duplicateAcks: UInt32 = 0
  var keepAlives: UInt32 = 0
  var zeroWindowProbes: UInt32 = 0
  var zeroWindows: UInt32 = 0
  var fragments: UInt32 = 0
  var damagedPackets: UInt32 = 0
  var largestSegment: Int32 = 0
  /// The smallest window it advertised after its SYN, `max` before the first.
  var minimumWindow: UInt32 = .max
  /// The most octets sent and not yet acknowledged.
  var maximumInFlight: UInt32 = 0
  /// Times that data was sent again while the peer had acknowledged none.
  var unansweredRepeats: UInt32 = 0
  /// The youngest time that its clock has shown (TSval).
  var clock: UInt32 = 0

  /// When it first sent data, and when it last sent data or had data acknowledged.
  var transferBegin = Timestamp(nanoseconds: 0)
  var transferEnd = Timestamp(nanoseconds: 0)
  /// By sequence numbers, and by the echo of its clock.
  var roundTripTime = RoundTripTime()
  var clockRoundTripTime = RoundTripTime()
  var flight = Flight()
  var clockFlight = ClockFlight()
  var recent = RecentSegments()
  var analysis = AnalysisState()
  var states = StateList()

  func has(_ fact: Facts) -> Bool { facts.contains(fact) }

  /// Moves to a state, which lies ahead: nothing leads back (RFC 9293 §3.3.2, figure 5).
  mutating func enter(_ new: TCPState, _ packet: UInt64) {
    guard state.rawValue < new.rawValue else { return }
    state = new
    states.append(new, packet)
  }

  /// Leaves a state that turned out not to be reached.
  mutating func takeBack(_ wrong: TCPState) {
    states.remove(wrong)
    state = states.last?.state ?? .unknown
  }

  /// Raises `next`; anything is higher than nothing.
  mutating func raiseNext(to end: SequenceNumber) {
    if !has(.next) || next < end { next = end }
    facts.insert(.next)
  }
}

/// What the rules of the analysis labels remember of a direction (see `Connection+Analysis.swift`).
struct AnalysisState: BitwiseCopyable {
  /// How the window of a direction is scaled.
  enum Scale: BitwiseCopyable {
    case unknown, none
    case shift(UInt8)
  }

  /// 0 stands for "not set" in these three, as in tshark.
  var next: UInt32 = 0
  var maximumContiguous: UInt32 = 0
  var lastAcknowledgment: UInt32 = 0
  var start: UInt32 = 0
  var hasStart = false
  var startIsSyn = false
  /// -1 before the first segment.
  var window: Int32 = -1
  var windowIsOfSyn = false
  /// Duplicate acknowledgements in a row; `seen` after an acknowledgement of something lost.
  var duplicates: UInt32 = 0
  static let seen: UInt32 = .max
  var labels: AnalysisLabels = []
  var scale: Scale = .unknown
  var multipathSubtypes: UInt16 = 0
  var nextTime = Timestamp(nanoseconds: 0)
  var lastAcknowledgmentTime = Timestamp(nanoseconds: 0)
}
