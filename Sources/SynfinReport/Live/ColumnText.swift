/// Lays rows of cells out in columns, as wide as their widest cell.
struct ColumnText {
  /// What stands above a column, and to which side its cells are moved.
  struct Column {
    let title: String
    let isRight: Bool

    init(_ title: String, isRight: Bool = false) {
      self.title = title
      self.isRight = isRight
    }
  }

  private let columns: [Column]
  private let widths: [Int]

  init(_ columns: [Column], _ rows: [[String]]) {
    self.columns = columns
    widths = columns.indices.map { index in
      rows.reduce(columns[index].title.count) { max($0, $1[index].count) }
    }
  }

  /// The line of titles.
  var header: String { line(columns.map(\.title)) }

  /// The line of a row.
  func line(_ cells: [String]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      if index > 0 { line += "  " }
      let width = widths[index]
      line += columns[index].isRight ? cell.leftPadded(to: width) : cell.padded(to: width)
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}
