/// What is known of a checksum in a header.
public enum ChecksumStatus: UInt8, Sendable, BitwiseCopyable {
  /// Not all the bytes that it covers were captured, or nobody asked.
  case unverified
  /// It fits the bytes.
  case correct
  /// The field holds just the folded sum of the pseudo-header: the sender's network card would
  /// have filled it in after the capture.
  case offloaded
  /// The sender computed none (UDP over IPv4, RFC 768).
  case absent
  /// It does not fit the bytes.
  case wrong
}

extension ChecksumStatus {
  /// Verifies the checksum of TCP, UDP or ICMPv6, which covers a pseudo-header (RFC 9293 §3.1, RFC 768, RFC 8200 §8.1):
  /// the addresses, summed already, the length of what follows and its protocol.
  ///
  /// The field lies inside the packet, `field` bytes from `offset` on.
  @inline(__always)
  init(
    _ bytes: RawSpan, at offset: Int, length: Int, field: Int, _ number: IPProtocol,
    addresses: InternetChecksum
  ) {
    guard bytes.holds(length, at: offset) else {
      self = .unverified
      return
    }
    var pseudoHeader = addresses
    pseudoHeader.add(UInt32(truncatingIfNeeded: length))
    pseudoHeader.add(UInt16(number.rawValue))
    var sum = pseudoHeader
    sum.add(bytes, from: offset, count: length)
    if sum.folded == 0xFFFF {
      self = .correct
    } else {
      let isOffloaded = bytes.uint16(at: offset + field) == pseudoHeader.folded
      self = isOffloaded ? .offloaded : .wrong
    }
  }
}

extension ChecksumStatus {
  /// The same where the addresses are the bytes right before `offset`, so that one sum covers them too.
  @inline(__always)
  init(
    _ bytes: RawSpan, at offset: Int, length: Int, field: Int, _ number: IPProtocol,
    addressBytes: Int
  ) {
    guard length <= bytes.byteCount &- offset else {
      self = .unverified
      return
    }
    let rest = InternetChecksum(length: length, number)
    var sum = rest
    sum.add(bytes, from: offset &- addressBytes, count: addressBytes &+ length)
    self =
      sum.folded == 0xFFFF
      ? .correct
      : Self.incorrect(
        bytes, field: offset &+ field, addresses: offset &- addressBytes..<offset, rest)
  }

  /// What to say of a checksum that does not fit the bytes.
  @inline(never)
  private static func incorrect(
    _ bytes: RawSpan, field: Int, addresses: Range<Int>, _ rest: InternetChecksum
  ) -> ChecksumStatus {
    var pseudoHeader = rest
    pseudoHeader.add(bytes, from: addresses.lowerBound, count: addresses.count)
    return bytes.uint16(at: field) == pseudoHeader.folded ? .offloaded : .wrong
  }
}

/// The sum of the Internet checksum (RFC 1071): 16-bit words in one's complement arithmetic.
struct InternetChecksum {
  /// The sum so far as four words side by side, with the carries gone round.
  private var sum: UInt64 = 0

  init() {}

  /// The part of a pseudo-header that stands nowhere in the packet.
  @inline(__always)
  init(length: Int, _ number: IPProtocol) {
    sum = UInt64(truncatingIfNeeded: length &+ Int(number.rawValue))
  }

  /// Adds four words at once.
  @inline(__always)
  private mutating func addFour(_ words: UInt64) {
    let (wrapped, carry) = sum.addingReportingOverflow(words)
    sum = wrapped &+ (carry ? 1 : 0)
  }

  /// Adds a 16-bit word.
  @inline(__always)
  mutating func add(_ word: UInt16) {
    addFour(UInt64(word))
  }

  /// Adds a 32-bit number as two words.
  @inline(__always)
  mutating func add(_ value: UInt32) {
    addFour(UInt64(value))
  }

  /// Adds an address as its words.
  @inline(__always)
  mutating func add(_ address: IPAddress) {
    addFour(address.high)
    addFour(address.low)
  }

  /// Adds the twenty bytes from `offset` on.
  @inline(__always)
  mutating func addTwenty(_ bytes: RawSpan, from offset: Int) {
    precondition(bytes.holds(20, at: offset))
    // The loads lie between `offset` and `offset + 20`.
    var little = InternetChecksum()
    little.addFour(unsafe bytes.littleEndian64(unchecked: offset))
    little.addFour(unsafe bytes.littleEndian64(unchecked: offset &+ 8))
    little.addFour(unsafe bytes.littleEndian64(unchecked: offset &+ 12) >> 32)
    addFour(little.sum.byteSwapped)
  }

  /// Adds `count` bytes from `offset` on; an odd last byte counts as the high half of a word.
  ///
  /// Sums little-endian words of 64 bits and swaps the result once: which byte of a word is the high one does not
  /// change how carries go round (RFC 1071 §2(B)).
  @inline(__always)
  mutating func add(_ bytes: RawSpan, from offset: Int, count: Int) {
    precondition(bytes.holds(count, at: offset))
    addFour(Self.sum(bytes, from: offset, to: offset &+ count).byteSwapped)
  }

  /// The little-endian sum of bytes that the caller knows are there.
  @inline(never)
  private static func sum(_ bytes: RawSpan, from start: Int, to end: Int) -> UInt64 {
    guard end >= 8 else { return sumOfFew(bytes, from: start, to: end) }
    // Two sums that do not wait for each other, with room for the carries. All loads lie between `start` and `end`.
    var even: UInt128 = 0
    var odd: UInt128 = 0
    var index = start
    while end &- index >= 64 {
      even &+= unsafe UInt128(bytes.littleEndian64(unchecked: index))
      odd &+= unsafe UInt128(bytes.littleEndian64(unchecked: index &+ 8))
      even &+= unsafe UInt128(bytes.littleEndian64(unchecked: index &+ 16))
      odd &+= unsafe UInt128(bytes.littleEndian64(unchecked: index &+ 24))
      even &+= unsafe UInt128(bytes.littleEndian64(unchecked: index &+ 32))
      odd &+= unsafe UInt128(bytes.littleEndian64(unchecked: index &+ 40))
      even &+= unsafe UInt128(bytes.littleEndian64(unchecked: index &+ 48))
      odd &+= unsafe UInt128(bytes.littleEndian64(unchecked: index &+ 56))
      index &+= 64
    }
    let rest = end &- index
    if rest & 32 != 0 {
      even &+= unsafe UInt128(bytes.littleEndian64(unchecked: index))
      odd &+= unsafe UInt128(bytes.littleEndian64(unchecked: index &+ 8))
      even &+= unsafe UInt128(bytes.littleEndian64(unchecked: index &+ 16))
      odd &+= unsafe UInt128(bytes.littleEndian64(unchecked: index &+ 24))
      index &+= 32
    }
    if rest & 16 != 0 {
      even &+= unsafe UInt128(bytes.littleEndian64(unchecked: index))
      odd &+= unsafe UInt128(bytes.littleEndian64(unchecked: index &+ 8))
      index &+= 16
    }
    if rest & 8 != 0 { even &+= unsafe UInt128(bytes.littleEndian64(unchecked: index)) }
    if rest & 7 != 0 {
      // The last one to seven bytes: the eight before `end` lie in the span, and those that count already are shifted
      // out.
      let last = unsafe bytes.littleEndian64(unchecked: end &- 8)
      odd &+= UInt128(last &>> UInt64(truncatingIfNeeded: 64 &- 8 &* (rest & 7)))
    }
    let total = even &+ odd
    var words = InternetChecksum()
    words.addFour(UInt64(truncatingIfNeeded: total))
    words.addFour(UInt64(truncatingIfNeeded: total >> 64))
    return words.sum
  }

  /// The same of bytes so near the start of the span that no word of eight ends with them.
  @inline(never)
  private static func sumOfFew(_ bytes: RawSpan, from start: Int, to end: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in start..<end {
      word |= UInt64(bytes.uint8(at: index)) << UInt64(8 * (index - start))
    }
    return word
  }

  /// The sum folded to 16 bits; 0xFFFF over data that include a correct checksum.
  @inline(__always)
  var folded: UInt16 {
    // A number plus itself with its halves exchanged has in the high half the sum of both, the carry gone round.
    let words = UInt32(truncatingIfNeeded: (sum &+ (sum << 32 | sum >> 32)) >> 32)
    return UInt16(truncatingIfNeeded: (words &+ (words << 16 | words >> 16)) >> 16)
  }
}
