import SynfinLifecycle

/// Outcomes in charts and lists.
enum OutcomeLook {
  /// The colour of an outcome; those that mean much the same share one.
  static func hue(_ outcome: Outcome) -> Hue {
    switch outcome {
    case .closed, .answered: .green
    case .open: .blue
    case .midstream, .oneWay: .rail
    case .halfClosed, .halfOpen: .teal
    case .reset, .rejected: .red
    case .refused: .orange
    case .unanswered: .purple
    case .unreachable: .amber
    }
  }

  /// The order in which outcomes are stacked: what failed stands at the bottom, where bins compare best.
  static let stack: [Outcome] = [
    .reset, .rejected, .refused, .unreachable, .unanswered, .halfOpen, .halfClosed, .midstream,
    .oneWay, .open, .answered, .closed,
  ]
}
