/// SHA-1 (RFC 3174) of a few bytes, which the Community ID is defined by: of four messages at once.
///
/// Not for anything that needs a secure hash.
enum SHA1 {
  /// The same word of four messages.
  typealias Word = SIMD4<UInt32>
  /// The 160 bits of their hashes.
  typealias Hash = [5 of Word]
  /// A message of at most 55 bytes with its padding (RFC 3174 §4), which is one block of 16 words.
  typealias Block = [16 of UInt32]

  /// The hashes of four blocks (RFC 3174 §6.1).
  ///
  /// - Parameter blocks: the first words of all of them, then the second ones, and so on.
  static func hash(_ blocks: [16 of Word]) -> Hash {
    var words = [80 of Word](repeating: Word())
    let block = blocks.span
    for index in block.indices { words[index] = block[index] }
    for index in 16..<80 {
      let word = words[index &- 3] ^ words[index &- 8] ^ words[index &- 14] ^ words[index &- 16]
      words[index] = rotate(word, 1)
    }
    let start: [5 of UInt32] = [
      0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0,
    ]
    var state = Hash { Word(repeating: start[$0]) }
    mix(words.span, 0, 0x5A82_7999, &state) { b, c, d in d ^ b & (c ^ d) }
    mix(words.span, 20, 0x6ED9_EBA1, &state) { b, c, d in b ^ c ^ d }
    mix(words.span, 40, 0x8F1B_BCDC, &state) { b, c, d in (b & c) &+ (d & (b ^ c)) }
    mix(words.span, 60, 0xCA62_C1D6, &state) { b, c, d in b ^ c ^ d }
    for index in 0..<5 { state[index] &+= Word(repeating: start[index]) }
    return state
  }

  /// RFC 3174 §4: a one bit, zeros, and the length in bits fill the block.
  static func pad(_ block: inout Block, length: Int) {
    precondition(length >= 0 && length < 56)
    block[length / 4] |= 0x80 << UInt32(24 - 8 * (length % 4))
    block[15] = UInt32(truncatingIfNeeded: length * 8)
  }

  /// Twenty steps with one function and one constant, five at a time so that no word has to be moved.
  @inline(__always)
  private static func mix(
    _ words: Span<Word>, _ first: Int, _ constant: UInt32, _ state: inout Hash,
    _ function: (Word, Word, Word) -> Word
  ) {
    func step(_ a: Word, _ b: inout Word, _ c: Word, _ d: Word, _ e: inout Word, _ word: Word) {
      e = e &+ rotate(a, 5) &+ function(b, c, d) &+ word &+ Word(repeating: constant)
      b = rotate(b, 30)
    }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for index in stride(from: first, to: first &+ 20, by: 5) {
      step(a, &b, c, d, &e, words[index])
      step(e, &a, b, c, &d, words[index &+ 1])
      step(d, &e, a, b, &c, words[index &+ 2])
      step(c, &d, e, a, &b, words[index &+ 3])
      step(b, &c, d, e, &a, words[index &+ 4])
    }
    (state[0], state[1], state[2], state[3], state[4]) = (a, b, c, d, e)
  }

  @inline(__always)
  private static func rotate(_ word: Word, _ count: UInt32) -> Word {
    // Shifts of both kinds would be compiled to rotations, which there are none of for vectors: to one word at a time.
    word &* Word(repeating: 1 &<< count) | word &>> Word(repeating: 32 &- count)
  }
}
