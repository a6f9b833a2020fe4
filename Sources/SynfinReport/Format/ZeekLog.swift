public import SynfinWire
public import SynfinZeek

/// Writes rows as a conn.log of Zeek 8: tab-separated values that `zeek-cut` and Zeek's own tools read.
///
/// Where Zeek writes the time of day at which the log was opened and closed, this writes the times of the capture's
/// first and last packet in UTC: the same input gives the same output.
public struct ZeekLog: ~Copyable {
  /// The text since it was last removed.
  public private(set) var text = TextBuffer()
  private var first: Timestamp?
  private var last = Timestamp(nanoseconds: 0)
  private var hasHeader = false

  /// The columns of Zeek's conn.log with their types, in order.
  private static let columns = [
    ("ts", "time"), ("uid", "string"), ("id.orig_h", "addr"), ("id.orig_p", "port"),
    ("id.resp_h", "addr"), ("id.resp_p", "port"), ("proto", "enum"), ("service", "string"),
    ("duration", "interval"), ("orig_bytes", "count"), ("resp_bytes", "count"),
    ("conn_state", "string"), ("local_orig", "bool"), ("local_resp", "bool"),
    ("missed_bytes", "count"), ("history", "string"), ("orig_pkts", "count"),
    ("orig_ip_bytes", "count"), ("resp_pkts", "count"), ("resp_ip_bytes", "count"),
    ("tunnel_parents", "set[string]"), ("ip_proto", "count"),
  ]

  /// Makes a log without rows.
  public init() {}

  /// Notes the time of a packet.
  public mutating func note(_ time: Timestamp) {
    if first == nil { first = time }
    last = time
  }

  /// Adds a row.
  public mutating func add(_ row: ZeekRow) {
    begin()
    write(microseconds: row.start)
    tab()
    row.uid.spell { text.append($0) }
    socket(row.orig)
    socket(row.resp)
    tab()
    text.append(row.transport.name)
    // No service.
    text.append("\t-")
    duration(row)
    tab()
    text.append(row.state)
    flag(ZeekLocalNetworks.contains(row.orig.address))
    flag(ZeekLocalNetworks.contains(row.resp.address))
    count(row.missedBytes)
    tab()
    if row.history.isEmpty { unset() } else { row.history.spell { text.append($0) } }
    count(row.orig.packets)
    count(row.orig.ipBytes)
    count(row.resp.packets)
    count(row.resp.ipBytes)
    parents(row.tunnelParents)
    count(UInt64(row.ipProtocol))
    text.newline()
  }

  /// Ends the log.
  public mutating func end() {
    begin()
    line(["#close", Self.moment(last)])
  }

  /// Forgets the text that has been taken.
  public mutating func removeText() {
    text.removeAll()
  }

  private mutating func begin() {
    if hasHeader { return }
    hasHeader = true
    text.append("#separator \\x09\n")
    line(["#set_separator", ","])
    line(["#empty_field", "(empty)"])
    line(["#unset_field", "-"])
    line(["#path", "conn"])
    line(["#open", Self.moment(first ?? last)])
    line(["#fields"] + Self.columns.map(\.0))
    line(["#types"] + Self.columns.map(\.1))
  }

  private mutating func line(_ words: [String]) {
    text.append(string: words.joined(separator: "\t"))
    text.newline()
  }

  /// A moment as Zeek writes it in `#open`: `2005-03-18-01-58-29`.
  private static func moment(_ time: Timestamp) -> String {
    String(TimeText.rfc3339(time).prefix(19)).map { "T:".contains($0) ? "-" : String($0) }.joined()
  }
}

// MARK: - Columns

extension ZeekLog {
  private mutating func tab() { text.append(UInt8(ascii: "\t")) }

  private mutating func unset() { text.append(UInt8(ascii: "-")) }

  private mutating func count(_ number: UInt64) {
    tab()
    text.append(number)
  }

  private mutating func flag(_ value: Bool) {
    tab()
    text.append(UInt8(ascii: value ? "T" : "F"))
  }

  private mutating func socket(_ side: ZeekRow.Side) {
    tab()
    text.append(side.address)
    count(UInt64(side.port))
  }

  /// The duration and both sides' payload, which mean nothing without it.
  private mutating func duration(_ row: ZeekRow) {
    guard row.duration > 0 else { return text.append("\t-\t-\t-") }
    tab()
    write(microseconds: row.duration)
    count(row.orig.bytes)
    count(row.resp.bytes)
  }

  private mutating func parents(_ uids: [ZeekUID]) {
    tab()
    if uids.isEmpty { unset() }
    for (index, uid) in uids.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      uid.spell { text.append($0) }
    }
  }

  /// Microseconds as seconds with six decimals.
  private mutating func write(microseconds: Int64) {
    let (whole, rest) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    if microseconds < 0 { unset() }
    text.append(whole)
    text.append(UInt8(ascii: "."))
    text.append(rest, digits: 6)
  }
}
