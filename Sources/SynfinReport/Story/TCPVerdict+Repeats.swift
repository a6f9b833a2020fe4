import SynfinLifecycle

// Segments that were sent again, by their cause.

extension TCPVerdict {
  /// Writes of retransmissions of one cause, with who sent them where only one side did.
  func writeRepeats(
    _ problem: Problem, _ record: inout ConnectionRecord, _ text: inout TextBuffer
  ) {
    let cause = problem.cause
    guard
      let side = onlySide(&record, { $0?.causes.count(cause) ?? $0?.retransmissions ?? 0 })
    else { return ProblemText.writeClause(problem, &text) }
    text.write("the ", side)
    let causes = side == .client ? record.client.tcp?.causes : record.server.tcp?.causes
    let segments = Phrase.Count(problem.count, "segment")
    switch cause {
    case .timeout:
      text.write(" sent ", segments, " again")
      Self.writeTimeouts(causes, &text)
    case .fastRetransmit where isForSmallerMTU(problem, side, record.icmpErrors):
      text.write(" sent ", segments, " again at once in smaller pieces")
    case .fastRetransmit: text.write(" sent ", segments, " again by fast retransmit")
    case .tailLossProbe where (causes?.lookalikeProbes ?? 0) >= problem.count:
      text.write(" sent ", segments, " again by ")
      text.append(
        problem.count == 1 ? "a tail-loss probe or its timer" : "tail-loss probes or its timer")
    case .tailLossProbe where problem.count == 1: text.append(" sent a tail-loss probe")
    case .tailLossProbe: text.write(" sent ", problem.count, " tail-loss probes")
    case .spurious: text.write(" sent ", segments, " again needlessly")
    case .fin: text.write(" sent its FIN again", Times(problem.count))
    default: text.write(" retransmitted ", segments)
    }
    text.write(" (", Phrase.Packets(problem.packets, total: problem.count))
    if cause == .spurious { Self.writeProof(causes?.firstProof, problem, &text) }
    text.append(")")
  }

  /// How often something was: nothing of once, " 3 times" of more.
  struct Times: TextPart {
    let count: UInt64

    init(_ count: UInt64) { self.count = count }

    func write(into text: inout TextBuffer) {
      if count != 1 { text.write(" ", count, " times") }
    }
  }

  /// Whether an ICMP error that names an MTU (RFC 1191 §3) came before the repeats.
  private func isForSmallerMTU(
    _ problem: Problem, _ side: Side, _ errors: [ICMPErrorRecord]
  ) -> Bool {
    guard let first = problem.packets.first else { return false }
    return errors.contains { $0.mtu != nil && $0.toward == side && $0.packet < first }
  }

  private static func writeTimeouts(_ causes: CauseCounts?, _ text: inout TextBuffer) {
    guard let causes, let longest = causes.longestTimeout else {
      return text.append(" after a timeout")
    }
    let time = Phrase.Duration(longest)
    if causes.timerExpiries > 1 {
      let timeouts = Phrase.Count(causes.timerExpiries, "timeout")
      text.write(" after ", timeouts, ", the longest of ", time)
    } else {
      text.write(" after a timeout of ", time)
    }
  }

  private static func writeProof(
    _ proof: SpuriousProof?, _ problem: Problem, _ text: inout TextBuffer
  ) {
    let isOne = problem.count == 1
    text.append(isOne ? "; the original had arrived" : "; the originals had arrived")
    guard let proof else { return }
    switch proof.kind {
    case .dsack: text.write(", DSACK in packet ", proof.packet)
    case .timestamp: text.write(", packet ", proof.packet, " echoes the original's clock")
    case .tooEarly: text.write(", packet ", proof.packet, " acknowledges too soon for the repeat")
    case .acknowledged: text.append(isOne ? ", as its ACK shows" : ", as ACKs show")
    }
  }
}

extension CauseCounts {
  /// How many retransmissions had a cause; nil for what is no cause of retransmissions.
  func count(_ cause: SegmentCause?) -> UInt64? {
    switch cause {
    case .timeout: timeout
    case .fastRetransmit: fastRetransmit
    case .tailLossProbe: tailLossProbe
    case .spurious: spurious
    case .syn: syn
    case .synAck: synAck
    case .fin: fin
    default: nil
    }
  }
}
