public import SynfinLifecycle
internal import SynfinWire

/// The report of a whole capture for a person: what was captured, how it went, one row a connection.
public struct SummaryReport {
  /// How the report looks.
  public struct Options: Sendable {
    /// The zone that times are told in.
    public var zone: TimeText.Zone
    /// Shows port numbers without service names.
    public var numeric: Bool
    /// Uses terminal colours.
    public var color: Bool
    /// Columns to fit into; nil cuts nothing.
    public var width: Int?
    /// Whether connections are listed, or only counted.
    public var showsTable: Bool

    /// Makes options.
    public init(
      zone: TimeText.Zone, numeric: Bool, color: Bool, width: Int?, showsTable: Bool = true
    ) {
      self.zone = zone
      self.numeric = numeric
      self.color = color
      self.width = width
      self.showsTable = showsTable
    }
  }

  private let facts: CaptureFacts
  private let totals: TrackerTotals
  private let options: Options
  private var tally = RecordTally()
  private var rows: [SummaryRow] = []
  private var unlisted: UInt64 = 0

  /// Makes a report to which no connection has been added yet.
  public init(facts: CaptureFacts, totals: TrackerTotals, options: Options) {
    self.facts = facts
    self.totals = totals
    self.options = options
  }

  /// Counts the next connection.
  ///
  /// - Parameter isListed: whether it also gets a row of the table.
  public mutating func add(_ record: ConnectionRecord, isListed: Bool = true) {
    tally.add(record.summary)
    guard options.showsTable else { return }
    if isListed {
      rows.append(SummaryRow(record, options, spansDays: spansDays))
    } else {
      unlisted += 1
    }
  }

  /// Counts connections that get no row of the table.
  public mutating func add(_ connections: RecordTally) {
    tally.add(connections)
  }

  /// Whether a time of day alone would be ambiguous.
  private var spansDays: Bool {
    guard let first = totals.first, let last = totals.last else { return false }
    return last.nanoseconds(since: first) >= 86_400_000_000_000
  }

  /// Writes the report, piece by piece.
  public func write(_ body: (String) throws -> Void) throws {
    let ink = Ink(isOn: options.color)
    let head = SummaryHeader(facts: facts, totals: totals, tally: tally, zone: options.zone)
    try body(head.text(ink, width: options.width))
    guard options.showsTable, !rows.isEmpty else { return }
    let table = SummaryTable(rows: rows, width: options.width, ink: ink)
    try body("\n" + table.header + "\n")
    var text = TextBuffer()
    for row in rows {
      table.write(row, into: &text)
      if text.count < 16_384 { continue }
      try body(text.string)
      text.removeAll()
    }
    try body(text.string)
    if unlisted > 0 { try body(ink("and \(Phrase.grouped(unlisted)) more\n", .dim)) }
  }
}
