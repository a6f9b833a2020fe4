import SynfinLifecycle
import SynfinWire

/// Draws the packets of one connection between the lifelines of client and server.
struct StoryLadder {
  var canvas: LadderCanvas
  let record: ConnectionRecord
  /// States as they were last shown.
  var shown = StatePair()

  init(record: ConnectionRecord, rows: [[StoryRow]], width: Int, ink: Ink) {
    self.record = record
    let numbers = rows.joined().map { RowText($0, record).packets.count }
    canvas = LadderCanvas(
      width: width, ink: ink, packetWidth: max(6, numbers.max() ?? 0),
      hasStates: record.transport == .tcp)
  }

  /// The whole ladder.
  mutating func draw(_ phases: [[StoryRow]], client: String, server: String) {
    ends(client, server)
    if record.transport == .tcp {
      drawPhases(phases)
    } else {
      for row in phases.joined() { draw(row) }
      silence()
    }
  }

  private mutating func ends(_ client: String, _ server: String) {
    let head = LadderCanvas.Margin(time: "time", packets: "packet")
    let room = canvas.body - 2
    canvas.label(
      "client" + String(repeating: " ", count: max(1, room - 12)) + "server", style: .dim, head,
      lifeline: " ")
    if client.count + server.count + 3 <= room {
      let gap = String(repeating: " ", count: room - client.count - server.count)
      canvas.label(client + gap + server, style: .bold, lifeline: " ")
    } else {
      canvas.label(client, style: .bold, lifeline: " ")
      canvas.label(server.leftPadded(to: room), style: .bold, lifeline: " ")
    }
  }

  mutating func draw(_ row: StoryRow) {
    let text = RowText(row, record)
    switch row.kind {
    case .summary: summary(text)
    case .run: record.transport == .tcp ? segments(text) : datagrams(text)
    case .single:
      if row.first.verdict.isQuote {
        quote(text)
      } else if row.first.segment != nil {
        segment(text)
      } else {
        datagrams(text)
      }
    }
  }

  /// A new state of one end, or nothing if it is the one that was shown last.
  private mutating func news(_ side: Side, _ states: StatePair) -> String {
    let state = side == .client ? states.client : states.server
    let known = side == .client ? shown.client : shown.server
    guard state != known, state != .unknown else { return "" }
    if side == .client { shown.client = state } else { shown.server = state }
    return state.name
  }

  /// The margins of a row's two lines: the sender's new state stands where the arrow begins, the
  /// receiver's where it ends.
  mutating func margins(
    _ text: RowText, second: String
  ) -> (LadderCanvas.Margin, LadderCanvas.Margin) {
    let row = text.row
    let states = row.last.verdict.isQuote ? shown : row.last.states
    let client = news(.client, states)
    let server = news(.server, states)
    var above = LadderCanvas.Margin(time: text.moment, packets: text.packets)
    var below = LadderCanvas.Margin(time: second)
    if row.sender == .client { above.client = client } else { below.client = client }
    if row.sender == .server { above.server = server } else { below.server = server }
    return (above, below)
  }

  /// Shows both ends' states on a line of their own.
  mutating func stand(_ states: StatePair) {
    shown = states
    let name = { (state: TCPState) in state == .unknown ? "" : state.name }
    canvas.label("", LadderCanvas.Margin(client: name(states.client), server: name(states.server)))
  }

  /// Many rows in one.
  private mutating func summary(_ text: RowText) {
    let (above, below) = margins(text, second: Self.span(text))
    let summary = text.summary
    canvas.label("", lifeline: "┆")
    canvas.label(summary.title, style: .bold, above, lifeline: "┆")
    canvas.label("  client  ▶  " + summary.client, below, lifeline: "┆")
    canvas.label("  server  ◀  " + summary.server, lifeline: "┆")
    for remark in summary.remarks {
      canvas.label("  " + remark, style: .yellow, lifeline: "┆")
    }
    canvas.label("", lifeline: "┆")
  }

  /// How long a run took.
  static func span(_ text: RowText) -> String {
    let time = text.span
    return time.count + 5 <= LadderCanvas.timeWidth ? "over " + time : time
  }

  /// An ICMP error: it goes to whoever sent the packet that it quotes.
  private mutating func quote(_ text: RowText) {
    guard let report = text.report else { return }
    let margin = LadderCanvas.Margin(time: text.moment, packets: text.packets)
    canvas.label(report.name, style: .red, margin)
    let below = LadderCanvas.Margin(time: text.delta)
    let reporter = "from \(report.reporter)"
    if report.isByThirdParty {
      canvas.report(toServer: report.toServer, reporter, style: .red, below)
    } else {
      canvas.arrow(toServer: report.toServer, .dotted, reporter, style: .red, below)
    }
  }

  /// What a conversation without an answer ends with.
  mutating func silence() {
    guard record.outcome == .unanswered else { return }
    canvas.label(LadderPicture.silence, style: .yellow)
  }
}
