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
    let activeServer = record.server.tcp?.states.contains { $0.state == .synSent } ?? false
    if activeServer { return StatePair(client: states.client, server: .closed) }
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
    var notes: [String] = []
    if segment.payloadLength > 0 {
      notes.append(Phrase.bytes(UInt64(segment.payloadLength)))
    }
    if segment.flags.contains(.syn), row.first.mark.isEmpty {
      notes += text.options.map { $0.hasPrefix("TS ") ? "TS" : $0 }
    }
    notes += remarks(row)
    if segment.window == 0, segment.flags.isDisjoint(with: .rst),
      !row.first.verdict.labels.contains(.zeroWindow)
    {
      notes.append("window 0")
    }
    if row.first.isDamaged { notes.append("damaged: checksum wrong") }
    if isIgnoredReset(row.first) { notes.append("ignored") }
    notes += label.absolute
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
      bareSegments(row, last, above, below)
      return
    }
    let amount = Phrase.count(way.filled, "segment") + ", " + Phrase.bytes(way.bytes)
    canvas.label(
      amount + Self.range(row, first, last, room: canvas.body - 4 - amount.count), style: style,
      above)
    var notes = remarks(row)
    if back.bare > 0, let acknowledgment = row.lastBack?.acknowledgment {
      let acks = "\(Phrase.count(back.bare, "ACK")) back, last \(acknowledgment)"
      notes.insert(acks, at: row.first.mark.isEmpty ? 0 : min(1, notes.count))
    }
    canvas.arrow(
      toServer: row.sender == .client,
      Self.stroke(row.first) == .dashed || isRepeat(row)
        ? .dashed : way.filled > 1 ? .double : .solid,
      Self.joined(notes, room: canvas.body - 6), style: style, below)
  }

  /// A run of segments that carry nothing: acknowledgements, or probes.
  private mutating func bareSegments(
    _ row: StoryRow, _ last: Segment, _ above: LadderCanvas.Margin, _ below: LadderCanvas.Margin
  ) {
    let count = row.tally.way(row.sender).bare
    let isPlain = row.first.mark.isEmpty
    let style = Self.style(row.first)
    var text = Phrase.count(count, "segment") + " without data"
    if isPlain {
      let phrases = SegmentText(segment: last, verdict: row.lastForward.verdict)
      text = Phrase.count(count, "ACK") + ", last \(phrases.acknowledgment ?? "-")"
      text += " (\(last.acknowledgmentNumber.rawValue))"
    }
    canvas.label(text, style: style, above)
    canvas.arrow(
      toServer: row.sender == .client, isPlain ? .solid : .dashed,
      remarks(row).joined(separator: ", "), style: style, below)
  }

  /// The sequence numbers of a run, relative and, as far as there is room, absolute.
  private static func range(
    _ row: StoryRow, _ first: Segment, _ last: Segment, room: Int
  ) -> String {
    let (start, end) = (first.sequenceNumber.rawValue, last.endSequenceNumber.rawValue)
    let base = row.first.verdict.sequenceBase
    let relative = "  seq \(SegmentText.relative(start &- base, false))–\(end &- base)"
    let forms = [relative + " (\(start)–\(end))", relative + " (\(start)…)", relative]
    return forms.first { $0.count <= room } ?? ""
  }

  /// What is to be remarked on a row, troubles first.
  ///
  /// The labels are tshark's and know one direction; where the record proves that a segment was a
  /// repeat, the record wins.
  private func remarks(_ row: StoryRow) -> [String] {
    guard isRepeat(row) else { return row.tally.remarks(inFront: row.first.mark) }
    let filled = row.tally.way(row.sender).filled
    let proven = UInt64(provenRepeats(row))
    // A record lists the first few repeats: of those beyond the list only tshark's label is known.
    if proven < filled {
      return ["\(proven) sent again"] + row.tally.remarks(inFront: row.first.mark)
    }
    let again = filled > 1 ? "all sent again" : "sent again"
    return [again] + row.tally.remarks(except: .outOfOrder, inFront: row.first.mark)
  }

  /// Whether tshark's rules call a segment late that the record proves to be a repeat.
  private func isRepeat(_ row: StoryRow) -> Bool {
    row.first.mark.contains(.outOfOrder) && provenRepeats(row) > 0
  }

  /// How many packets of a row the record lists as repeats.
  private func provenRepeats(_ row: StoryRow) -> Int {
    guard row.first.number <= row.last.number else { return 0 }
    return record.problems.first { $0.kind == .retransmission }?.packets
      .filter { (row.first.number...row.last.number).contains($0) }.count ?? 0
  }

  /// Flags and numbers, the absolute ones in parentheses; what does not fit comes back apart.
  static func label(_ text: SegmentText, room: Int) -> (text: String, absolute: [String]) {
    let sequence = String(text.segment.sequenceNumber.rawValue)
    let relative = SegmentText.relative(text.relativeSequence, !text.hasBase)
    var short = ["seq \(relative)"]
    var long = ["seq \(relative) (\(sequence))"]
    var absolute = ["seq \(sequence)"]
    if let shown = text.acknowledgment {
      let number = String(text.segment.acknowledgmentNumber.rawValue)
      short.append("ack \(shown)")
      long.append("ack \(shown) (\(number))")
      absolute.append("ack \(number)")
    }
    let wide = ([text.flags.padded(to: 7)] + long).joined(separator: "  ")
    if wide.count <= room { return (wide, []) }
    let tight = ([text.flags] + long).joined(separator: " ")
    if tight.count <= room { return (tight, []) }
    return (([text.flags.padded(to: 7)] + short).joined(separator: "  "), absolute)
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
