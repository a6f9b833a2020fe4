public import SynfinLifecycle

/// Counts records by protocol, outcome and doubt.
public struct RecordTally: Sendable {
  private static let columns = Outcome.allCases.count

  /// A row for each protocol with a column for each outcome: a dictionary would hash millions of names.
  private var counts = [UInt64](repeating: 0, count: TransportProtocol.allCases.count * columns)
  private(set) var doubts: [Doubt: UInt64] = [:]

  /// Makes a tally of nothing.
  public init() {}

  /// Counts a record.
  public mutating func add(_ record: RecordSummary) {
    counts[record.transport.row * Self.columns + record.outcome.column] += 1
    for doubt in record.doubts { doubts[doubt, default: 0] += 1 }
  }

  /// Adds what another tally counted.
  public mutating func add(_ other: RecordTally) {
    for column in counts.indices { counts[column] += other.counts[column] }
    doubts.merge(other.doubts, uniquingKeysWith: +)
  }

  /// The outcomes of one protocol that occurred, the most frequent first; equal ones in the order of their cases.
  func outcomes(of transport: TransportProtocol) -> [(Outcome, UInt64)] {
    let first = transport.row * Self.columns
    var found: [(Outcome, UInt64)] = []
    for outcome in Outcome.allCases {
      let count = counts[first + outcome.column]
      // Behind all that are as frequent: few enough to be put in place one by one.
      let place = found.firstIndex { $0.1 < count } ?? found.count
      if count > 0 { found.insert((outcome, count), at: place) }
    }
    return found
  }
}

extension TransportProtocol {
  fileprivate var row: Int {
    switch self {
    case .tcp: 0
    case .udp: 1
    case .icmp: 2
    }
  }
}

extension Outcome {
  fileprivate var column: Int {
    switch self {
    case .midstream: 0
    case .refused: 1
    case .unreachable: 2
    case .unanswered: 3
    case .halfOpen: 4
    case .rejected: 5
    case .closed: 6
    case .reset: 7
    case .halfClosed: 8
    case .open: 9
    case .answered: 10
    case .oneWay: 11
    }
  }
}
