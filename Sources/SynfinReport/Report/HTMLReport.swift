public import SynfinLifecycle
internal import SynfinWire

/// The report of a whole capture as one HTML page that needs nothing beside itself.
///
/// What comes from packets and file names is text in it, never markup. The same capture gives the same
/// bytes.
public struct HTMLReport: Sendable {
  /// How the report is made.
  public struct Options: Sendable {
    /// The zone that times are told in.
    public var zone: TimeText.Zone
    /// Shows port numbers without service names.
    public var numeric: Bool
    /// What shows a connection in a terminal, up to its number; empty if nothing can.
    public var showCommand: String
    /// How many connections are told in full.
    public var details: Int

    /// Makes options.
    public init(zone: TimeText.Zone, numeric: Bool, showCommand: String, details: Int) {
      self.zone = zone
      self.numeric = numeric
      self.showCommand = showCommand
      self.details = details
    }
  }

  let options: Options
  var rows = ReportRows()
  private(set) var tally = RecordTally()
  private(set) var findings = FindingTally()
  private(set) var hosts = TopList<IPAddress>()
  private(set) var services = TopList<ReportService>()
  private(set) var outcomes = OutcomeChart()
  private(set) var handshakes = HandshakeChart()
  /// Segments sent again over time; counted packet by packet.
  public var retransmissions = RetransmissionRate()

  /// Whether there are so many connections that none is told in full.
  public var isTooLarge = false

  /// Makes a report to which no connection has been added yet.
  public init(options: Options) { self.options = options }

  /// Takes the next connection.
  ///
  /// - Parameter record: stays as it is; it is `inout` because a record is too large to be handed over by value.
  public mutating func add(_ record: inout ConnectionRecord) {
    tally.add(record.summary)
    findings.add(record)
    outcomes.add(record)
    handshakes.add(record)
    rows.add(record)
    let bytes = record.client.payloadBytes &+ record.server.payloadBytes
    let failed = OutcomeText.style(record.outcome) == .red
    hosts.add(record.client.address, bytes: bytes, failed: failed)
    if record.server.address != record.client.address {
      hosts.add(record.server.address, bytes: bytes, failed: failed)
    }
    let service = ReportService(transport: record.transport, port: record.server.port)
    services.add(service, bytes: bytes, failed: failed)
  }

  /// The numbers of the most notable connections, in ascending order.
  public var notable: [Int] { rows.notable(options.details) }

  /// Writes the page, piece by piece.
  public mutating func write(
    facts: CaptureFacts, totals: TrackerTotals, details: [ReportDetail],
    _ body: (String) throws -> Void
  ) throws {
    let header = SummaryHeader(facts: facts, totals: totals, tally: tally, zone: options.zone)
    let rows = self.rows.finish()
    let page = ReportPage(report: self, header: header, details: details.count)
    var html = HTMLText()
    page.writeHead(into: &html)
    page.writeFirstScreen(into: &html)
    page.writeTable(into: &html)
    try body(html.take())
    for detail in details {
      detail.write(into: &html, options)
      try body(html.take())
    }
    var json = JSONWriter()
    ReportData(
      rows: rows, endings: self.rows.endings.words, troubles: self.rows.troubles.words,
      origin: totals.first ?? Timestamp(nanoseconds: 0), spansDays: header.spansDays,
      options: options
    ).write(into: &json)
    page.writeEnd(json.text, into: &html)
    try body(html.take())
  }
}

/// A port of servers.
struct ReportService: Hashable, Sendable {
  let transport: TransportProtocol
  let port: UInt16?

  /// "https" or "tcp/8443", "ping" for ICMP.
  func name(numeric: Bool) -> String {
    guard let port else { return "ping" }
    let name = numeric ? nil : ServiceName.lookup(port: port, transport: transport)
    return "\(transport.rawValue)/\(port)" + (name.map { " " + $0 } ?? "")
  }

  static func isBefore(_ left: Self, _ right: Self) -> Bool {
    (left.transport.rawValue, left.port ?? 0) < (right.transport.rawValue, right.port ?? 0)
  }
}

extension SummaryHeader {
  /// Whether a time of day alone would be ambiguous.
  var spansDays: Bool {
    guard let first = totals.first, let last = totals.last else { return false }
    return last.nanoseconds(since: first) >= 86_400_000_000_000
  }
}
