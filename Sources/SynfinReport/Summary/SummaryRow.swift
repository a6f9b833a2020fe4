internal import SynfinLifecycle
internal import SynfinWire

/// The cells of one connection in the table.
struct SummaryRow {
  /// The columns in the order of the table.
  enum Column: Int, CaseIterable {
    case number, transport, client, server, start, roundTrip, toServer, toClient, outcome
    case duration, problems

    var title: String {
      switch self {
      case .number: "#"
      case .transport: ""
      case .client: "client"
      case .server: "server"
      case .start: "start"
      case .roundTrip: "round trip"
      case .toServer: "to server"
      case .toClient: "to client"
      case .outcome: "outcome"
      case .duration: "duration"
      case .problems: "problems"
      }
    }

    var isRightAligned: Bool {
      switch self {
      case .number, .roundTrip, .toServer, .toClient, .duration: true
      default: false
      }
    }
  }

  /// The text of each column.
  let cells: [String]
  let tone: Style.Tone

  init(_ record: ConnectionRecord, _ options: SummaryReport.Options, spansDays: Bool) {
    let time = TimeText(zone: options.zone)
    cells = [
      String(record.id),
      record.transport.rawValue.uppercased(),
      Self.socket(record.client),
      Self.server(record, options),
      spansDays
        ? String(time.dateAndTime(record.start, digits: 3).dropFirst(5))
        : time.timeOfDay(record.start, digits: 3),
      record.roundTrip.map(DurationText.short) ?? "",
      CountText.bytes(record.client.payloadBytes),
      CountText.bytes(record.server.payloadBytes),
      OutcomeText.phrase(record),
      DurationText.short(record.duration),
      record.problems.map(OutcomeText.problem).joined(separator: ", "),
    ]
    tone = OutcomeText.tone(record.outcome)
  }

  private static func socket(_ end: EndpointRecord) -> String {
    guard let port = end.port else { return end.address.description }
    return end.address.version == 6 ? "[\(end.address)]:\(port)" : "\(end.address):\(port)"
  }

  private static func server(
    _ record: ConnectionRecord, _ options: SummaryReport.Options
  ) -> String {
    let text = socket(record.server)
    guard !options.numeric, let port = record.server.port,
      let name = ServiceName.lookup(port: port, transport: record.transport)
    else { return text }
    return text + " " + name
  }
}
