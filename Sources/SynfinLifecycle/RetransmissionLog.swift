import SynfinWire

/// A range of octets that was sent again.
struct Repeat: BitwiseCopyable {
  var start = SequenceNumber(0)
  var end = SequenceNumber(0)
  var time = Timestamp(nanoseconds: 0)
  var packet: UInt64 = 0
  /// The sender's clock (TSval) in it; has a meaning if `hasClock`.
  var clock: UInt32 = 0
  /// Microseconds since the timer had started.
  var waited: UInt32 = 0
  var cause = SegmentCause.timeout
  var hasClock = false
  /// It began with the first octet that was not acknowledged.
  var isHead = false
  /// A probe of the only segment under way: a timeout looks the same.
  var isLookalike = false
  /// No acknowledgement has covered its first octet yet.
  var isOpen = true
  /// A DSACK spoke of it.
  var isReported = false

  var length: Int { end.distance(from: start) }

  /// How many of its octets a block has.
  func overlap(_ block: SACKBlock) -> Int {
    let left = start < block.left ? block.left : start
    let right = end < block.right ? end : block.right
    return right.distance(from: left)
  }

  /// Whether the cause is that of data, which may turn out to be another one.
  var isData: Bool {
    switch cause {
    case .timeout, .fastRetransmit, .tailLossProbe, .spurious: true
    default: false
    }
  }
}

/// Some of the repeats in a log, by their age.
struct RepeatSet: BitwiseCopyable {
  private var bits: UInt32 = 0

  var isEmpty: Bool { bits == 0 }
  func contains(_ age: Int) -> Bool { bits >> UInt32(age) & 1 == 1 }
  mutating func insert(_ age: Int) { bits |= 1 << UInt32(age) }
}

/// What is remembered of one direction in which segments were sent again, or acknowledgements show that some will be.
struct RetransmissionLog: BitwiseCopyable {
  /// What the sender is recovering from.
  enum Recovery: BitwiseCopyable {
    case none, timeout, fast
  }

  private static let capacity = 16

  /// How many retransmissions had each cause, by `SegmentCause.row`.
  private(set) var counts = [7 of UInt32](repeating: 0)
  var dsacks: UInt32 = 0
  /// Originals that came behind their repeats, with nothing new: each draws a DSACK.
  var lateCopies: UInt32 = 0
  /// DSACKs that a copy in the capture explains.
  var explainedCopies: UInt32 = 0
  /// DSACKs of octets that the capture shows once only.
  var unseenCopies: UInt32 = 0
  /// How often the retransmission timer ran out, and the longest time that it took; -1 for none.
  private(set) var expiries: UInt32 = 0
  private(set) var longestTimeout: Int64 = -1
  var firstProof: SpuriousProof?

  // What the peer's acknowledgements showed.

  /// The blocks of the latest acknowledgement, without a DSACK.
  private var blocks = [4 of SACKBlock](
    repeating: SACKBlock(left: SequenceNumber(0), right: SequenceNumber(0)))
  private(set) var blockCount: UInt8 = 0
  /// Duplicate acknowledgements since the last one that acknowledged something.
  var duplicateAcks: UInt8 = 0
  /// An ICMP error said, since then, that a segment was too big for the way (RFC 1191 §3).
  var isTooBig = false
  /// When the last one came that told of a hole, or acknowledged something.
  var heard = Timestamp(nanoseconds: 0)
  var hasHeard = false

  // The sender's recovery.

  var recovery = Recovery.none
  /// What was sent before the recovery began ends here.
  var recoveryEnd = SequenceNumber(0)
  /// A tail-loss probe is out.
  var hasProbed = false

  // The latest repeats.

  private var repeats = [16 of Repeat](repeating: Repeat())
  private var used: UInt8 = 0
  private var position: UInt8 = 0
  /// Repeats were forgotten.
  private(set) var isIncomplete = false
  /// There is a repeat whose first octet no acknowledgement has covered yet.
  private(set) var hasOpen = false

  func count(_ cause: SegmentCause) -> UInt32 { counts[cause.row] }

  mutating func add(_ entry: Repeat) {
    counts[entry.cause.row] &+= 1
    if Int(used) == Self.capacity { isIncomplete = true } else { used += 1 }
    repeats[Int(position)] = entry
    hasOpen = true
    position = (position + 1) % UInt8(Self.capacity)
  }

  mutating func noteExpiry(_ waited: Int64) {
    expiries &+= 1
    longestTimeout = max(longestTimeout, waited)
  }

  /// The repeat before last, counted from 0, the latest; nil if that is forgotten or never was.
  func latest(_ age: Int = 0) -> Repeat? {
    age < Int(used) ? repeats[slot(age)] : nil
  }

  private func slot(_ age: Int) -> Int {
    (Int(position) + 2 * Self.capacity - 1 - age) % Self.capacity
  }

  /// Says of the repeat before last that it had another cause.
  ///
  /// - Returns: what it was before.
  mutating func revise(_ age: Int, to cause: SegmentCause) -> Repeat {
    let before = repeats[slot(age)]
    counts[before.cause.row] &-= 1
    counts[cause.row] &+= 1
    repeats[slot(age)].cause = cause
    return before
  }

  // MARK: - SACK

  /// Takes the blocks of an acknowledgement that is not older than the ones before.
  mutating func takeBlocks(_ segment: Segment) {
    blockCount = 0
    let first = segment.duplicateBlock == nil ? 0 : 1
    for index in first..<max(first, Int(min(segment.options.sackCount, 4))) {
      let block = segment.options.sackBlocks[index]
      guard segment.acknowledgmentNumber < block.right, block.left < block.right else { continue }
      blocks[Int(blockCount)] = block
      blockCount += 1
    }
  }

  /// Whether the peer said that it has all of a range.
  func holds(_ start: SequenceNumber, _ end: SequenceNumber) -> Bool {
    for index in 0..<Int(blockCount)
    where blocks[index].left <= start && end <= blocks[index].right { return true }
    return false
  }

  /// Whether the peer said that it has octets behind a number.
  func holdsAnything(behind number: SequenceNumber) -> Bool {
    for index in 0..<Int(blockCount) where number < blocks[index].right { return true }
    return false
  }

  /// The latest repeat that a block tells of, mostly or wholly, and that no DSACK spoke of yet: its age.
  ///
  /// One known to be needless comes first: this is the report of it. Of several repeats of the same octets a block tells
  /// of one: `told` are those that it was already taken for.
  func unreported(in block: SACKBlock, beside told: RepeatSet) -> Int? {
    var found: Int?
    for age in 0..<Int(used) {
      let entry = repeats[slot(age)]
      guard !entry.isReported, entry.overlap(block) * 2 >= max(1, entry.length),
        !isTold(entry, told)
      else { continue }
      if entry.cause == .spurious { return age }
      if found == nil { found = age }
    }
    return found
  }

  private func isTold(_ entry: Repeat, _ told: RepeatSet) -> Bool {
    for age in 0..<Int(used) where told.contains(age) {
      let other = repeats[slot(age)]
      if entry.start < other.end && other.start < entry.end { return true }
    }
    return false
  }

  /// Whether a block has octets of a repeat, or may have some of a forgotten one.
  func mayCover(_ block: SACKBlock) -> Bool {
    if isIncomplete { return true }
    for age in 0..<Int(used) {
      let entry = repeats[slot(age)]
      if entry.start < block.right && block.left < entry.end { return true }
    }
    return false
  }

  /// The timer did not back off after the latest repeat: it was a probe.
  mutating func confirmProbe() { repeats[slot(0)].isLookalike = false }

  /// How many probes may have been timeouts, of those remembered.
  var lookalikeProbes: Int {
    var count = 0
    for age in 0..<Int(used) {
      let entry = repeats[slot(age)]
      if entry.cause == .tailLossProbe && entry.isLookalike { count += 1 }
    }
    return count
  }

  mutating func report(_ age: Int) { repeats[slot(age)].isReported = true }

  /// Says of all repeats that begin before a number that their first octet was acknowledged.
  mutating func cover(_ number: SequenceNumber) {
    guard hasOpen else { return }
    hasOpen = false
    for index in 0..<Int(used) where repeats[index].isOpen {
      if repeats[index].start < number { repeats[index].isOpen = false } else { hasOpen = true }
    }
  }

  var remembered: Int { Int(used) }
}

extension SegmentCause {
  /// Where a cause of retransmissions stands in a log.
  var row: Int {
    switch self {
    case .timeout: 0
    case .fastRetransmit: 1
    case .tailLossProbe: 2
    case .spurious: 3
    case .fin: 4
    case .syn: 5
    default: 6
    }
  }
}
