internal import SynfinLifecycle
internal import SynfinReport

/// Counts the connections that `--fail-on` speaks of.
struct OutcomeAlarm {
  private let outcomes: Set<Outcome>
  private var count = 0
  private var first: ConnectionRecord?

  init(_ outcomes: Set<Outcome>) {
    self.outcomes = outcomes
  }

  mutating func look(at record: ConnectionRecord) {
    guard !outcomes.isEmpty, outcomes.contains(record.outcome) else { return }
    count += 1
    if first == nil { first = record }
  }

  /// Takes over what another one found.
  mutating func add(_ other: OutcomeAlarm) {
    count += other.count
    guard let found = other.first else { return }
    if first.map({ found.id < $0.id }) ?? true { first = found }
  }

  /// Says what was found; whether there was anything.
  func complain() -> Bool {
    guard let first else { return false }
    let number = CountText.noun(UInt64(count), "connection")
    System.complain(
      "--fail-on: \(number), the first is connection \(first.id) (\(first.outcome.rawValue))")
    return true
  }
}
