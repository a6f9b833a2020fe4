public import SynfinLifecycle

/// The machine record of one connection (NDJSON, one object a line).
public enum RecordJSON {
  /// Writes one object; the caller ends the line.
  public static func write(into json: inout JSONWriter, _ record: ConnectionRecord) {
    json.beginObject()
    write(into: &json, record, RecordField.all)
    json.endObject()
  }

  private static func write(
    into json: inout JSONWriter, _ record: ConnectionRecord, _ fields: [RecordField]
  ) {
    for field in fields {
      switch field {
      case .field(let field):
        json.write(field.get(record), field.name, columns: field.columnNames)
      case .group(let name, _, let members):
        let mark = json.mark
        json.beginObject(name)
        let empty = json.mark
        write(into: &json, record, members)
        if json.mark == empty { json.reset(to: mark) } else { json.endObject() }
      }
    }
  }
}
