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

  /// Writes a closing bracket in the place of the comma behind the last value of an object, and a comma.
  ///
  /// - Parameter begin: the place behind the opening bracket, where this pen has been.
  @inline(__always)
  mutating func close(from begin: Mark) {
    look()
    unsafe precondition(first <= begin.place && begin.place <= place)
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
    // An iterator would take a copy of the list.
    for place in elements.indices { write(&self, elements[place]) }
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
}
