import SynfinLifecycle
import SynfinWire

extension StoryLadder {
  /// Establishment, transfer and release, each under its heading.
  mutating func drawPhases(_ phases: [[StoryRow]]) {
    let first = phases.joined().first
    for (phase, rows) in zip(StoryPhase.allCases, phases) {
      guard !rows.isEmpty || PhaseText.deservesNote(phase, record) else { continue }
      canvas.heading(PhaseText.title(phase), PhaseText.detail(phase, record))
      guard let row = rows.first else { continue }
      if phase == .establishment || row.first.number == first?.first.number {
        stand(row.before.atStart(of: record))
      } else {
        stand(row.before)
      }
      for row in rows { draw(row) }
      if phase == .establishment { silence() }
      canvas.label("")
    }
  }

  /// One segment on two lines: what it says, and its way.
  mutating func segment(_ text: RowText) {
    let (above, below) = margins(text, second: text.delta)
    let style = Self.style(text.tone)
    let label = text.label(room: canvas.body - 2)
    canvas.label(label.text, style: style, above)
    let room = canvas.body - 6
    canvas.arrow(
      toServer: text.toServer, text.stroke,
      RowText.joined(text.notes(room: room), extra: label.absolute, room: room), style: style,
      isLost: text.row.first.isDamaged, below)
  }

  /// A run of segments on two lines.
  mutating func segments(_ text: RowText) {
    let (above, below) = margins(text, second: Self.span(text))
    let amount = text.amount(room: canvas.body - 2)
    canvas.label(amount.text, style: Self.style(text.tone), above)
    thereAndBack(text, amount.notes, below)
  }

  /// The arrow of a run with what came back meanwhile, which gets an arrow of its own where one line
  /// has no room for both.
  private mutating func thereAndBack(
    _ text: RowText, _ notes: [String], _ below: LadderCanvas.Margin
  ) {
    let room = canvas.body - 6
    let style = Self.style(text.tone)
    let (toServer, stroke) = (text.toServer, text.stroke)
    guard let answer = text.answer else {
      canvas.arrow(
        toServer: toServer, stroke, RowText.joined(notes, room: room), style: style, below)
      return
    }
    let place = text.row.first.mark.isEmpty ? 0 : min(1, notes.count)
    let together =
      notes[..<place] + ["\(answer.count) back, last \(answer.last)"] + notes[place...]
      + answer.remarks
    let line = together.joined(separator: " · ")
    if line.count <= room {
      canvas.arrow(toServer: toServer, stroke, line, style: style, below)
      return
    }
    canvas.arrow(
      toServer: toServer, stroke, RowText.joined(notes, room: room), style: style, below)
    canvas.arrow(
      toServer: !toServer, .solid,
      RowText.joined(["\(answer.count), last \(answer.last)"] + answer.remarks, room: room),
      style: style)
  }

  static func style(_ tone: RowText.Tone) -> Ink.Style? {
    switch tone {
    case .plain: nil
    case .quiet: .dim
    case .opening: .green
    case .closing: .magenta
    case .remark: .yellow
    case .failure: .red
    }
  }
}
