import SynfinWire

extension TextBuffer {
  /// The string that `write` makes.
  static func string(_ write: (inout TextBuffer) -> Void) -> String {
    var text = TextBuffer(capacity: 128)
    write(&text)
    return text.string
  }

  /// The text as a string.
  var string: String {
    withBytes { bytes in
      unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
  }

  /// Appends a number in decimal.
  @inline(__always)
  mutating func append(_ number: UInt64) {
    append(number, digits: Self.digits(of: number))
  }

  /// Appends a number in decimal.
  @inline(__always)
  mutating func append(_ number: Int) {
    if number < 0 { append(UInt8(ascii: "-")) }
    append(UInt64(number.magnitude))
  }

  /// How many decimal digits a number has.
  @inline(__always)
  static func digits(of number: UInt64) -> Int {
    var rest = number
    var count = 1
    while true {
      if rest < 10 { return count }
      if rest < 100 { return count + 1 }
      if rest < 1000 { return count + 2 }
      if rest < 10_000 { return count + 3 }
      rest /= 10_000
      count += 4
    }
  }

  /// Appends an address: dotted decimal for IPv4, RFC 5952 for IPv6.
  mutating func append(_ address: IPAddress) {
    address.spell { append($0) }
  }

  /// Fills up with spaces what was written since `begin`; a wider text makes the column wider from then on.
  mutating func pad(from begin: Int, to width: inout Int) {
    let length = count - begin
    width = max(width, length)
    append(UInt8(ascii: " "), repeated: width - length)
  }

  /// Puts spaces in front of what was written since `begin`; a wider text makes the column wider from then on.
  mutating func alignRight(from begin: Int, to width: inout Int) {
    let length = count - begin
    width = max(width, length)
    indent(from: begin, by: width - length)
  }
}
