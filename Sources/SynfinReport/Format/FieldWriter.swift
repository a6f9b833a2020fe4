internal import SynfinLifecycle
internal import SynfinWire

/// What kind of value a field has, and in which unit.
public enum FieldKind: String, Sendable {
  case integer, bytes, packet, boolean, word, text, address, time, seconds
  case milliseconds = "ms"
  case bitRate = "bits/s"
  case packets, words, list
}

/// Takes fields that are numbers, one after the other.
///
/// What a record consists of is said once, in `RecordFields`: name, kind, meaning and value of each field. The compiler
/// makes straight code of it for each format, in which the names are constants and the meanings are gone. A value that
/// is nil is unknown, or means nothing for this record.
protocol NumberFieldWriter {
  mutating func number(
    _ name: StaticString, _ kind: FieldKind, _ meaning: StaticString, _ value: UInt64?)
  mutating func milliseconds(_ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?)
}

/// Takes fields that are written in a few bytes, one after the other.
protocol BriefFieldWriter: NumberFieldWriter {
  mutating func flag(_ name: StaticString, _ meaning: StaticString, _ value: Bool?)
  mutating func word(_ name: StaticString, _ meaning: StaticString, _ value: StaticString?)
  mutating func address(_ name: StaticString, _ meaning: StaticString, _ value: IPAddress?)
  mutating func time(_ name: StaticString, _ meaning: StaticString, _ value: SpelledMoment)
  mutating func seconds(_ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?)
  /// A few packets by their numbers; a `count` of nil means that there is no such list.
  mutating func packets(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ packet: (Int) -> UInt64)
  /// A few words.
  mutating func words(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ word: (Int) -> StaticString)
  /// A few states of a connection.
  mutating func states(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ state: (Int) -> TCPState)
  /// Begins an object of its own under a name.
  ///
  /// - Parameter isKnown: whether there is anything to tell; if not, every value in it is nil.
  /// - Returns: whether its fields are wanted, and then `endGroup`.
  mutating func beginGroup(_ name: StaticString, isKnown: Bool) -> Bool
  mutating func endGroup()
  /// Writes a group whose values are those of the group before.
  mutating func repeatGroup(_ name: StaticString)
  /// Writes fields that are all zero.
  mutating func zeros(_ which: ZeroFields, _ fields: (inout Self) -> Void)
  /// Leaves out fields that this record does not have, and others do; the values that `fields` gives mean nothing.
  mutating func absent(_ which: AbsentFields, _ fields: (inout Self) -> Void)
}

/// Takes all the fields of a record: a format that writes them, or the list of all that there are.
protocol FieldWriter: ~Copyable {
  /// What writes brief fields.
  associatedtype Brief: BriefFieldWriter
  /// Lends what writes brief fields, of at most `briefRoom` bytes; nothing else may be written until it is given back.
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
  /// Objects that have fields of their own; a `count` of nil means that there is no such list.
  mutating func list<Element: FieldList>(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ element: (Int) -> Element)
  /// Fields that stand in an object of their own under a name.
  ///
  /// - Parameter isKnown: whether there is anything to tell; if not, every value of `fields` is nil.
  mutating func group(_ name: StaticString, isKnown: Bool, _ fields: (inout Self) -> Void)
}

/// How many bytes brief fields may take in one go: some 200 fields with long names and large values.
let briefRoom = 16 * 1024

extension FieldWriter where Self: ~Copyable {
  /// Writes brief fields in one go.
  @inline(__always)
  mutating func brief(_ fields: (inout Brief) -> Void) {
    var brief = beginBrief()
    fields(&brief)
    endBrief(brief)
  }
}

extension NumberFieldWriter {
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
