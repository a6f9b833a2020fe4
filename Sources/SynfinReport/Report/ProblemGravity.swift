import SynfinLifecycle

/// How much a trouble matters to whoever uses the connection.
enum ProblemGravity: Int, Comparable {
  /// No more than untidy, or a matter of the capture.
  case minor
  /// Costs some time.
  case serious
  /// Costs much time, or the connection.
  case grave

  init(_ kind: Problem.Kind) {
    switch kind {
    case .acceptQueueFull, .dataAfterClose, .zeroWindow, .icmpError, .synRetry, .synAckRetry,
      .keepAliveUnanswered, .damaged:
      self = .grave
    case .retransmission, .lostSegment, .fastOpenRejected, .resetIgnored, .resetAfterClose,
      .challengeAck:
      self = .serious
    case .outOfOrder, .duplicate, .duplicateUnseen, .missedByCapture, .clockBackwards:
      self = .minor
    }
  }

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// What one occurrence counts where connections are ranked.
  var points: Int {
    switch self {
    case .minor: 3
    case .serious: 30
    case .grave: 100
    }
  }
}

/// How a connection went, in four words.
enum Fate: Int, CaseIterable {
  /// It came to nothing, or was broken off.
  case failed
  /// It worked, with problems.
  case troubled
  /// Not seen to its end, or not from its beginning; or no answer was to be expected.
  case unfinished
  case fine

  init(_ outcome: Outcome, hasProblems: Bool) {
    switch OutcomeText.style(outcome) {
    case .red: self = .failed
    case _ where hasProblems: self = .troubled
    case .green: self = .fine
    default: self = .unfinished
    }
  }

  /// The name in the page's address and data.
  var key: StaticString {
    switch self {
    case .failed: "failed"
    case .troubled: "troubled"
    case .unfinished: "unfinished"
    case .fine: "fine"
    }
  }

  /// What the filter calls it.
  var label: String {
    switch self {
    case .failed: "failed, in any way"
    case .troubled: "worked, with problems"
    case .unfinished: "not seen whole"
    case .fine: "went well"
    }
  }
}

extension ConnectionRecord {
  /// How notable it is: 1000 for a failure, and for each kind of problem its points, more of them the
  /// more often it occurred.
  var notability: Int {
    let failure = OutcomeText.style(outcome) == .red ? 1000 : outcome == .halfClosed ? 20 : 0
    return problems.reduce(failure) { sum, problem in
      let doublings = UInt64.bitWidth - problem.count.leadingZeroBitCount
      return sum + ProblemGravity(problem.kind).points * (1 + min(doublings, 9))
    }
  }
}
