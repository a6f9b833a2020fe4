import SynfinLifecycle
import SynfinWire

// One row each: a packet, a run of packets, the summary of many rows, a report of a third party.
extension LadderPlanner {
  func half(_ texts: [String]) -> Double {
    let widest = texts.map { LadderMetrics.label.width(of: $0) }.max() ?? 0
    return widest / metrics.body / 2 + 0.02
  }

  func arrow(_ text: RowText, _ y: Double, _ slant: Double) -> LadderPlan.Arrow {
    let sender = text.row.sender
    return LadderPlan.Arrow(
      from: Point(x: metrics.lifeline(sender), y: y),
      to: Point(x: metrics.lifeline(sender.peer), y: y + slant),
      hue: LadderPicture.hue(text.tone), stroke: text.stroke,
      isLost: isLost(text.row), title: LadderPicture.tooltip(text))
  }

  func isLost(_ row: StoryRow) -> Bool {
    row.first.isDamaged || (row.kind == .single && lost.contains(row.first.number))
  }

  mutating func drawSingle(_ text: RowText) {
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
    occupy(text.row.sender, y, slant, below: below.isEmpty ? 4 : 20, half: half)
  }

  /// Notes states and the margin of a row.
  mutating func finish(_ text: RowText, _ y: Double, _ slant: Double, height: Double = 0) {
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

  mutating func drawRun(_ text: RowText) {
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
    occupy(text.row.sender, y, slant, below: texts.count > 1 ? 20 : 4, half: half)
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

  mutating func drawSummary(_ text: RowText) {
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
  mutating func drawReport(_ text: RowText) {
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
}
