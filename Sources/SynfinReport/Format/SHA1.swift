/// SHA-1 (RFC 3174) of a few bytes, which the Community ID is defined by.
///
/// Not for anything that needs a secure hash.
enum SHA1 {
  /// The five words of the hash.
  static func hash(_ message: Span<UInt8>) -> [5 of UInt32] {
    var state: [5 of UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    // RFC 3174 §4: a one bit, zeros, and the length in bits fill the last block.
    let blocks = (message.count + 8) / 64 + 1
    for block in 0..<blocks {
      var words = [80 of UInt32](repeating: 0)
      for offset in 0..<64 {
        let place = block * 64 + offset
        guard place <= message.count else { break }
        let byte = place < message.count ? message[place] : 0x80
        words[offset / 4] |= UInt32(byte) << UInt32(24 - 8 * (offset % 4))
      }
      if block == blocks - 1 {
        words[14] = UInt32(truncatingIfNeeded: message.count >> 29)
        words[15] = UInt32(truncatingIfNeeded: message.count << 3)
      }
      mix(&words, into: &state)
    }
    return state
  }

  /// RFC 3174 §6.1: one block of 16 words, with room for 64 more that follow from them.
  private static func mix(_ words: inout [80 of UInt32], into state: inout [5 of UInt32]) {
    for index in 16..<80 {
      let word = words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16]
      words[index] = rotate(word, 1)
    }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for index in 0..<80 {
      let (function, constant) = round(index, b, c, d)
      let next = rotate(a, 5) &+ function &+ e &+ words[index] &+ constant
      (a, b, c, d, e) = (next, a, rotate(b, 30), c, d)
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
  }

  /// RFC 3174 §5: the function and the constant of a step.
  private static func round(
    _ step: Int, _ b: UInt32, _ c: UInt32, _ d: UInt32
  ) -> (UInt32, UInt32) {
    switch step {
    case ..<20: (b & c | ~b & d, 0x5A82_7999)
    case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
    case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
    default: (b ^ c ^ d, 0xCA62_C1D6)
    }
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word << count | word >> (32 - count)
  }
}
