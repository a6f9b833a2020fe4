public import SynfinLifecycle

/// The machine record of one connection (NDJSON, one object a line).
public struct RecordJSON: Sendable {
  private let steps: [FieldStep<ConnectionRecord>]

  /// Makes a writer.
  ///
  /// - Parameter communityIDSeed: the seed of the Community ID, which must be that of the tools whose IDs are joined.
  public init(communityIDSeed: UInt16 = 0) {
    steps = RecordField.table(communityIDSeed: communityIDSeed).map(FieldStep.init)
  }

  /// Writes one object; the caller ends the line.
  public func write(into json: inout JSONWriter, _ record: ConnectionRecord) {
    json.beginObject()
    json.write(steps, of: record)
    json.endObject()
  }
}

extension JSONWriter {
  /// Writes the fields of something, groups as objects.
  mutating func write<Root>(_ steps: [FieldStep<Root>], of root: Root) {
    let span = steps.span
    for index in span.indices {
      if let group = span[index].group {
        write(group, of: root)
      } else {
        write(span[index].get(root), span[index].name)
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
