/// A text that is made once and written again and again.
///
/// Unsafe code: its memory is never given back and never changes.
@safe
struct KeptText: @unchecked Sendable {
  let start: UnsafePointer<UInt8>
  let count: Int

  /// Keeps the text that `write` makes.
  init(_ write: (inout TextBuffer) -> Void) {
    var text = TextBuffer()
    write(&text)
    count = text.count
    // All bytes of the text are copied into memory that has room for them.
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, 1))
    unsafe memory.initialize(from: text.start, count: count)
    unsafe start = UnsafePointer(memory)
  }
}

/// Words of at most 15 bytes, of which one is written without a look at its length.
///
/// Unsafe code: their memory is never given back and never changes.
@safe
struct KeptWords: @unchecked Sendable {
  /// Each word's bytes, zeros, and in the last place how many bytes there are.
  typealias Word = SIMD16<UInt8>

  private let words: UnsafePointer<Word>
  private let count: Int

  init(_ list: [StaticString]) {
    count = list.count
    // There is a place for each.
    let memory = UnsafeMutablePointer<Word>.allocate(capacity: count)
    for (place, word) in list.enumerated() {
      unsafe (memory + place).initialize(to: Self.word(word))
    }
    unsafe words = UnsafePointer(memory)
  }

  private static func word(_ word: StaticString) -> Word {
    var bytes = Word()
    for (place, byte) in word.description.utf8.enumerated() { bytes[place] = byte }
    precondition(bytes[15] == 0)
    bytes[15] = UInt8(word.utf8CodeUnitCount)
    return bytes
  }

  subscript(place: Int) -> Word {
    @inline(__always) get {
      precondition(place >= 0 && place < count)
      return unsafe words[place]
    }
  }
}
