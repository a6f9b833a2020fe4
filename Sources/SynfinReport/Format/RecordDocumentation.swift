internal import SynfinLifecycle

/// The documentation of the machine record, made of its fields.
public enum RecordDocumentation {
  /// A Markdown page with every field.
  public static var markdown: String {
    intro + groups + fieldTable + tables(RecordField.all)
  }

  private static let intro = """
    # The machine record

    `synfin --format ndjson FILE` prints one JSON object a line for each connection. Names are
    lower snake case with the unit in them. A field that is absent is unknown, or means nothing for
    this protocol; it is never a made-up zero. Times are exact to the nanosecond. Packet numbers
    count from 1. This page is the output of `synfin help record`.

    `synfin --format csv FILE` prints the same as a table (RFC 4180, in UTF-8): a line with the names
    below, then a row for each connection, each line ended by a line feed. An absent field is an
    empty cell. Packets and words are joined by spaces, so that an empty list is an empty cell too;
    a list of objects is its JSON in one quoted cell, and the names with `[]` are inside it. No cell
    can be taken for a formula by a spreadsheet: what packets say comes as numbers, addresses and
    words of synfin's own.


    """

  private static let groups = """
    | group | what it holds |
    |---|---|
    | `client` | the active opener; of UDP and ICMP the one who asks |
    | `server` | the passive opener; of UDP and ICMP the one who is asked |
    | `client.rtt_ms`, `server.rtt_ms` | from a segment it sent to the acknowledgement that covers it |
    | `client.causes`, `server.causes` | why segments it sent came again, or look as if they did; TCP only |
    | `handshake`, `teardown` | the opening and the closing; TCP only |
    | `response_ms` | question to answer; UDP and ICMP only |
    | `server_think_ms` | last byte of a request to first byte of its answer |
    | `client_think_ms` | last byte of an answer to the client's next byte |
    | `echo` | echo requests and replies; ICMP only |
    | `verdict` | what it comes to |


    """

  private static let fieldTable = """
    | field | kind | meaning |
    |---|---|---|

    """

  private static func tables(_ fields: [RecordField]) -> String {
    var text = ""
    for field in fields {
      text += row(field.name, field)
      for column in field.columns { text += row("\(field.name)[].\(column.name)", column) }
    }
    return text
  }

  private static func row(_ name: String, _ field: RecordField) -> String {
    "| `\(name)` | \(field.kind.rawValue) | \(field.meaning) |\n"
  }
}
