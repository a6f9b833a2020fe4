public import SynfinLifecycle
internal import SynfinWire

/// Writes machine records as comma-separated values (RFC 4180): a line of names, then one row for each connection.
///
/// Lines end in LF, as the tools of Unix expect them; all readers of CSV take that. What a record lacks is an empty
/// cell. No cell can be taken for the formula of a spreadsheet: there are numbers, addresses and words of this program
/// in them, and nothing else that a packet may say.
public struct RecordCSV: ~Copyable {
  /// The text so far: whole lines.
  public private(set) var text = TextBuffer()
  private let fields: RecordFields
  private var moment = MomentText(.utc)
  /// Where lists of objects are written first: their quotation marks have to be doubled.
  private var list = JSONWriter()
  /// Whether the fields that come are those of other records.
  private var isAbsent = false

  /// Makes a writer.
  ///
  /// - Parameter communityIDSeed: the seed of the Community ID, which must be that of the tools whose IDs are joined.
  public init(communityIDSeed: UInt16 = 0) {
    fields = RecordFields(communityIDSeed: communityIDSeed)
  }

  /// Writes the line of names, with which a table begins.
  public mutating func writeNames() {
    for field in RecordField.all {
      text.append(string: field.name)
      endCell()
    }
    endRow()
  }

  /// Writes one row.
  ///
  /// - Parameter record: stays as it is; it is `inout` because a record is too large to be handed over by value.
  public mutating func write(_ record: inout ConnectionRecord) {
    let fields = fields
    fields.write(&record, to: &self)
    endRow()
  }

  /// Forgets the text but keeps its memory for the next rows.
  public mutating func removeAll() { text.removeAll() }

  @inline(__always)
  private mutating func endCell() { text.append(UInt8(ascii: ",")) }

  /// Ends the row in the place of the comma behind its last cell.
  private mutating func endRow() {
    _ = text.replaceLast(UInt8(ascii: ","), with: UInt8(ascii: "\n"))
  }

  /// Writes a cell, empty if there is no value.
  @inline(__always)
  private mutating func cell<Value>(_ value: Value?, _ write: (Value, inout TextBuffer) -> Void) {
    if let value, !isAbsent { write(value, &text) }
    endCell()
  }
}

extension RecordCSV: FieldWriter {
  @inline(__always)
  mutating func number(
    _ name: StaticString, _ kind: FieldKind, _ meaning: StaticString, _ value: UInt64?
  ) {
    cell(value) { $1.append($0) }
  }

  @inline(__always)
  mutating func flag(_ name: StaticString, _ meaning: StaticString, _ value: Bool?) {
    cell(value) { $1.append($0 ? "true" : "false") }
  }

  @inline(__always)
  mutating func word(_ name: StaticString, _ meaning: StaticString, _ value: StaticString?) {
    cell(value) { $1.append($0) }
  }

  mutating func address(_ name: StaticString, _ meaning: StaticString, _ value: IPAddress?) {
    cell(value) { $1.append($0) }
  }

  mutating func time(_ name: StaticString, _ meaning: StaticString, _ value: Timestamp) {
    if !isAbsent { moment.rfc3339(value, into: &text) }
    endCell()
  }

  mutating func seconds(_ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?) {
    cell(nanoseconds) { $1.append(seconds: $0) }
  }

  @inline(__always)
  mutating func milliseconds(
    _ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?
  ) {
    cell(nanoseconds) { $1.append(milliseconds: $0) }
  }

  /// A text may have commas; there are no quotation marks in it, as it is made of words of this program.
  @inline(__always)
  mutating func text(
    _ name: StaticString, _ meaning: StaticString, _ write: (inout TextBuffer) -> Void
  ) {
    text.append(UInt8(ascii: "\""))
    write(&text)
    text.append(UInt8(ascii: "\""))
    endCell()
  }

  @inline(__always)
  mutating func packets<Element>(
    _ name: StaticString, _ meaning: StaticString, _ elements: [Element]?,
    _ packet: (Element) -> UInt64
  ) {
    joined(elements) { $1.append(packet($0)) }
  }

  @inline(__always)
  mutating func words<Element>(
    _ name: StaticString, _ meaning: StaticString, _ elements: [Element]?,
    _ word: (Element) -> StaticString
  ) {
    joined(elements) { $1.append(word($0)) }
  }

  /// Writes numbers or words in one cell, with spaces between them.
  @inline(__always)
  private mutating func joined<Element>(
    _ elements: [Element]?, _ write: (Element, inout TextBuffer) -> Void
  ) {
    if let elements, !isAbsent {
      for (index, element) in elements.enumerated() {
        if index > 0 { text.append(UInt8(ascii: " ")) }
        write(element, &text)
      }
    }
    endCell()
  }

  /// Objects are written as JSON in one quoted cell.
  mutating func list<Element: FieldList>(
    _ name: StaticString, _ meaning: StaticString, _ elements: [Element]?
  ) {
    if let elements, !isAbsent {
      list.list(elements)
      list.newline()
      text.append(quoted: list.text)
      list.removeAll()
    }
    endCell()
  }

  @inline(__always)
  mutating func group(_ name: StaticString, isKnown: Bool, _ fields: (inout Self) -> Void) {
    fields(&self)
  }

  mutating func absent(_ fields: (inout Self) -> Void) {
    isAbsent = true
    fields(&self)
    isAbsent = false
  }
}

extension TextBuffer {
  /// Appends a line of another text in quotation marks, with those inside it doubled.
  fileprivate mutating func append(quoted line: borrowing TextBuffer) {
    append(UInt8(ascii: "\""))
    line.withBytes { bytes in
      for place in 0..<bytes.byteCount - 1 {
        let byte = bytes.uint8(at: place)
        if byte == UInt8(ascii: "\"") { append(byte) }
        append(byte)
      }
    }
    append(UInt8(ascii: "\""))
  }
}
