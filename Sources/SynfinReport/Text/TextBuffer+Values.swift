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
  mutating func append(_ number: Int) {
    if number < 0 { append(UInt8(ascii: "-")) }
    append(UInt64(number.magnitude))
  }

  /// Appends an address: dotted decimal for IPv4, RFC 5952 for IPv6.
  mutating func append(_ address: IPAddress) {
    if address.version == 4 {
      append(dotted: UInt32(truncatingIfNeeded: address.low))
    } else {
      address.spell { append($0) }
    }
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
