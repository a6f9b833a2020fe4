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
  let get: @Sendable (Root) -> FieldValue

  /// The kinds of values.
  public enum Kind: String, Sendable {
    case integer, bytes, packet, boolean, word, text, address, time, seconds
    case milliseconds = "ms"
    case bitRate = "bits/s"
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
  }

  /// Makes a field that holds a list of objects, which have fields of their own.
  ///
  /// - Parameter isRare: whether an empty list is left out.
  init<Element>(
    _ name: StaticString, listOf fields: [Field<Element>], _ meaning: String, isRare: Bool = false,
    _ elements: @escaping @Sendable (Root) -> [Element]
  ) {
    self.name = name
    kind = .list
    self.meaning = meaning
    columns = fields.map { Column(name: $0.name, kind: $0.kind.rawValue, meaning: $0.meaning) }
    let names = fields.map(\.name)
    get = { root in
      let elements = elements(root)
      if isRare, elements.isEmpty { return .absent }
      return .objects(elements.map { element in fields.map { $0.get(element) } }, columns: names)
    }
  }

  /// The same field of something that holds a `Root`.
  func lifted<Whole>(_ lend: @escaping FieldGroup<Whole>.Lender<Root>) -> Field<Whole> {
    Field<Whole>(copying: self) { whole in
      var value = FieldValue.absent
      lend(whole) { value = get($0) }
      return value
    }
  }

  private init<Other>(
    copying other: Field<Other>, _ get: @escaping @Sendable (Root) -> FieldValue
  ) {
    name = other.name
    kind = Kind(rawValue: other.kind.rawValue) ?? .text
    meaning = other.meaning
    columns = other.columns.map { Column(name: $0.name, kind: $0.kind, meaning: $0.meaning) }
    self.get = get
  }
}

/// A field, or a group of fields that belong to a part, of something that is written.
public enum FieldNode<Root>: Sendable {
  /// A single field.
  case field(Field<Root>)
  /// The fields of a part.
  case group(FieldGroup<Root>)

  /// A group that stands as an object of its own under a name, left out if nothing of it is known.
  static func group<Part>(
    _ name: StaticString, _ nodes: [FieldNode<Part>],
    _ lend: @escaping FieldGroup<Root>.Lender<Part>
  ) -> FieldNode {
    .group(FieldGroup(name: name, nodes, lend))
  }

  /// A group of fields of the whole that stands as an object of its own.
  static func group(_ name: StaticString, _ nodes: [FieldNode]) -> FieldNode {
    .group(FieldGroup(name: name, nodes))
  }

  /// A group whose fields stand among those around it.
  static func part<Part>(
    _ nodes: [FieldNode<Part>], _ lend: @escaping FieldGroup<Root>.Lender<Part>
  ) -> FieldNode {
    .group(FieldGroup(name: nil, nodes, lend))
  }

  var flat: [FlatField<Root>] {
    switch self {
    case .field(let field): [FlatField(name: field.name.description, field: field)]
    case .group(let group): group.flat
    }
  }
}

/// The fields of a part of something; the part is looked up once for all of them.
public final class FieldGroup<Root>: Sendable {
  /// Lends the part to the one who wants its fields, if it is there; parts are large, and a copy costs more than
  /// writing some of their fields.
  typealias Lender<Part> = @Sendable (Root, (Part) -> Void) -> Void

  let name: StaticString?
  let flat: [FlatField<Root>]
  /// Writes the fields without the braces around them.
  let write: @Sendable (Root, inout JSONWriter) -> Void

  init<Part>(
    name: StaticString?, _ nodes: [FieldNode<Part>], _ lend: @escaping Lender<Part>
  ) {
    self.name = name
    let prefix = name.map { $0.description + "." } ?? ""
    flat = nodes.flatMap(\.flat).map {
      FlatField(name: prefix + $0.name, field: $0.field.lifted(lend))
    }
    let steps = nodes.map(FieldStep.init)
    write = { root, json in
      lend(root) { json.write(steps, of: $0) }
    }
  }

  init(name: StaticString, _ nodes: [FieldNode<Root>]) {
    self.name = name
    flat = nodes.flatMap(\.flat).map {
      FlatField(name: name.description + "." + $0.name, field: $0.field)
    }
    let steps = nodes.map(FieldStep.init)
    write = { root, json in json.write(steps, of: root) }
  }
}

/// What writing takes of a field or a group, and nothing more: a record has many of them.
struct FieldStep<Root>: Sendable {
  let name: StaticString
  let get: @Sendable (Root) -> FieldValue
  let group: FieldGroup<Root>?

  init(_ node: FieldNode<Root>) {
    switch node {
    case .field(let field):
      name = field.name
      get = field.get
      group = nil
    case .group(let group):
      name = group.name ?? ""
      get = { _ in .absent }
      self.group = group
    }
  }
}

/// A single field with its dotted name, such as "client.rtt_ms.min".
public struct FlatField<Root>: Sendable {
  /// The names of the groups and of the field, joined by dots.
  public let name: String
  /// The field itself.
  public let field: Field<Root>
}

/// The table of the record's fields, which all formats, the documentation and the tests read.
public enum RecordField {
  /// All fields with their dotted names, in the order they are written.
  public static let flat: [FlatField<ConnectionRecord>] =
    table(communityIDSeed: 0).flatMap(\.flat)
}
