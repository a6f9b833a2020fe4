public import SynfinLifecycle
import SynfinWire

/// The story of one connection for a person to read: verdict, ladder, measurements, evidence.
public struct ConnectionStory: Sendable {
  let record: ConnectionRecord
  let phases: [[StoryRow]]
  let evidence: StoryEvidence

  /// Makes a story from a record and all its packets, in capture order.
  ///
  /// - Parameter all: tells every packet by itself, however many there are.
  public init(record: ConnectionRecord, steps: [StoryStep], all: Bool = false) {
    var collector = StoryCollector(record: record, all: all)
    for step in steps { collector.add(step) }
    self.init(record: record, collector: collector)
  }

  /// Makes a story from a record and what a collector kept of its packets.
  public init(record: ConnectionRecord, collector: StoryCollector) {
    self.record = record
    phases = collector.finished()
    evidence = collector.evidence
  }

  /// The whole story, several lines that each end with a line break.
  ///
  /// - Parameters:
  ///   - width: columns of the terminal; 100 is a good choice, 80 the least that is used.
  ///   - color: uses terminal colours.
  ///   - numeric: shows port numbers without service names.
  public func text(width: Int = 100, color: Bool, zone: TimeText.Zone, numeric: Bool) -> String {
    let ink = Ink(isOn: color)
    let width = max(80, width)
    let names = StoryNames(record: record, numeric: numeric)
    var lines = title(names, width, ink) + [subtitle(zone, ink)]
    if !record.tunnels.isEmpty { lines.append(ink("    " + TunnelText.path(record.tunnels), .dim)) }
    lines.append("")
    lines += Wrap.lines(VerdictSentence.text(for: record, evidence), width: width - 2).map {
      "  " + ink($0, .bold)
    }
    lines.append("")
    var ladder = StoryLadder(record: record, rows: phases, width: width, ink: ink)
    ladder.draw(phases, client: names.client, server: names.server)
    lines += ladder.canvas.lines
    lines += StoryMeasurements(record: record, width: width, ink: ink).lines
    return lines.joined(separator: "\n") + "\n"
  }

  /// Who talked to whom, and the outcome at the right end; two lines for long addresses.
  private func title(_ names: StoryNames, _ width: Int, _ ink: Ink) -> [String] {
    let head = "#\(record.id)  \(record.transport.rawValue.uppercased())  "
    let right = OutcomeText.word(record.outcome)
    var lines = [head + names.both]
    if head.count + names.both.count + right.count + 2 > width {
      let server = "→ " + names.server + names.suffix
      lines = [head + names.client, String(repeating: " ", count: head.count) + server]
    }
    let last = lines.removeLast()
    let gap = String(repeating: " ", count: max(2, width - last.count - right.count))
    let outcome = gap + ink(right, OutcomeText.style(record.outcome))
    return lines.map { ink($0, .bold) } + [ink(last, .bold) + outcome]
  }

  private func subtitle(_ zone: TimeText.Zone, _ ink: Ink) -> String {
    ink("    " + facts(zone), .dim)
  }

  /// When it began, how long it lasted, and how many packets it had.
  func facts(_ zone: TimeText.Zone) -> String {
    let total = record.client.packets + record.server.packets
    var parts = [TimeText(zone: zone).dateAndTime(record.start, digits: 6)]
    if record.firstPacket != record.lastPacket {
      parts.append("lasted " + DurationText.short(record.duration))
    }
    let pieces = record.client.fragments + record.server.fragments
    // Fragments that never made a datagram are no packets of the conversation.
    parts.append(
      total == 0 ? Phrase.count(pieces, "fragment") : Phrase.count(total, "packet") + range)
    return parts.joined(separator: ", ")
  }

  private var range: String {
    record.firstPacket == record.lastPacket
      ? " (\(record.firstPacket))" : " (\(record.firstPacket)–\(record.lastPacket))"
  }
}

/// The two ends of a connection as text.
struct StoryNames {
  let client: String
  let server: String
  let service: String?

  init(record: ConnectionRecord, numeric: Bool) {
    client = EndpointText.text(record.client.address, port: record.client.port)
    server = EndpointText.text(record.server.address, port: record.server.port)
    let port = record.server.port
    service =
      numeric ? nil : port.flatMap { ServiceName.lookup(port: $0, transport: record.transport) }
  }

  /// "192.0.2.1:51514 → 192.0.2.2:443 (https)".
  var both: String { client + " → " + server + suffix }

  /// The service's name in parentheses, where it has one.
  var suffix: String { service.map { " (\($0))" } ?? "" }
}

/// Outcomes for a person.
enum OutcomeText {
  static func word(_ outcome: Outcome) -> String {
    switch outcome {
    case .halfOpen: "half-open"
    case .halfClosed: "half-closed"
    case .oneWay: "one-way"
    case .midstream: "midstream"
    default: outcome.rawValue
    }
  }

  /// Green for what went well, red for what failed, yellow for what is unfinished.
  static func style(_ outcome: Outcome) -> Ink.Style {
    switch outcome {
    case .closed, .answered: .green
    case .open, .midstream, .oneWay, .halfClosed: .yellow
    case .refused, .unreachable, .unanswered, .halfOpen, .rejected, .reset: .red
    }
  }
}

/// Breaks sentences into lines.
enum Wrap {
  /// Lines of at most `width` columns, broken between words.
  static func lines(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}
