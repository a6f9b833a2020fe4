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
    notes += row.tally.way(row.sender).remarks(inFront: row.first.mark)
    if segment.window == 0, segment.flags.isDisjoint(with: .rst),
      !row.first.marks.contains(.zeroWindow)
    {
      notes.append("window 0")
    }
    let room = canvas.body - 6
    if segment.flags.contains(.syn), row.first.mark.isDisjoint(with: .repeats) {
      let used = notes.reduce(0) { $0 + $1.count + 3 }
      notes += Self.options(text, room: room - used)
    }
    canvas.arrow(
      toServer: row.sender == .client, Self.stroke(row.first),
      Self.joined(notes, extra: label.absolute, room: room), style: style,
      isLost: row.first.isDamaged, below)
  }

  /// A SYN's options, the long way or the short way, or as many as fit and a sign that there are more.
  private static func options(_ text: SegmentText, room: Int) -> [String] {
    let long = text.options.map { $0.hasPrefix("TS ") ? "TS" : $0 }
    if long.joined(separator: " · ").count <= room { return long }
    let short = long.map {
      $0 == "sackOK" ? "SACK" : $0.hasPrefix("wscale ") ? "ws " + $0.dropFirst(7) : $0
    }
    let tight = short.joined(separator: ", ")
    return tight.count <= room ? [tight] : short
  }

  /// A run of segments on two lines.
  mutating func segments(_ row: StoryRow) {
    guard let first = row.first.segment, let last = row.lastForward.segment else { return }
    let (above, below) = margins(row, second: span(row))
    let way = row.tally.way(row.sender)
    let style = Self.style(row.first)
    guard way.filled > 0 else {
      bareSegments(row, last, above, below)
      return
    }
    let amount = Phrase.count(way.filled, "segment") + ", " + Phrase.bytes(way.bytes)
    canvas.label(
      amount + Self.range(row, first, last, room: canvas.body - 4 - amount.count), style: style,
      above)
    let isDashed = Self.stroke(row.first) == .dashed
    thereAndBack(
      row, way.remarks(inFront: row.first.mark),
      isDashed ? .dashed : way.filled > 1 ? .double : .solid, below)
  }

  /// A run of segments that carry nothing: acknowledgements, or probes.
  private mutating func bareSegments(
    _ row: StoryRow, _ last: Segment, _ above: LadderCanvas.Margin, _ below: LadderCanvas.Margin
  ) {
    let way = row.tally.way(row.sender)
    let count = way.bare
    let isPlain = row.first.mark.isEmpty
    let style = Self.style(row.first)
    var notes = way.remarks(inFront: row.first.mark)
    var text = Phrase.count(count, "segment") + " without data"
    if isPlain {
      let phrases = SegmentText(segment: last, verdict: row.lastForward.verdict)
      text = Phrase.count(count, "ACK") + ", last \(phrases.acknowledgment ?? "-")"
      text += " (\(last.acknowledgmentNumber.rawValue))"
    } else if !notes.isEmpty {
      text = notes.removeFirst() + ", no data"
    }
    canvas.label(text, style: style, above)
    thereAndBack(row, notes, isPlain ? .solid : .dashed, below)
  }

  /// The arrow of a run with what came back meanwhile, which gets an arrow of its own where one line
  /// has no room for both.
  private mutating func thereAndBack(
    _ row: StoryRow, _ notes: [String], _ stroke: LadderCanvas.Stroke, _ below: LadderCanvas.Margin
  ) {
    let room = canvas.body - 6
    let style = Self.style(row.first)
    let toServer = row.sender == .client
    let back = row.tally.way(row.sender.peer)
    guard back.bare > 0, let last = row.lastBack?.acknowledgment else {
      canvas.arrow(toServer: toServer, stroke, Self.joined(notes, room: room), style: style, below)
      return
    }
    let acks = Phrase.count(back.bare, "ACK")
    let place = row.first.mark.isEmpty ? 0 : min(1, notes.count)
    let together =
      notes[..<place] + ["\(acks) back, last \(last)"] + notes[place...] + back.remarks()
    if together.joined(separator: " · ").count <= room {
      let text = together.joined(separator: " · ")
      canvas.arrow(toServer: toServer, stroke, text, style: style, below)
      return
    }
    canvas.arrow(toServer: toServer, stroke, Self.joined(notes, room: room), style: style, below)
    canvas.arrow(
      toServer: !toServer, .solid,
      Self.joined(["\(acks), last \(last)"] + back.remarks(), room: room), style: style)
  }

  /// The sequence numbers of a run, relative and, as far as there is room, absolute.
  private static func range(
    _ row: StoryRow, _ first: Segment, _ last: Segment, room: Int
  ) -> String {
    let (start, end) = (first.sequenceNumber.rawValue, last.endSequenceNumber.rawValue)
    let base = row.first.verdict.sequenceBase
    let relative = "  seq \(start &- base)–\(end &- base)"
    let forms = [relative + " (\(start)–\(end))", relative + " (\(start)…)", relative]
    return forms.first { $0.count <= room } ?? ""
  }

  /// Flags and numbers, the absolute ones in parentheses; what does not fit comes back apart.
  static func label(_ text: SegmentText, room: Int) -> (text: String, absolute: [String]) {
    let sequence = String(text.segment.sequenceNumber.rawValue)
    let relative = text.hasBase ? String(text.relativeSequence) : sequence
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

  /// As many notes as fit, the first ones first, and a sign if some are left out.
  ///
  /// - Parameter extra: notes that may be left out without a sign.
  static func joined(_ notes: [String], extra: [String] = [], room: Int) -> String {
    var text = ""
    for (index, note) in notes.enumerated() {
      let longer = text.isEmpty ? note : text + " · " + note
      let sign = index + 1 < notes.count ? 4 : 0
      guard longer.count + sign <= room else {
        return text.isEmpty ? LadderCanvas.fitted(note, room) : text + " · …"
      }
      text = longer
    }
    for note in extra {
      let longer = text.isEmpty ? note : text + " · " + note
      guard longer.count <= room else { break }
      text = longer
    }
    return text
  }

  static func stroke(_ step: StoryStep) -> LadderCanvas.Stroke {
    step.marks.isDisjoint(with: StoryMark.repeats.union(.probes)) ? .solid : .dashed
  }

  static func style(_ step: StoryStep) -> Ink.Style? {
    guard let segment = step.segment else { return nil }
    if segment.flags.contains(.rst) || step.isDamaged { return .red }
    if !step.mark.isEmpty { return .yellow }
    if segment.flags.contains(.syn) { return .green }
    if segment.flags.contains(.fin) { return .magenta }
    return segment.payloadLength > 0 ? nil : .dim
  }
}

extension StoryStep {
  /// The acknowledgement number counted from the peer's first, as text.
  fileprivate var acknowledgment: String? {
    segment.flatMap { SegmentText(segment: $0, verdict: verdict).acknowledgment }
  }
}
