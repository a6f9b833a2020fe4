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
      let used = rows.reduce(0) { max($0, $1.cells[column.rawValue].width) }
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
    ink(TextBuffer.string { write(nil, into: &$0) { $0.title } }, .dim)
  }

  /// Writes the line of a row, or its two lines.
  func write(_ row: SummaryRow, into text: inout TextBuffer) {
    write(row.style, into: &text) { row.cells[$0.rawValue] }
    let problems = row.cells[Column.problems.rawValue]
    if problemsBelow && !problems.isEmpty {
      text.newline()
      text.append(UInt8(ascii: " "), repeated: widths[Column.number.rawValue] + Self.gap)
      text.append(string: ink("└ " + problems, .yellow))
    }
    text.newline()
  }

  private func write(
    _ outcome: Ink.Style?, into text: inout TextBuffer, _ cells: (Column) -> String
  ) {
    // Spaces wait until something follows, so that no line ends in some.
    var waiting = 0
    for column in columns {
      let width = widths[column.rawValue]
      let cell = cut(cells(column), column, width)
      let missing = width - cell.width
      waiting += column.isRightAligned ? missing : 0
      if !cell.isEmpty {
        text.append(UInt8(ascii: " "), repeated: waiting)
        text.append(string: ink(cell, style(column, outcome)))
        waiting = 0
      }
      waiting += (column.isRightAligned ? 0 : missing) + Self.gap
    }
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
    guard text.width > width else { return text }
    let tail = column == .outcome ? 0 : (width - 1) * 3 / 5
    return text.prefix(width - 1 - tail) + "…" + text.suffix(tail)
  }
}

extension String {
  /// How many columns it takes: its characters are words of this program, none of which combine.
  fileprivate var width: Int { utf8.count { $0 & 0xC0 != 0x80 } }
}
