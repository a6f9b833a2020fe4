public import SynfinWire

/// Writes JSON as UTF-8 bytes, one value after the other, without building a tree.
///
/// Keys come out in the order of the calls, so the same record always gives the same bytes. Each value is followed by a
/// comma at once, which the end of the object, the array or the line takes back: nothing has to be remembered from
/// value to value.
public struct JSONWriter: ~Copyable {
  /// The text so far, complete when a line has ended.
  public private(set) var text = TextBuffer()
  private var moment = MomentText(.utc)
  private var communityIDs = CommunityIDs()
  /// Here because a global would be looked up again and again.
  let kept = JSONFields.kept

  /// Makes an empty writer.
  public init() {}

  /// Forgets the text but keeps its memory for the next lines.
  public mutating func removeAll() {
    text.removeAll()
    communityIDs.removeAll()
  }

  /// Writes what was put off; until then some Community IDs may be missing in the text.
  public mutating func complete() { communityIDs.complete(&text) }

  /// Takes back everything behind the first `count` bytes.
  mutating func takeBack(to count: Int) { text.truncate(to: count) }

  /// Ends a line of NDJSON.
  public mutating func newline() {
    if !text.replaceLast(UInt8(ascii: ","), with: UInt8(ascii: "\n")) { text.newline() }
  }

  /// Opens an object, as the value of `key` if there is one.
  @inline(__always)
  public mutating func beginObject(_ key: StaticString? = nil) {
    open(UInt8(ascii: "{"), key)
  }

  /// Closes the innermost object.
  @inline(__always)
  public mutating func endObject() { text.close(UInt8(ascii: "}")) }

  /// Opens an array, as the value of `key` if there is one.
  @inline(__always)
  public mutating func beginArray(_ key: StaticString? = nil) {
    open(UInt8(ascii: "["), key)
  }

  /// Closes the innermost array.
  @inline(__always)
  public mutating func endArray() { text.close(UInt8(ascii: "]")) }

  /// Writes an array with nothing in it.
  @inline(__always)
  mutating func emptyArray(_ key: StaticString) {
    text.write { $0.write(emptyList: key) }
  }

  /// Writes a string value.
  @inline(__always)
  public mutating func string(_ value: String, _ key: StaticString? = nil) {
    name(key)
    quote(value)
  }

  /// Writes the string that `write` makes of words of this program and numbers, in which nothing needs escaping.
  @inline(__always)
  mutating func string(_ key: StaticString, _ write: (inout TextBuffer) -> Void) {
    open(UInt8(ascii: "\""), key)
    let begin = text.count
    write(&text)
    assert(isPlain(from: begin))
    text.append("\",")
  }

  /// Writes a Community ID, perhaps later.
  @inline(__always)
  mutating func communityID(_ message: SHA1.Block, _ key: StaticString) {
    open(UInt8(ascii: "\""), key)
    communityIDs.append(message, to: &text)
    text.append("\",")
  }

  /// Writes a string value of this program, in which nothing needs escaping.
  @inline(__always)
  public mutating func word(_ value: StaticString, _ key: StaticString? = nil) {
    open(UInt8(ascii: "\""), key)
    text.append(value)
    text.append("\",")
  }

  /// Writes an address as a string.
  public mutating func address(_ value: IPAddress, _ key: StaticString? = nil) {
    open(UInt8(ascii: "\""), key)
    text.write { $0.write(value) }
    text.append("\",")
  }

  /// Writes a moment as a string (RFC 3339, UTC).
  public mutating func time(_ value: Timestamp, _ key: StaticString? = nil) {
    open(UInt8(ascii: "\""), key)
    moment.rfc3339(value, into: &text)
    text.append("\",")
  }

  /// Writes an integer value of at most 64 bits.
  @inline(__always)
  public mutating func number(_ value: some FixedWidthInteger, _ key: StaticString? = nil) {
    if let key, value >= 0 { return text.write { $0.write(key: key, UInt64(value.magnitude)) } }
    name(key)
    if value < 0 { text.append(UInt8(ascii: "-")) }
    text.write { $0.write(UInt64(value.magnitude)) }
  }

  /// Writes `true` or `false`.
  @inline(__always)
  public mutating func boolean(_ value: Bool, _ key: StaticString? = nil) {
    name(key)
    if value { text.append("true,") } else { text.append("false,") }
  }

  /// Writes nanoseconds as milliseconds, exactly and without an exponent.
  @inline(__always)
  mutating func milliseconds(_ value: Int64, _ key: StaticString) {
    text.write { $0.write(key: key, milliseconds: value) }
  }

  /// What a pen writes a moment from.
  @inline(__always)
  mutating func spelled(_ time: Timestamp) -> SpelledMoment { moment.spelled(time) }

  /// Makes room for short pieces and lends the pen that writes them, until it is given back.
  @inline(__always)
  mutating func beginPieces(room: Int) -> TextPen { text.beginPieces(room: room) }

  /// Takes a pen back with what it wrote.
  @inline(__always)
  mutating func endPieces(_ pen: TextPen) { text.endPieces(pen) }

  @inline(__always)
  private mutating func name(_ key: StaticString?) {
    // Keys are identifiers: nothing in them needs escaping.
    if let key { text.write { $0.write(key: key) } }
  }

  /// Writes an opening bracket or quotation mark, behind the key if there is one.
  @inline(__always)
  private mutating func open(_ mark: UInt8, _ key: StaticString?) {
    if let key {
      text.write { $0.write(key: key, opening: mark) }
    } else {
      text.append(mark)
    }
  }

  /// Quotes a string (RFC 8259 §7).
  private mutating func quote(_ value: String) {
    text.append(UInt8(ascii: "\""))
    let begin = text.count
    text.append(string: value)
    if !isPlain(from: begin) { escape(from: begin) }
    text.append("\",")
  }

  private func isPlain(from begin: Int) -> Bool {
    text.allSatisfy(from: begin) {
      $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
  }

  /// Escapes what was written since `begin`.
  private mutating func escape(from begin: Int) {
    for byte in text.takeBytes(from: begin) {
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
