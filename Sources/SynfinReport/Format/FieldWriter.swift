internal import SynfinWire

/// What kind of value a field has, and in which unit.
public enum FieldKind: String, Sendable {
  case integer, bytes, packet, boolean, word, text, address, time, seconds
  case milliseconds = "ms"
  case bitRate = "bits/s"
  case packets, words, list
}

/// Takes fields that are written in a few bytes, one after the other.
///
/// What a record consists of is said once, in `RecordFields`: name, kind, meaning and value of each field. The compiler
/// makes straight code of it for each format, in which the names are constants and the meanings are gone. A value that
/// is nil is unknown, or means nothing for this record.
protocol BriefFieldWriter {
  mutating func number(
    _ name: StaticString, _ kind: FieldKind, _ meaning: StaticString, _ value: UInt64?)
  mutating func flag(_ name: StaticString, _ meaning: StaticString, _ value: Bool?)
  mutating func word(_ name: StaticString, _ meaning: StaticString, _ value: StaticString?)
  mutating func address(_ name: StaticString, _ meaning: StaticString, _ value: IPAddress?)
  mutating func time(_ name: StaticString, _ meaning: StaticString, _ value: SpelledMoment)
  mutating func seconds(_ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?)
  mutating func milliseconds(_ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?)
  /// Begins an object of its own under a name.
  ///
  /// - Parameter isKnown: whether there is anything to tell; if not, every value in it is nil.
  /// - Returns: whether its fields are wanted, and then `endGroup`.
  mutating func beginGroup(_ name: StaticString, isKnown: Bool) -> Bool
  mutating func endGroup()
  /// Writes a group whose values are those of the group before.
  mutating func repeatGroup(_ name: StaticString)
}

/// Takes all the fields of a record: a format that writes them, or the list of all that there are.
protocol FieldWriter: ~Copyable {
  /// What writes brief fields.
  associatedtype Brief: BriefFieldWriter
  /// Lends what writes brief fields, at most `briefLimit` of them; nothing else may be written until it is given back.
  mutating func beginBrief() -> Brief
  /// Takes it back with what it wrote.
  mutating func endBrief(_ brief: Brief)
  /// What a brief field is written from that is a time.
  mutating func spelled(_ time: Timestamp) -> SpelledMoment
  /// A text that `write` makes.
  mutating func text(
    _ name: StaticString, _ meaning: StaticString, _ write: (inout TextBuffer) -> Void)
  /// The Community ID of what `message` says, which may be written later.
  mutating func communityID(
    _ name: StaticString, _ meaning: StaticString, _ message: SHA1.Block)
  mutating func packets<Elements: RandomAccessCollection>(
    _ name: StaticString, _ meaning: StaticString, _ elements: Elements?,
    _ packet: (Elements.Element) -> UInt64)
  mutating func words<Elements: RandomAccessCollection>(
    _ name: StaticString, _ meaning: StaticString, _ elements: Elements?,
    _ word: (Elements.Element) -> StaticString)
  /// Objects that have fields of their own.
  mutating func list<Element: FieldList>(
    _ name: StaticString, _ meaning: StaticString, _ elements: [Element]?)
  /// Fields that stand in an object of their own under a name.
  ///
  /// - Parameter isKnown: whether there is anything to tell; if not, every value of `fields` is nil.
  mutating func group(_ name: StaticString, isKnown: Bool, _ fields: (inout Self) -> Void)
  /// Fields that this record does not have, and others do; the values that `fields` gives mean nothing.
  mutating func absent(_ which: AbsentFields, _ fields: (inout Self) -> Void)
}

/// Fields that many records do not have.
enum AbsentFields: Int {
  case labels, tcp
}

/// How many brief fields there may be in one go.
let briefLimit = 64

extension FieldWriter where Self: ~Copyable {
  /// Writes brief fields in one go.
  @inline(__always)
  mutating func brief(_ fields: (inout Brief) -> Void) {
    var brief = beginBrief()
    fields(&brief)
    endBrief(brief)
  }

  @inline(__always)
  mutating func packets(_ name: StaticString, _ meaning: StaticString, _ numbers: [UInt64]?) {
    packets(name, meaning, numbers) { $0 }
  }
}

extension BriefFieldWriter {
  @inline(__always)
  mutating func number(
    _ name: StaticString, _ kind: FieldKind, _ meaning: StaticString,
    _ value: (some FixedWidthInteger)?
  ) {
    number(name, kind, meaning, value.map { UInt64(clamping: $0) })
  }
}

/// Something with fields of its own, of which a record holds a list.
protocol FieldList {
  /// Hands the fields to a writer, in the order they are written.
  static func write(_ element: Self?, to out: inout some FieldWriter & ~Copyable)
}
