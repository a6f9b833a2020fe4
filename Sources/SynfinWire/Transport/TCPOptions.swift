/// The options of one segment, as the tracker needs them.
public struct TCPOptions: Sendable, BitwiseCopyable {
  /// Which options a segment carries.
  public struct Kinds: OptionSet, Sendable, Hashable, BitwiseCopyable {
    /// One bit a kind; the bits have no meaning outside.
    public let rawValue: UInt16

    /// Makes a set from its bits.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Kind 2: maximum segment size (RFC 9293 §3.7.1).
    @inlinable public static var maximumSegmentSize: Kinds { Kinds(rawValue: 1) }
    /// Kind 3: window scale (RFC 7323 §2).
    @inlinable public static var windowScale: Kinds { Kinds(rawValue: 2) }
    /// Kind 4: selective acknowledgements permitted (RFC 2018 §2).
    @inlinable public static var sackPermitted: Kinds { Kinds(rawValue: 4) }
    /// Kind 5: selective acknowledgement (RFC 2018 §3).
    @inlinable public static var sack: Kinds { Kinds(rawValue: 8) }
    /// Kind 8: timestamps (RFC 7323 §3).
    @inlinable public static var timestamps: Kinds { Kinds(rawValue: 16) }
    /// Kind 19: MD5 signature (RFC 2385).
    @inlinable public static var md5Signature: Kinds { Kinds(rawValue: 32) }
    /// Kind 28: user timeout (RFC 5482).
    @inlinable public static var userTimeout: Kinds { Kinds(rawValue: 64) }
    /// Kind 29: TCP-AO (RFC 5925).
    @inlinable public static var authentication: Kinds { Kinds(rawValue: 128) }
    /// Kind 30: Multipath TCP (RFC 8684).
    @inlinable public static var multipath: Kinds { Kinds(rawValue: 256) }
    /// Kind 34, or the experiment 0xF989 before it: Fast Open (RFC 7413).
    @inlinable public static var fastOpen: Kinds { Kinds(rawValue: 512) }
    /// Kinds 253 and 254: experiments (RFC 6994).
    @inlinable public static var experimental: Kinds { Kinds(rawValue: 1024) }
    /// Any kind that is not listed here.
    @inlinable public static var unknown: Kinds { Kinds(rawValue: 2048) }
    /// An option whose length is wrong; those behind it were not read.
    @inlinable public static var malformed: Kinds { Kinds(rawValue: 4096) }
  }

  /// Which options are there.
  public var kinds: Kinds = []
  /// The largest segment the sender takes, in octets.
  public var maximumSegmentSize: UInt16 = 0
  /// The power of two that scales the window; more than 14 means 14 (RFC 7323 §2.3).
  public var windowScale: UInt8 = 0
  /// Blocks in `sackBlocks`, 0 to 4.
  public var sackCount: UInt8 = 0
  /// Bytes of the Fast Open cookie, 0 to 16; 0 asks for one.
  public var fastOpenCookieLength: UInt8 = 0
  /// The Multipath TCP subtypes, one bit each.
  public var multipathSubtypes: UInt16 = 0
  /// The sender's clock (TSval).
  public var timestampValue: UInt32 = 0
  /// The peer's clock echoed (TSecr); has a meaning only with the ACK flag.
  public var timestampEchoReply: UInt32 = 0
  /// Octets that the sender received out of order, or twice (RFC 2883); the first `sackCount` have a meaning.
  public var sackBlocks = [4 of SACKBlock](
    repeating: SACKBlock(left: SequenceNumber(0), right: SequenceNumber(0)))

  /// A segment without options.
  public init() {}

  /// Whether the option is there.
  public func has(_ kind: Kinds) -> Bool { kinds.contains(kind) }

  /// Reads the options between two offsets that lie inside `bytes`, in place.
  ///
  /// Nearly every segment of an open connection has two paddings and the timestamps, twelve bytes (RFC 7323 appendix A).
  @inline(__always)
  mutating func set(_ bytes: RawSpan, from start: Int, to end: Int, areCut: Bool) {
    removeAll()
    if Self.areTimestamps(bytes, start..<end) {
      kinds = .timestamps
      timestampValue = bytes.uint32(at: start &+ 4)
      timestampEchoReply = bytes.uint32(at: start &+ 8)
    } else if start < end {
      read(bytes, from: start, to: end, isCut: areCut)
    }
  }

  /// Whether two paddings and the timestamps are all that stands in a range of `bytes`.
  @inline(__always)
  static func areTimestamps(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
    range.upperBound &- range.lowerBound == 12
      && bytes.uint32(at: range.lowerBound) == 0x0101_080A
  }

  /// Makes it empty; the blocks that were in it mean nothing without their count.
  @inline(__always)
  private mutating func removeAll() {
    kinds = []
    maximumSegmentSize = 0
    windowScale = 0
    sackCount = 0
    fastOpenCookieLength = 0
    multipathSubtypes = 0
    timestampValue = 0
    timestampEchoReply = 0
  }

  /// Reads options of any kind into an empty set.
  ///
  /// One that crosses the end is malformed, unless it is the capture that ends there.
  @inline(never)
  private mutating func read(_ bytes: RawSpan, from start: Int, to end: Int, isCut: Bool) {
    var offset = start
    while offset < end {
      let usual = readUsual(bytes, at: offset, end: end)
      if usual > 0 {
        offset &+= usual
        continue
      }
      guard let length = TCPOption.length(bytes, at: offset, end: end) else {
        if !isCut || TCPOption.isTooShort(bytes, at: offset, end: end) {
          kinds.insert(.malformed)
        }
        return
      }
      let option = TCPOption(bytes, at: offset, length: length)
      if option == .endOfList { return }
      note(option)
      if case .sack(let count) = option { readSACK(bytes, at: offset, count: count) }
      offset &+= length
    }
  }

  /// Reads what stacks put into whole words, and tells how many bytes it took; 0 if something else stands there.
  ///
  /// A short cut only: `read` finds the same in such words.
  @inline(__always)
  private mutating func readUsual(_ bytes: RawSpan, at offset: Int, end: Int) -> Int {
    let room = end &- offset
    guard room >= 4 else { return 0 }
    let word = bytes.uint32(at: offset)
    switch word {
    case 0x0204_0000...0x0204_FFFF:
      kinds.insert(.maximumSegmentSize)
      maximumSegmentSize = UInt16(truncatingIfNeeded: word)
      return 4
    case 0x0101_0402, 0x0402_0101:
      kinds.insert(.sackPermitted)
      return 4
    case 0x0103_0300...0x0103_03FF:
      kinds.insert(.windowScale)
      windowScale = UInt8(truncatingIfNeeded: word)
      return 4
    case 0x0101_080A where room >= 12, 0x0402_080A where room >= 12:
      kinds.insert(word == 0x0402_080A ? [.sackPermitted, .timestamps] : .timestamps)
      timestampValue = bytes.uint32(at: offset &+ 4)
      timestampEchoReply = bytes.uint32(at: offset &+ 8)
      return 12
    case 0x0101_050A where room >= 12, 0x0101_0512 where room >= 20, 0x0101_051A where room >= 28,
      0x0101_0522 where room >= 36:
      let count = UInt8(truncatingIfNeeded: word) / 8
      kinds.insert(.sack)
      readSACK(bytes, at: offset &+ 2, count: count)
      return 4 &+ 8 &* Int(count)
    default: return 0
    }
  }

  private mutating func readSACK(_ bytes: RawSpan, at offset: Int, count: UInt8) {
    sackCount = count
    for index in 0..<Int(count) {
      sackBlocks[index] = SACKBlock(bytes, at: offset &+ 2 &+ 8 &* index)
    }
  }

  private mutating func note(_ option: TCPOption) {
    switch option {
    case .endOfList, .noOperation: break
    case .maximumSegmentSize(let size):
      kinds.insert(.maximumSegmentSize)
      maximumSegmentSize = size
    case .windowScale(let shift):
      kinds.insert(.windowScale)
      windowScale = shift
    case .sackPermitted: kinds.insert(.sackPermitted)
    case .sack: kinds.insert(.sack)
    case .timestamps(let value, let echoReply):
      kinds.insert(.timestamps)
      timestampValue = value
      timestampEchoReply = echoReply
    case .md5Signature: kinds.insert(.md5Signature)
    case .userTimeout: kinds.insert(.userTimeout)
    case .authentication: kinds.insert(.authentication)
    case .multipath(let subtype):
      kinds.insert(.multipath)
      multipathSubtypes |= 1 << UInt16(subtype)
    case .fastOpen(let cookieLength):
      kinds.insert(.fastOpen)
      fastOpenCookieLength = cookieLength
    case .experimental(_, let identifier, let length):
      kinds.insert(.experimental)
      // RFC 7413 appendix A: Fast Open before it had a kind of its own.
      if identifier == 0xF989, TCPOption.isFastOpenCookie(Int(length) - 4) {
        kinds.insert(.fastOpen)
        fastOpenCookieLength = length - 4
      }
    case .unknown: kinds.insert(.unknown)
    case .malformed: kinds.insert(.malformed)
    }
  }
}
