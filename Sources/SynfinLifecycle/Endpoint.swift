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

/// Minimum, maximum, sum and number of durations, in nanoseconds.
struct DurationSum: Equatable, BitwiseCopyable {
  private var minimum: Int64 = .max
  private var maximum: Int64 = 0
  private var sum: Int64 = 0
  private(set) var samples: UInt32 = 0

  mutating func add(_ duration: Int64) {
    let clamped = max(0, duration)
    minimum = min(minimum, clamped)
    maximum = max(maximum, clamped)
    sum = sum.addingClamped(clamped)
    samples &+= 1
  }

  var statistics: DurationStatistics? {
    samples == 0
      ? nil
      : DurationStatistics(minimum: minimum, maximum: maximum, sum: sum, samples: UInt64(samples))
  }
}

extension Int64 {
  /// The sum of two durations, or the longest there is: the times of a capture may be anything.
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}

/// The last few segments that take sequence space and wait for an acknowledgement, with their times.
///
/// When it is full, new segments are not timed: the samples get fewer, not wrong.
struct Flight: BitwiseCopyable {
  private static let capacity = 8

  private var count: UInt8 = 0
  private var ends = [8 of SequenceNumber](repeating: SequenceNumber(0))
  private var times = [8 of Timestamp](repeating: Timestamp(nanoseconds: 0))

  /// Notes a segment sent for the first time.
  mutating func sent(_ end: SequenceNumber, at time: Timestamp) {
    guard count < Self.capacity else { return }
    ends[Int(count)] = end
    times[Int(count)] = time
    count += 1
  }

  /// Forgets the segments that end behind `start`, from where octets were sent again.
  ///
  /// Those that were repeated cannot be timed any more (Karn, RFC 6298 §3), and those behind them had to wait for
  /// them: the acknowledgement that covers them tells when the hole was filled, not how long the way is.
  mutating func repeated(from start: SequenceNumber) {
    keep { $0 <= start }
  }

  /// Takes out what `number` acknowledges.
  ///
  /// - Returns: when the latest of these segments was sent; that one drew the acknowledgement.
  mutating func acknowledge(_ number: SequenceNumber) -> Timestamp? {
    var latest: Timestamp?
    for index in 0..<Int(count) where ends[index] <= number { latest = times[index] }
    if latest != nil { keep { number < $0 } }
    return latest
  }

  private mutating func keep(_ isKept: (SequenceNumber) -> Bool) {
    var kept = 0
    for index in 0..<Int(count) where isKept(ends[index]) {
      ends[kept] = ends[index]
      times[kept] = times[index]
      kept += 1
    }
    count = UInt8(kept)
  }
}

/// Fingerprints of the last few segments of one direction, to know an identical packet when it comes again.
///
/// A host that sends a segment again gives it a new IP identification and a new timestamp, if not always both; and it
/// waits longer than a copy takes. A packet that repeats them too, within a tenth of a second, was doubled on its way
/// or by the capture. (The least retransmission timeout in use is 200 ms, and what SACK brings again is younger.)
struct RecentSegments: BitwiseCopyable {
  private static let capacity: UInt8 = 16
  private static let reach: Int64 = 100_000_000
  /// What lies less than this behind its like was seen twice by the capture.
  private static let instant: Int64 = 50_000

  private var position: UInt8 = 0
  private var fingerprints = [16 of UInt32](repeating: 0)
  /// A byte of each fingerprint, which tells in a few steps that a new one is not among them.
  private var tags = [2 of UInt64](repeating: 0)
  /// Microseconds, modulo 2³².
  private var times = [16 of UInt32](repeating: 0)
  private var hopCounts = [16 of UInt8](repeating: 0)

  /// Who doubled a packet.
  enum Copy: BitwiseCopyable {
    /// The capture: it saw the packet at two places, before and behind a router, or twice at once.
    case byCapture
    /// The network or the capture.
    case undecided
  }

  /// Whether the identical packet was seen before; nil if it was not, or if nothing in the packet would tell a copy from
  /// a repeat.
  mutating func note(_ arrival: borrowing Arrival) -> Copy? {
    // Without an identification the clock must tell, but it ticks too slowly for bare acknowledgements.
    let takesSpace = arrival.segment.sequenceLength > 0
    let hasClock = arrival.segment.options.has(.timestamps) && takesSpace
    let isTold = arrival.identification != 0 || hasClock
    // Without either, only the capture repeats a segment with octets at once; no host does.
    guard isTold || takesSpace else { return nil }
    let fingerprint = Self.fingerprint(arrival.segment, arrival.identification)
    let now = UInt32(truncatingIfNeeded: arrival.time.nanoseconds / 1000)
    if mayHold(fingerprint), let copy = judge(fingerprint, now, arrival, isTold) { return copy }
    note(tag: fingerprint)
    fingerprints[Int(position)] = fingerprint
    times[Int(position)] = now
    hopCounts[Int(position)] = arrival.timeToLive
    position = (position + 1) % Self.capacity
    return nil
  }

  private static func tag(_ fingerprint: UInt32) -> UInt64 { UInt64(fingerprint >> 8 & 0xFF) }

  /// Whether one of the fingerprints has the same byte.
  private func mayHold(_ fingerprint: UInt32) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let wanted = ones &* Self.tag(fingerprint)
    let (low, high) = (tags[0] ^ wanted, tags[1] ^ wanted)
    // A byte that is 0 borrows from its highest bit.
    return ((low &- ones) & ~low | (high &- ones) & ~high) & ones << 7 != 0
  }

  private mutating func note(tag fingerprint: UInt32) {
    let word = Int(position >> 3)
    let shift = UInt64(position & 7) * 8
    tags[word] = tags[word] & ~(0xFF << shift) | Self.tag(fingerprint) << shift
  }

  /// Whether one of the segments with the same fingerprint was the same packet.
  private func judge(
    _ fingerprint: UInt32, _ now: UInt32, _ arrival: borrowing Arrival, _ isTold: Bool
  ) -> Copy? {
    for index in 0..<Int(Self.capacity) where fingerprints[index] == fingerprint {
      let age = Int64(now &- times[index]) * 1000
      // A host sends what it repeats with the same time to live, and the network what it doubles.
      let isElsewhere = hopCounts[index] != arrival.timeToLive
      if age < Self.instant || isElsewhere && age <= Self.reach { return .byCapture }
      if isTold && age <= Self.reach { return .undecided }
    }
    return nil
  }

  private static func fingerprint(
    _ segment: borrowing Segment, _ identification: UInt16
  ) -> UInt32 {
    let numbers =
      UInt64(segment.sequenceNumber.rawValue) << 32
      | UInt64(segment.acknowledgmentNumber.rawValue)
    let header =
      UInt64(identification) << 48 | UInt64(segment.flags.rawValue) << 32
      | UInt64(UInt16(truncatingIfNeeded: segment.payloadLength)) << 16 | UInt64(segment.window)
    var clock = UInt64(segment.options.timestampValue) << 32
    if segment.options.sackCount > 0 {
      let block = segment.options.sackBlocks[0]
      clock |= UInt64(block.left.rawValue ^ block.right.rawValue &* 31)
    }
    let mixed = mix(mix(numbers, header), clock)
    // Never 0, which marks an empty place.
    return UInt32(truncatingIfNeeded: mixed ^ mixed >> 32) | 1
  }

  /// Mixes two words so that none of them can cancel the other.
  private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = (left ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
      by: right ^ 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low &+ left
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
