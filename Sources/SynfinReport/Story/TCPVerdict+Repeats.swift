import SynfinLifecycle

// Segments that were sent again, by their cause.

extension TCPVerdict {
  /// Retransmissions of one cause, with who sent them where only one side did.
  func repeats(_ problem: Problem) -> String {
    let packets = Phrase.packets(problem.packets, total: problem.count)
    let cause = problem.cause
    guard let side = onlySide({ $0.causes.count(cause) ?? $0.retransmissions }) else {
      return ProblemText.clause(problem)
    }
    let end = side == .client ? record.client.tcp : record.server.tcp
    let segments = Phrase.count(problem.count, "segment")
    switch cause {
    case .timeout:
      return "the \(side) sent \(segments) again\(Self.timeouts(end?.causes)) (\(packets))"
    case .fastRetransmit where isForSmallerMTU(problem, side):
      return "the \(side) sent \(segments) again at once in smaller pieces (\(packets))"
    case .fastRetransmit:
      return "the \(side) sent \(segments) again by fast retransmit (\(packets))"
    case .tailLossProbe:
      let probes = problem.count == 1 ? "a tail-loss probe" : "\(problem.count) tail-loss probes"
      return "the \(side) sent \(probes) (\(packets))"
    case .spurious:
      let proof = Self.proof(end?.causes.firstProof, problem)
      return "the \(side) sent \(segments) again needlessly (\(packets); \(proof))"
    case .fin:
      let times = problem.count == 1 ? "" : " \(problem.count) times"
      return "the \(side) sent its FIN again\(times) (\(packets))"
    default: return "the \(side) retransmitted \(segments) (\(packets))"
    }
  }

  /// Whether an ICMP error that names an MTU (RFC 1191 §3) came before the repeats.
  private func isForSmallerMTU(_ problem: Problem, _ side: Side) -> Bool {
    guard let first = problem.packets.first else { return false }
    return record.icmpErrors.contains {
      $0.mtu != nil && $0.toward == side && $0.packet < first
    }
  }

  private static func timeouts(_ causes: CauseCounts?) -> String {
    guard let causes, let longest = causes.longestTimeout else { return " after a timeout" }
    let time = DurationText.short(longest)
    return causes.timerExpiries > 1
      ? " after \(Phrase.count(causes.timerExpiries, "timeout")), the longest of \(time)"
      : " after a timeout of \(time)"
  }

  private static func proof(_ proof: SpuriousProof?, _ problem: Problem) -> String {
    let isOne = problem.count == 1
    let original = isOne ? "the original had arrived" : "the originals had arrived"
    guard let proof else { return original }
    switch proof.kind {
    case .dsack: return "\(original), DSACK in packet \(proof.packet)"
    case .timestamp: return "\(original), packet \(proof.packet) echoes the original's clock"
    case .tooEarly:
      return "\(original), packet \(proof.packet) acknowledges too soon for the repeat"
    case .acknowledged: return original + (isOne ? ", as its ACK shows" : ", as ACKs show")
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
