/// Lays the rows out in columns.
struct SummaryTable {
  private typealias Column = SummaryRow.Column

  private static let gap = 2
  private static let leastAddress = 18
  private static let leastOutcome = 16

  private var columns: [Column]
  private var widths: [Int]
  // Problems that find no room in the row follow it on a line of their own: they are never cut.
  private var problemsBelow = false
  private let ink: Ink

  /// Measures the rows and, where there is a width to fit into, gives up what matters least.
  init(rows: [SummaryRow], width: Int?, ink: Ink) {
    self.ink = ink
    columns = Column.allCases
    widths = columns.map { column in
      let used = rows.reduce(0) { max($0, $1.cells[column.rawValue].count) }
      return used == 0 ? 0 : max(used, column.title.count)
    }
    columns.removeAll { widths[$0.rawValue] == 0 }
    if let width { fit(width) }
  }

  private var total: Int {
    columns.reduce(-Self.gap) { $0 + widths[$1.rawValue] + Self.gap }
  }

  private mutating func fit(_ width: Int) {
    problemsBelow = total > width && columns.last == .problems
    if problemsBelow { columns.removeLast() }
    for column in [Column.start, .transport, .duration, .roundTrip] where total > width {
      columns.removeAll { $0 == column }
    }
    shrink([.client, .server], to: Self.leastAddress, width)
    shrink([.outcome], to: Self.leastOutcome, width)
  }

  /// Takes from the widest of some columns until the table fits.
  private mutating func shrink(_ some: [Column], to least: Int, _ width: Int) {
    while total > width {
      let candidates = some.filter { columns.contains($0) && widths[$0.rawValue] > least }
      guard let widest = candidates.max(by: { widths[$0.rawValue] < widths[$1.rawValue] })
      else { return }
      widths[widest.rawValue] -= 1
    }
  }

  /// The line of titles.
  var header: String {
    ink(line { $0.title }, .dim)
  }

  /// The line of a row, or its two lines.
  func line(_ row: SummaryRow) -> String {
    let problems = row.cells[Column.problems.rawValue]
    let first = line(row.style) { row.cells[$0.rawValue] }
    guard problemsBelow, !problems.isEmpty else { return first }
    let indent = String(repeating: " ", count: widths[Column.number.rawValue] + Self.gap)
    return first + "\n" + indent + ink("└ " + problems, .yellow)
  }

  private func line(_ outcome: Ink.Style? = nil, _ text: (Column) -> String) -> String {
    var line = ""
    // Spaces wait until something follows, so that no line ends in some.
    var waiting = 0
    for column in columns {
      let width = widths[column.rawValue]
      let cell = cut(text(column), column, width)
      let missing = width - cell.count
      waiting += column.isRightAligned ? missing : 0
      if !cell.isEmpty {
        line += String(repeating: " ", count: waiting) + ink(cell, style(column, outcome))
        waiting = 0
      }
      waiting += (column.isRightAligned ? 0 : missing) + Self.gap
    }
    return line
  }

  private func style(_ column: Column, _ outcome: Ink.Style?) -> Ink.Style? {
    switch column {
    case .outcome: outcome
    case .problems: outcome == nil ? nil : .yellow
    default: nil
    }
  }

  /// Shortens an outcome at its end, an address in its middle, where it tells least.
  private func cut(_ text: String, _ column: Column, _ width: Int) -> String {
    guard text.count > width else { return text }
    let tail = column == .outcome ? 0 : (width - 1) * 3 / 5
    return text.prefix(width - 1 - tail) + "…" + text.suffix(tail)
  }
}
