internal import SynfinWire

// Pieces that are not JSON's own.

extension TextPen {
  /// Writes a byte.
  @inline(__always)
  mutating func write(_ byte: UInt8) {
    look()
    unsafe put(byte)
  }

  /// Writes a text that is known where this is compiled.
  @inline(__always)
  mutating func write(constant text: StaticString) {
    look()
    unsafe put(constant: text)
  }

  /// Writes a number without anything behind it.
  @inline(__always)
  mutating func write(plain number: UInt64) {
    look()
    unsafe place = digits.write(number, at: place)
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

  /// Writes a text of any length.
  @inline(__always)
  mutating func write(_ text: KeptText) {
    look()
    unsafe precondition(text.count <= last - place)
    unsafe place.initialize(from: text.start, count: text.count)
    unsafe place += text.count
  }

  /// Writes a byte several times.
  @inline(__always)
  mutating func write(_ byte: UInt8, repeated times: Int) {
    look()
    unsafe precondition(times >= 0 && times <= last - place)
    unsafe place.initialize(repeating: byte, count: times)
    unsafe place += times
  }

  /// Writes a byte in the place of the last one that this pen wrote.
  @inline(__always)
  mutating func replaceLast(with byte: UInt8) {
    unsafe precondition(first < place)
    unsafe place[-1] = byte
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

  /// Writes a word of this program and a space.
  @inline(__always)
  mutating func write(spaced word: KeptWords.Word) {
    look()
    unsafe put(word)
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

  /// A place where a pen has been.
  @safe
  struct Mark {
    let place: DigitTable.Place
  }

  /// Where the pen is now.
  var mark: Mark {
    @inline(__always) get { unsafe Mark(place: place) }
  }

  /// Writes once more what was written between two places where this pen has been.
  @inline(__always)
  mutating func write(again begin: Mark, _ end: Mark) {
    let length = unsafe end.place - begin.place
    unsafe precondition(first <= begin.place && length >= 0 && end.place <= place)
    unsafe precondition(length <= last - place)
    unsafe place.update(from: begin.place, count: length)
    unsafe place += length
  }
}
