import SynfinLifecycle

extension ConnectionStory {
  /// The ladder as an SVG file: who talked to whom, the verdict, and every row between the lifelines.
  public func svg(zone: TimeText.Zone, numeric: Bool) -> String {
    let picture = StoryPicture(self, zone, numeric: numeric)
    return SVGWriter.document(picture.frame) { picture.draw(into: &$0) }
  }

  /// The ladder as an element for an HTML page that holds the style sheet of drawings, and tells the rest itself.
  func svgFragment(zone: TimeText.Zone, numeric: Bool) -> String {
    let picture = StoryPicture(self, zone, numeric: numeric, hasHead: false)
    return SVGWriter.fragment(picture.frame) { picture.draw(into: &$0) }
  }
}

/// A ladder with its head.
private struct StoryPicture {
  private let names: StoryNames
  private let record: ConnectionRecord
  private let title: String
  private let subtitle: String
  private let verdict: [String]
  private let metrics: LadderMetrics
  private let plan: LadderPlan
  /// Whether title and verdict stand above the ladder.
  private let hasHead: Bool

  private static let titleFont = Font(size: 17)
  private static let verdictFont = Font(size: 13)
  private static let lineHeight = 19.0

  init(
    _ story: ConnectionStory, _ zone: TimeText.Zone, numeric: Bool, hasHead: Bool = true
  ) {
    self.hasHead = hasHead
    record = story.record
    names = StoryNames(record: story.record, numeric: numeric)
    metrics = LadderMetrics(
      Array(story.phases.joined()), record, client: names.client, server: names.server)
    title = "#\(record.id) \(record.transport.rawValue.uppercased()) \(names.both)"
    let tunnels = record.tunnels.isEmpty ? "" : ", " + TunnelText.path(record.tunnels)
    subtitle = story.facts(zone) + tunnels
    // As many letters as fit if all of them were of the usual width.
    let columns = Int((metrics.width - 28) / (Self.verdictFont.size * 0.56))
    verdict = Wrap.lines(VerdictSentence.text(for: record, story.evidence), width: columns)
    let head = hasHead ? 64 + Self.lineHeight * Double(verdict.count) : 0
    let top = head + 62
    plan = LadderPlanner(story.phases, record, metrics, top: top).plan
  }

  var frame: SVGWriter.Frame {
    SVGWriter.Frame(
      width: metrics.width, height: plan.bottom + 8, title: title,
      summary: verdict.joined(separator: " "), name: "ladder-\(record.id)")
  }

  func draw(into svg: inout SVGWriter) {
    if hasHead { drawHead(into: &svg) }
    drawEnds(into: &svg)
    LadderPen(plan: plan, metrics: metrics, isTCP: record.transport == .tcp).draw(into: &svg)
  }

  private func drawHead(into svg: inout SVGWriter) {
    let outcome = OutcomeText.word(record.outcome)
    let font = Self.titleFont
    let room = metrics.width - 56 - font.width(of: outcome)
    svg.text(font.fitted(title, to: room), at: Point(x: 14, y: 28), font, .fill(.ink) + "bold")
    svg.text(
      outcome, at: Point(x: metrics.width - 14, y: 28), font, .fill(hue) + "bold", anchor: .end)
    let small = Font(size: 12)
    svg.text(
      small.fitted(subtitle, to: metrics.width - 28), at: Point(x: 14, y: 48), small,
      .fill(.muted))
    for (index, line) in verdict.enumerated() {
      svg.text(
        Self.verdictFont.fitted(line, to: metrics.width * 1.2),
        at: Point(x: 14, y: 74 + Self.lineHeight * Double(index)), Self.verdictFont)
    }
  }

  private var hue: Hue {
    switch OutcomeText.style(record.outcome) {
    case .green: .green
    case .yellow: .amber
    default: .red
    }
  }

  /// Client and server above their lifelines.
  private func drawEnds(into svg: inout SVGWriter) {
    let bottom = plan.top
    let font = LadderMetrics.head
    for (x, role, name) in [
      (metrics.client, "client", names.client), (metrics.server, "server", names.server),
    ] {
      let width = font.width(of: name) + 20
      svg.rectangle(
        Box(left: x - width / 2, top: bottom - 44, width: width, height: 38),
        .fill(.paper) + "edged", radius: 6)
      svg.text(
        role, at: Point(x: x, y: bottom - 29), Font(size: 11), .fill(.muted), anchor: .middle)
      svg.text(
        name, at: Point(x: x, y: bottom - 13), font, .fill(.ink) + "bold", anchor: .middle)
    }
    for (text, x) in [("time", metrics.time), ("packet", metrics.packets)] {
      svg.text(
        text, at: Point(x: x, y: bottom - 13), LadderMetrics.margin, .fill(.muted), anchor: .end)
    }
  }
}
