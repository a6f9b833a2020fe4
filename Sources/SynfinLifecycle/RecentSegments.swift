import SynfinWire

/// Fingerprints of the last few segments of one direction, to know an identical packet when it comes again.
///
/// A host that sends a segment again gives it a new IP identification and a new timestamp, if not always both; and it
/// waits longer than a copy takes. A packet that repeats them too, within a tenth of a second, was doubled on its way
/// or by the capture. (The least retransmission timeout in use is 200 ms, and what SACK brings again is younger.)
struct RecentSegments: BitwiseCopyable {
  private static let capacity = 16
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
  @inline(never)
  mutating func note(_ arrival: borrowing Arrival) -> Copy? {
    // Without an identification the clock must tell, but it ticks too slowly for bare acknowledgements.
    let takesSpace = arrival.segment.sequenceLength > 0
    let hasClock = arrival.segment.options.has(.timestamps) && takesSpace
    let isTold = arrival.identification != 0 || hasClock
    // Without either, only the capture repeats a segment with octets at once; no host does.
    guard isTold || takesSpace else { return nil }
    let fingerprint = Self.fingerprint(arrival.segment, arrival.identification)
    let now = UInt32(truncatingIfNeeded: arrival.time.nanoseconds / 1000)
    if mayHold(fingerprint), let copy = judge(fingerprint, now, arrival.timeToLive, isTold) {
      return copy
    }
    let place = Int(position) % Self.capacity
    note(tag: fingerprint, at: place)
    fingerprints[place] = fingerprint
    times[place] = now
    hopCounts[place] = arrival.timeToLive
    position = UInt8(truncatingIfNeeded: place &+ 1)
    return nil
  }

  private static func tag(_ fingerprint: UInt32) -> UInt64 { UInt64(fingerprint >> 8 & 0xFF) }

  /// Whether one of the fingerprints has the same byte.
  @inline(__always)
  private func mayHold(_ fingerprint: UInt32) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let wanted = ones &* Self.tag(fingerprint)
    let (low, high) = (tags[0] ^ wanted, tags[1] ^ wanted)
    // A byte that is 0 borrows from its highest bit.
    return ((low &- ones) & ~low | (high &- ones) & ~high) & ones << 7 != 0
  }

  @inline(__always)
  private mutating func note(tag fingerprint: UInt32, at place: Int) {
    let shift = UInt64(truncatingIfNeeded: place & 7) &* 8
    tags[place >> 3] = tags[place >> 3] & ~(0xFF &<< shift) | Self.tag(fingerprint) &<< shift
  }

  /// Whether one of the segments with the same fingerprint was the same packet.
  ///
  /// `mutating` because a borrowed list would be copied for the call.
  @inline(never)
  private mutating func judge(
    _ fingerprint: UInt32, _ now: UInt32, _ timeToLive: UInt8, _ isTold: Bool
  ) -> Copy? {
    for index in 0..<Self.capacity where fingerprints[index] == fingerprint {
      let age = Int64(now &- times[index]) * 1000
      // A host sends what it repeats with the same time to live, and the network what it doubles.
      let isElsewhere = hopCounts[index] != timeToLive
      if age < Self.instant || isElsewhere && age <= Self.reach { return .byCapture }
      if isTold && age <= Self.reach { return .undecided }
    }
    return nil
  }

  @inline(__always)
  private static func fingerprint(
    _ segment: borrowing Segment, _ identification: UInt16
  ) -> UInt32 {
    let numbers =
      UInt64(segment.sequenceNumber.rawValue) << 32
      | UInt64(segment.acknowledgmentNumber.rawValue)
    let header =
      UInt64(identification) << 48 | UInt64(segment.flags.rawValue) << 32
      | UInt64(UInt16(truncatingIfNeeded: segment.payloadLength)) << 16 | UInt64(segment.window)
    var clock = UInt64(segment.options.timestampValue)
    if segment.options.sackCount > 0 {
      let block = segment.options.sackBlocks[0]
      clock |= UInt64(block.left.rawValue ^ block.right.rawValue &* 31) << 32
    }
    let mixed = mix(numbers &+ clock &* 0xA076_1D64_78BD_642F, header)
    // Never 0, which marks an empty place.
    return UInt32(truncatingIfNeeded: mixed ^ mixed >> 32) | 1
  }

  /// Mixes two words so that neither cancels the other by chance.
  @inline(__always)
  private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = (left ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
      by: right ^ 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low &+ left
  }
}
