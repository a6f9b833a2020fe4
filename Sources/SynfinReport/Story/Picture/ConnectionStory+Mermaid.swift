import SynfinLifecycle

extension ConnectionStory {
  /// The ladder as a sequence diagram in Mermaid's language, for documents that render it.
  public func mermaid(zone: TimeText.Zone, numeric: Bool) -> String {
    var writer = MermaidWriter(record: record, names: StoryNames(record: record, numeric: numeric))
    writer.write(VerdictSentence.text(for: record, evidence), facts(zone), phases)
    return writer.lines.joined(separator: "\n") + "\n"
  }
}

/// Writes a sequence diagram (mermaid.js.org/syntax/sequenceDiagram).
struct MermaidWriter {
  private(set) var lines: [String] = []
  private let record: ConnectionRecord
  private let names: StoryNames
  private var lost: Set<UInt64> = []
  private var states = StatePair()

  init(record: ConnectionRecord, names: StoryNames) {
    self.record = record
    self.names = names
  }

  mutating func write(_ verdict: String, _ facts: String, _ phases: [[StoryRow]]) {
    lost = LostSegments(phases.joined(), record).packets
    lines = [
      "sequenceDiagram",
      "  accTitle: \(Self.text("Connection \(record.id), \(names.both)"))",
      "  accDescr: \(Self.text(facts))",
      "  participant C as \(Self.text("client"))<br/>\(Self.text(names.client))",
      "  participant S as \(Self.text("server"))<br/>\(Self.text(names.server))",
    ]
    note("over C,S", verdict)
    guard record.transport == .tcp else {
      for row in phases.joined() { draw(row) }
      return endWithSilence()
    }
    let first = phases.joined().first?.first.number
    for (phase, rows) in zip(StoryPhase.allCases, phases) {
      guard !rows.isEmpty || PhaseText.deservesNote(phase, record) else { continue }
      lines.append("  rect \(Self.tint(phase))")
      let detail = PhaseText.detail(phase, record)
      note("over C,S", PhaseText.title(phase) + (detail.isEmpty ? "" : ": " + detail))
      if let row = rows.first {
        let isStart = phase == .establishment || row.first.number == first
        tell(isStart ? row.before.atStart(of: record) : row.before, sender: .client)
      }
      for row in rows { draw(row) }
      if phase == .establishment { endWithSilence() }
      lines.append("  end")
    }
  }

  private mutating func draw(_ row: StoryRow) {
    let text = RowText(row, record)
    if row.kind == .summary {
      let summary = text.summary
      note(
        "over C,S",
        ([summary.title, "client " + summary.client, "server " + summary.server]
          + summary.remarks).joined(separator: " · "))
    } else if let report = text.report {
      let target = report.toServer ? "S" : "C"
      let words = "\(report.name), from \(report.reporter)"
      if report.isByThirdParty {
        note("over C,S", words + ", to the " + (report.toServer ? "server" : "client"))
      } else {
        message(report.toServer ? "C" : "S", "-->>", target, words)
      }
    } else if text.isRun {
      drawRun(text)
    } else {
      drawSingle(text)
    }
    if !row.last.verdict.isQuote, text.isTCP { tell(row.last.states, sender: row.sender) }
  }

  private mutating func drawSingle(_ text: RowText) {
    let isLost = lost.contains(text.row.first.number)
    let (above, below) = LadderPicture.texts(text, room: 90, isLost: isLost)
    let arrow =
      isLost || text.row.first.isDamaged ? "-x" : text.stroke == .dashed ? "-->>" : "->>"
    let (from, to) = text.toServer ? ("C", "S") : ("S", "C")
    message(from, arrow, to, below.isEmpty ? above : above + " · " + below)
  }

  private mutating func drawRun(_ text: RowText) {
    let (from, to) = text.toServer ? ("C", "S") : ("S", "C")
    let words = LadderPicture.runTexts(text, room: 90).joined(separator: " · ")
    message(from, text.stroke == .dashed ? "-->>" : "->>", to, words)
    guard text.isTCP, let answer = text.answer else { return }
    message(
      to, "->>", from,
      (["\(answer.count), last \(answer.last)"] + answer.remarks).joined(separator: " · "))
  }

  /// New states, the sender's first.
  private mutating func tell(_ pair: StatePair, sender: Side) {
    for side in [sender, sender.peer] {
      let (old, state) =
        side == .client ? (states.client, pair.client) : (states.server, pair.server)
      guard state != old, state != .unknown else { continue }
      note(side == .client ? "left of C" : "right of S", state.name)
    }
    states = pair
  }

  private mutating func endWithSilence() {
    if record.outcome == .unanswered { note("over C,S", LadderPicture.silence) }
  }

  private mutating func note(_ place: String, _ words: String) {
    lines.append("  Note \(place): \(Self.text(words))")
  }

  private mutating func message(_ from: String, _ arrow: String, _ to: String, _ words: String) {
    lines.append("  \(from)\(arrow)\(to): \(Self.text(words))")
  }

  /// Translucent, so that it suits light and dark pages.
  private static func tint(_ phase: StoryPhase) -> String {
    switch phase {
    case .establishment: "rgba(60, 130, 220, 0.12)"
    case .transfer: "rgba(128, 128, 128, 0.10)"
    case .release: "rgba(230, 140, 40, 0.14)"
    }
  }

  /// A text that Mermaid takes for nothing but text.
  ///
  /// Everything but plain letters, digits and harmless signs becomes a numeric entity, as does the
  /// first letter of the word "end", which would end a block.
  static func text(_ string: String) -> String {
    string.split(separator: " ").map { word in
      let letters = word.unicodeScalars.map(entity).joined()
      guard word.lowercased().hasPrefix("end") else { return letters }
      return "#\(word.unicodeScalars.first?.value ?? 0);" + letters.dropFirst()
    }.joined(separator: " ")
  }

  private static func entity(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", ".", ",", "+", "(", ")", "-", "_", "·", "–", "→", "…":
      String(scalar)
    case _ where scalar.value < 32 || (0x7F...0x9F).contains(scalar.value): "#65533;"
    default: "#\(scalar.value);"
    }
  }
}
