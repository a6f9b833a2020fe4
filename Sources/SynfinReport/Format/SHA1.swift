/// SHA-1 (RFC 3174) of a few bytes, which the Community ID is defined by.
///
/// Not for anything that needs a secure hash.
enum SHA1 {
  /// The 160 bits of a hash.
  typealias Hash = (UInt32, UInt32, UInt32, UInt32, UInt32)

  /// The hash of a message of at most 55 bytes, which with its padding is one block (RFC 3174 §6.1).
  ///
  /// - Parameter block: the message in words of 32 bits, padded as `pad` does.
  static func hash(_ block: [16 of UInt32]) -> Hash {
    var words = [80 of UInt32](repeating: 0)
    expand(block, &words)
    var state: Hash = (0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0)
    mix(words.span, 0, 0x5A82_7999, &state) { b, c, d in d ^ b & (c ^ d) }
    mix(words.span, 20, 0x6ED9_EBA1, &state) { b, c, d in b ^ c ^ d }
    mix(words.span, 40, 0x8F1B_BCDC, &state) { b, c, d in (b & c) &+ (d & (b ^ c)) }
    mix(words.span, 60, 0xCA62_C1D6, &state) { b, c, d in b ^ c ^ d }
    return (
      state.0 &+ 0x6745_2301, state.1 &+ 0xEFCD_AB89, state.2 &+ 0x98BA_DCFE,
      state.3 &+ 0x1032_5476, state.4 &+ 0xC3D2_E1F0
    )
  }

  /// RFC 3174 §4: a one bit, zeros, and the length in bits fill the block.
  static func pad(_ block: inout [16 of UInt32], length: Int) {
    precondition(length >= 0 && length < 56)
    block[length / 4] |= 0x80 << UInt32(24 - 8 * (length % 4))
    block[15] = UInt32(truncatingIfNeeded: length * 8)
  }

  /// The words of the block, and 64 more that follow from them.
  @inline(__always)
  private static func expand(_ block: [16 of UInt32], _ words: inout [80 of UInt32]) {
    for index in 0..<16 { words[index] = block[index] }
    for index in 16..<32 {
      let word = words[index &- 3] ^ words[index &- 8] ^ words[index &- 14] ^ words[index &- 16]
      words[index] = rotate(word, 1)
    }
    // The same rule applied twice: no word depends on the five before it, so that several can be found at once.
    for index in 32..<80 {
      let word = words[index &- 6] ^ words[index &- 16] ^ words[index &- 28] ^ words[index &- 32]
      words[index] = rotate(word, 2)
    }
  }

  /// Twenty steps with one function and one constant, five at a time so that no word has to be moved.
  @inline(__always)
  private static func mix(
    _ words: Span<UInt32>, _ first: Int, _ constant: UInt32, _ state: inout Hash,
    _ function: (UInt32, UInt32, UInt32) -> UInt32
  ) {
    func step(
      _ a: UInt32, _ b: inout UInt32, _ c: UInt32, _ d: UInt32, _ e: inout UInt32, _ word: UInt32
    ) {
      e = e &+ rotate(a, 5) &+ function(b, c, d) &+ word &+ constant
      b = rotate(b, 30)
    }
    var (a, b, c, d, e) = state
    for index in stride(from: first, to: first &+ 20, by: 5) {
      step(a, &b, c, d, &e, words[index])
      step(e, &a, b, c, &d, words[index &+ 1])
      step(d, &e, a, b, &c, words[index &+ 2])
      step(c, &d, e, a, &b, words[index &+ 3])
      step(b, &c, d, e, &a, words[index &+ 4])
    }
    state = (a, b, c, d, e)
  }

  @inline(__always)
  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &<< count | word &>> (32 &- count)
  }
}
