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
  private static let wordSize = 64

  /// What is written goes here.
  private(set) var place: DigitTable.Place
  /// The last place that has room for one more piece.
  private let last: DigitTable.Place
  private let digits: DigitTable

  /// Makes a pen for the bytes from `place` to `end`, of which there are at least `pieceSize`.
  @unsafe @inline(__always)
  init(_ place: DigitTable.Place, end: DigitTable.Place, _ digits: DigitTable) {
    unsafe self.place = place
    unsafe last = end - Self.pieceSize
    self.digits = digits
  }

  // MARK: - Pieces

  /// Writes a byte.
  @inline(__always)
  mutating func write(_ byte: UInt8) {
    look()
    unsafe put(byte)
  }

  /// Writes a few bytes.
  @inline(__always)
  mutating func write<let length: Int>(_ bytes: [length of UInt8]) {
    precondition(length <= Self.wordSize)
    look()
    unsafe UnsafeMutableRawPointer(place).storeBytes(of: bytes, as: [length of UInt8].self)
    unsafe place += length
  }

  /// Writes a number and a comma.
  @inline(__always)
  mutating func write(_ number: UInt64) {
    look()
    unsafe put(number)
  }

  /// Writes `true` or `false` and a comma.
  @inline(__always)
  mutating func write(_ flag: Bool) {
    look()
    unsafe put(flag)
  }

  /// Writes nanoseconds as milliseconds, exactly and without an exponent, and a comma.
  @inline(__always)
  mutating func write(milliseconds value: Int64) {
    look()
    unsafe put(milliseconds: value)
  }

  /// Writes nanoseconds as seconds, exactly and without an exponent, and a comma.
  @inline(__always)
  mutating func write(seconds value: Int64) {
    look()
    unsafe put(seconds: value)
  }

  /// Writes a word of this program.
  @inline(__always)
  mutating func write(word: StaticString) {
    look()
    unsafe put(word: word)
  }

  /// Writes a number and a space.
  @inline(__always)
  mutating func write(spaced number: UInt64) {
    look()
    unsafe place = digits.write(number, at: place)
    unsafe put(UInt8(ascii: " "))
  }

  /// Writes a word of this program and a space.
  @inline(__always)
  mutating func write(spaced word: StaticString) {
    look()
    unsafe put(word: word)
    unsafe put(UInt8(ascii: " "))
  }

  /// Writes an address: dotted decimal for IPv4, RFC 5952 for IPv6.
  @inline(__always)
  mutating func write(_ address: IPAddress) {
    look()
    unsafe put(address)
  }

  /// Writes less than 1,000,000,000 with zeros in front.
  @inline(__always)
  mutating func write(nineDigitsOf number: UInt32) {
    precondition(number < 1_000_000_000)
    look()
    unsafe place = digits.write(nineDigits: number, at: place)
  }

  // MARK: - Repeats

  /// A place where a pen has been.
  @safe
  struct Mark {
    fileprivate let place: DigitTable.Place
  }

  /// Where the pen is now.
  var mark: Mark {
    @inline(__always) get { unsafe Mark(place: place) }
  }

  /// Writes once more what was written between two places where this pen has been.
  @inline(__always)
  mutating func write(again begin: Mark, _ end: Mark) {
    let length = unsafe end.place - begin.place
    unsafe precondition(length >= 0 && end.place <= place && length <= last - place)
    unsafe place.update(from: begin.place, count: length)
    unsafe place += length
  }

  // MARK: - JSON

  /// Writes `"name":`.
  @inline(__always)
  mutating func write(key name: StaticString) {
    look()
    unsafe put(key: name)
  }

  /// Writes `"name":` and an opening bracket or quotation mark.
  @inline(__always)
  mutating func write(key name: StaticString, opening mark: UInt8) {
    look()
    unsafe put(key: name)
    unsafe put(mark)
  }

  /// Writes a closing bracket in the place of the comma behind the last value of an object, and a comma.
  ///
  /// - Parameter begin: the place behind the opening bracket, where this pen has been.
  @inline(__always)
  mutating func close(from begin: Mark) {
    look()
    unsafe precondition(begin.place <= place)
    // If there is a value, its comma is behind `begin`.
    if unsafe place > begin.place { unsafe place -= 1 }
    unsafe put(constant: "},")
  }

  /// Writes `"name":[],`.
  @inline(__always)
  mutating func write(emptyList name: StaticString) {
    look()
    unsafe put(key: name)
    unsafe put(constant: "[],")
  }

  /// Writes `"name":[`, pieces that each end in a comma, and `],`.
  @inline(__always)
  mutating func write<Elements: RandomAccessCollection>(
    key name: StaticString, list elements: Elements,
    _ write: (inout TextPen, Elements.Element) -> Void
  ) {
    self.write(key: name, opening: UInt8(ascii: "["))
    for element in elements { write(&self, element) }
    look()
    // What went before are the last comma or, without elements, the opening bracket.
    if unsafe place[-1] == UInt8(ascii: ",") { unsafe place -= 1 }
    unsafe put(constant: "],")
  }

  /// Writes `"name":number,`; nothing in the name may need escaping.
  @inline(__always)
  mutating func write(key name: StaticString, _ number: UInt64) {
    look()
    unsafe put(key: name)
    unsafe put(number)
  }

  /// Writes `"name":true,`.
  @inline(__always)
  mutating func write(key name: StaticString, _ flag: Bool) {
    look()
    unsafe put(key: name)
    unsafe put(flag)
  }

  /// Writes `"name":number,` with nanoseconds as milliseconds.
  @inline(__always)
  mutating func write(key name: StaticString, milliseconds value: Int64) {
    look()
    unsafe put(key: name)
    unsafe put(milliseconds: value)
  }

  /// Writes `"name":number,` with nanoseconds as seconds.
  @inline(__always)
  mutating func write(key name: StaticString, seconds value: Int64) {
    look()
    unsafe put(key: name)
    unsafe put(seconds: value)
  }

  /// Writes `"name":"word",`.
  @inline(__always)
  mutating func write(key name: StaticString, word: StaticString) {
    look()
    unsafe put(key: name)
    unsafe put(quoted: word)
  }

  /// Writes `"word",`.
  @inline(__always)
  mutating func write(quoted word: StaticString) {
    look()
    unsafe put(quoted: word)
  }

  /// Writes `"name":"192.0.2.1",`.
  @inline(__always)
  mutating func write(key name: StaticString, _ address: IPAddress) {
    look()
    unsafe put(key: name)
    unsafe put(UInt8(ascii: "\""))
    unsafe put(address)
    unsafe put(UInt8(ascii: "\""))
    unsafe put(UInt8(ascii: ","))
  }

  // MARK: - Parts of pieces, for which there is room

  /// Looks whether there is room for one more piece.
  @inline(__always)
  private func look() {
    unsafe precondition(place <= last)
  }

  @unsafe @inline(__always)
  private mutating func put(_ byte: UInt8) {
    unsafe place.pointee = byte
    unsafe place += 1
  }

  @unsafe @inline(__always)
  private mutating func put(_ number: UInt64) {
    // Most numbers are small.
    if number < 10 {
      unsafe put(UInt8(ascii: "0") | UInt8(truncatingIfNeeded: number))
    } else {
      unsafe place = digits.write(number, at: place)
    }
    unsafe put(UInt8(ascii: ","))
  }

  @unsafe @inline(__always)
  private mutating func put(_ flag: Bool) {
    if flag { unsafe put(constant: "true,") } else { unsafe put(constant: "false,") }
  }

  @unsafe @inline(__always)
  private mutating func put(milliseconds value: Int64) {
    unsafe place = digits.write(milliseconds: value, at: place)
    unsafe put(UInt8(ascii: ","))
  }

  @unsafe @inline(__always)
  private mutating func put(seconds value: Int64) {
    unsafe place = digits.write(seconds: value, at: place)
    unsafe put(UInt8(ascii: ","))
  }

  @unsafe @inline(__always)
  private mutating func put(_ address: IPAddress) {
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
  private mutating func put(key name: StaticString) {
    unsafe put(UInt8(ascii: "\""))
    unsafe put(constant: name)
    unsafe put(constant: "\":")
  }

  @unsafe @inline(__always)
  private mutating func put(quoted word: StaticString) {
    unsafe put(UInt8(ascii: "\""))
    unsafe put(word: word)
    unsafe put(constant: "\",")
  }

  /// Writes a text that is known where this is compiled, so that it becomes a few stores.
  @unsafe @inline(__always)
  private mutating func put(constant text: StaticString) {
    let length = text.utf8CodeUnitCount
    precondition(length <= Self.wordSize)
    unsafe place.initialize(from: text.utf8Start, count: length)
    unsafe place += length
  }

  /// Writes one of several words.
  @unsafe @inline(__always)
  private mutating func put(word: StaticString) {
    let length = word.utf8CodeUnitCount
    precondition(length <= Self.wordSize)
    unsafe Self.copy(word.utf8Start, to: place, length)
    unsafe place += length
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
