/// Which columns a table of live connections has on a screen, and how wide they are.
struct TopLayout {
  /// What the widest cells of these columns would take.
  struct Need: Sendable {
    var number = 2
    var client = 12
    var server = 12
  }

  /// Those without which one knows least, the first to leave.
  private static let dispensable: [TopColumn] = [.number, .age, .transport, .idle]
  /// An IPv4 address with its port is never cut as long as there is one of those.
  private static let addressWidth = 21
  private static let leastAddress = 12
  private static let wideScreen = 120

  private(set) var columns = TopColumn.allCases.filter { $0 != .rate }
  let gap: Int
  let hasShortStates: Bool
  private var widths: [Int]

  init(width: Int, _ need: Need) {
    gap = width < Self.wideScreen ? 1 : 2
    hasShortStates = width < Self.wideScreen
    let shortStates = hasShortStates
    widths = TopColumn.allCases.map { $0.width(shortStates: shortStates) ?? 0 }
    self[.number] = need.number
    self[.client] = min(need.client, Self.addressWidth)
    self[.server] = min(need.server, Self.addressWidth)
    for column in Self.dispensable where total > width { columns.removeAll { $0 == column } }
    while total > width, max(self[.client], self[.server]) > Self.leastAddress {
      self[self[.client] > self[.server] ? .client : .server] -= 1
    }
    // On a very narrow screen the right ones go, whole.
    while total > width, columns.count > 2 { columns.removeLast() }
    grow(to: width, need)
  }

  /// Gives long addresses what is left, by turns.
  private mutating func grow(to width: Int, _ need: Need) {
    var grew = true
    while grew {
      grew = false
      for (column, need) in [(TopColumn.client, need.client), (.server, need.server)]
      where total < width && self[column] < need {
        self[column] += 1
        grew = true
      }
    }
  }

  /// The width of a column.
  subscript(column: TopColumn) -> Int {
    get { widths[column.rawValue] }
    set { widths[column.rawValue] = newValue }
  }

  private var total: Int {
    columns.reduce(0) { $0 + self[$1] } + gap * (columns.count - 1)
  }
}
