import SynfinLifecycle
import SynfinWire

extension RowText {
  /// What a datagram, an echo message, a fragment, or a run of them says.
  var datagram: String {
    let count = way.filled + way.bare
    switch row.first.transport {
    case .udp(let datagram):
      if isRun { return Phrase.count(count, "datagram") + ", " + Phrase.bytes(way.bytes) }
      let bytes = Phrase.bytes(UInt64(max(0, datagram.payloadLength)))
      if case .none = row.first.verdict.reassembled { return bytes }
      return bytes + (row.first.verdict.isIncomplete ? "" : ", complete with this fragment")
    case .icmp(let message):
      let name = message.role == .echoReply ? "echo reply" : "echo request"
      return "\(name)  seq \(message.sequenceNumber)"
    case .fragment:
      if isRun { return Phrase.count(count, "fragment") }
      let piece = row.first.packet.fragment
      let length = Int(row.first.packet.ip.payloadLength)
      return "fragment, bytes \(piece.offset)–\(Int(piece.offset) + max(length, 1) - 1)"
    case .tcp, .other, .none: return Phrase.count(count, "packet")
    }
  }
}
