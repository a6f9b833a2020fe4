/// What somebody who watches the table of live connections can press.
public enum TopKey: Sendable, CaseIterable {
  case left, right, up, down, pageUp, pageDown, home, end
  /// The other way round.
  case reverse
  /// Numbers or names.
  case numeric
  /// Stands still, or goes on.
  case pause
  /// Shows the keys.
  case help
  /// Leaves.
  case quit
  /// Any other key.
  case other
}

/// What somebody who watches the table of live connections has chosen.
public struct TopView: Sendable, Equatable {
  /// How rows are sorted.
  public private(set) var order = TopOrder()
  /// Rows above the first one on the screen.
  public private(set) var scroll = 0
  /// Shows port numbers, never service names.
  public private(set) var isNumeric: Bool
  /// Whether the table stands still.
  public private(set) var isPaused = false
  /// Whether the keys are shown instead of the table.
  public private(set) var showsHelp = false
  /// Whether it is over.
  public private(set) var isLeaving = false

  /// What one sees first.
  public init(numeric: Bool) { isNumeric = numeric }

  /// Takes a key.
  ///
  /// - Parameters:
  ///   - orders: what the screen shows to sort by.
  ///   - rows: rows of the table.
  ///   - page: those of them that the screen has room for.
  public mutating func press(_ key: TopKey, orders: [TopColumn], rows: Int, page: Int) {
    if key == .quit {
      isLeaving = true
    } else if showsHelp {
      showsHelp = false
    } else {
      act(on: key, orders, rows, page)
    }
  }

  private mutating func act(on key: TopKey, _ orders: [TopColumn], _ rows: Int, _ page: Int) {
    switch key {
    case .left: move(by: -1, orders)
    case .right: move(by: 1, orders)
    case .up: scroll -= 1
    case .down: scroll += 1
    case .pageUp: scroll -= page
    case .pageDown: scroll += page
    case .home: scroll = 0
    case .end: scroll = rows
    case .reverse: order.isReversed.toggle()
    case .numeric: isNumeric.toggle()
    case .pause: isPaused.toggle()
    case .help: showsHelp = true
    case .quit, .other: break
    }
    settle(rows: rows, page: page)
  }

  /// Scrolls back if there are fewer rows, or more room.
  public mutating func settle(rows: Int, page: Int) {
    scroll = max(0, min(scroll, rows - page))
  }

  /// Goes to a neighbour, round the end; from a column that the screen has lost to the nearest one.
  private mutating func move(by step: Int, _ orders: [TopColumn]) {
    guard !orders.isEmpty else { return }
    let present = order.column.rawValue
    let next =
      step > 0
      ? orders.first { $0.rawValue > present } ?? orders.first
      : orders.last { $0.rawValue < present } ?? orders.last
    order.column = next ?? order.column
    order.isReversed = false
  }

  /// The keys, for who asks for them.
  public static func help(width: Int) -> [ScreenLine] {
    let rows = [
      ("left, right", "sort by another column, or by both rates"),
      ("r", "sort the other way round"),
      ("up, down, PgUp, PgDn,", "scroll"),
      ("Home, End", ""),
      ("n", "port numbers or service names"),
      ("space or p", "pause: an interface is followed on, a file waits"),
      ("h or ?", "show these keys; any key leads back"),
      ("q", "quit"),
      ("", ""),
      (">bps, <bps", "bits of payload per second, to server and to client"),
      ("RTT", "mean round trip; of UDP and ping, mean time to answer"),
      ("retr", "segments sent again; red when there are new ones"),
      ("age, idle", "time since the first packet, since the last packet"),
      ("dim", "over; kept for late packets, see --closed-timeout"),
    ]
    return rows.map { key, meaning in
      var line = ScreenLine(width: width)
      line.append("  " + key.padded(to: 23), .bold)
      line.append(meaning)
      return line
    }
  }
}
