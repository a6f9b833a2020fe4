import SynfinLifecycle

// Connections of which one end, or both, said goodbye, and which were not closed for all that.

extension TCPVerdict {
  /// The FIN of one end, and the packet that acknowledged it.
  private struct Goodbye {
    let side: Side
    let packet: UInt64
    let acknowledgment: UInt64?

    /// What the states of an end prove of its FIN; nil if it sent none.
    init?(_ verdict: TCPVerdict, _ side: Side) {
      guard let packet = verdict.proof(.finWait1, side) ?? verdict.proof(.lastAck, side) else {
        return nil
      }
      self.side = side
      self.packet = packet
      acknowledgment =
        verdict.proof(.finWait2, side) ?? verdict.proof(.timeWait, side)
        ?? verdict.proof(.closed, side)
    }

    /// "FIN in packet 4, acknowledged in packet 5".
    var proof: String {
      let answer = acknowledgment.map { "acknowledged in packet \($0)" } ?? "never acknowledged"
      return "FIN in packet \(packet), \(answer)"
    }
  }

  var halfClosed: String { goodbyes ?? "\(closer) closed its side" }

  var midstream: String {
    let start = "the connection was under way before the capture began"
    guard let goodbyes else {
      return start + " and had not ended when it stopped, " + afterWhat
    }
    return "\(start); \(afterWhat), \(goodbyes)"
  }

  /// Who sent a FIN and what became of it; nil without any.
  private var goodbyes: String? {
    let found = [Goodbye(self, .client), Goodbye(self, .server)].compactMap(\.self)
      .sorted { $0.packet < $1.packet }
    guard let first = found.first else { return nil }
    guard found.count > 1, let second = found.last else { return alone(first) }
    if first.acknowledgment == nil && second.acknowledgment == nil {
      return "both sides closed (FINs in \(Phrase.packets([first.packet, second.packet]))), and "
        + "neither FIN was acknowledged by the end of the capture"
    }
    return "the \(first.side) closed its side (\(first.proof)), then the \(second.side) "
      + "(\(second.proof))"
  }

  private func alone(_ first: Goodbye) -> String {
    let other = first.side.peer
    let rest =
      record.doubts.contains(.oneDirection)
      ? "whether the \(other) closed its own cannot be known, as its packets were not captured"
      : "the \(other) had not closed its own by the end of the capture"
    return "the \(first.side) closed its side (\(first.proof)); \(rest)"
  }
}
