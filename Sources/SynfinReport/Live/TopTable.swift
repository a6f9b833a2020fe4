internal import SynfinLifecycle
internal import SynfinWire

/// Lays out the rows of live connections on a screen.
///
/// The columns of addresses grow when something longer comes and never shrink, so that the eye finds everything where it
/// was.
public struct TopTable: Sendable {
  private var need = TopLayout.Need()
  private var layout = TopLayout(width: 80, TopLayout.Need())

  /// Makes a table that has shown nothing yet.
  public init() {}

  /// What can be sorted by, as far as the last lines showed it.
  public var orders: [TopColumn] {
    TopColumn.allCases.filter { $0 == .rate || layout.columns.contains($0) }
  }

  /// The line of titles, and the lines of some rows.
  ///
  /// - Parameters:
  ///   - width: columns of the screen.
  ///   - order: how they are sorted.
  ///   - numeric: shows port numbers, never service names.
  public mutating func lines(
    _ rows: ArraySlice<TopRow>, of sample: TopSample, width: Int, _ order: TopOrder, numeric: Bool
  ) -> [ScreenLine] {
    let cells = rows.map { TopCells($0, at: sample.moment, numeric: numeric) }
    for cells in cells {
      need.number = max(need.number, cells[.number].count)
      need.client = max(need.client, cells[.client].count)
      need.server = max(need.server, cells[.server].count)
    }
    layout = TopLayout(width: width, need)
    return [titles(order, width)] + cells.map { line($0, width) }
  }

  private func titles(_ order: TopOrder, _ width: Int) -> ScreenLine {
    var line = ScreenLine(width: width)
    for column in layout.columns {
      if !line.pieces.isEmpty { line.append(spaces(layout.gap), .title) }
      let missing = spaces(layout[column] - column.title.count)
      let style: ScreenStyle = order.uses(column) ? .chosenTitle : .title
      line.append(column.isRight ? missing : "", .title)
      line.append(column.title, style)
      line.append(column.isRight ? "" : missing, .title)
    }
    line.fill(before: 0, .title)
    return line
  }

  private func line(_ cells: TopCells, _ width: Int) -> ScreenLine {
    var line = ScreenLine(width: width)
    // Spaces wait until something follows, so that no line ends in some.
    var waiting = 0
    for column in layout.columns {
      let room = layout[column]
      let cell = CompactText.cut(cells.text(column, in: layout), to: room)
      let missing = room - cell.count
      waiting += column.isRight ? missing : 0
      if !cell.isEmpty {
        line.append(spaces(waiting), cells.isOver ? .dim : .plain)
        line.append(cell, cells.style(column))
        waiting = 0
      }
      waiting += (column.isRight ? 0 : missing) + layout.gap
    }
    return line
  }

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }
}

/// The cells of a connection; nothing but ASCII.
private struct TopCells {
  private let row: TopRow
  private let texts: [String]
  private let numericServer: String
  let isOver: Bool

  init(_ row: TopRow, at moment: Timestamp?, numeric: Bool) {
    self.row = row
    isOver = row.isOver
    let flow = row.flow
    let moment = moment ?? flow.last
    let service = flow.server.socket.port.flatMap {
      numeric ? nil : ServiceName.lookup(port: $0, transport: flow.transport)
    }
    numericServer = Self.socket(flow.server.socket, nil)
    texts = TopColumn.allCases.map { column in
      switch column {
      case .number: String(flow.id)
      case .transport: flow.transport.rawValue.uppercased()
      case .client: Self.socket(flow.client.socket, nil)
      case .server: Self.socket(flow.server.socket, service)
      // Their width decides how they are written.
      case .clientState, .serverState: ""
      case .rate: ""
      case .sent: row.sent.map(CompactText.count) ?? ""
      case .received: row.received.map(CompactText.count) ?? ""
      case .roundTrip: flow.roundTripTime.map(CompactText.duration) ?? ""
      case .retransmissions: row.retransmissions.map { $0 < 10_000 ? String($0) : "many" } ?? ""
      case .age: CompactText.age(moment.nanoseconds(since: flow.start))
      case .idle: CompactText.age(moment.nanoseconds(since: flow.last))
      }
    }
  }

  subscript(column: TopColumn) -> String { texts[column.rawValue] }

  func text(_ column: TopColumn, in layout: TopLayout) -> String {
    switch column {
    case .clientState: state(row.flow.client, layout, isFirst: true)
    case .serverState: state(row.flow.server, layout, isFirst: false)
    // Rather the port's number whole than half of the name.
    case .server: self[.server].count > layout[.server] ? numericServer : self[.server]
    default: self[column]
    }
  }

  /// The state; where there is none, the protocol if nothing else says it.
  private func state(_ end: FlowSnapshot.End, _ layout: TopLayout, isFirst: Bool) -> String {
    guard row.flow.transport == .tcp else {
      return isFirst && !layout.columns.contains(.transport) ? self[.transport] : ""
    }
    return layout.hasShortStates
      ? CompactText.state(end.state) : FlowCell.state(end, row.flow.transport)
  }

  func style(_ column: TopColumn) -> ScreenStyle {
    if isOver { return .dim }
    switch column {
    case .clientState: return Self.style(row.flow.client.state)
    case .serverState: return Self.style(row.flow.server.state)
    case .retransmissions: return row.newRetransmissions > 0 ? .red : .plain
    default: return .plain
    }
  }

  private static func style(_ state: TCPState) -> ScreenStyle {
    switch state {
    case .unknown: .plain
    case .established: .green
    default: .yellow
    }
  }

  private static func socket(_ socket: Socket, _ service: String?) -> String {
    TextBuffer.string {
      EndpointText.write(socket.address, port: socket.port, service: service, into: &$0)
    }
  }
}
