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
  private var communityIDs = CommunityIDs()
  private let kept = CSVFields.kept

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
    writeAhead(&record)
    complete()
  }

  /// Writes one of many rows, of which some may lack something until `complete` is called.
  ///
  /// - Parameter record: stays as it is.
  public mutating func writeAhead(_ record: inout ConnectionRecord) {
    let fields = fields
    fields.write(&record, to: &self)
    endRow()
  }

  /// Forgets the text but keeps its memory for the next rows.
  public mutating func removeAll() {
    text.removeAll()
    communityIDs.removeAll()
  }

  /// Writes what was put off; until then some Community IDs may be missing in the text.
  public mutating func complete() { communityIDs.complete(&text) }

  @inline(__always)
  private mutating func endCell() { text.append(UInt8(ascii: ",")) }

  /// Ends the row in the place of the comma behind its last cell.
  private mutating func endRow() {
    _ = text.replaceLast(UInt8(ascii: ","), with: UInt8(ascii: "\n"))
  }
}

extension RecordCSV: FieldWriter {
  @inline(__always)
  mutating func beginBrief() -> CSVFields {
    CSVFields(text.beginPieces(room: briefRoom), kept)
  }

  @inline(__always)
  mutating func endBrief(_ brief: CSVFields) { text.endPieces(brief.pen) }

  @inline(__always)
  mutating func spelled(_ time: Timestamp) -> SpelledMoment { moment.spelled(time) }

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
  mutating func communityID(
    _ name: StaticString, _ meaning: StaticString, _ message: SHA1.Block
  ) {
    text.append(UInt8(ascii: "\""))
    communityIDs.append(message, to: &text)
    text.append("\",")
  }

  /// Objects are written as JSON in one quoted cell.
  @inline(__always)
  mutating func list<Element: FieldList>(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ element: (Int) -> Element
  ) {
    guard let count else { return endCell() }
    if count == 0 { text.append("\"[]\",") } else { quote(count, element) }
  }

  private mutating func quote<Element: FieldList>(_ count: Int, _ element: (Int) -> Element) {
    list.list(nil, count, element)
    list.newline()
    text.append(quoted: list.text)
    list.removeAll()
    endCell()
  }

  @inline(__always)
  mutating func group(_ name: StaticString, isKnown: Bool, _ fields: (inout Self) -> Void) {
    fields(&self)
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
