/// SHA-1 (RFC 3174) of a few bytes, which the Community ID is defined by.
///
/// Not for anything that needs a secure hash.
enum SHA1 {
  /// The 160 bits of a hash.
  typealias Hash = (UInt32, UInt32, UInt32, UInt32, UInt32)

  /// The hash of a message of at most 55 bytes, which with its padding is one block.
  ///
  /// - Parameter block: the message in words of 32 bits, padded as `pad` does.
  static func hash(_ block: [16 of UInt32]) -> Hash {
    let initial: Hash = (0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0)
    var state = Rounds(words: block, state: initial)
    state.run(0..<20, 0x5A82_7999) { b, c, d in d ^ b & (c ^ d) }
    state.run(20..<40, 0x6ED9_EBA1) { b, c, d in b ^ c ^ d }
    state.run(40..<60, 0x8F1B_BCDC) { b, c, d in b & c | d & (b | c) }
    state.run(60..<80, 0xCA62_C1D6) { b, c, d in b ^ c ^ d }
    return (
      initial.0 &+ state.state.0, initial.1 &+ state.state.1, initial.2 &+ state.state.2,
      initial.3 &+ state.state.3, initial.4 &+ state.state.4
    )
  }

  /// RFC 3174 §4: a one bit, zeros, and the length in bits fill the block.
  static func pad(_ block: inout [16 of UInt32], length: Int) {
    precondition(length >= 0 && length < 56)
    block[length / 4] |= 0x80 << UInt32(24 - 8 * (length % 4))
    block[15] = UInt32(truncatingIfNeeded: length * 8)
  }

  /// RFC 3174 §6.2: the words in a ring of 16, each replaced by the one that is needed 16 steps later.
  private struct Rounds {
    var words: [16 of UInt32]
    var state: Hash

    @inline(__always)
    mutating func run(
      _ steps: Range<Int>, _ constant: UInt32, _ mix: (UInt32, UInt32, UInt32) -> UInt32
    ) {
      var (a, b, c, d, e) = state
      for step in steps {
        let word = word(step)
        let next = rotate(a, 5) &+ mix(b, c, d) &+ e &+ word &+ constant
        (a, b, c, d, e) = (next, a, rotate(b, 30), c, d)
      }
      state = (a, b, c, d, e)
    }

    @inline(__always)
    private mutating func word(_ step: Int) -> UInt32 {
      let place = step & 15
      if step >= 16 {
        let sum = words[(step &- 3) & 15] ^ words[(step &- 8) & 15] ^ words[(step &- 14) & 15]
        words[place] = rotate(sum ^ words[place], 1)
      }
      return words[place]
    }

    @inline(__always)
    private func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
      word &<< count | word &>> (32 &- count)
    }
  }
}
