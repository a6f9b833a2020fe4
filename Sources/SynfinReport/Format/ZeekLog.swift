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
    // Fewer than fifty pieces; each letter and each parent is one more.
    let room = (50 + row.tunnelParents.count) * TextPen.pieceSize + row.history.letterCount
    // Not by a closure, which would keep a copy of the row.
    var pen = text.beginPieces(room: room)
    pen.write(row)
    text.endPieces(pen)
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

extension TextPen {
  @inline(__always)
  fileprivate mutating func write(_ row: ZeekRow) {
    write(microseconds: row.start)
    write(constant: "\t")
    write(row.uid)
    write(row.orig)
    write(row.resp)
    write(constant: "\t")
    write(word: row.transport.name)
    // No service.
    write(constant: "\t-")
    write(durationOf: row)
    write(constant: "\t")
    write(word: row.state)
    write(local: row.orig.address)
    write(local: row.resp.address)
    write(count: row.missedBytes)
    write(row.history)
    write(count: row.orig.packets)
    write(count: row.orig.ipBytes)
    write(count: row.resp.packets)
    write(count: row.resp.ipBytes)
    write(parents: row.tunnelParents)
    write(count: UInt64(row.ipProtocol))
    write(constant: "\n")
  }

  @inline(__always)
  private mutating func write(count number: UInt64) {
    write(constant: "\t")
    // Most numbers are small.
    if number < 10 {
      write(UInt8(ascii: "0") | UInt8(truncatingIfNeeded: number))
    } else {
      write(plain: number)
    }
  }

  @inline(__always)
  private mutating func write(_ side: ZeekRow.Side) {
    write(constant: "\t")
    write(side.address)
    write(count: UInt64(side.port))
  }

  @inline(__always)
  private mutating func write(local address: IPAddress) {
    if ZeekLocalNetworks.contains(address) {
      write(constant: "\tT")
    } else {
      write(constant: "\tF")
    }
  }

  /// The duration and both sides' payload, which mean nothing without it.
  @inline(__always)
  private mutating func write(durationOf row: ZeekRow) {
    guard row.duration > 0 else { return write(constant: "\t-\t-\t-") }
    write(constant: "\t")
    write(microseconds: row.duration)
    write(count: row.orig.bytes)
    write(count: row.resp.bytes)
  }

  @inline(__always)
  private mutating func write(_ history: ZeekHistory) {
    if history.isEmpty { return write(constant: "\t-") }
    write(constant: "\t")
    var pen = self
    history.spell { pen.write($0) }
    self = pen
  }

  @inline(__always)
  private mutating func write(parents uids: [ZeekUID]) {
    if uids.isEmpty { return write(constant: "\t-") }
    write(list: uids)
  }

  @inline(never)
  private mutating func write(list uids: [ZeekUID]) {
    var separator = UInt8(ascii: "\t")
    for uid in uids {
      write(separator)
      write(uid)
      separator = UInt8(ascii: ",")
    }
  }

  @inline(__always)
  private mutating func write(_ uid: ZeekUID) {
    // Three in four are as long as they can be.
    if let characters = uid.characters {
      write(characters)
    } else {
      write(short: uid)
    }
  }

  @inline(never)
  private mutating func write(short uid: ZeekUID) {
    var pen = self
    uid.spell { pen.write($0) }
    self = pen
  }

  /// Microseconds as seconds with six decimals.
  @inline(__always)
  private mutating func write(microseconds: Int64) {
    let (whole, rest) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    if microseconds < 0 { write(constant: "-") }
    write(plain: whole)
    var digits: [7 of UInt8] = .init(repeating: UInt8(ascii: "."))
    var value = UInt32(truncatingIfNeeded: rest)
    for place in stride(from: 6, to: 0, by: -1) {
      let (quotient, digit) = value.quotientAndRemainder(dividingBy: 10)
      digits[place] = UInt8(ascii: "0") | UInt8(truncatingIfNeeded: digit)
      value = quotient
    }
    write(digits)
  }
}
