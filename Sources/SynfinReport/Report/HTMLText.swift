import SynfinWire

/// Writes HTML in which markup comes from this program alone: whatever else is written is text.
struct HTMLText: ~Copyable {
  private(set) var text = TextBuffer(capacity: 65_536)

  /// Writes markup of this program.
  mutating func markup(_ words: StaticString) { text.append(words) }

  /// Writes a text that can be nothing but text, also between quotes.
  mutating func escaped(_ string: String) { text.append(escaped: string) }

  /// Writes a text between two pieces of markup.
  mutating func element(_ open: StaticString, _ string: String, _ close: StaticString) {
    text.append(open)
    text.append(escaped: string)
    text.append(close)
  }

  /// Writes a number with at most two decimals.
  mutating func number(_ value: Double) { text.append(pixels: value) }

  mutating func number(_ value: Int) { text.append(value) }

  /// Writes what this target's drawing layer, style sheet or script made, which escapes what it has to.
  mutating func trusted(_ fragment: String) { text.append(string: fragment) }

  /// Writes a JSON text so that it cannot end the element it stands in (HTML §4.12.1.3).
  ///
  /// The characters that are escaped occur in JSON only inside strings.
  mutating func json(_ other: borrowing TextBuffer) {
    other.withBytes { bytes in
      var place = 0
      while place < bytes.byteCount {
        let byte = bytes.uint8(at: place)
        switch byte {
        case UInt8(ascii: "<"): text.append("\\u003c")
        case UInt8(ascii: ">"): text.append("\\u003e")
        case UInt8(ascii: "&"): text.append("\\u0026")
        // U+2028 and U+2029 end a line in older scripts: E2 80 A8 and E2 80 A9.
        case 0xE2
        where place + 2 < bytes.byteCount && bytes.uint8(at: place + 1) == 0x80
          && bytes.uint8(at: place + 2) & 0xFE == 0xA8:
          text.append(bytes.uint8(at: place + 2) == 0xA8 ? "\\u2028" : "\\u2029")
          place += 2
        default: text.append(byte)
        }
        place += 1
      }
    }
  }

  /// Takes out what was written so far.
  mutating func take() -> String {
    defer { text.removeAll() }
    return text.string
  }
}
