internal import SynfinLifecycle

/// Outcomes and problems in as few words as a cell of the table has room for.
enum OutcomeCell {
  /// How it went and who ended it, such as "closed by client, 4-way" or "unanswered, 3 SYNs".
  static func text(_ record: ConnectionRecord) -> String {
    let word = OutcomeText.word(record.outcome)
    switch record.outcome {
    case .halfClosed where record.closedBy == .both: return word + ", FINs crossed"
    case .closed, .reset, .halfClosed:
      let closer = record.closedBy.map { " by \($0.rawValue)" } ?? ""
      return word + closer + (record.teardown.flatMap { manner($0.kind) } ?? "")
    case .unanswered where record.transport == .tcp:
      return "\(word), \(Phrase.count(record.client.packets, "SYN"))"
    case .answered where record.echo.map { $0.lost > 0 } == true:
      return "\(word), \(record.echo?.lost ?? 0) lost"
    default:
      return word
    }
  }

  private static func manner(_ kind: TeardownRecord.Kind) -> String? {
    switch kind {
    case .fourWay: ", 4-way"
    case .threeWay: ", 3-way"
    case .simultaneous, .reset, .half, .none: nil
    }
  }

  /// What went wrong, the gravest first, with how often.
  static func problems(_ record: ConnectionRecord) -> String {
    let sorted = record.problems.sorted {
      ProblemText.weight($0) < ProblemText.weight($1)
    }
    var told: [Problem] = []
    for problem in sorted {
      // A cell has no room for the causes of retransmissions.
      if let place = told.firstIndex(where: { $0.kind == problem.kind }) {
        told[place].count += problem.count
      } else {
        told.append(problem)
      }
    }
    return told.map(text).joined(separator: ", ")
  }

  private static func text(_ problem: Problem) -> String {
    guard let noun = noun(problem.kind) else { return ProblemText.name(problem.kind) }
    return Phrase.count(problem.count, noun)
  }

  /// What is counted; nil for what is told without a number.
  private static func noun(_ kind: Problem.Kind) -> String? {
    switch kind {
    case .synRetry: "SYN retry"
    case .synAckRetry: "SYN+ACK retry"
    case .retransmission: "retransmission"
    case .duplicate: "duplicate"
    case .lostSegment: "lost segment"
    case .missedByCapture: "capture gap"
    case .zeroWindow: "zero window"
    case .resetIgnored: "ignored reset"
    case .icmpError: "ICMP error"
    case .damaged: "bad checksum"
    case .outOfOrder: "late segment"
    case .acceptQueueFull, .resetAfterClose, .dataAfterClose, .fastOpenRejected: nil
    case .clockBackwards: nil
    case .duplicateUnseen: "unseen duplicate"
    case .keepAliveUnanswered: "unanswered keep-alive"
    case .challengeAck: "challenge ACK"
    }
  }
}
