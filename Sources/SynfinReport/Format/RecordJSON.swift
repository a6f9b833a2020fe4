public import SynfinLifecycle

/// The machine record of one connection (NDJSON, one object a line).
public struct RecordJSON: Sendable {
  private let nodes: [FieldNode<ConnectionRecord>]

  /// Makes a writer.
  ///
  /// - Parameter communityIDSeed: the seed of the Community ID, which must be that of the tools whose IDs are joined.
  public init(communityIDSeed: UInt16 = 0) {
    nodes = RecordField.table(communityIDSeed: communityIDSeed)
  }

  /// Writes one object; the caller ends the line.
  public func write(into json: inout JSONWriter, _ record: ConnectionRecord) {
    json.beginObject()
    json.write(nodes, of: record)
    json.endObject()
  }
}

extension JSONWriter {
  /// Writes the fields of something, groups as objects.
  mutating func write<Root>(_ nodes: [FieldNode<Root>], of root: Root) {
    for node in nodes {
      switch node {
      case .field(let field): write(field.get(root), field.name, columns: field.columnNames)
      case .group(let group): write(group, of: root)
      }
    }
  }

  private mutating func write<Root>(_ group: FieldGroup<Root>, of root: Root) {
    guard let name = group.name else { return group.write(root, &self) }
    let start = mark
    beginObject(name)
    let empty = mark
    group.write(root, &self)
    if mark == empty { reset(to: start) } else { endObject() }
  }
}
