import SynfinLifecycle
import SynfinWire

// Arrows that cross, as both SYNs of a simultaneous open and both FINs of a simultaneous close.
extension LadderPlanner {
  /// Whether the second row left before the first one arrived, as in a simultaneous open or close.
  func crosses(_ row: StoryRow, _ next: StoryRow) -> Bool {
    guard row.kind == .single, next.kind == .single, row.sender != next.sender,
      let first = row.first.segment, let second = next.first.segment,
      !isLost(row), !isLost(next)
    else { return false }
    let gap = next.first.time.nanoseconds(since: row.first.time)
    if let roundTrip, Double(gap) > Double(roundTrip) * 0.75 { return false }
    let control: TCPFlags = [.syn, .fin]
    let synAck: TCPFlags = [.syn, .ack]
    if first.flags.isSuperset(of: synAck), second.flags.isSuperset(of: synAck) { return true }
    if first.flags.isDisjoint(with: control) || second.flags.isDisjoint(with: control) {
      return roundTrip != nil && record.teardown?.kind == .simultaneous
        && first.payloadLength == 0 && second.payloadLength == 0
        && row.first.states.client.isClosing && first.flags.isDisjoint(with: control)
        && second.flags.isDisjoint(with: control)
    }
    let acknowledged = second.acknowledgmentNumber.rawValue &- first.endSequenceNumber.rawValue
    return !second.flags.contains(.ack) || Int32(bitPattern: acknowledged) < 0
  }

  mutating func drawCrossing(_ row: StoryRow, _ next: StoryRow) {
    let slant = max(slant, 46)
    let room = metrics.room(0.45)
    let texts = [RowText(row, record), RowText(next, record)]
    let lines = texts.map { LadderPicture.texts($0, room: room, isLost: false) }
    let height = lines.contains { !$0.below.isEmpty } ? 34.0 : 19.0
    let y = place(row.sender, slant: slant, above: height, half: 0.5, row: row)
    // Both leave before either arrives.
    for (index, text) in texts.enumerated() {
      let start = y + (index == 0 ? 0 : 8)
      var arrow = arrow(text, start, slant)
      let (above, below) = lines[index]
      arrow.above = below.isEmpty ? [above] : [above, below]
      arrow.place = 0.25
      plan.pieces.append(.arrow(arrow))
      finish(text, start, slant)
      if index == 1 { occupy(text.row.sender, start, slant, below: 4, half: 0.5) }
    }
    settle(at: y + slant + 8)
  }
}

extension TCPState {
  /// Whether this end has sent its FIN.
  fileprivate var isClosing: Bool {
    switch self {
    case .finWait1, .closing, .timeWait, .finWait2, .lastAck: true
    default: false
    }
  }
}
