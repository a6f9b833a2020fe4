import SynfinLifecycle

/// Problems in words.
enum ProblemText {
  /// A short name for a table.
  static func name(_ kind: Problem.Kind) -> String {
    switch kind {
    case .synRetry: "SYN repeated"
    case .synAckRetry: "SYN+ACK repeated"
    case .acceptQueueFull: "accept queue full"
    case .retransmission: "retransmitted"
    case .outOfOrder: "out of order"
    case .duplicate: "duplicates"
    case .lostSegment: "gaps in the data"
    case .missedByCapture: "missed by the capture"
    case .zeroWindow: "window closed"
    case .damaged: "damaged (checksum)"
    case .resetIgnored: "reset ignored"
    case .resetAfterClose: "reset after close"
    case .icmpError: "ICMP error"
    case .dataAfterClose: "data after close"
    case .fastOpenRejected: "Fast Open rejected"
    case .clockBackwards: "clock ran backwards"
    case .duplicateUnseen: "doubled behind the capture"
    case .keepAliveUnanswered: "keep-alives unanswered"
    case .challengeAck: "challenge ACKs"
    }
  }

  /// A short name for a table, with the cause.
  static func name(_ problem: Problem) -> String {
    switch problem.cause {
    case .timeout: "retransmitted, timeout"
    case .fastRetransmit: "retransmitted, fast"
    case .tailLossProbe: "tail-loss probes"
    case .spurious: "retransmitted needlessly"
    case .fin: "FIN repeated"
    default: name(problem.kind)
    }
  }

  /// A clause for a sentence: "3 segments were retransmitted (packets 5, 9 and 12)".
  static func clause(_ problem: Problem) -> String {
    let text =
      problem.cause.flatMap { phrase($0, problem.count) } ?? phrase(problem.kind, problem.count)
    let packets = Phrase.packets(problem.packets, total: problem.count)
    let remarks = [packets, problem.flaw.map(reason) ?? ""].filter { !$0.isEmpty }
    return remarks.isEmpty ? text : "\(text) (\(remarks.joined(separator: "; ")))"
  }

  /// Why a reset was ignored.
  private static func reason(_ flaw: ResetFlaw) -> String {
    switch flaw {
    case .acknowledgesNothing: "it acknowledged nothing that was sent"
    case .offNextNumber: "its number was in the window but not the next one expected"
    case .outsideWindow: "its number was outside the window"
    }
  }

  private static func phrase(_ cause: SegmentCause, _ count: UInt64) -> String? {
    let were = count == 1 ? "segment was" : "segments were"
    let segments = "\(Phrase.grouped(count)) \(were) sent again"
    switch cause {
    case .timeout: return segments + " after timeouts"
    case .fastRetransmit: return segments + " by fast retransmit"
    case .tailLossProbe: return Phrase.count(count, "tail-loss probe") + " came"
    case .spurious: return segments + " needlessly"
    case .fin: return count == 1 ? "a FIN was sent again" : "FINs were sent again \(count) times"
    default: return nil
    }
  }

  private static func phrase(_ kind: Problem.Kind, _ count: UInt64) -> String {
    let were = count == 1 ? "was" : "were"
    func some(_ noun: String) -> String { Phrase.count(count, noun) }
    switch kind {
    case .synRetry:
      return count == 1 ? "the SYN was repeated" : "the SYN was repeated \(count) times"
    case .synAckRetry:
      return count == 1 ? "the SYN+ACK was repeated" : "the SYN+ACK was repeated \(count) times"
    case .acceptQueueFull: return "the server never took the connection: its accept queue was full"
    case .retransmission: return "\(some("segment")) \(were) retransmitted"
    case .outOfOrder: return "\(some("segment")) came out of order"
    case .duplicate: return "\(some("packet")) came twice"
    case .lostSegment: return "\(some("gap")) showed in the data"
    case .missedByCapture:
      return count == 1
        ? "the capture missed data that were acknowledged"
        : "the capture missed data that were acknowledged, \(count) times"
    case .zeroWindow: return "the receive window closed " + (count == 1 ? "once" : "\(count) times")
    case .damaged: return "\(some("packet")) arrived damaged"
    case .resetIgnored: return "\(some("reset")) \(were) ignored"
    case .resetAfterClose: return "a reset came after the close"
    case .icmpError: return "\(some("ICMP error")) came back"
    case .dataAfterClose: return "data arrived for an end that had closed"
    case .fastOpenRejected: return "the server did not take the data in the SYN"
    case .clockBackwards: return "the capture's clock ran backwards"
    case .keepAliveUnanswered: return "\(some("keep-alive")) went unanswered"
    case .challengeAck:
      return count == 1
        ? "a challenge ACK answered a segment out of place"
        : "\(count) challenge ACKs answered segments out of place"
    case .duplicateUnseen:
      return "the network doubled \(some("segment")) behind the capture, as DSACKs tell"
    }
  }

  /// How much a kind weighs; the gravest come first in a sentence.
  static func weight(_ problem: Problem) -> Int {
    let order: [Problem.Kind] = [
      .acceptQueueFull, .dataAfterClose, .lostSegment, .zeroWindow, .icmpError, .retransmission,
      .keepAliveUnanswered, .synRetry, .synAckRetry, .fastOpenRejected, .damaged, .resetIgnored,
      .challengeAck, .outOfOrder,
      .resetAfterClose, .duplicate, .duplicateUnseen, .missedByCapture, .clockBackwards,
    ]
    // What was sent again needlessly did no more harm than what came late.
    let kind = problem.cause == .spurious ? .outOfOrder : problem.kind
    let causes: [SegmentCause] = [.timeout, .fastRetransmit, .fin, .tailLossProbe, .spurious]
    let rank = problem.cause.flatMap { causes.firstIndex(of: $0) } ?? 0
    return (order.firstIndex(of: kind) ?? order.count) * causes.count + rank
  }
}

/// Doubts in words.
enum DoubtText {
  /// A sentence for the list below a story.
  static func sentence(_ doubt: Doubt) -> String {
    switch doubt {
    case .clientInferred:
      "Who is the client was inferred from ports or from who spoke first: no SYN was captured."
    case .oneDirection: "Only one direction was captured; what the other side did is unknown."
    case .segmentationOffload:
      "Segments larger than the MSS: one captured packet was many on the wire, so segment counts are approximate."
    case .checksumOffload:
      "Checksums were not filled in yet when packets were captured (offload); they count as good."
    case .checksumsAllWrong: "Every checksum of one side is wrong: taken as offload, not as damage."
    case .duplicatedByCapture: "The capture recorded packets twice."
    case .clockBackwards: "The capture's clock ran backwards; times around it are unreliable."
    case .missedPackets: "Bytes are missing that the peer acknowledged: the capture lost packets."
    case .manyHoles: "More holes at once than are remembered; later counts are estimates."
    }
  }

  /// A clause that hedges a verdict; nil for a doubt that does not weaken it.
  static func hedge(_ doubt: Doubt) -> String? {
    switch doubt {
    case .clientInferred: "which side is the client is inferred"
    case .oneDirection: "only one direction was captured"
    case .missedPackets: "the capture missed packets"
    case .clockBackwards: "the clock ran backwards"
    case .manyHoles: "loss counts are estimates"
    case .duplicatedByCapture: "the capture recorded packets twice"
    case .segmentationOffload, .checksumOffload, .checksumsAllWrong: nil
    }
  }
}
