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

  /// Takes back what was written since `begin`, to be written in another way.
  mutating func takeBytes(from begin: Int) -> [UInt8] {
    let bytes = withBytes { bytes in
      (begin..<bytes.byteCount).map { bytes.uint8(at: $0) }
    }
    truncate(to: begin)
    return bytes
  }

  /// Whether two parts of the text are the same.
  func isEqual(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
    withBytes { bytes in
      first.count == second.count
        && zip(first, second).allSatisfy { bytes.uint8(at: $0) == bytes.uint8(at: $1) }
    }
  }

  /// Appends a number in decimal.
  @inline(__always)
  mutating func append(_ number: UInt64) {
    // Most numbers are small.
    if number < 10 {
      append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number))
    } else {
      appendLong(number)
    }
  }

  @inline(never)
  private mutating func appendLong(_ number: UInt64) {
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
    if address.version == 4 {
      append(dotted: UInt32(truncatingIfNeeded: address.low))
    } else {
      address.spell { append($0) }
    }
  }

  /// Appends four bytes in dotted decimal.
  private mutating func append(dotted address: UInt32) {
    append(UInt64(address >> 24))
    append(UInt8(ascii: "."))
    append(UInt64(address >> 16 & 255))
    append(UInt8(ascii: "."))
    append(UInt64(address >> 8 & 255))
    append(UInt8(ascii: "."))
    append(UInt64(address & 255))
  }

  /// Appends nanoseconds as a decimal number of larger units, exactly and without an exponent.
  ///
  /// - Parameter decimals: how many nanosecond digits one unit has: 9 for seconds, 6 for milliseconds, at most 18.
  @inline(__always)
  mutating func append(nanoseconds value: Int64, decimals: Int) {
    if value < 0 { append(UInt8(ascii: "-")) }
    // A constant wherever the caller's is one, and a division by a constant is a multiplication.
    var unit: UInt64 = 1
    for _ in 0..<decimals { unit &*= 10 }
    let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: unit)
    append(whole)
    guard rest > 0 else { return }
    append(UInt8(ascii: "."))
    let begin = count
    append(rest, digits: decimals)
    trimZeros(from: begin)
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
