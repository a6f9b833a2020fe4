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

/// The sum of the Internet checksum (RFC 1071): 16-bit words in one's complement arithmetic.
struct InternetChecksum {
  /// The sum so far, not yet folded to 16 bits.
  private var sum: UInt64 = 0

  /// Adds a 16-bit word.
  mutating func add(_ word: UInt16) {
    sum &+= UInt64(word)
  }

  /// Adds a 32-bit number as two words.
  mutating func add(_ value: UInt32) {
    sum &+= UInt64(value)
  }

  /// Adds an address as its words.
  mutating func add(_ address: IPAddress) {
    sum &+= (address.high >> 32) &+ (address.high & 0xFFFF_FFFF)
    sum &+= (address.low >> 32) &+ (address.low & 0xFFFF_FFFF)
  }

  /// Adds `count` bytes from `offset` on; an odd last byte counts as the high half of a word.
  ///
  /// Sums 32-bit words in the byte order of this machine, eight bytes at a time, and swaps the
  /// folded result once (RFC 1071 §2(B)).
  mutating func add(_ bytes: RawSpan, from offset: Int, count: Int) {
    var native: UInt64 = 0
    var index = 0
    // `extracting` traps outside the span, so that the loads below it stay inside.
    unsafe bytes.extracting(offset..<offset + count).withUnsafeBytes { buffer in
      while index &+ 8 <= count {
        let word = unsafe buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        native &+= (word & 0xFFFF_FFFF) &+ (word >> 32)
        index &+= 8
      }
    }
    var folded = UInt64(UInt16(bigEndian: Self.fold(native)))
    while index &+ 2 <= count {
      folded &+= UInt64(bytes.uint16(at: offset + index))
      index &+= 2
    }
    if index < count { folded &+= UInt64(bytes.uint8(at: offset + index)) << 8 }
    sum &+= folded
  }

  /// The sum folded to 16 bits; 0xFFFF over data that include a correct checksum.
  var folded: UInt16 { Self.fold(sum) }

  private static func fold(_ sum: UInt64) -> UInt16 {
    var folded = (sum >> 32) &+ (sum & 0xFFFF_FFFF)
    folded = (folded >> 16) &+ (folded & 0xFFFF)
    folded = (folded >> 16) &+ (folded & 0xFFFF)
    folded = (folded >> 16) &+ (folded & 0xFFFF)
    return UInt16(truncatingIfNeeded: folded)
  }
}
