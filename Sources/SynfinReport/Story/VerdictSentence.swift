public import SynfinLifecycle
import SynfinWire

/// What a record says, in a few plain sentences that name their packets.
///
/// What went wrong comes first, then how it ended; doubts that weaken the verdict come last.
public enum VerdictSentence {
  /// The sentences; the same record always gives the same text.
  public static func text(for record: ConnectionRecord) -> String {
    text(for: record, StoryEvidence())
  }

  /// The sentences of somebody who has also looked at the packets.
  static func text(for record: ConnectionRecord, _ evidence: StoryEvidence) -> String {
    var record = record
    return TextBuffer.string { write(&record, evidence, into: &$0) }
  }

  /// Writes the sentences.
  ///
  /// - Parameter record: stays as it is; it is `inout` because a record is too large to be handed over by value.
  static func write(
    _ record: inout ConnectionRecord, _ evidence: StoryEvidence = StoryEvidence(),
    into text: inout TextBuffer
  ) {
    switch record.transport {
    case .tcp: TCPVerdict(evidence: evidence).write(&record, &text)
    case .udp: DatagramVerdict.writeConversation(&record, &text)
    case .icmp: DatagramVerdict.writeEcho(&record, &text)
    }
    if !record.doubts.isEmpty { writeHedge(record.doubts, &text) }
  }

  /// What to hold against the verdict, if anything weakens it.
  private static func writeHedge(_ doubts: [Doubt], _ text: inout TextBuffer) {
    let reasons = doubts.compactMap(DoubtText.hedge)
    if reasons.isEmpty { return }
    text.append(" Take this with care: ")
    for (index, reason) in reasons.enumerated() {
      text.separate(index, of: reasons.count)
      text.append(reason)
    }
    text.append(".")
  }

  /// Writes ICMP errors as a clause: the first one in full, the others counted.
  static func writeErrors(_ errors: [ICMPErrorRecord], _ problem: Problem, _ text: inout TextBuffer)
  {
    guard let first = errors.first else { return ProblemText.writeClause(problem, &text) }
    if problem.count == 1 {
      first.write(into: &text)
      text.append(" came back")
    } else {
      Phrase.Grouped(problem.count).write(into: &text)
      text.write(" ICMP errors came back, the first one ", first)
    }
  }

  /// Writes the gravest problems as the clauses of a sentence, three at most.
  static func writeGravest(
    _ problems: [Problem], _ text: inout TextBuffer, first: Int = 0, of count: Int,
    _ clause: (Problem, inout TextBuffer) -> Void
  ) {
    for (index, problem) in problems.prefix(3).enumerated() {
      text.separate(first + index, of: count)
      clause(problem, &text)
    }
  }
}

/// An ICMP error with its packet and reporter: "ICMP port unreachable (packet 2, from 192.0.2.9)".
extension ICMPErrorRecord: TextPart {
  func write(into text: inout TextBuffer) {
    text.append(version == 6 ? "ICMPv6 " : "ICMP ")
    text.append(string: ICMPText.errorName(version: version, type: type, code: code))
    if let mtu { text.write(", MTU ", UInt64(mtu)) }
    text.write(" (packet ", packet, ", from ", reporter, ")")
  }
}
