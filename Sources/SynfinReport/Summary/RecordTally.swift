internal import SynfinLifecycle

/// Counts records by protocol, outcome and doubt.
struct RecordTally {
  private(set) var records: [TransportProtocol: UInt64] = [:]
  private var outcomes: [TransportProtocol: [Outcome: UInt64]] = [:]
  private(set) var doubts: [Doubt: UInt64] = [:]
  private(set) var problems: [Problem.Kind: UInt64] = [:]

  mutating func add(_ record: ConnectionRecord) {
    records[record.transport, default: 0] += 1
    outcomes[record.transport, default: [:]][record.outcome, default: 0] += 1
    for doubt in record.doubts { doubts[doubt, default: 0] += 1 }
    for kind in Set(record.problems.map(\.kind)) { problems[kind, default: 0] += 1 }
  }

  /// The outcomes of one protocol, the most frequent first.
  func outcomes(of transport: TransportProtocol) -> [(Outcome, UInt64)] {
    let counts = outcomes[transport] ?? [:]
    // `allCases` gives equal counts a fixed order; a dictionary has none.
    let order = Outcome.allCases.compactMap { outcome in counts[outcome].map { (outcome, $0) } }
    return order.enumerated().sorted { left, right in
      left.element.1 == right.element.1
        ? left.offset < right.offset : left.element.1 > right.element.1
    }.map(\.element)
  }
}
