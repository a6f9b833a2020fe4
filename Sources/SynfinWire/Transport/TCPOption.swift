/// One TCP option (RFC 9293 §3.2 and the IANA registry of TCP option kinds).
public enum TCPOption: Sendable, Hashable, BitwiseCopyable {
  /// Kind 0: the options end here (RFC 9293 §3.2).
  case endOfList
  /// Kind 1: padding (RFC 9293 §3.2).
  case noOperation
  /// Kind 2, length 4: the largest segment the sender takes, in octets (RFC 9293 §3.7.1).
  case maximumSegmentSize(UInt16)
  /// Kind 3, length 3: the window field counts units of two to this power, at most 14 (RFC 7323
  /// §2).
  case windowScale(UInt8)
  /// Kind 4, length 2: the sender takes selective acknowledgements (RFC 2018 §2).
  case sackPermitted
  /// Kind 5, length 2 + 8·n: `count` blocks of octets received out of order (RFC 2018 §3).
  case sack(count: UInt8)
  /// Kind 8, length 10: the sender's clock and the peer's clock echoed (RFC 7323 §3).
  case timestamps(value: UInt32, echoReply: UInt32)
  /// Kind 19, length 18: MD5 signature (RFC 2385).
  case md5Signature
  /// Kind 28, length 4: user timeout in seconds (RFC 5482).
  case userTimeout(seconds: UInt32)
  /// Kind 29, length at least 4: TCP-AO with its key identifiers (RFC 5925).
  case authentication(keyID: UInt8, receiveNextKeyID: UInt8)
  /// Kind 30, length at least 3: Multipath TCP with its subtype (RFC 8684 §3).
  case multipath(subtype: UInt8)
  /// Kind 34, length 2 to 18: Fast Open; a cookie of 0 octets asks for one (RFC 7413 §4.1).
  case fastOpen(cookieLength: UInt8)
  /// Kinds 253 and 254, length at least 4: experiments with an identifier (RFC 6994).
  case experimental(kind: UInt8, identifier: UInt16, length: UInt8)
  /// A kind that is not listed here.
  case unknown(kind: UInt8, length: UInt8)
  /// A length that the kind does not allow or that leaves the header; what follows cannot be read.
  case malformed(kind: UInt8)

  /// Bytes that the option takes in the header.
  ///
  /// `nil` for a malformed one.
  static func length(_ bytes: RawSpan, at offset: Int, end: Int) -> Int? {
    let kind = bytes.uint8(at: offset)
    if kind <= 1 { return 1 }
    guard offset + 2 <= end else { return nil }
    let length = Int(bytes.uint8(at: offset + 1))
    guard length >= 2, offset + length <= end else { return nil }
    return length
  }

  /// Whether the option at `offset` has a length that does not even hold kind and length.
  static func isTooShort(_ bytes: RawSpan, at offset: Int, end: Int) -> Bool {
    offset + 2 <= end && bytes.uint8(at: offset + 1) < 2
  }

  /// Whether a Fast Open cookie may have this many octets: none, or 4 to 16 and even
  /// (RFC 7413 §4.1.1).
  static func isFastOpenCookie(_ length: Int) -> Bool {
    length == 0 || (4...16).contains(length) && length % 2 == 0
  }

  /// Reads the option at `offset`, whose `length` bytes are known to be there.
  init(_ bytes: RawSpan, at offset: Int, length: Int) {
    let kind = bytes.uint8(at: offset)
    let value = offset + 2
    switch (kind, length) {
    case (0, _): self = .endOfList
    case (1, _): self = .noOperation
    case (2, 4): self = .maximumSegmentSize(bytes.uint16(at: value))
    case (3, 3): self = .windowScale(bytes.uint8(at: value))
    case (4, 2): self = .sackPermitted
    case (5, 10), (5, 18), (5, 26), (5, 34): self = .sack(count: UInt8((length - 2) / 8))
    case (8, 10):
      self = .timestamps(value: bytes.uint32(at: value), echoReply: bytes.uint32(at: value + 4))
    case (19, 18): self = .md5Signature
    case (28, 4):
      let field = bytes.uint16(at: value)
      self = .userTimeout(seconds: UInt32(field & 0x7FFF) * (field & 0x8000 != 0 ? 60 : 1))
    case (29, 4...):
      self = .authentication(
        keyID: bytes.uint8(at: value), receiveNextKeyID: bytes.uint8(at: value + 1))
    case (30, 3...): self = .multipath(subtype: bytes.uint8(at: value) >> 4)
    case (34, _) where Self.isFastOpenCookie(length - 2):
      self = .fastOpen(cookieLength: UInt8(length - 2))
    case (253...254, 4...):
      self = .experimental(
        kind: kind, identifier: bytes.uint16(at: value), length: UInt8(length))
    case (2...5, _), (8, _), (19, _), (28...30, _), (34, _), (253...254, _):
      self = .malformed(kind: kind)
    default: self = .unknown(kind: kind, length: UInt8(length))
    }
  }

  /// All options between two offsets, for printing them.
  ///
  /// The list ends with `endOfList` or with the first malformed option. One that the capture cut
  /// is not in it.
  public static func list(_ bytes: RawSpan, from start: Int, to end: Int) -> [(TCPOption, Int)] {
    var found: [(TCPOption, Int)] = []
    var offset = start
    let captured = min(end, bytes.byteCount)
    while offset < captured {
      guard let length = length(bytes, at: offset, end: captured) else {
        if captured == end || isTooShort(bytes, at: offset, end: captured) {
          found.append((.malformed(kind: bytes.uint8(at: offset)), offset))
        }
        return found
      }
      let option = TCPOption(bytes, at: offset, length: length)
      found.append((option, offset))
      if option == .endOfList { return found }
      offset += length
    }
    return found
  }
}

/// A block of octets that arrived out of order: from `left` up to, not including, `right` (RFC 2018
/// §3).
public struct SACKBlock: Sendable, Hashable, BitwiseCopyable {
  /// The first number of the block.
  public var left: SequenceNumber
  /// The number after the last one of the block.
  public var right: SequenceNumber

  /// Makes a block from its two edges.
  public init(left: SequenceNumber, right: SequenceNumber) {
    self.left = left
    self.right = right
  }

  init(_ bytes: RawSpan, at offset: Int) {
    self.init(
      left: SequenceNumber(bytes.uint32(at: offset)),
      right: SequenceNumber(bytes.uint32(at: offset + 4)))
  }

  /// The blocks of a SACK option of `count` blocks at `offset`.
  public static func list(_ bytes: RawSpan, at offset: Int, count: Int) -> [SACKBlock] {
    (0..<count).map { SACKBlock(bytes, at: offset + 2 + 8 * $0) }
  }
}
