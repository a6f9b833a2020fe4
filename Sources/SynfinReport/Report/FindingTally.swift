import SynfinLifecycle

/// Something that went wrong, with the connections it hit.
struct Finding: Sendable {
  /// What the table is filtered by to see them.
  enum Kind: Sendable {
    case outcome(Outcome)
    case problem(Problem.Kind)
  }

  let kind: Kind
  let connections: UInt64
  /// How often it occurred in them.
  let count: UInt64

  var gravity: ProblemGravity {
    switch kind {
    case .outcome: .grave
    case .problem(let kind): ProblemGravity(kind)
    }
  }

  var name: String {
    switch kind {
    case .outcome(let outcome): OutcomeText.word(outcome)
    case .problem(let kind): ProblemText.name(kind)
    }
  }
}

/// Counts connections by how they went and by what went wrong with them.
struct FindingTally: Sendable {
  private(set) var fates = [UInt64](repeating: 0, count: Fate.allCases.count)
  private(set) var outcomes: [Outcome: UInt64] = [:]
  private var problems: [Problem.Kind: (connections: UInt64, count: UInt64)] = [:]

  var connections: UInt64 { fates.reduce(0, +) }

  subscript(fate: Fate) -> UInt64 { fates[fate.rawValue] }

  mutating func add(_ record: ConnectionRecord) {
    fates[Fate(record.outcome, hasProblems: !record.problems.isEmpty).rawValue] += 1
    outcomes[record.outcome, default: 0] += 1
    var seen = ProblemKinds()
    for problem in record.problems {
      let bit = ProblemKinds(rawValue: 1 << UInt32(ProblemKinds.bit(problem.kind)))
      // One entry for each cause of retransmissions is still one connection.
      let isNew = seen.insert(bit).inserted
      problems[problem.kind, default: (0, 0)].connections += isNew ? 1 : 0
      problems[problem.kind, default: (0, 0)].count &+= problem.count
    }
  }

  /// What went wrong: the gravest first, and of equally grave ones what hit the most connections.
  var findings: [Finding] {
    let failures = Outcome.allCases.compactMap { outcome -> Finding? in
      guard OutcomeText.style(outcome) == .red, let count = outcomes[outcome] else { return nil }
      return Finding(kind: .outcome(outcome), connections: count, count: count)
    }
    let troubles = Problem.Kind.allCases.compactMap { kind -> Finding? in
      guard let found = problems[kind] else { return nil }
      return Finding(
        kind: .problem(kind), connections: found.connections, count: found.count)
    }
    let all = Array((failures + troubles).enumerated())
    return all.sorted { left, right in
      let (one, other) = (left.element, right.element)
      if one.gravity != other.gravity { return one.gravity > other.gravity }
      if one.connections != other.connections { return one.connections > other.connections }
      return left.offset < right.offset
    }.map(\.element)
  }
}
