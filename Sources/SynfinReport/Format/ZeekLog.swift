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
    text.append(row)
  }

  /// Ends the log.
  public mutating func end() {
    begin()
    line(["#close", Self.moment(last)])
  }

  /// Forgets the text that has been taken.
  public mutating func removeText() { text.removeAll() }

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

extension TextBuffer {
  fileprivate mutating func append(_ row: ZeekRow) {
    append(microseconds: row.start)
    tab()
    append(row.uid)
    append(row.orig)
    append(row.resp)
    column(row.transport.name)
    // No service.
    column("-")
    duration(row)
    column(row.state)
    flag(ZeekLocalNetworks.contains(row.orig.address))
    flag(ZeekLocalNetworks.contains(row.resp.address))
    count(row.missedBytes)
    history(row.history)
    count(row.orig.packets)
    count(row.orig.ipBytes)
    count(row.resp.packets)
    count(row.resp.ipBytes)
    parents(row.tunnelParents)
    count(UInt64(row.ipProtocol))
    newline()
  }

  @inline(__always)
  private mutating func tab() { append(UInt8(ascii: "\t")) }

  @inline(__always)
  private mutating func column(_ word: StaticString) {
    tab()
    append(word)
  }

  @inline(__always)
  private mutating func count(_ number: UInt64) {
    tab()
    append(number)
  }

  @inline(__always)
  private mutating func flag(_ value: Bool) {
    tab()
    append(UInt8(ascii: value ? "T" : "F"))
  }

  private mutating func append(_ side: ZeekRow.Side) {
    tab()
    append(side.address)
    count(UInt64(side.port))
  }

  /// The duration and both sides' payload, which mean nothing without it.
  @inline(__always)
  private mutating func duration(_ row: ZeekRow) {
    guard row.duration > 0 else { return column("-\t-\t-") }
    tab()
    append(microseconds: row.duration)
    count(row.orig.bytes)
    count(row.resp.bytes)
  }

  @inline(__always)
  private mutating func history(_ history: ZeekHistory) {
    if history.isEmpty { return column("-") }
    tab()
    history.spell { append($0) }
  }

  private mutating func parents(_ uids: [ZeekUID]) {
    if uids.isEmpty { return column("-") }
    var separator = UInt8(ascii: "\t")
    for uid in uids {
      append(separator)
      append(uid)
      separator = UInt8(ascii: ",")
    }
  }

  private mutating func append(_ uid: ZeekUID) {
    // Three in four are as long as they can be.
    if let characters = uid.characters {
      append(characters)
    } else {
      uid.spell { append($0) }
    }
  }

  /// Microseconds as seconds with six decimals.
  private mutating func append(microseconds: Int64) {
    let (whole, rest) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    if microseconds < 0 { append(UInt8(ascii: "-")) }
    append(whole)
    append(UInt8(ascii: "."))
    append(rest, digits: 6)
  }
}
