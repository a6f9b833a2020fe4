import SynfinLifecycle

/// Draws a ladder that was laid out.
struct LadderPen {
  let plan: LadderPlan
  let metrics: LadderMetrics
  let isTCP: Bool

  private static let bandWidth = 9.0
  private static let bandGap = 5.0

  func draw(into svg: inout SVGWriter) {
    drawTints(into: &svg)
    drawLifelines(into: &svg)
    if isTCP {
      drawStates(plan.client, .client, into: &svg)
      drawStates(plan.server, .server, into: &svg)
    }
    drawHeadings(into: &svg)
    for piece in plan.pieces { draw(piece, into: &svg) }
    for margin in plan.margins { draw(margin, into: &svg) }
  }

  // MARK: - The ground

  private func drawTints(into svg: inout SVGWriter) {
    for phase in plan.phases {
      svg.rectangle(
        Box(left: 0, top: phase.top, width: metrics.width, height: phase.bottom - phase.top),
        .fill(LadderPicture.tint(phase.phase)))
    }
  }

  private func drawLifelines(into svg: inout SVGWriter) {
    for x in [metrics.client, metrics.server] {
      svg.line(Point(x: x, y: plan.top), Point(x: x, y: plan.bottom), .line(.rail) + "thick")
    }
  }

  /// Headings interrupt the lifelines.
  private func drawHeadings(into svg: inout SVGWriter) {
    for phase in plan.phases {
      svg.rectangle(
        Box(left: 0, top: phase.top, width: metrics.width, height: phase.start - phase.top),
        .fill(LadderPicture.tint(phase.phase)))
      svg.line(
        Point(x: 0, y: phase.top), Point(x: metrics.width, y: phase.top),
        .line(.rail) + "thin")
      let base = phase.top + 19
      let font = LadderMetrics.heading
      svg.text(phase.title, at: Point(x: 14, y: base), font, .fill(.ink) + "bold")
      let left = 14 + font.width(of: phase.title) + 14
      let detail = Font(size: 13)
      let end = metrics.width - 14 - detail.width(of: phase.time)
      svg.text(
        detail.fitted(phase.detail, to: end - left - 14), at: Point(x: left, y: base), detail,
        .fill(.ink))
      svg.text(
        phase.time, at: Point(x: metrics.width - 14, y: base), detail, .fill(.muted),
        anchor: .end)
    }
  }

  // MARK: - States

  private func drawStates(
    _ changes: [LadderPlan.Change], _ side: Side, into svg: inout SVGWriter
  ) {
    let out = side == .client ? -1.0 : 1.0
    let line = metrics.lifeline(side)
    let near = line + out * Self.bandGap
    let far = near + out * Self.bandWidth
    let news = changes.filter { !$0.isRepeat }
    for (index, change) in news.enumerated() where change.state != .unknown {
      let isLast = index + 1 == news.count
      let bottom = isLast ? plan.bottom : news[index + 1].y - 1.5
      svg.rectangle(
        Box(
          left: min(near, far), top: change.y, width: Self.bandWidth, height: bottom - change.y),
        .fill(LadderPicture.hue(change.state)), title: change.state.name)
    }
    for change in changes where change.state != .unknown {
      svg.text(
        change.state.name, at: Point(x: far + out * 6, y: change.y + 4), LadderMetrics.state,
        .fill(letters(change.state)) + "bold", anchor: side == .client ? .end : .start)
    }
  }

  private func letters(_ state: TCPState) -> Hue {
    let hue = LadderPicture.hue(state)
    return hue == .rail ? .muted : hue
  }

  private func draw(_ margin: LadderPlan.Margin, into svg: inout SVGWriter) {
    let font = LadderMetrics.margin
    for (text, x) in [
      (margin.time, metrics.time), (margin.gap, metrics.gap), (margin.packets, metrics.packets),
    ] {
      svg.text(text, at: Point(x: x, y: margin.y + 4), font, .fill(.muted), anchor: .end)
    }
  }

  // MARK: - Pieces

  private func draw(_ piece: LadderPlan.Piece, into svg: inout SVGWriter) {
    switch piece {
    case .arrow(let arrow):
      svg.group("row", title: arrow.title) { svg in draw(arrow, into: &svg) }
    case .run(let run):
      svg.group("row", title: run.first.title) { svg in draw(run, into: &svg) }
    case .note(let note): draw(note, into: &svg)
    case .silence(let y, let text): drawSilence(y, text, into: &svg)
    }
  }

  private func draw(_ arrow: LadderPlan.Arrow, into svg: inout SVGWriter) {
    let look = Self.look(arrow.stroke)
    if arrow.isLost {
      let end = Self.point(arrow, 0.74)
      svg.line(arrow.from, end, .line(arrow.hue) + look)
      svg.cross(end, size: 6, .red)
    } else {
      svg.arrow(arrow.from, arrow.to, arrow.hue, look)
    }
    let steps = Double(arrow.above.count)
    for (index, text) in arrow.above.enumerated() {
      let rise = 6 + (steps - 1 - Double(index)) * 14
      write(text, LadderMetrics.label, arrow, -rise, .fill(arrow.hue), into: &svg)
    }
    write(arrow.below, LadderMetrics.note, arrow, 13, .fill(arrow.hue), into: &svg)
  }

  private static func look(_ stroke: RowText.Stroke) -> Look {
    switch stroke {
    case .solid, .double: Look()
    case .dashed: "dashed"
    case .dotted: "dotted"
    }
  }

  /// A point on the way of an arrow.
  private static func point(_ arrow: LadderPlan.Arrow, _ share: Double) -> Point {
    Point(
      x: arrow.from.x + (arrow.to.x - arrow.from.x) * share,
      y: arrow.from.y + (arrow.to.y - arrow.from.y) * share)
  }

  /// A text along an arrow, so far below its line.
  private func write(
    _ text: String, _ font: Font, _ arrow: LadderPlan.Arrow, _ drop: Double, _ look: Look,
    into svg: inout SVGWriter
  ) {
    let middle = Self.point(arrow, arrow.place)
    let left = min(arrow.from.x, arrow.to.x) == arrow.from.x
    let rise = left ? arrow.to.y - arrow.from.y : arrow.from.y - arrow.to.y
    let slope = rise / max(1, abs(arrow.to.x - arrow.from.x))
    // The arc tangent of a gentle slope, in degrees.
    let degrees = (slope - slope * slope * slope / 3) * 57.295_78
    svg.text(
      text, at: Point(x: middle.x, y: middle.y + drop), font, look, anchor: .middle,
      degrees: degrees)
  }

  private func draw(_ run: LadderPlan.Run, into svg: inout SVGWriter) {
    let first = run.first
    var last = first
    last.from.y += run.height
    last.to.y += run.height
    svg.polygon([first.from, first.to, last.to, last.from], .fill(first.hue) + "faded")
    let look = Self.look(first.stroke)
    svg.arrow(first.from, first.to, first.hue, look)
    svg.arrow(last.from, last.to, last.hue, look)
    let top = (run.height - 15 * Double(run.texts.count)) / 2
    for (index, text) in run.texts.enumerated() {
      let font = index == 0 ? LadderMetrics.label : LadderMetrics.note
      write(text, font, first, top + 11 + 15 * Double(index), .fill(first.hue), into: &svg)
    }
  }

  private func draw(_ note: LadderPlan.Note, into svg: inout SVGWriter) {
    let line = 15.0
    let height = line * Double(note.lines.count)
    var font = LadderMetrics.note
    font.size = 12
    if note.isBoxed {
      let box = Box(
        left: metrics.client - 4, top: note.center.y - height / 2 - 8,
        width: metrics.body + 8, height: height + 16)
      svg.rectangle(box, .fill(.paper) + "edged", radius: 6)
    }
    for (index, text) in note.lines.enumerated() {
      let y = note.center.y - height / 2 + line * Double(index) + 11
      svg.text(
        font.fitted(text, to: metrics.body - 16), at: Point(x: note.center.x, y: y), font,
        .fill(note.hue) + (index == 0 && note.isBoxed ? "bold" : Look()), anchor: note.anchor)
    }
    if note.hasReporter {
      svg.circle(
        Point(x: note.center.x, y: note.center.y + 12), radius: 4.5, .fill(.red))
    }
  }

  /// Two slanted strokes through each lifeline, and how long it was.
  private func drawSilence(_ y: Double, _ text: String, into svg: inout SVGWriter) {
    for x in [metrics.client, metrics.server] {
      svg.polygon(
        [
          Point(x: x - 8, y: y + 1), Point(x: x + 8, y: y - 5), Point(x: x + 8, y: y - 1),
          Point(x: x - 8, y: y + 5),
        ], .fill(.paper))
      svg.strokes(
        [
          (Point(x: x - 8, y: y + 1), Point(x: x + 8, y: y - 5)),
          (Point(x: x - 8, y: y + 5), Point(x: x + 8, y: y - 1)),
        ], .line(.ink))
    }
    svg.text(
      text, at: Point(x: metrics.middle, y: y + 4), LadderMetrics.note, .fill(.muted),
      anchor: .middle)
    let half = LadderMetrics.note.width(of: text) / 2 + 8
    svg.strokes(
      [
        (Point(x: metrics.client + 14, y: y), Point(x: metrics.middle - half, y: y)),
        (Point(x: metrics.middle + half, y: y), Point(x: metrics.server - 14, y: y)),
      ], .line(.rail, .dotted) + "thin")
  }
}
