import SynfinLifecycle

/// The rows of a report's table: of very many connections the most notable ones.
struct ReportRows: Sendable {
  /// What a browser still handles with ease.
  static let limit = 250_000

  private let limit: Int
  private var rows: [ReportRow] = []
  private(set) var endings = WordTable()
  private(set) var troubles = WordTable()
  /// Connections that have no row.
  private(set) var left: UInt64 = 0

  init(limit: Int = Self.limit) { self.limit = limit }

  mutating func add(_ record: ConnectionRecord) {
    rows.append(ReportRow(record, endings: &endings, troubles: &troubles))
    if rows.count >= limit * 2 { drop() }
  }

  private mutating func drop() {
    guard rows.count > limit else { return }
    rows.sort { Self.comesFirst($0, $1) }
    left += UInt64(rows.count - limit)
    rows.removeLast(rows.count - limit)
  }

  /// The rows in the order of their numbers.
  mutating func finish() -> [ReportRow] {
    drop()
    rows.sort { $0.id < $1.id }
    return rows
  }

  private static func comesFirst(_ left: ReportRow, _ right: ReportRow) -> Bool {
    left.notability == right.notability
      ? left.id < right.id : left.notability > right.notability
  }

  /// The numbers of the most notable connections, in ascending order.
  ///
  /// Lives that are alike, with the same end and the same problems, take turns with others, so that a
  /// thousand of one kind do not leave the others out; within a turn the most notable come first.
  /// Lives without failure or problem come when no others are left.
  func notable(_ count: Int) -> [Int] {
    struct Likeness: Hashable {
      let outcome: Outcome
      let transport: TransportProtocol
      let kinds: ProblemKinds
    }
    var turns: [Likeness: Int] = [:]
    var ranked: [(isFine: Bool, turn: Int, row: ReportRow)] = []
    for row in rows.sorted(by: Self.comesFirst) {
      let likeness = Likeness(outcome: row.outcome, transport: row.transport, kinds: row.kinds)
      let turn = turns[likeness, default: 0]
      turns[likeness] = turn + 1
      if turn < count { ranked.append((row.notability == 0, turn, row)) }
    }
    ranked.sort { left, right in
      if left.isFine != right.isFine { return right.isFine }
      return left.turn == right.turn
        ? Self.comesFirst(left.row, right.row) : left.turn < right.turn
    }
    return ranked.prefix(count).map(\.row.id).sorted()
  }
}
