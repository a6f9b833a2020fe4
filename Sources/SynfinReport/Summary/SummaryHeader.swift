internal import SynfinLifecycle
internal import SynfinWire

/// The lines above the table: what was captured, how it went, how far it can be trusted.
struct SummaryHeader {
  let facts: CaptureFacts
  let totals: TrackerTotals
  let tally: RecordTally
  let zone: TimeText.Zone

  private static let margin = 13

  /// The lines, broken between words where there is a width to fit into.
  func text(_ ink: Ink, width: Int?) -> String {
    let lines =
      captures.map { ("capture", $0) } + [("packets", packets)] + times.map { ("time", $0) }
      + connections.map { ("connections", $0) } + trust.map { ("trust", $0) }
    var text = ""
    var last = ""
    for (name, paragraph) in lines {
      for line in width.map({ Wrap.lines(paragraph, width: $0 - Self.margin) }) ?? [paragraph] {
        let label = name == last ? "" : name
        let padding = String(repeating: " ", count: Self.margin - label.count)
        text += ink(label, .dim) + padding + line + "\n"
        last = name
      }
    }
    return text
  }

  var captures: [String] {
    let shown = facts.files.prefix(facts.files.count <= 4 ? 4 : 3).map { file in
      ([file.name, file.format] + Self.linkTypes(file.linkTypes)).joined(separator: ", ")
    }
    let more = facts.files.count - shown.count
    return more > 0 ? shown + ["and \(more) more files"] : shown
  }

  /// The link types without repeats, the first few of them: a file may claim thousands.
  private static func linkTypes(_ all: [String]) -> [String] {
    var seen: Set<String> = []
    let distinct = all.filter { seen.insert($0).inserted }
    guard distinct.count > 4 else { return distinct }
    return distinct.prefix(3) + ["\(distinct.count - 3) more link types"]
  }

  var packets: String {
    var text = Phrase.count(facts.matched, "packet")
    if facts.matched < facts.packets {
      text += " of \(Phrase.grouped(facts.packets)) match the filter"
    }
    text += ", \(Phrase.bytes(facts.bytes))"
    let kinds: [(UInt64, String)] = [
      (totals.tcp, "TCP"), (totals.udp, "UDP"), (totals.icmp, "ICMP"),
      (totals.otherIP, "other IP"), (totals.notIP, "not IP"),
    ]
    let present = kinds.filter { $0.0 > 0 }.map { "\(Phrase.grouped($0.0)) \($0.1)" }
    return present.isEmpty ? text : text + ": " + present.joined(separator: ", ")
  }

  var times: [String] {
    guard let first = totals.first, let last = totals.last, facts.withoutTime < facts.matched
    else { return [] }
    let text = TimeText(zone: zone)
    let sameDay = text.date(first) == text.date(last)
    let end = sameDay ? text.timeOfDay(last, digits: 3) : text.dateAndTime(last, digits: 3)
    let span = DurationText.short(last.nanoseconds(since: first))
    return [
      "\(text.dateAndTime(first, digits: 3)) to \(end) (\(text.zoneName(at: first))), \(span)"
    ]
  }

  var connections: [String] {
    let lines = TransportProtocol.allCases.compactMap { transport -> String? in
      let counts = tally.outcomes(of: transport)
      guard !counts.isEmpty else { return nil }
      let count = counts.reduce(0) { $0 + $1.1 }
      let outcomes = counts.map { outcome, count in
        "\(Phrase.grouped(count)) \(OutcomeText.word(outcome))"
      }
      return "\(Phrase.grouped(count)) \(transport.rawValue.uppercased()): "
        + outcomes.joined(separator: ", ")
    }
    return lines.isEmpty ? ["none"] : lines
  }
}
