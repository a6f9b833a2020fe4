/// Lays the rows out in columns.
struct SummaryTable {
  private typealias Column = SummaryRow.Column

  private static let gap = 2
  private static let leastAddress = 22
  private static let leastProblems = 14

  private var columns: [Column]
  private var widths: [Int]
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
    shrink([.problems], to: Self.leastProblems, width)
    shrink([.client, .server], to: Self.leastAddress, width)
    for column in [Column.start, .duration, .transport, .roundTrip] where total > width {
      columns.removeAll { $0 == column }
    }
    // What the dropped columns gave back too much goes to the problems.
    if columns.last == .problems {
      widths[Column.problems.rawValue] += max(0, width - total)
    }
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

  /// The line of a row.
  func line(_ row: SummaryRow) -> String {
    line(row.style) { row.cells[$0.rawValue] }
  }

  private func line(
    _ outcome: Ink.Style? = nil, _ text: (Column) -> String
  ) -> String {
    var line = ""
    for column in columns {
      let width = widths[column.rawValue]
      let cell =
        column == .problems ? Self.cutEnd(text(column), width) : Self.cutMiddle(text(column), width)
      let padding = String(repeating: " ", count: width - cell.count)
      let painted = ink(cell, style(column, outcome))
      if !line.isEmpty { line += "  " }
      line += column.isRightAligned ? padding + painted : painted + padding
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  private func style(_ column: Column, _ outcome: Ink.Style?) -> Ink.Style? {
    switch column {
    case .outcome: outcome
    case .problems: outcome == nil ? nil : .yellow
    default: nil
    }
  }

  private static func cutEnd(_ text: String, _ width: Int) -> String {
    text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
  }

  /// Leaves the ends of an address, which tell most.
  private static func cutMiddle(_ text: String, _ width: Int) -> String {
    guard text.count > width, width > 1 else { return text }
    let tail = (width - 1) * 3 / 5
    return text.prefix(width - 1 - tail) + "…" + text.suffix(tail)
  }
}
