/// Writes JSON as UTF-8 bytes, one value after the other, without building a tree.
///
/// Keys come out in the order of the calls, so the same record always gives the same bytes.
public struct JSONWriter {
  /// The bytes so far.
  public private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// Makes an empty writer.
  public init() {}

  /// Forgets the bytes but keeps their memory for the next line.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  /// How far the text has come, to return to if it turns out that nothing follows.
  struct Mark: Equatable {
    fileprivate let count: Int
    fileprivate let needsComma: Bool
  }

  var mark: Mark { Mark(count: bytes.count, needsComma: needsComma) }

  /// Takes back everything written since a mark.
  mutating func reset(to mark: Mark) {
    bytes.removeLast(bytes.count - mark.count)
    needsComma = mark.needsComma
  }

  /// Ends a line of NDJSON.
  public mutating func newline() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  /// Opens an object, as the value of `key` if there is one.
  public mutating func beginObject(_ key: StaticString? = nil) {
    begin(key, UInt8(ascii: "{"))
  }

  /// Closes the innermost object.
  public mutating func endObject() {
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  /// Opens an array, as the value of `key` if there is one.
  public mutating func beginArray(_ key: StaticString? = nil) {
    begin(key, UInt8(ascii: "["))
  }

  /// Closes the innermost array.
  public mutating func endArray() {
    bytes.append(UInt8(ascii: "]"))
    needsComma = true
  }

  /// Writes a string value.
  public mutating func string(_ value: some StringProtocol, _ key: StaticString? = nil) {
    separate(key)
    quote(value.utf8)
  }

  /// Writes an integer value.
  public mutating func number(_ value: some BinaryInteger, _ key: StaticString? = nil) {
    separate(key)
    append(digits: value)
  }

  /// Writes `true` or `false`.
  public mutating func boolean(_ value: Bool, _ key: StaticString? = nil) {
    separate(key)
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  /// Writes nanoseconds as a decimal number of larger units, exactly and without an exponent.
  ///
  /// - Parameter decimals: how many nanosecond digits one unit has: 9 for seconds, 6 for milliseconds.
  public mutating func nanoseconds(
    _ value: Int64, decimals: Int, _ key: StaticString? = nil
  ) {
    separate(key)
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var unit: UInt64 = 1
    for _ in 0..<decimals { unit *= 10 }
    var (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: unit)
    append(digits: whole)
    if rest > 0 { bytes.append(UInt8(ascii: ".")) }
    // Digit by digit, and none once the rest is zeros.
    while rest > 0 {
      unit /= 10
      (whole, rest) = rest.quotientAndRemainder(dividingBy: unit)
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: whole))
    }
  }

  private mutating func begin(_ key: StaticString?, _ bracket: UInt8) {
    separate(key)
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func separate(_ key: StaticString?) {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
    guard let key else { return }
    // Keys are identifiers: nothing in them needs escaping.
    bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func append(digits value: some BinaryInteger) {
    guard let number = UInt64(exactly: value) else {
      return bytes.append(contentsOf: String(value).utf8)
    }
    append(digits: number)
  }

  private mutating func append(digits value: UInt64) {
    // Twenty digits hold every number; they come out last digit first.
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var count = 0
    var rest = value
    repeat {
      digits[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      count += 1
    } while rest > 0
    for index in (0..<count).reversed() { bytes.append(digits[index]) }
  }

  /// Quotes a string (RFC 8259 §7).
  private mutating func quote(_ text: some Collection<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    let isPlain = text.allSatisfy {
      $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if isPlain { bytes.append(contentsOf: text) } else { escape(text) }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ text: some Collection<UInt8>) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
      case 0..<0x20:
        bytes += Array("\\u00".utf8) + Array((byte < 16 ? "0" : "1").utf8)
        bytes += Array(String(byte % 16, radix: 16).utf8)
      default: bytes.append(byte)
      }
    }
  }
}
