import SynfinLifecycle
import SynfinWire

extension StoryLadder {
  /// Establishment, transfer and release, each under its heading.
  mutating func drawPhases(_ phases: [[StoryRow]]) {
    let first = phases.joined().first
    for (phase, rows) in zip(StoryPhase.allCases, phases) {
      guard !rows.isEmpty || deservesNote(phase) else { continue }
      canvas.heading(PhaseText.title(phase), PhaseText.detail(phase, record))
      guard let row = rows.first else { continue }
      if phase == .establishment || row.first.number == first?.first.number {
        stand(start(row.before))
      } else {
        stand(row.before)
      }
      for row in rows { draw(row) }
      if phase == .establishment { silence() }
      canvas.label("")
    }
  }

  /// Whoever refuses a connection was never listening.
  private func start(_ states: StatePair) -> StatePair {
    guard states.server == .listen else { return states }
    let answered = record.completeness.map { $0 & 2 != 0 } ?? true
    return StatePair(client: states.client, server: answered ? .listen : .unknown)
  }

  private func deservesNote(_ phase: StoryPhase) -> Bool {
    switch phase {
    case .establishment: record.handshake?.kind == HandshakeRecord.Kind.none
    case .transfer: false
    case .release: record.outcome == .open || record.outcome == .midstream
    }
  }

  /// One segment on two lines: what it says, and its way.
  mutating func segment(_ row: StoryRow) {
    guard let segment = row.first.segment else { return }
    let (above, below) = margins(row, second: delta(row))
    let text = SegmentText(segment: segment, verdict: row.first.verdict)
    let style = Self.style(row.first)
    let label = Self.label(text, room: canvas.body - 2)
    canvas.label(label.text, style: style, above)
    var notes = label.absolute.map { [$0] } ?? []
    if segment.payloadLength > 0 {
      notes.insert(Phrase.bytes(UInt64(segment.payloadLength)), at: 0)
    }
    if segment.flags.contains(.syn) { notes += text.options.filter { !$0.hasPrefix("TS ") } }
    if segment.flags.contains(.syn), segment.options.has(.timestamps) { notes.append("TS") }
    notes += row.tally.remarks()
    if segment.window == 0, !segment.flags.contains(.rst) { notes.append("window 0") }
    if row.first.isDamaged { notes.append("damaged: checksum wrong") }
    if isIgnoredReset(row.first) { notes.append("ignored") }
    canvas.arrow(
      toServer: row.sender == .client, Self.stroke(row.first),
      Self.joined(notes, room: canvas.body - 6), style: style, isLost: row.first.isDamaged, below)
  }

  /// A run of segments on two lines.
  mutating func segments(_ row: StoryRow) {
    guard let first = row.first.segment, let last = row.lastForward.segment else { return }
    let (above, below) = margins(row, second: span(row))
    let way = row.tally.way(row.sender)
    let back = row.tally.way(row.sender.peer)
    let style = Self.style(row.first)
    guard way.filled > 0 else {
      canvas.label(Phrase.count(way.bare, "ACK") + " without data", style: style, above)
      canvas.arrow(
        toServer: row.sender == .client, .dashed, row.tally.remarks().joined(separator: ", "),
        style: style, below)
      return
    }
    let start = first.sequenceNumber.rawValue &- row.first.verdict.sequenceBase
    let end = last.endSequenceNumber.rawValue &- row.lastForward.verdict.sequenceBase
    canvas.label(
      Phrase.count(way.filled, "segment") + ", " + Phrase.bytes(way.bytes) + "  seq "
        + "\(SegmentText.relative(start, false))–\(end)"
        + " (\(first.sequenceNumber.rawValue)–\(last.endSequenceNumber.rawValue))",
      style: style, above)
    var notes: [String] = []
    if back.bare > 0, let acknowledgment = row.lastBack?.acknowledgment {
      notes.append("\(Phrase.count(back.bare, "ACK")) back, last \(acknowledgment)")
    }
    notes += row.tally.remarks()
    canvas.arrow(
      toServer: row.sender == .client, way.filled > 1 ? .double : .solid,
      Self.joined(notes, room: canvas.body - 6), style: style, below)
  }

  /// Flags and numbers, the absolute ones in parentheses; what does not fit comes back apart.
  static func label(_ text: SegmentText, room: Int) -> (text: String, absolute: String?) {
    let segment = text.segment
    let sequence = segment.sequenceNumber.rawValue
    let acknowledgment = segment.acknowledgmentNumber.rawValue
    let relative = SegmentText.relative(text.relativeSequence, !text.hasBase)
    var short = text.flags.padded(to: 7) + "  seq \(relative)"
    var long = short + " (\(sequence))"
    var absolute = "seq \(sequence)"
    if let shown = text.acknowledgment {
      short += "  ack \(shown)"
      long += "  ack \(shown) (\(acknowledgment))"
      absolute += " ack \(acknowledgment)"
    }
    return long.count <= room ? (long, nil) : (short, absolute)
  }

  /// As many notes as fit, the first ones first.
  static func joined(_ notes: [String], room: Int) -> String {
    var text = ""
    for note in notes {
      let longer = text.isEmpty ? note : text + " · " + note
      if longer.count > room { return text.isEmpty ? LadderCanvas.fitted(note, room) : text }
      text = longer
    }
    return text
  }

  static func stroke(_ step: StoryStep) -> LadderCanvas.Stroke {
    let again: AnalysisLabels = [
      .retransmission, .fastRetransmission, .spuriousRetransmission, .keepAlive, .zeroWindowProbe,
    ]
    return step.verdict.labels.isDisjoint(with: again) ? .solid : .dashed
  }

  static func style(_ step: StoryStep) -> Ink.Style? {
    guard let segment = step.segment else { return nil }
    if segment.flags.contains(.rst) || step.isDamaged { return .red }
    if !step.mark.isEmpty { return .yellow }
    if segment.flags.contains(.syn) { return .green }
    if segment.flags.contains(.fin) { return .magenta }
    return segment.payloadLength > 0 ? nil : .dim
  }

  /// Whether the tracker recorded the packet as a reset that its receiver does not honour.
  private func isIgnoredReset(_ step: StoryStep) -> Bool {
    record.problems.contains { $0.kind == .resetIgnored && $0.packets.contains(step.number) }
  }
}

extension StoryStep {
  /// The acknowledgement number counted from the peer's first, as text.
  fileprivate var acknowledgment: String? {
    segment.flatMap { SegmentText(segment: $0, verdict: verdict).acknowledgment }
  }
}
