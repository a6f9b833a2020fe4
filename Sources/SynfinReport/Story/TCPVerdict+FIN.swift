import SynfinLifecycle

// Connections of which one end, or both, said goodbye, and which were not closed for all that.

extension TCPVerdict {
  /// The FIN of one end, and the packet that acknowledged it: "FIN in packet 4, acknowledged in packet 5".
  private struct Goodbye: TextPart {
    let side: Side
    let packet: UInt64
    let acknowledgment: UInt64?

    func write(into text: inout TextBuffer) {
      text.write("FIN in packet ", packet)
      if let acknowledgment {
        text.write(", acknowledged in packet ", acknowledgment)
      } else {
        text.append(", never acknowledged")
      }
    }
  }

  func writeHalfClosed(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let goodbyes = goodbyes(&record)
    if goodbyes.isEmpty {
      text.append(closer(&record))
      text.append(" closed its side")
    } else {
      write(goodbyes, &record, &text)
    }
  }

  func writeMidstream(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    text.append("the connection was under way before the capture began")
    let goodbyes = goodbyes(&record)
    if goodbyes.isEmpty {
      text.append(" and had not ended when it stopped, ")
      writeAfterWhat(&record, &text)
    } else {
      text.append("; ")
      writeAfterWhat(&record, &text)
      text.append(", ")
      write(goodbyes, &record, &text)
    }
  }

  /// What the states of the ends prove of their FINs, in order.
  private func goodbyes(_ record: inout ConnectionRecord) -> [Goodbye] {
    var found: [Goodbye] = []
    for side in [Side.client, .server] {
      guard
        let packet = proof(.finWait1, side, &record) ?? proof(.lastAck, side, &record)
      else { continue }
      let acknowledgment =
        proof(.finWait2, side, &record) ?? proof(.timeWait, side, &record)
        ?? proof(.closed, side, &record)
      found.append(Goodbye(side: side, packet: packet, acknowledgment: acknowledgment))
    }
    return found.sorted { $0.packet < $1.packet }
  }

  /// Who sent a FIN and what became of it.
  private func write(
    _ goodbyes: [Goodbye], _ record: inout ConnectionRecord, _ text: inout TextBuffer
  ) {
    guard let first = goodbyes.first, let second = goodbyes.last else { return }
    if goodbyes.count > 1, first.acknowledgment == nil && second.acknowledgment == nil {
      let packets = Phrase.Packets([first.packet, second.packet])
      text.write("both sides closed (FINs in ", packets, "), and neither FIN was acknowledged ")
      return text.append("by the end of the capture")
    }
    text.write("the ", first.side, " closed its side (", first, ")")
    let other = first.side.peer
    if goodbyes.count > 1 {
      text.write(", then the ", second.side, " (", second, ")")
    } else if record.doubts.contains(.oneDirection) {
      text.write("; whether the ", other, " closed its own cannot be known, as its packets were ")
      text.append("not captured")
    } else {
      text.write("; the ", other, " had not closed its own by the end of the capture")
    }
  }
}
