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

  /// Writes a clause for a sentence: "3 segments were retransmitted (packets 5, 9 and 12)".
  static func writeClause(_ problem: Problem, _ text: inout TextBuffer) {
    if !writePhrase(problem.cause, problem.count, &text) {
      writePhrase(problem.kind, problem.count, &text)
    }
    let begin = text.count
    text.append(" (")
    Phrase.Packets(problem.packets, total: problem.count).write(into: &text)
    if let flaw = problem.flaw {
      if text.count > begin + 2 { text.append("; ") }
      text.append(reason(flaw))
    }
    if text.count > begin + 2 { text.append(")") } else { text.truncate(to: begin) }
  }

  /// Why a reset was ignored.
  private static func reason(_ flaw: ResetFlaw) -> StaticString {
    switch flaw {
    case .acknowledgesNothing: "it acknowledged nothing that was sent"
    case .offNextNumber: "its number was in the window but not the next one expected"
    case .outsideWindow: "its number was outside the window"
    }
  }

  /// Writes why segments were sent again; whether there are words for that.
  private static func writePhrase(
    _ cause: SegmentCause?, _ count: UInt64, _ text: inout TextBuffer
  ) -> Bool {
    func segments(_ how: StaticString) {
      Phrase.Grouped(count).write(into: &text)
      text.append(count == 1 ? " segment was sent again" : " segments were sent again")
      text.append(how)
    }
    switch cause {
    case .timeout: segments(" after timeouts")
    case .fastRetransmit: segments(" by fast retransmit")
    case .tailLossProbe: text.write("", Phrase.Count(count, "tail-loss probe"), " came")
    case .spurious: segments(" needlessly")
    case .fin where count == 1: text.append("a FIN was sent again")
    case .fin: text.write("FINs were sent again ", count, " times")
    default: return false
    }
    return true
  }

  private static func writePhrase(
    _ kind: Problem.Kind, _ count: UInt64, _ text: inout TextBuffer
  ) {
    func some(_ noun: StaticString, _ what: StaticString) {
      text.write("", Phrase.Count(count, noun), what)
    }
    let isOne = count == 1
    let times = TCPVerdict.Times(count)
    switch kind {
    case .synRetry: text.write("the SYN was repeated", times)
    case .synAckRetry: text.write("the SYN+ACK was repeated", times)
    case .acceptQueueFull:
      text.append("the server never took the connection: its accept queue was full")
    case .retransmission: some("segment", isOne ? " was retransmitted" : " were retransmitted")
    case .outOfOrder: some("segment", " came out of order")
    case .duplicate: some("packet", " came twice")
    case .lostSegment: some("gap", " showed in the data")
    case .missedByCapture:
      text.append("the capture missed data that were acknowledged")
      if !isOne { text.write(",", times) }
    case .zeroWindow:
      text.append("the receive window closed")
      if isOne { text.append(" once") } else { times.write(into: &text) }
    case .damaged: some("packet", " arrived damaged")
    case .resetIgnored: some("reset", isOne ? " was ignored" : " were ignored")
    case .resetAfterClose: text.append("a reset came after the close")
    case .icmpError: some("ICMP error", " came back")
    case .dataAfterClose: text.append("data arrived for an end that had closed")
    case .fastOpenRejected: text.append("the server did not take the data in the SYN")
    case .clockBackwards: text.append("the capture's clock ran backwards")
    case .keepAliveUnanswered: some("keep-alive", " went unanswered")
    case .challengeAck where isOne: text.append("a challenge ACK answered a segment out of place")
    case .challengeAck: text.write("", count, " challenge ACKs answered segments out of place")
    case .duplicateUnseen:
      text.append("the network doubled ")
      some("segment", " behind the capture, as DSACKs tell")
    }
  }

  /// How much a kind weighs; the gravest come first in a sentence.
  static func weight(_ problem: Problem) -> Int {
    // What was sent again needlessly did no more harm than what came late.
    let kind = problem.cause == .spurious ? .outOfOrder : problem.kind
    let rank = problem.cause.flatMap { causes.firstIndex(of: $0) } ?? 0
    return (order.firstIndex(of: kind) ?? order.count) * causes.count + rank
  }

  private static let order: [Problem.Kind] = [
    .acceptQueueFull, .dataAfterClose, .lostSegment, .zeroWindow, .icmpError, .retransmission,
    .keepAliveUnanswered, .synRetry, .synAckRetry, .fastOpenRejected, .damaged, .resetIgnored,
    .challengeAck, .outOfOrder,
    .resetAfterClose, .duplicate, .duplicateUnseen, .missedByCapture, .clockBackwards,
  ]

  private static let causes: [SegmentCause] = [
    .timeout, .fastRetransmit, .fin, .tailLossProbe, .spurious,
  ]
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
    case .droppedPackets:
      "The capture dropped packets meanwhile: what seems lost may only be missing here."
    }
  }

  /// A clause that hedges a verdict; nil for a doubt that does not weaken it.
  static func hedge(_ doubt: Doubt) -> StaticString? {
    switch doubt {
    case .clientInferred: "which side is the client is inferred"
    case .oneDirection: "only one direction was captured"
    case .missedPackets: "the capture missed packets"
    case .clockBackwards: "the clock ran backwards"
    case .manyHoles: "loss counts are estimates"
    case .droppedPackets: "the capture dropped packets meanwhile"
    case .duplicatedByCapture: "the capture recorded packets twice"
    case .segmentationOffload, .checksumOffload, .checksumsAllWrong: nil
    }
  }
}
