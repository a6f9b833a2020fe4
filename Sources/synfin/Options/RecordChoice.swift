internal import SynfinLifecycle
internal import SynfinReport

/// Which records are wanted, in which order, and how many of them.
struct RecordChoice {
  private var selection = RecordSelection()
  private var order: RecordOrder?
  private let limit: UInt64?

  init(_ arguments: ParsedArguments) throws(CommandError) {
    selection.outcomes = try arguments.words(.outcome)
    selection.host = try arguments.address(.host)
    selection.port = try arguments.uint16(.port)
    selection.transports = try arguments.words(.transport)
    limit = try arguments.positiveInteger(.limit)
    order = try Self.order(arguments)
  }

  private static func order(_ arguments: ParsedArguments) throws(CommandError) -> RecordOrder? {
    guard let text = arguments.value(.sort) else { return nil }
    let isReversed = text.hasPrefix("-")
    let word = isReversed ? String(text.dropFirst()) : text
    if let key = RecordOrder.Key(rawValue: word) {
      return RecordOrder(key: key, isReversed: isReversed)
    }
    let names = RecordOrder.Key.allCases.map(\.rawValue)
    let advice = nearest(to: word, among: names).map { "did you mean \($0)?" }
    throw CommandError(
      "--sort '\(text)' is unknown; \(advice ?? "choose from \(names.joined(separator: ", "))")")
  }

  /// Whether every record is wanted, in any order.
  var isEverything: Bool { selection.isEverything && limit == nil && order == nil }

  /// Whether records can be chosen one by one, each without knowing of the others, and are wanted in their own order.
  var isOfEach: Bool { limit == nil && order == nil }

  /// Whether a record is wanted, as far as it alone tells.
  func includes(_ record: ConnectionRecord) -> Bool { selection.includes(record) }

  /// Hands out the selected records in order.
  ///
  /// - Parameter body: takes a record, and whether the limit still lets it be listed.
  func forEach(
    of ledger: Ledger, _ body: (ConnectionRecord, Bool) throws -> Void
  ) throws {
    var left = limit ?? .max
    func hand(_ record: ConnectionRecord) throws {
      try body(record, left > 0)
      left -= left > 0 ? 1 : 0
    }
    var replay = Replay()
    guard let order else {
      return try ledger.records(ledger.recordIDs, &replay) {
        if selection.includes($0) { try hand($0) }
      }
    }
    // Sorting is the one thing that needs all records at once.
    var records: [ConnectionRecord] = []
    try ledger.records(ledger.recordIDs, &replay) {
      if selection.includes($0) { records.append($0) }
    }
    for record in order.sorted(records) { try hand(record) }
  }
}
