public import SynfinWire

/// Writes JSON as UTF-8 bytes, one value after the other, without building a tree.
///
/// Keys come out in the order of the calls, so the same record always gives the same bytes.
public struct JSONWriter: ~Copyable {
  /// The text so far.
  public private(set) var text = TextBuffer()
  private var needsComma = false
  private var moment = MomentText(.utc)

  /// Makes an empty writer.
  public init() {}

  /// Forgets the text but keeps its memory for the next line.
  public mutating func removeAll() {
    text.removeAll()
    needsComma = false
  }

  /// How far the text has come, to return to if it turns out that nothing follows.
  struct Mark: Equatable {
    fileprivate let count: Int
    fileprivate let needsComma: Bool
  }

  var mark: Mark { Mark(count: text.count, needsComma: needsComma) }

  /// Takes back everything written since a mark.
  mutating func reset(to mark: Mark) {
    text.truncate(to: mark.count)
    needsComma = mark.needsComma
  }

  /// Ends a line of NDJSON.
  public mutating func newline() {
    text.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  /// Opens an object, as the value of `key` if there is one.
  public mutating func beginObject(_ key: StaticString? = nil) {
    begin(key, UInt8(ascii: "{"))
  }

  /// Closes the innermost object.
  public mutating func endObject() {
    text.append(UInt8(ascii: "}"))
    needsComma = true
  }

  /// Opens an array, as the value of `key` if there is one.
  public mutating func beginArray(_ key: StaticString? = nil) {
    begin(key, UInt8(ascii: "["))
  }

  /// Closes the innermost array.
  public mutating func endArray() {
    text.append(UInt8(ascii: "]"))
    needsComma = true
  }

  /// Writes a string value.
  public mutating func string(_ value: String, _ key: StaticString? = nil) {
    separate(key)
    quote(value)
  }

  /// Writes a string value of this program, in which nothing needs escaping.
  public mutating func word(_ value: StaticString, _ key: StaticString? = nil) {
    separate(key)
    text.append(UInt8(ascii: "\""))
    text.append(value)
    text.append(UInt8(ascii: "\""))
  }

  /// Writes an address as a string.
  public mutating func address(_ value: IPAddress, _ key: StaticString? = nil) {
    separate(key)
    text.append(UInt8(ascii: "\""))
    text.append(value)
    text.append(UInt8(ascii: "\""))
  }

  /// Writes a moment as a string (RFC 3339, UTC).
  public mutating func time(_ value: Timestamp, _ key: StaticString? = nil) {
    separate(key)
    text.append(UInt8(ascii: "\""))
    moment.rfc3339(value, into: &text)
    text.append(UInt8(ascii: "\""))
  }

  /// Writes an integer value of at most 64 bits.
  @inline(__always)
  public mutating func number(_ value: some FixedWidthInteger, _ key: StaticString? = nil) {
    separate(key)
    if value < 0 { text.append(UInt8(ascii: "-")) }
    text.append(UInt64(value.magnitude))
  }

  /// Writes `true` or `false`.
  public mutating func boolean(_ value: Bool, _ key: StaticString? = nil) {
    separate(key)
    if value { text.append("true") } else { text.append("false") }
  }

  /// Writes nanoseconds as a decimal number of larger units, exactly and without an exponent.
  ///
  /// - Parameter decimals: how many nanosecond digits one unit has: 9 for seconds, 6 for milliseconds.
  public mutating func nanoseconds(
    _ value: Int64, decimals: Int, _ key: StaticString? = nil
  ) {
    separate(key)
    if value < 0 { text.append(UInt8(ascii: "-")) }
    // Constants, because dividing by what is not known when this is built takes ten times as long.
    switch decimals {
    case 6: fraction(value.magnitude.quotientAndRemainder(dividingBy: 1_000_000), decimals)
    case 9: fraction(value.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000), decimals)
    default:
      let unit = (0..<decimals).reduce(UInt64(1)) { unit, _ in unit * 10 }
      fraction(value.magnitude.quotientAndRemainder(dividingBy: unit), decimals)
    }
  }

  @inline(__always)
  private mutating func fraction(_ parts: (quotient: UInt64, remainder: UInt64), _ decimals: Int) {
    text.append(parts.quotient)
    var rest = parts.remainder
    guard rest > 0 else { return }
    var digits = decimals
    while rest % 10 == 0 {
      rest /= 10
      digits -= 1
    }
    text.append(UInt8(ascii: "."))
    text.append(rest, digits: digits)
  }

  private mutating func begin(_ key: StaticString?, _ bracket: UInt8) {
    separate(key)
    text.append(bracket)
    needsComma = false
  }

  @inline(__always)
  private mutating func separate(_ key: StaticString?) {
    if needsComma { text.append(UInt8(ascii: ",")) }
    needsComma = true
    guard let key else { return }
    // Keys are identifiers: nothing in them needs escaping.
    text.append(UInt8(ascii: "\""))
    text.append(key)
    text.append("\":")
  }

  /// Quotes a string (RFC 8259 §7).
  private mutating func quote(_ value: String) {
    text.append(UInt8(ascii: "\""))
    let begin = text.count
    text.append(string: value)
    let isPlain = text.allSatisfy(from: begin) {
      $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if !isPlain {
      text.truncate(to: begin)
      escape(value)
    }
    text.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ value: String) {
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        text.append(UInt8(ascii: "\\"))
        text.append(byte)
      case 0x0A: text.append("\\n")
      case 0x09: text.append("\\t")
      case 0..<0x20:
        text.append("\\u00")
        text.append(byte < 16 ? "0" : "1")
        text.append(string: String(byte % 16, radix: 16))
      default: text.append(byte)
      }
    }
  }
}
