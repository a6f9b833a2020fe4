import SynfinLifecycle
import SynfinWire

/// What deserves a remark at the end of a packet's line: "[retransmission, checksum wrong]".
struct PacketNotes {
  let ink: Ink
  private var list = ListSeparator(opening: "[")

  init(ink: Ink) {
    self.ink = ink
  }

  /// Writes the remarks; nothing if there are none.
  consuming func write(
    _ packet: borrowing Packet, _ transport: borrowing Transport,
    _ verdict: borrowing PacketVerdict, into text: inout TextBuffer
  ) {
    let begin = text.count
    text.append("  ")
    ink.begin(.yellow, &text)
    LabelText.write(verdict.labels, verdict.cause, &list, into: &text)
    writeChecksums(packet, transport, &text)
    writeWay(packet, transport, verdict, &text)
    if packet.issue.reason != .none {
      list.next(&text)
      text.append(string: packet.issue.description)
    }
    if list.isEmpty { return text.truncate(to: begin) }
    text.append("]")
    ink.end(.yellow, &text)
  }

  private mutating func writeChecksums(
    _ packet: Packet, _ transport: Transport, _ text: inout TextBuffer
  ) {
    if packet.ip.headerChecksum == .wrong { note("IP header checksum wrong", &text) }
    switch transport {
    case .tcp(let segment) where segment.checksum == .wrong: note("checksum wrong", &text)
    case .udp(let datagram) where datagram.checksum == .wrong: note("checksum wrong", &text)
    case .udp(let datagram) where datagram.checksum == .absent: note("no checksum", &text)
    case .icmp(let message) where message.checksum == .wrong: note("checksum wrong", &text)
    default: break
    }
  }

  /// Tunnels, fragments, and the connection that an error belongs to.
  private mutating func writeWay(
    _ packet: Packet, _ transport: Transport, _ verdict: PacketVerdict, _ text: inout TextBuffer
  ) {
    if !packet.tunnels.isEmpty {
      list.next(&text)
      text.append(string: TunnelText.inside(packet.tunnels))
    }
    if verdict.isQuote {
      note("quotes #", &text)
      text.append(verdict.connection)
    }
    guard packet.fragment.isFragment else { return }
    // Of a piece that waits for others the line says it already.
    if case .fragment = transport { return }
    list.next(&text)
    Self.write(fragment: packet, verdict, into: &text)
  }

  private mutating func note(_ note: StaticString, _ text: inout TextBuffer) {
    list.next(&text)
    text.append(note)
  }

  /// Writes which piece of which datagram a packet is.
  static func write(
    fragment packet: Packet, _ verdict: PacketVerdict, into text: inout TextBuffer
  ) {
    let first = Int(packet.fragment.offset)
    let end = first + Int(packet.ip.payloadLength)
    text.append("fragment ")
    text.append(UInt64(packet.fragment.identification))
    text.append(" bytes ")
    text.append(first)
    text.append("–")
    text.append(max(first, end - 1))
    if packet.fragment.moreFragments { text.append(", more follow") }
    if case .none = verdict.reassembled { return }
    if !verdict.isIncomplete { text.append(", completes the datagram") }
  }
}
