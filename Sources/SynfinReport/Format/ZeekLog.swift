public import SynfinWire
public import SynfinZeek

/// Writes rows as a conn.log of Zeek 8: tab-separated values that `zeek-cut` and Zeek's own tools read.
///
/// Where Zeek writes the time of day at which the log was opened and closed, this writes the times of the capture's
/// first and last packet in UTC: the same input gives the same output.
public struct ZeekLog {
  /// The text since it was last removed, as UTF-8.
  public private(set) var bytes: [UInt8] = []
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
    let isTimed = row.duration > 0
    line([
      seconds(row.start), row.uid.description, row.orig.address.description, "\(row.orig.port)",
      row.resp.address.description, "\(row.resp.port)", row.transport.rawValue, "-",
      isTimed ? seconds(row.duration) : "-", isTimed ? "\(row.orig.bytes)" : "-",
      isTimed ? "\(row.resp.bytes)" : "-", row.state,
      flag(ZeekLocalNetworks.contains(row.orig.address)),
      flag(ZeekLocalNetworks.contains(row.resp.address)), "\(row.missedBytes)",
      row.history.isEmpty ? "-" : row.history, "\(row.orig.packets)", "\(row.orig.ipBytes)",
      "\(row.resp.packets)", "\(row.resp.ipBytes)",
      row.tunnelParents.isEmpty
        ? "-" : row.tunnelParents.map(\.description).joined(separator: ","), "\(row.ipProtocol)",
    ])
  }

  /// Ends the log.
  public mutating func end() {
    begin()
    line(["#close", Self.moment(last)])
  }

  /// Forgets the text that has been taken.
  public mutating func removeBytes() {
    bytes.removeAll(keepingCapacity: true)
  }

  private mutating func begin() {
    if hasHeader { return }
    hasHeader = true
    bytes += Array("#separator \\x09\n".utf8)
    line(["#set_separator", ","])
    line(["#empty_field", "(empty)"])
    line(["#unset_field", "-"])
    line(["#path", "conn"])
    line(["#open", Self.moment(first ?? last)])
    line(["#fields"] + Self.columns.map(\.0))
    line(["#types"] + Self.columns.map(\.1))
  }

  private mutating func line(_ words: [String]) {
    bytes += Array(words.joined(separator: "\t").utf8)
    bytes.append(UInt8(ascii: "\n"))
  }

  private func flag(_ value: Bool) -> String { value ? "T" : "F" }

  /// Microseconds as seconds with six decimals.
  private func seconds(_ microseconds: Int64) -> String {
    let (whole, rest) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    let digits = String(rest)
    let zeros = String(repeating: "0", count: 6 - digits.count)
    return (microseconds < 0 ? "-" : "") + "\(whole).\(zeros)\(digits)"
  }

  /// A moment as Zeek writes it in `#open`: `2005-03-18-01-58-29`.
  private static func moment(_ time: Timestamp) -> String {
    String(TimeText.rfc3339(time).prefix(19)).map { "T:".contains($0) ? "-" : String($0) }.joined()
  }
}
