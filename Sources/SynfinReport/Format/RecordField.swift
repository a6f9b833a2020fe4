public import SynfinLifecycle

/// One field of something that is written: its name, its unit, what it means and how to get it.
public struct Field<Root>: Sendable {
  /// Lower snake case, with the unit at its end where there is one.
  public let name: StaticString
  /// What kind of value it has, and in which unit.
  public let kind: Kind
  /// What it says, in one line.
  public let meaning: String
  /// The columns of the objects in a list.
  public let columns: [Column]
  let columnNames: [StaticString]
  let get: @Sendable (Root) -> FieldValue

  /// The kinds of values.
  public enum Kind: String, Sendable {
    case integer, bytes, packet, boolean, word, text, address, time, seconds
    case milliseconds = "ms"
    case packets, words, list
  }

  /// A column of a list's objects.
  public struct Column: Sendable {
    /// Its name.
    public let name: StaticString
    /// What kind of value it has.
    public let kind: String
    /// What it says, in one line.
    public let meaning: String
  }

  init(
    _ name: StaticString, _ kind: Kind, _ meaning: String,
    _ get: @escaping @Sendable (Root) -> FieldValue
  ) {
    self.name = name
    self.kind = kind
    self.meaning = meaning
    self.get = get
    columns = []
    columnNames = []
  }

  /// Makes a field that holds a list of objects, which have fields of their own.
  init<Element>(
    _ name: StaticString, listOf fields: [Field<Element>], _ meaning: String,
    _ elements: @escaping @Sendable (Root) -> [Element]
  ) {
    self.name = name
    kind = .list
    self.meaning = meaning
    columns = fields.map { Column(name: $0.name, kind: $0.kind.rawValue, meaning: $0.meaning) }
    columnNames = fields.map(\.name)
    get = { root in
      .objects(elements(root).map { element in fields.map { $0.get(element) } })
    }
  }

  /// The same field of something that holds a `Root`.
  func lifted<Whole>(_ part: @escaping @Sendable (Whole) -> Root?) -> Field<Whole> {
    Field<Whole>(copying: self) { whole in part(whole).map(get) ?? .absent }
  }

  private init<Other>(
    copying other: Field<Other>, _ get: @escaping @Sendable (Root) -> FieldValue
  ) {
    name = other.name
    kind = Kind(rawValue: other.kind.rawValue) ?? .text
    meaning = other.meaning
    columns = other.columns.map { Column(name: $0.name, kind: $0.kind, meaning: $0.meaning) }
    columnNames = other.columnNames
    self.get = get
  }
}

/// A field of a connection's record, or a group of them.
///
/// All formats, the documentation and the tests read the one table in `RecordField.all`.
public indirect enum RecordField: Sendable {
  /// A single field.
  case field(Field<ConnectionRecord>)
  /// Fields under a common name; a group of which nothing is known is left out.
  case group(StaticString, String, [RecordField])

  /// A group of fields that belong to a part of the record; nil says that there is none.
  static func group<Part>(
    _ name: StaticString, _ meaning: String, of fields: [Field<Part>],
    _ part: @escaping @Sendable (ConnectionRecord) -> Part?
  ) -> RecordField {
    .group(name, meaning, fields.map { .field($0.lifted(part)) })
  }
}

/// A single field with its dotted name, such as "client.rtt_ms.min".
public struct FlatField: Sendable {
  /// The names of the groups and of the field, joined by dots.
  public let name: String
  /// The field itself.
  public let field: Field<ConnectionRecord>
}

extension RecordField {
  /// All fields of the record with their dotted names, in the order they are written.
  public static var flat: [FlatField] { flatten(all, prefix: "") }

  private static func flatten(_ fields: [RecordField], prefix: String) -> [FlatField] {
    fields.flatMap { field in
      switch field {
      case .field(let field): [FlatField(name: prefix + field.name.description, field: field)]
      case .group(let name, _, let members):
        flatten(members, prefix: prefix + name.description + ".")
      }
    }
  }
}
