internal import SynfinLifecycle
internal import SynfinWire

/// The cells of one connection in the table.
struct SummaryRow {
  /// The columns in the order of the table.
  enum Column: Int, CaseIterable {
    case number, transport, client, server, start, roundTrip, sent, received, outcome
    case duration, problems

    var title: String {
      switch self {
      case .number: "#"
      case .transport: ""
      case .client: "client"
      case .server: "server"
      case .start: "start"
      case .roundTrip: "RTT"
      case .sent: "sent"
      case .received: "received"
      case .outcome: "outcome"
      case .duration: "lasted"
      case .problems: "problems"
      }
    }

    var isRightAligned: Bool {
      switch self {
      case .number, .roundTrip, .sent, .received, .duration: true
      default: false
      }
    }
  }

  /// The text of each column.
  let cells: [String]
  let style: Ink.Style

  init(_ record: ConnectionRecord, _ options: SummaryReport.Options, spansDays: Bool) {
    let time = TimeText(zone: options.zone)
    cells = [
      String(record.id),
      record.transport.rawValue.uppercased(),
      EndpointText.text(record.client.address, port: record.client.port),
      Self.server(record, options),
      spansDays
        ? String(time.dateAndTime(record.start, digits: 3).dropFirst(5))
        : time.timeOfDay(record.start, digits: 3),
      record.roundTrip.map(DurationText.short) ?? "",
      Phrase.bytes(record.client.payloadBytes),
      Phrase.bytes(record.server.payloadBytes),
      OutcomeCell.text(record),
      record.firstPacket == record.lastPacket ? "" : DurationText.short(record.duration),
      OutcomeCell.problems(record),
    ]
    style = OutcomeText.style(record.outcome)
  }

  private static func server(
    _ record: ConnectionRecord, _ options: SummaryReport.Options
  ) -> String {
    let text = EndpointText.text(record.server.address, port: record.server.port)
    guard !options.numeric, let port = record.server.port,
      let name = ServiceName.lookup(port: port, transport: record.transport)
    else { return text }
    return text + " " + name
  }
}
