import SynfinLifecycle
import SynfinWire

extension StoryLadder {
  /// A datagram, an echo message, a fragment, or a run of them: one line each.
  mutating func datagrams(_ row: StoryRow) {
    let time = moment(row.first.time)
    let margin = LadderCanvas.Margin(time: time, packets: Self.packets(row))
    let toServer = row.sender == .client
    var notes = [Self.text(row)]
    let gap = row.kind == .run ? span(row) : delta(row)
    if !gap.isEmpty { notes.append(gap) }
    notes += row.tally.remarks()
    let isFragment = if case .fragment = row.first.transport { true } else { false }
    canvas.arrow(
      toServer: toServer, row.kind == .run ? .double : isFragment ? .dashed : .solid,
      Self.joined(notes, room: canvas.body - 6), style: row.first.isDamaged ? .red : nil,
      isLost: row.first.isDamaged, margin)
  }

  private static func text(_ row: StoryRow) -> String {
    let way = row.tally.way(row.sender)
    let count = way.filled + way.bare
    switch row.first.transport {
    case .udp(let datagram):
      if row.kind == .run {
        return Phrase.count(count, "datagram") + ", " + Phrase.bytes(way.bytes)
      }
      if case .none = row.first.verdict.reassembled {
        return Phrase.bytes(UInt64(max(0, datagram.payloadLength)))
      }
      let bytes = Phrase.bytes(UInt64(max(0, datagram.payloadLength)))
      return bytes + (row.first.verdict.isIncomplete ? "" : ", complete with this fragment")
    case .icmp(let message):
      let name = message.role == .echoReply ? "echo reply" : "echo request"
      return "\(name)  seq \(message.sequenceNumber)"
    case .fragment:
      if row.kind == .run { return Phrase.count(count, "fragment") }
      let piece = row.first.packet.fragment
      let length = Int(row.first.packet.ip.payloadLength)
      return "fragment, bytes \(piece.offset)–\(Int(piece.offset) + max(length, 1) - 1)"
    case .tcp, .other, .none: return Phrase.count(count, "packet")
    }
  }
}
