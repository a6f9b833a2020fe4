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
    let numbers = rows.joined().map { Self.packets($0).count }
    canvas = LadderCanvas(
      width: width, ink: ink, packetWidth: max(6, numbers.max() ?? 0),
      hasStates: record.transport == .tcp)
  }

  /// "9", or "9–31" for a run.
  static func packets(_ row: StoryRow) -> String {
    row.first.number == row.last.number
      ? "\(row.first.number)" : "\(row.first.number)–\(row.last.number)"
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
    switch row.kind {
    case .summary: summary(row)
    case .run: record.transport == .tcp ? segments(row) : datagrams(row)
    case .single:
      if row.first.verdict.isQuote {
        quote(row)
      } else if row.first.segment != nil {
        segment(row)
      } else {
        datagrams(row)
      }
    }
  }

  /// Time since the connection's first packet.
  func moment(_ time: Timestamp) -> String {
    PacketClock.seconds(time.nanoseconds(since: record.start))
  }

  /// Time since the packet before; empty for the first one.
  func delta(_ row: StoryRow) -> String {
    guard let previous = row.previousTime else { return "" }
    let gap = row.first.time.nanoseconds(since: previous)
    return gap < 0 ? "−" + DurationText.short(0 - max(gap, -.max)) : "+" + DurationText.short(gap)
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
    _ row: StoryRow, second: String
  ) -> (LadderCanvas.Margin, LadderCanvas.Margin) {
    let states = row.last.verdict.isQuote ? shown : row.last.states
    let client = news(.client, states)
    let server = news(.server, states)
    var above = LadderCanvas.Margin(
      time: moment(row.first.time), packets: Self.packets(row))
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
  private mutating func summary(_ row: StoryRow) {
    let (above, below) = margins(row, second: span(row))
    let (client, server) = (row.tally.client, row.tally.server)
    let noun =
      switch record.transport {
      case .tcp: "segment"
      case .udp: "datagram"
      case .icmp: "message"
      }
    canvas.label("", lifeline: "┆")
    canvas.label(
      Phrase.count(row.tally.packets, "packet") + " not shown one by one:", style: .bold, above,
      lifeline: "┆")
    canvas.label(
      "  client  ▶  \(Phrase.bytes(client.bytes)) in \(Phrase.count(client.filled, noun))",
      below, lifeline: "┆")
    canvas.label(
      "  server  ◀  \(Phrase.bytes(server.bytes)) in \(Phrase.count(server.filled, noun))",
      lifeline: "┆")
    for remark in row.tally.remarks() {
      canvas.label("  " + remark, style: .yellow, lifeline: "┆")
    }
    canvas.label("", lifeline: "┆")
  }

  /// How long a run took.
  func span(_ row: StoryRow) -> String {
    let time = DurationText.short(max(0, row.last.time.nanoseconds(since: row.first.time)))
    return time.count + 5 <= LadderCanvas.timeWidth ? "over " + time : time
  }

  /// An ICMP error: it goes to whoever sent the packet that it quotes.
  private mutating func quote(_ row: StoryRow) {
    guard case .icmp(let message) = row.first.transport else { return }
    let name = ICMPText.errorName(
      version: message.version, type: message.type, code: message.code)
    let kind = message.version == 6 ? "ICMPv6 " : "ICMP "
    let mtu = message.mtu > 0 ? ", MTU \(message.mtu)" : ""
    let margin = LadderCanvas.Margin(
      time: moment(row.first.time), packets: Self.packets(row))
    canvas.label(kind + name + mtu, style: .red, margin)
    let toServer =
      message.quoted.source == record.server.address
      && message.quoted.source != record.client.address
    let reporter = row.first.packet.ip.source
    let text = "from \(reporter)"
    let below = LadderCanvas.Margin(time: delta(row))
    if reporter == record.client.address || reporter == record.server.address {
      canvas.arrow(toServer: toServer, .dotted, text, style: .red, below)
    } else {
      canvas.report(toServer: toServer, text, style: .red, below)
    }
  }

  /// What a conversation without an answer ends with.
  mutating func silence() {
    guard record.outcome == .unanswered else { return }
    canvas.label("no answer by the end of the capture", style: .yellow)
  }
}
