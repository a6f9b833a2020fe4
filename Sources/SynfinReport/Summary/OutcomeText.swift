internal import SynfinLifecycle

/// Outcomes and problems in a few words for the table.
enum OutcomeText {
  /// How it went and who ended it, such as "closed by client" or "unanswered, 3 SYNs".
  static func phrase(_ record: ConnectionRecord) -> String {
    let word = name(record.outcome)
    switch record.outcome {
    case .closed, .reset, .halfClosed:
      guard let closer = record.closedBy else { return word }
      let way = record.outcome == .closed ? record.teardown.flatMap { manner($0.kind) } : nil
      return word + " by " + closer.rawValue + (way.map { ", " + $0 } ?? "")
    case .unanswered where record.transport == .tcp:
      return "\(word), \(CountText.noun(record.client.packets, "SYN"))"
    case .answered:
      guard let echo = record.echo else { return word }
      return echo.lost == 0
        ? "\(echo.replies) answered" : "\(echo.replies) answered, \(echo.lost) lost"
    default:
      return word
    }
  }

  static func name(_ outcome: Outcome) -> String {
    switch outcome {
    case .halfOpen: "half open"
    case .halfClosed: "half closed"
    case .oneWay: "one way"
    default: outcome.rawValue
    }
  }

  static func tone(_ outcome: Outcome) -> Style.Tone {
    switch outcome {
    case .closed, .answered: .good
    case .refused, .unreachable, .unanswered, .reset, .rejected: .bad
    case .halfOpen, .halfClosed: .careful
    case .midstream, .open, .oneWay: .plain
    }
  }

  /// A problem with how often it happened, such as "2 retransmissions".
  static func problem(_ problem: Problem) -> String {
    let (one, many) = words(problem.kind)
    guard let many else { return one }
    return CountText.noun(problem.count, one, many)
  }

  /// What to call one and many of a problem; nil for those that are told without a number.
  private static func words(_ kind: Problem.Kind) -> (String, String?) {
    switch kind {
    case .synRetry: ("SYN retry", "SYN retries")
    case .synAckRetry: ("SYN+ACK retry", "SYN+ACK retries")
    case .acceptQueueFull: ("accept queue full", nil)
    case .retransmission: ("retransmission", "retransmissions")
    case .outOfOrder: ("out of order", "out of order")
    case .duplicate: ("duplicate", "duplicates")
    case .lostSegment: ("lost segment", "lost segments")
    case .missedByCapture: ("gap in the capture", "gaps in the capture")
    case .zeroWindow: ("zero window", "zero windows")
    case .damaged: ("damaged", "damaged")
    case .resetIgnored: ("reset ignored", "resets ignored")
    case .resetAfterClose: ("reset after close", nil)
    case .icmpError: ("ICMP error", "ICMP errors")
    case .dataAfterClose: ("data after close", nil)
    case .fastOpenRejected: ("Fast Open rejected", nil)
    case .clockBackwards: ("clock ran backwards", nil)
    }
  }

  private static func manner(_ kind: TeardownRecord.Kind) -> String? {
    switch kind {
    case .fourWay: "four-way"
    case .threeWay: "three-way"
    case .simultaneous: nil
    case .reset, .half, .none: nil
    }
  }
}
