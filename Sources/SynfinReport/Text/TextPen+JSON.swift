internal import SynfinWire

// The values of JSON, each with a comma behind it, which the bracket behind the last one takes back.

extension TextPen {
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

  /// Ends an object that this pen has opened: a bracket in the place of the comma behind the last value, and a comma.
  @inline(__always)
  mutating func closeObject() {
    takeComma()
    unsafe put(constant: "},")
  }

  /// Takes back the comma behind the last value of an object or array that this pen has opened, if there is one.
  @inline(__always)
  private mutating func takeComma() {
    look()
    unsafe precondition(first < place)
    // What went before are that comma or, without values, the opening bracket.
    if unsafe place[-1] == UInt8(ascii: ",") { unsafe place -= 1 }
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
  mutating func write(
    key name: StaticString, count: Int, _ write: (inout TextPen, Int) -> Void
  ) {
    self.write(key: name, opening: UInt8(ascii: "["))
    for place in 0..<count { write(&self, place) }
    takeComma()
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

  /// Writes `"word",`.
  @inline(__always)
  mutating func write(quoted word: KeptWords.Word) {
    look()
    unsafe put(UInt8(ascii: "\""))
    unsafe put(word)
    unsafe put(constant: "\",")
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
}
