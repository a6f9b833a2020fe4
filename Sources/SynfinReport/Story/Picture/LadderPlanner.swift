import SynfinLifecycle
import SynfinWire

/// Lays out a ladder from top to bottom.
///
/// Arrows slant down as time goes by: by the logarithm of half the round trip where the handshake
/// tells it, else by a fixed measure. Rows stand as close as their texts allow, and farther apart
/// by the logarithm of the time between them beyond that round trip; long silences are broken.
/// Whatever touches a lifeline keeps its order there and a distance for the texts beside it.
struct LadderPlanner {
  /// What the next arrow must keep clear of: a line with texts below it.
  private struct Edge {
    var atClient: Double
    var atServer: Double
    var below = 4.0
    /// Half of the texts' width, as a share of the way.
    var half = 0.3

    func y(_ share: Double) -> Double { atClient + (atServer - atClient) * share }
  }

  private(set) var plan = LadderPlan()
  let metrics: LadderMetrics
  let record: ConnectionRecord
  private let lost: Set<UInt64>
  private let slant: Double
  /// Half the round trip in nanoseconds, if it is known.
  private let roundTrip: Int64?
  // The lowest event at each lifeline.
  private var low: (client: Double, server: Double)
  private var edge: Edge
  private var states = StatePair()
  private var previous: StoryRow?

  private static let lineHeight = 15.0

  init(
    _ phases: [[StoryRow]], _ record: ConnectionRecord, _ metrics: LadderMetrics, top: Double
  ) {
    self.record = record
    self.metrics = metrics
    lost = LostSegments(phases.joined(), record).packets
    let half = record.handshake.flatMap { handshake -> Int64? in
      let halves = [handshake.serverRoundTripTime, handshake.clientRoundTripTime]
      return handshake.roundTripTime ?? halves.compactMap { $0 }.max()
    }
    roundTrip = half
    slant = half.map { min(48, 12 + 7 * Self.decades(Double($0) / 2000)) } ?? 30
    low = (top, top)
    edge = Edge(atClient: top, atServer: top)
    plan.top = top
    draw(phases)
    plan.bottom = floor + (plan.phases.isEmpty ? 16 : 0)
  }

  /// The decimal logarithm of a number above 1, 0 below; between powers of two a straight line.
  static func decades(_ value: Double) -> Double {
    guard value > 1 else { return 0 }
    return (Double(value.exponent) + value.significand - 1) * 0.30103
  }

  /// Below everything so far.
  private var floor: Double {
    max(low.client, low.server, max(edge.atClient, edge.atServer) + edge.below)
  }

  // MARK: - Phases

  private mutating func draw(_ phases: [[StoryRow]]) {
    guard record.transport == .tcp else {
      settle(at: plan.top + 10)
      drawRows(Array(phases.joined()))
      return endWithSilence()
    }
    let first = phases.joined().first?.first.number
    for (phase, rows) in zip(StoryPhase.allCases, phases) {
      guard !rows.isEmpty || PhaseText.deservesNote(phase, record) else { continue }
      begin(phase, rows)
      if let row = rows.first {
        let isStart = phase == .establishment || row.first.number == first
        stand(isStart ? row.before.atStart(of: record) : row.before)
        drawRows(rows)
      }
      if phase == .establishment { endWithSilence() }
      plan.phases[plan.phases.count - 1].bottom = floor + 14
      settle(at: floor + 14)
    }
  }

  private mutating func begin(_ phase: StoryPhase, _ rows: [StoryRow]) {
    let top = floor
    let detail = PhaseText.detail(phase, record)
    let time = rows.last.flatMap { last in
      rows.first.map { max(0, last.last.time.nanoseconds(since: $0.first.time)) }
    }
    let isTold =
      phase == .establishment
      ? record.handshake?.roundTripTime != nil
      : phase == .release && record.teardown?.duration != nil
    plan.phases.append(
      LadderPlan.Phase(
        phase: phase, top: top, start: top + 28, bottom: top + 28,
        title: PhaseText.title(phase), detail: detail,
        time: isTold || rows.count < 2 ? "" : time.map { DurationText.short($0) } ?? ""))
    settle(at: top + (rows.isEmpty ? 20 : 32))
  }

  /// Nothing below may stand higher than this.
  private mutating func settle(at y: Double) {
    low = (y, y)
    edge = Edge(atClient: y, atServer: y, below: 0)
  }

  /// Says both states at the beginning of a phase.
  private mutating func stand(_ pair: StatePair) {
    let y = floor + 10
    for side in [Side.client, .server] {
      let state = side == .client ? pair.client : pair.server
      let isKnown = (side == .client ? states.client : states.server) == state
      note(state, side, y, isRepeat: isKnown && state != .unknown)
    }
    states = pair
    settle(at: y)
  }

  private mutating func note(_ state: TCPState, _ side: Side, _ y: Double, isRepeat: Bool) {
    let change = LadderPlan.Change(y: y, state: state, isRepeat: isRepeat)
    if side == .client { plan.client.append(change) } else { plan.server.append(change) }
  }

  private mutating func endWithSilence() {
    guard record.outcome == .unanswered else { return }
    let y = floor + 22
    plan.pieces.append(
      .note(
        LadderPlan.Note(
          lines: [LadderPicture.silence], center: Point(x: metrics.middle, y: y), hue: .amber)))
    settle(at: y + 6)
  }

  // MARK: - Rows

  private mutating func drawRows(_ rows: [StoryRow]) {
    var index = 0
    while index < rows.count {
      let row = rows[index]
      breakLongSilence(row)
      if index + 1 < rows.count, crosses(row, rows[index + 1]) {
        drawCrossing(row, rows[index + 1])
        index += 1
      } else {
        draw(row)
      }
      previous = rows[index]
      index += 1
    }
  }

  private mutating func draw(_ row: StoryRow) {
    let text = RowText(row, record)
    switch row.kind {
    case .summary: drawSummary(text)
    case .run: drawRun(text)
    case .single: if text.report == nil { drawSingle(text) } else { drawReport(text) }
    }
  }

  /// Time that passed beyond what an answer takes anyway.
  private func idle(_ row: StoryRow) -> Int64 {
    guard let gap = RowText(row, record).gap, gap > 0 else { return 0 }
    let isAnswer = previous.map { $0.sender != row.sender } ?? false
    return isAnswer ? max(0, gap - (roundTrip ?? 0)) : gap
  }

  private func stretch(_ nanoseconds: Int64) -> Double {
    min(30, 5 * Self.decades(Double(nanoseconds) / 100_000))
  }

  private mutating func breakLongSilence(_ row: StoryRow) {
    let idle = idle(row)
    guard idle >= 200_000_000, idle / 10 >= roundTrip ?? 0, previous != nil else { return }
    let y = floor + 20
    plan.pieces.append(.silence(y: y, text: RowText(row, record).delta.dropFirst() + " later"))
    settle(at: y + 8)
  }

  /// The first place for an arrow that keeps clear of what is there.
  private func place(
    _ sender: Side, slant: Double, above: Double, half: Double, row: StoryRow? = nil
  ) -> Double {
    let (own, peer) = sender == .client ? (low.client, low.server) : (low.server, low.client)
    var y = max(own + LadderMetrics.distance, peer + LadderMetrics.distance - slant)
    let half = min(0.5, max(half, edge.half))
    for share in [0.5 - half, 0.5 + half] {
      let way = sender == .client ? share : 1 - share
      y = max(y, edge.y(share) + edge.below + above - slant * way)
    }
    return y + (row.map { stretch(idle($0)) } ?? 0)
  }

  private mutating func occupy(
    _ sender: Side, _ y: Double, _ slant: Double, below: Double, half: Double
  ) {
    let (own, peer) = (y, y + slant)
    low = sender == .client ? (own, peer) : (peer, own)
    edge = Edge(atClient: low.client, atServer: low.server, below: below, half: half)
  }

  private func half(_ texts: [String]) -> Double {
    let widest = texts.map { LadderMetrics.label.width(of: $0) }.max() ?? 0
    return widest / metrics.body / 2 + 0.02
  }

  private func arrow(_ text: RowText, _ y: Double, _ slant: Double) -> LadderPlan.Arrow {
    let sender = text.row.sender
    return LadderPlan.Arrow(
      from: Point(x: metrics.lifeline(sender), y: y),
      to: Point(x: metrics.lifeline(sender.peer), y: y + slant),
      hue: LadderPicture.hue(text.tone), stroke: text.stroke,
      isLost: isLost(text.row), title: LadderPicture.tooltip(text))
  }

  private func isLost(_ row: StoryRow) -> Bool {
    row.first.isDamaged || (row.kind == .single && lost.contains(row.first.number))
  }

  private mutating func drawSingle(_ text: RowText) {
    let isLost = isLost(text.row)
    let room = metrics.room(isLost ? 0.66 : 0.94)
    let (above, below) = LadderPicture.texts(
      text, room: room, isLost: isLost && !text.row.first.isDamaged)
    let half = isLost ? 0.5 : half([above, below])
    let y = place(text.row.sender, slant: slant, above: 19, half: half, row: text.row)
    var arrow = arrow(text, y, slant)
    arrow.above = [above]
    arrow.below = below
    arrow.place = isLost ? 0.36 : 0.5
    plan.pieces.append(.arrow(arrow))
    finish(text, y, slant)
    occupy(text.row.sender, y, slant, below: below.isEmpty ? 4 : 17, half: half)
  }

  /// Notes states and the margin of a row.
  private mutating func finish(_ text: RowText, _ y: Double, _ slant: Double, height: Double = 0) {
    let row = text.row
    if !row.last.verdict.isQuote, text.isTCP {
      let new = row.last.states
      for side in [Side.client, .server] {
        let (old, state) =
          side == .client ? (states.client, new.client) : (states.server, new.server)
        guard state != old, state != .unknown else { continue }
        note(state, side, side == row.sender ? y : y + slant + height, isRepeat: false)
      }
      states = new
    }
    plan.margins.append(
      LadderPlan.Margin(
        y: row.sender == .client ? y : y + slant, time: text.moment,
        gap: text.row.kind == .single ? text.delta : text.span, packets: text.packets))
  }

  private mutating func drawRun(_ text: RowText) {
    let sender = text.row.sender
    let texts = LadderPicture.runTexts(text, room: metrics.room())
    // Folded with its acknowledgements, but itself one packet.
    guard text.way.filled + text.way.bare > 1 else { return drawLone(text, texts) }
    let half = half(texts)
    let y = place(sender, slant: slant, above: 8, half: half, row: text.row)
    let height = 12 + Self.lineHeight * Double(texts.count) + stretch(text.time)
    var first = arrow(text, y, slant)
    first.stroke = text.stroke == .dashed ? .dashed : .solid
    plan.pieces.append(.run(LadderPlan.Run(first: first, height: height, texts: texts)))
    finish(text, y, slant, height: height)
    occupy(sender, y + height, slant, below: 4, half: 0.1)
    drawAnswer(text)
  }

  private mutating func drawLone(_ text: RowText, _ texts: [String]) {
    let half = half(texts)
    let y = place(text.row.sender, slant: slant, above: 19, half: half, row: text.row)
    var arrow = arrow(text, y, slant)
    arrow.above = [texts[0]]
    arrow.below = texts.count > 1 ? texts[1] : ""
    plan.pieces.append(.arrow(arrow))
    finish(text, y, slant)
    occupy(text.row.sender, y, slant, below: texts.count > 1 ? 17 : 4, half: half)
    drawAnswer(text)
  }

  /// The acknowledgements that came back during a run.
  private mutating func drawAnswer(_ text: RowText) {
    let sender = text.row.sender
    guard text.isTCP, let answer = text.answer else { return }
    let line = RowText.joined(
      ["\(answer.count), last \(answer.last)"] + answer.remarks, room: metrics.room())
    let half = half([line])
    let start = place(sender.peer, slant: slant, above: 19, half: half)
    let back = LadderPlan.Arrow(
      from: Point(x: metrics.lifeline(sender.peer), y: start),
      to: Point(x: metrics.lifeline(sender), y: start + slant), hue: .muted, stroke: .solid,
      above: [line])
    plan.pieces.append(.arrow(back))
    occupy(sender.peer, start, slant, below: 4, half: half)
  }

  private mutating func drawSummary(_ text: RowText) {
    let summary = text.summary
    let lines =
      [
        summary.title, "client → " + summary.client, "server → " + summary.server,
      ] + summary.remarks
    let top = floor + 14
    let height = Double(lines.count) * Self.lineHeight + 16
    plan.pieces.append(
      .note(
        LadderPlan.Note(
          lines: lines, center: Point(x: metrics.middle, y: top + height / 2), hue: .ink,
          isBoxed: true)))
    finish(text, top + 12, 0)
    settle(at: top + height)
  }

  /// An ICMP error: it goes to whoever sent the packet that it quotes.
  private mutating func drawReport(_ text: RowText) {
    guard let report = text.report else { return }
    let target: Side = report.toServer ? .server : .client
    let slant = report.isByThirdParty ? slant / 2 : slant
    let y = place(target.peer, slant: slant, above: 22, half: 0.5, row: text.row)
    let from = report.isByThirdParty ? metrics.middle : metrics.lifeline(target.peer)
    let reporter = "from \(report.reporter)"
    var arrow = LadderPlan.Arrow(
      from: Point(x: from, y: y), to: Point(x: metrics.lifeline(target), y: y + slant),
      hue: .red, stroke: .dotted, title: report.name)
    if report.isByThirdParty {
      plan.pieces.append(
        .note(
          LadderPlan.Note(
            lines: [report.name], center: Point(x: metrics.middle, y: y - 12), hue: .red,
            hasReporter: true)))
      plan.pieces.append(
        .note(
          LadderPlan.Note(
            lines: [reporter], center: Point(x: from + (target == .client ? 12 : -12), y: y + 1),
            hue: .red, anchor: target == .client ? .start : .end)))
    } else {
      arrow.above = [report.name]
      arrow.below = reporter
    }
    plan.pieces.append(.arrow(arrow))
    plan.margins.append(
      LadderPlan.Margin(
        y: target == .client ? y + slant : y, time: text.moment, gap: text.delta,
        packets: text.packets))
    settle(at: y + slant)
    edge.below = report.isByThirdParty ? 4 : 17
  }

  // MARK: - Crossing arrows

  /// Whether the second row left before the first one arrived, as in a simultaneous open or close.
  private func crosses(_ row: StoryRow, _ next: StoryRow) -> Bool {
    guard row.kind == .single, next.kind == .single, row.sender != next.sender,
      let first = row.first.segment, let second = next.first.segment,
      !isLost(row), !isLost(next)
    else { return false }
    let gap = next.first.time.nanoseconds(since: row.first.time)
    if let roundTrip, gap * 4 > roundTrip * 3 { return false }
    let control: TCPFlags = [.syn, .fin]
    let synAck: TCPFlags = [.syn, .ack]
    if first.flags.isSuperset(of: synAck), second.flags.isSuperset(of: synAck) { return true }
    if first.flags.isDisjoint(with: control) || second.flags.isDisjoint(with: control) {
      return roundTrip != nil && record.teardown?.kind == .simultaneous
        && first.payloadLength == 0 && second.payloadLength == 0
        && row.first.states.client.isClosing && first.flags.isDisjoint(with: control)
        && second.flags.isDisjoint(with: control)
    }
    let acknowledged = second.acknowledgmentNumber.rawValue &- first.endSequenceNumber.rawValue
    return !second.flags.contains(.ack) || Int32(bitPattern: acknowledged) < 0
  }

  private mutating func drawCrossing(_ row: StoryRow, _ next: StoryRow) {
    let slant = max(slant, 46)
    let room = metrics.room(0.45)
    let texts = [RowText(row, record), RowText(next, record)]
    let lines = texts.map { LadderPicture.texts($0, room: room, isLost: false) }
    let height = lines.contains { !$0.below.isEmpty } ? 34.0 : 19.0
    let y = place(row.sender, slant: slant, above: height, half: 0.5, row: row)
    // Both leave before either arrives.
    for (index, text) in texts.enumerated() {
      let start = y + (index == 0 ? 0 : 8)
      var arrow = arrow(text, start, slant)
      let (above, below) = lines[index]
      arrow.above = below.isEmpty ? [above] : [above, below]
      arrow.place = 0.25
      plan.pieces.append(.arrow(arrow))
      finish(text, start, slant)
      if index == 1 { occupy(text.row.sender, start, slant, below: 4, half: 0.5) }
    }
    settle(at: y + slant + 8)
  }
}

extension TCPState {
  /// Whether this end has sent its FIN.
  fileprivate var isClosing: Bool {
    switch self {
    case .finWait1, .closing, .timeWait, .finWait2, .lastAck: true
    default: false
    }
  }
}
