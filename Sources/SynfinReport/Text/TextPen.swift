internal import SynfinWire

/// Writes short pieces one behind the other into room that was made for all of them at once.
///
/// `TextBuffer.beginPieces` lends one, which must not be kept. Each piece looks once whether it still fits; the
/// place is all that changes, so that it can stay in a register. Unsafe code: a piece has at most `pieceSize` bytes.
@safe
struct TextPen {
  /// How many bytes a piece has at most, with those that its last word writes too much.
  static let pieceSize = 160
  /// How long a name or a word may be.
  static let wordSize = 64

  /// What is written goes here.
  var place: DigitTable.Place
  /// Where it began.
  let first: DigitTable.Place
  /// The last place that has room for one more piece.
  let last: DigitTable.Place
  let digits: DigitTable

  /// Makes a pen for the bytes from `place` to `end`, of which there are at least `pieceSize`.
  @unsafe @inline(__always)
  init(_ place: DigitTable.Place, end: DigitTable.Place, _ digits: DigitTable) {
    unsafe self.place = place
    unsafe first = place
    unsafe last = end - Self.pieceSize
    self.digits = digits
  }

  // MARK: - Parts of pieces, for which there is room

  /// Looks whether there is room for one more piece.
  @inline(__always)
  func look() {
    unsafe precondition(place <= last)
  }

  @unsafe @inline(__always)
  mutating func put(_ byte: UInt8) {
    unsafe place.pointee = byte
    unsafe place += 1
  }

  @unsafe @inline(__always)
  mutating func put(_ number: UInt64) {
    // Most numbers are small.
    if number < 10 {
      let text =
        UInt16(UInt8(ascii: ",")) &<< 8
        | UInt16(UInt8(ascii: "0") | UInt8(truncatingIfNeeded: number))
      unsafe UnsafeMutableRawPointer(place).storeBytes(of: text.littleEndian, as: UInt16.self)
      unsafe place += 2
    } else {
      unsafe place = digits.write(number, at: place)
      unsafe put(UInt8(ascii: ","))
    }
  }

  @unsafe @inline(__always)
  mutating func put(_ flag: Bool) {
    if flag { unsafe put(constant: "true,") } else { unsafe put(constant: "false,") }
  }

  @unsafe @inline(__always)
  mutating func put(milliseconds value: Int64) {
    unsafe place = digits.write(milliseconds: value, at: place)
    unsafe put(UInt8(ascii: ","))
  }

  @unsafe @inline(__always)
  mutating func put(seconds value: Int64) {
    unsafe place = digits.write(seconds: value, at: place)
    unsafe put(UInt8(ascii: ","))
  }

  @unsafe @inline(__always)
  mutating func put(_ address: IPAddress) {
    if address.version == 4 {
      unsafe place = digits.write(dotted: UInt32(truncatingIfNeeded: address.low), at: place)
    } else {
      unsafe place = Self.spell(address, at: place)
    }
  }

  /// Writes an address of IPv6, which has at most 45 bytes.
  @unsafe @inline(never)
  private static func spell(_ address: IPAddress, at place: DigitTable.Place) -> DigitTable.Place {
    var end = unsafe place
    address.spell {
      unsafe end.pointee = $0
      unsafe end += 1
    }
    return unsafe end
  }

  @unsafe @inline(__always)
  mutating func put(key name: StaticString) {
    unsafe put(UInt8(ascii: "\""))
    unsafe put(constant: name)
    unsafe put(constant: "\":")
  }

  @unsafe @inline(__always)
  mutating func put(quoted word: StaticString) {
    unsafe put(UInt8(ascii: "\""))
    unsafe put(word: word)
    unsafe put(constant: "\",")
  }

  /// Writes a text that is known where this is compiled, so that it becomes a few stores.
  @unsafe @inline(__always)
  mutating func put(constant text: StaticString) {
    let length = text.utf8CodeUnitCount
    precondition(length <= Self.wordSize)
    unsafe place.initialize(from: text.utf8Start, count: length)
    unsafe place += length
  }

  /// Writes one of several words.
  @unsafe @inline(__always)
  mutating func put(word: StaticString) {
    let length = word.utf8CodeUnitCount
    precondition(length <= Self.wordSize)
    unsafe Self.copy(word.utf8Start, to: place, length)
    unsafe place += length
  }

  /// Writes one of several short words, for which there must be 16 bytes.
  @unsafe @inline(__always)
  mutating func put(_ word: KeptWords.Word) {
    unsafe UnsafeMutableRawPointer(place).storeBytes(of: word, as: KeptWords.Word.self)
    unsafe place += Int(word[15])
  }

  /// Copies a word in two halves, which may overlap.
  @unsafe @inline(__always)
  private static func copy(
    _ text: UnsafePointer<UInt8>, to place: DigitTable.Place, _ length: Int
  ) {
    switch length {
    case 8...16: unsafe copyEnds(text, to: place, length, as: UInt64.self)
    case 4...7: unsafe copyEnds(text, to: place, length, as: UInt32.self)
    default: unsafe place.update(from: text, count: length)
    }
  }

  /// Copies the first and the last bytes of a text, as many as `Part` has.
  @unsafe @inline(__always)
  private static func copyEnds<Part: BitwiseCopyable>(
    _ text: UnsafePointer<UInt8>, to place: DigitTable.Place, _ length: Int, as: Part.Type
  ) {
    let from = unsafe UnsafeRawPointer(text)
    let to = UnsafeMutableRawPointer(place)
    let rest = length &- MemoryLayout<Part>.size
    unsafe to.storeBytes(of: from.loadUnaligned(as: Part.self), as: Part.self)
    unsafe to.storeBytes(
      of: from.loadUnaligned(fromByteOffset: rest, as: Part.self), toByteOffset: rest,
      as: Part.self)
  }
}
