internal import CSHA1

/// SHA-1 (RFC 3174) of a few bytes, which the Community ID is defined by: of four messages at once.
///
/// Not for anything that needs a secure hash.
enum SHA1 {
  /// Four words of a message, or the same word of four messages.
  typealias Words = SIMD4<UInt32>
  /// A message of at most 55 bytes with its padding (RFC 3174 §4), which is one block of 16 words.
  typealias Block = [4 of Words]
  /// The 160 bits of a hash.
  typealias Hash = [5 of UInt32]

  private static let hasInstructions = synfin_has_sha1()

  /// The hashes of four blocks.
  static func hashes(of blocks: [4 of Block]) -> [4 of Hash] {
    guard hasInstructions else { return hashesInLanes(of: blocks) }
    return [
      hashByInstructions(of: blocks[0]), hashByInstructions(of: blocks[1]),
      hashByInstructions(of: blocks[2]), hashByInstructions(of: blocks[3]),
    ]
  }

  /// The hash of a block, by instructions of the processor if it has them.
  @inline(__always)
  private static func hashByInstructions(of block: Block) -> Hash {
    let hash = synfin_sha1(block[0], block[1], block[2], block[3])
    return [hash.first[0], hash.first[1], hash.first[2], hash.first[3], hash.last]
  }

  /// The hashes of four blocks, each in a lane of its own (RFC 3174 §6.1), on every processor.
  static func hashesInLanes(of blocks: [4 of Block]) -> [4 of Hash] {
    var words = [80 of Words](repeating: Words())
    for part in 0..<4 {
      let (a, b, c, d) = (blocks[0][part], blocks[1][part], blocks[2][part], blocks[3][part])
      words[4 &* part] = Words(a.x, b.x, c.x, d.x)
      words[4 &* part &+ 1] = Words(a.y, b.y, c.y, d.y)
      words[4 &* part &+ 2] = Words(a.z, b.z, c.z, d.z)
      words[4 &* part &+ 3] = Words(a.w, b.w, c.w, d.w)
    }
    for index in 16..<80 {
      let word = words[index &- 3] ^ words[index &- 8] ^ words[index &- 14] ^ words[index &- 16]
      words[index] = rotate(word, 1)
    }
    let start: Hash = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    var state = [5 of Words] { Words(repeating: start[$0]) }
    mix(words.span, 0, 0x5A82_7999, &state) { b, c, d in d ^ b & (c ^ d) }
    mix(words.span, 20, 0x6ED9_EBA1, &state) { b, c, d in b ^ c ^ d }
    mix(words.span, 40, 0x8F1B_BCDC, &state) { b, c, d in (b & c) &+ (d & (b ^ c)) }
    mix(words.span, 60, 0xCA62_C1D6, &state) { b, c, d in b ^ c ^ d }
    for index in 0..<5 { state[index] &+= Words(repeating: start[index]) }
    return [
      [state[0].x, state[1].x, state[2].x, state[3].x, state[4].x],
      [state[0].y, state[1].y, state[2].y, state[3].y, state[4].y],
      [state[0].z, state[1].z, state[2].z, state[3].z, state[4].z],
      [state[0].w, state[1].w, state[2].w, state[3].w, state[4].w],
    ]
  }

  /// Twenty steps with one function and one constant, five at a time so that no word has to be moved.
  @inline(__always)
  private static func mix(
    _ words: Span<Words>, _ first: Int, _ constant: UInt32, _ state: inout [5 of Words],
    _ function: (Words, Words, Words) -> Words
  ) {
    func step(
      _ a: Words, _ b: inout Words, _ c: Words, _ d: Words, _ e: inout Words, _ word: Words
    ) {
      e = e &+ rotate(a, 5) &+ function(b, c, d) &+ word &+ Words(repeating: constant)
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
  private static func rotate(_ word: Words, _ count: UInt32) -> Words {
    // Shifts of both kinds would be compiled to rotations, which there are none of for vectors: to one word at a time.
    word &* Words(repeating: 1 &<< count) | word &>> Words(repeating: 32 &- count)
  }
}
