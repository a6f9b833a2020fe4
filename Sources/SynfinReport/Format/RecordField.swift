internal import SynfinLifecycle
internal import SynfinWire

/// One field of the record: its name, its kind and what it means.
public struct RecordField: Sendable {
  /// The names of its groups and its own, joined by dots, such as "client.rtt_ms.min"; lower snake case, with the unit
  /// at its end where there is one.
  public let name: String
  /// What kind of value it has, and in which unit.
  public let kind: FieldKind
  /// What it says, in one line.
  public let meaning: String
  /// The fields of the objects in a list.
  public let columns: [RecordField]

  /// All fields in the order they are written, which the documentation, the table formats and the tests read.
  public static let all: [RecordField] = {
    var collector = FieldCollector()
    var record = ConnectionRecord()
    RecordFields().write(&record, to: &collector)
    return collector.fields
  }()
}

/// Writes down which fields there are.
struct FieldCollector: FieldWriter, BriefFieldWriter {
  private(set) var fields: [RecordField] = []
  /// The names of the groups around the fields that come.
  private var groups: [String] = []

  private mutating func note(
    _ name: StaticString, _ kind: FieldKind, _ meaning: StaticString, _ columns: [RecordField] = []
  ) {
    fields.append(
      RecordField(
        name: (groups + [name.description]).joined(separator: "."), kind: kind,
        meaning: meaning.description, columns: columns)
    )
  }

  mutating func beginBrief() -> Self { self }

  mutating func endBrief(_ brief: Self) { self = brief }

  mutating func number(
    _ name: StaticString, _ kind: FieldKind, _ meaning: StaticString, _ value: UInt64?
  ) { note(name, kind, meaning) }

  mutating func flag(_ name: StaticString, _ meaning: StaticString, _ value: Bool?) {
    note(name, .boolean, meaning)
  }

  mutating func word(_ name: StaticString, _ meaning: StaticString, _ value: StaticString?) {
    note(name, .word, meaning)
  }

  mutating func address(_ name: StaticString, _ meaning: StaticString, _ value: IPAddress?) {
    note(name, .address, meaning)
  }

  mutating func spelled(_ time: Timestamp) -> SpelledMoment {
    SpelledMoment(second: [20 of UInt8](repeating: 0), nanosecond: 0)
  }

  mutating func time(_ name: StaticString, _ meaning: StaticString, _ value: SpelledMoment) {
    note(name, .time, meaning)
  }

  mutating func seconds(_ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?) {
    note(name, .seconds, meaning)
  }

  mutating func milliseconds(
    _ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?
  ) { note(name, .milliseconds, meaning) }

  mutating func text(
    _ name: StaticString, _ meaning: StaticString, _ write: (inout TextBuffer) -> Void
  ) { note(name, .text, meaning) }

  mutating func communityID(
    _ name: StaticString, _ meaning: StaticString, _ message: SHA1.Block
  ) { note(name, .text, meaning) }

  mutating func packets(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ packet: (Int) -> UInt64
  ) { note(name, .packets, meaning) }

  mutating func words(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ word: (Int) -> StaticString
  ) { note(name, .words, meaning) }

  mutating func states(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ state: (Int) -> TCPState
  ) { note(name, .words, meaning) }

  mutating func list<Element: FieldList>(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ element: (Int) -> Element
  ) {
    var columns = FieldCollector()
    Element.write(nil, to: &columns)
    note(name, .list, meaning, columns.fields)
  }

  mutating func group(_ name: StaticString, isKnown: Bool, _ fields: (inout Self) -> Void) {
    _ = beginGroup(name, isKnown: isKnown)
    fields(&self)
    endGroup()
  }

  mutating func beginGroup(_ name: StaticString, isKnown: Bool) -> Bool {
    groups.append(name.description)
    return true
  }

  mutating func endGroup() { groups.removeLast() }

  mutating func repeatGroup(_ name: StaticString) {}

  mutating func zeros(_ which: ZeroFields, _ fields: (inout Self) -> Void) { fields(&self) }

  mutating func absent(_ which: AbsentFields, _ fields: (inout Self) -> Void) { fields(&self) }
}
