import SynfinLifecycle
import SynfinWire

/// The rows of the table as the page's script reads them: columns of arrays, and each word once.
///
/// Numbers and start times are told as differences from the row above, protocols and outcomes as one
/// letter a row.
struct ReportData {
  let rows: [ReportRow]
  let endings: [String]
  let troubles: [String]
  /// Where the first start time counts from.
  let origin: Timestamp
  /// Whether a time of day alone would be ambiguous.
  let spansDays: Bool
  let options: HTMLReport.Options

  func write(into json: inout JSONWriter) {
    json.beginObject()
    writeNames(&json)
    writeHosts(&json)
    writeTime(&json)
    writeColumns(&json)
    json.endObject()
    json.newline()
  }

  private func writeNames(_ json: inout JSONWriter) {
    json.beginArray("fates")
    for fate in Fate.allCases { pair(fate.key, fate.label, &json) }
    json.endArray()
    json.beginArray("outcomes")
    for outcome in Outcome.allCases {
      json.beginArray()
      json.word(outcome.word)
      json.string(OutcomeText.word(outcome))
      json.word(OutcomeLook.hue(outcome).fillClass)
      json.endArray()
    }
    json.endArray()
    json.beginArray("problems")
    for kind in Problem.Kind.allCases { pair(kind.word, ProblemText.name(kind), &json) }
    json.endArray()
    json.string(options.showCommand, "command")
  }

  private func pair(_ key: StaticString, _ label: String, _ json: inout JSONWriter) {
    json.beginArray()
    json.word(key)
    json.string(label)
    json.endArray()
  }

  private func writeTime(_ json: inout JSONWriter) {
    // Milliseconds since 1970 and what is left, as the page's clock has no nanoseconds.
    let (milliseconds, rest) = origin.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    json.number(milliseconds, "origin")
    json.number(rest, "originRest")
    json.number(TimeText(zone: options.zone).offset(at: origin), "zoneOffset")
    json.boolean(spansDays, "spansDays")
  }

  // MARK: - Columns

  private func writeHosts(_ json: inout JSONWriter) {
    json.beginArray("hosts")
    for host in hosts { json.address(host) }
    json.endArray()
    json.beginArray("services")
    if !options.numeric { writeServices(&json) }
    json.endArray()
  }

  /// The names of the ports that occur, by protocol and port.
  private func writeServices(_ json: inout JSONWriter) {
    for transport in TransportProtocol.allCases {
      let ports = Set(rows.lazy.filter { $0.transport == transport }.compactMap(\.serverPort))
      for port in ports.sorted() {
        guard let name = ServiceName.lookup(port: port, transport: transport) else { continue }
        json.beginArray()
        json.word(transport.word)
        json.number(port)
        json.string(name)
        json.endArray()
      }
    }
  }

  /// In ascending order, so that their numbers sort as they do.
  private var hosts: [IPAddress] {
    Set(rows.lazy.flatMap { [$0.client, $0.server] }).sorted(by: HostOrder.isBefore)
  }

  private func writeColumns(_ json: inout JSONWriter) {
    let hosts = self.hosts
    let places = Dictionary(uniqueKeysWithValues: zip(hosts, hosts.indices))
    let (endingRanks, endingWords) = Self.ranked(endings)
    let (troubleRanks, troubleWords) = Self.ranked(troubles)
    json.beginArray("endings")
    for word in endingWords { json.string(word) }
    json.endArray()
    json.beginArray("troubles")
    for word in troubleWords { json.string(word) }
    json.endArray()
    json.beginObject("rows")
    letters("transport", &json) { $0.transport.letter }
    letters("outcome", &json) { UInt8(ascii: "a") + UInt8(Self.place($0.outcome)) }
    letters("fate", &json) { UInt8(ascii: "0") + UInt8($0.fate.rawValue) }
    differences("id", &json) { Int64($0.id) }
    differences("start", &json) { $0.start.nanoseconds(since: origin) }
    column("client", &json) { places[$0.client] ?? 0 }
    column("clientPort", &json) { $0.clientPort.map { Int($0) } ?? -1 }
    column("server", &json) { places[$0.server] ?? 0 }
    column("serverPort", &json) { $0.serverPort.map { Int($0) } ?? -1 }
    column("roundTrip", &json) { $0.roundTrip ?? -1 }
    column("sent", &json) { $0.sent }
    column("received", &json) { $0.received }
    column("packets", &json) { $0.packets }
    column("retransmissions", &json) { $0.retransmissions }
    column("duration", &json) { $0.duration }
    column("ending", &json) { endingRanks[$0.ending] }
    column("trouble", &json) { troubleRanks[$0.troubles] }
    column("kinds", &json) { $0.kinds.rawValue }
    column("notability", &json) { $0.notability }
    json.endObject()
  }

  /// The words in alphabetical order, and the place of each one there.
  private static func ranked(_ words: [String]) -> (ranks: [Int], words: [String]) {
    let order = words.indices.sorted { words[$0] < words[$1] }
    var ranks = [Int](repeating: 0, count: words.count)
    for (rank, index) in order.enumerated() { ranks[index] = rank }
    return (ranks, order.map { words[$0] })
  }

  private static func place(_ outcome: Outcome) -> Int {
    Outcome.allCases.firstIndex(of: outcome) ?? 0
  }

  private func letters(
    _ name: StaticString, _ json: inout JSONWriter, _ letter: (ReportRow) -> UInt8
  ) {
    json.string(name) { text in
      for row in rows { text.append(letter(row)) }
    }
  }

  private func column(
    _ name: StaticString, _ json: inout JSONWriter, _ value: (ReportRow) -> some FixedWidthInteger
  ) {
    json.beginArray(name)
    for row in rows { json.number(value(row)) }
    json.endArray()
  }

  private func differences(
    _ name: StaticString, _ json: inout JSONWriter, _ value: (ReportRow) -> Int64
  ) {
    json.beginArray(name)
    var last: Int64 = 0
    for row in rows {
      let next = value(row)
      json.number(next &- last)
      last = next
    }
    json.endArray()
  }
}

extension TransportProtocol {
  fileprivate var letter: UInt8 {
    switch self {
    case .tcp: UInt8(ascii: "t")
    case .udp: UInt8(ascii: "u")
    case .icmp: UInt8(ascii: "i")
    }
  }
}

/// The order of addresses: those of IPv4 first, then by their bits.
enum HostOrder {
  static func isBefore(_ left: IPAddress, _ right: IPAddress) -> Bool {
    (left.version, left.high, left.low) < (right.version, right.high, right.low)
  }
}
