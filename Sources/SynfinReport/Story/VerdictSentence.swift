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

  static func write(_ record: ConnectionRecord, into out: inout TextBuffer) {
    out.append(string: text(for: record))
  }

  /// The sentences of somebody who has also looked at the packets.
  static func text(for record: ConnectionRecord, _ evidence: StoryEvidence) -> String {
    let sentences =
      switch record.transport {
      case .tcp: TCPVerdict(record: record, evidence: evidence).sentences
      case .udp: DatagramVerdict(record: record).udp
      case .icmp: DatagramVerdict(record: record).echo
      }
    return (sentences + hedge(record)).joined(separator: " ")
  }

  /// What to hold against the verdict; empty if nothing weakens it.
  private static func hedge(_ record: ConnectionRecord) -> [String] {
    let reasons = record.doubts.compactMap(DoubtText.hedge)
    return reasons.isEmpty ? [] : ["Take this with care: " + Phrase.list(reasons) + "."]
  }

  /// An ICMP error with its packet and reporter: "ICMP port unreachable (packet 2, from 192.0.2.9)".
  static func error(_ error: ICMPErrorRecord) -> String {
    let name = ICMPText.errorName(version: error.version, type: error.type, code: error.code)
    let mtu = error.mtu.map { ", MTU \($0)" } ?? ""
    let family = error.version == 6 ? "ICMPv6" : "ICMP"
    return "\(family) \(name)\(mtu) (packet \(error.packet), from \(error.reporter))"
  }

  /// ICMP errors as a clause: the first one in full, the others counted.
  static func errors(_ record: ConnectionRecord, _ problem: Problem) -> String {
    guard let first = record.icmpErrors.first else { return ProblemText.clause(problem) }
    if problem.count == 1 { return error(first) + " came back" }
    return "\(Phrase.grouped(problem.count)) ICMP errors came back, the first one " + error(first)
  }
}
