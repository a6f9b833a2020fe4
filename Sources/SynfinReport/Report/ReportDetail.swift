public import SynfinLifecycle
internal import SynfinWire

/// One connection told in full: its finished record, and what its packets show.
public struct ReportDetail: Sendable {
  let record: ConnectionRecord
  private(set) var story: StoryCollector
  private(set) var graphs: GraphCollector

  /// The connection's number.
  public var id: Int { record.id }

  /// Makes the detail of a finished record, which has yet to see its packets.
  public init(record: ConnectionRecord) {
    self.record = record
    story = StoryCollector(record: record)
    graphs = GraphCollector(record: record)
  }

  /// Takes the connection's next packet, in capture order.
  public mutating func add(_ step: StoryStep) {
    story.add(step)
    graphs.add(step)
  }

  /// Writes it as a template: nothing in it is shown, loaded or run before it is opened.
  func write(into html: inout HTMLText, _ options: HTMLReport.Options) {
    let names = StoryNames(record: record, numeric: options.numeric)
    html.markup("<template id=\"c")
    html.number(record.id)
    html.markup("\"><article>\n<header><h2 id=\"detail-title\"><span class=\"id\">#")
    html.number(record.id)
    html.element("</span> ", record.transport.rawValue.uppercased(), " ")
    html.element("<span class=\"ends\">", names.client, " → ")
    html.element("", names.server + names.suffix, "</span></h2>\n")
    writeOutcome(into: &html)
    html.element("<p class=\"when\">", when(options.zone), "</p>\n")
    if !record.tunnels.isEmpty {
      html.element("<p class=\"when\">", TunnelText.path(record.tunnels), "</p>\n")
    }
    html.markup("</header>\n<p class=\"verdict\">")
    html.linked(VerdictSentence.text(for: record, story.evidence), in: record.id)
    html.markup("</p>\n")
    ReportPictures(detail: self, options: options).write(into: &html)
    DetailMeasurements(record: record).write(into: &html)
    html.markup("</article></template>\n")
  }

  private func writeOutcome(into html: inout HTMLText) {
    html.markup("<p class=\"outcome\"><i class=\"swatch ")
    html.markup(OutcomeLook.hue(record.outcome).fillClass)
    html.element("\"></i>", OutcomeCell.text(record), "</p>\n")
  }

  private func when(_ zone: TimeText.Zone) -> String {
    let text = TimeText(zone: zone)
    let start = "\(text.dateAndTime(record.start, digits: 6)) (\(text.zoneName(at: record.start)))"
    let packets = Phrase.count(record.client.packets &+ record.server.packets, "packet")
    let range =
      record.firstPacket == record.lastPacket
      ? "number \(record.firstPacket)" : "numbers \(record.firstPacket) to \(record.lastPacket)"
    return "\(start), lasted \(DurationText.short(record.duration)), \(packets), \(range)"
  }
}
