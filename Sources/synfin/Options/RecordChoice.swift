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
    selection.port = try arguments.port(.port)
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

  /// Ends the tracking and hands out the wanted records.
  ///
  /// - Parameter alarm: looks at every selected record, whatever the limit.
  func forEach(
    of tracker: consuming Tracker, _ alarm: inout OutcomeAlarm,
    _ body: (ConnectionRecord) throws -> Void
  ) throws {
    var left = limit ?? .max
    guard let order else {
      return try tracker.finish { record in
        guard selection.includes(record) else { return }
        alarm.look(at: record)
        guard left > 0 else { return }
        left -= 1
        try body(record)
      }
    }
    // Sorting is the one thing that needs all records at once.
    var records: [ConnectionRecord] = []
    tracker.finish { record in
      guard selection.includes(record) else { return }
      alarm.look(at: record)
      records.append(record)
    }
    for record in order.sorted(records).prefix(Int(clamping: left)) { try body(record) }
  }
}
