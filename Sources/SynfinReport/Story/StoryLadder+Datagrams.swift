extension StoryLadder {
  /// A datagram, an echo message, a fragment, or a run of them: one line each.
  mutating func datagrams(_ text: RowText) {
    let margin = LadderCanvas.Margin(time: text.moment, packets: text.packets)
    let gap = text.isRun ? Self.span(text) : text.delta
    let notes = [text.datagram] + (gap.isEmpty ? [] : [gap]) + text.row.tally.remarks()
    canvas.arrow(
      toServer: text.toServer, text.stroke, RowText.joined(notes, room: canvas.body - 6),
      style: text.row.first.isDamaged ? .red : nil, isLost: text.row.first.isDamaged, margin)
  }
}
