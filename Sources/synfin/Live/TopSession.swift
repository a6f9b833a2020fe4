internal import SynfinLifecycle
internal import SynfinReport
internal import SynfinWire

/// A tracker and the screen that shows what it follows.
///
/// Whoever brings the packets gives it its turn at least ten times a second.
struct TopSession: ~Copyable {
  /// So often the table is made anew, in seconds.
  private static let interval = 1.0
  /// Of all the time at most a tenth goes into tables: with very many connections they come less often.
  private static let share = 10.0

  var tracking: LiveTracking<NoLifeSink>
  var head: TopHead
  private(set) var view: TopView
  private var screen: Screen
  private var table = TopTable()
  private var sampler = TopSampler()
  private var sample = TopSample()
  private var nextRefresh = 0.0
  /// How often the table was made.
  private(set) var refreshes = 0

  init(_ options: TrackerOptions, _ head: TopHead, _ view: TopView, _ screen: consuming Screen) {
    tracking = LiveTracking(options, NoLifeSink())
    self.head = head
    self.view = view
    self.screen = screen
  }

  /// Whether somebody wants to leave.
  var isLeaving: Bool { view.isLeaving || StopRequest.isPending }

  /// Whether it is time for a table.
  var isDue: Bool { !view.isPaused && System.monotonicSeconds() >= nextRefresh }

  /// Begins to measure rates.
  ///
  /// - Parameter steady: nanoseconds on the clock that `refresh` gets later.
  mutating func start(steady: Int64) { sampler.start(steady: steady) }

  /// Makes the table anew and shows it.
  ///
  /// - Parameters:
  ///   - moment: a time before which no packet will come any more.
  ///   - steady: nanoseconds on a clock that rates are measured by.
  mutating func refresh(at moment: Timestamp, steady: Int64, _ totals: TopHead.Totals) throws {
    let start = System.monotonicSeconds()
    sampler.begin(at: moment, steady: steady, view.order)
    tracking.show { sampler.take($0) }
    sample = sampler.finish()
    var totals = totals
    totals.evicted = tracking.tracker.evicted
    head.take(totals, sample)
    refreshes += 1
    show()
    let cost = System.monotonicSeconds() - start
    nextRefresh = start + max(Self.interval, Self.share * cost)
  }

  /// Takes the keys that were pressed.
  ///
  /// - Parameter milliseconds: how long to wait for the first one.
  mutating func takeKeys(within milliseconds: Int = 0) {
    var patience = milliseconds
    var isChanged = false
    while !isLeaving, let event = screen.event(within: patience) {
      patience = 0
      isChanged = true
      switch event {
      case .key(let key): press(key)
      case .resize: break
      case .redraw: screen.forget()
      }
    }
    if isChanged, !isLeaving { show() }
  }

  private mutating func press(_ key: TopKey) {
    let order = view.order
    view.press(key, orders: table.orders, rows: sample.rows.count, page: page)
    if view.order != order { sample.sort(view.order) }
  }

  /// Rows that the screen has room for, under head and titles.
  private var page: Int { max(1, screen.size.rows - TopHead.height - 1) }

  /// Shows what is known.
  mutating func show() {
    let width = screen.size.columns
    view.settle(rows: sample.rows.count, page: page)
    var lines = head.lines(sample, view, width: width, page: page)
    if view.showsHelp {
      lines += TopView.help(width: width)
    } else {
      let rows = sample.rows[view.scroll...].prefix(page)
      lines += table.lines(
        rows, of: sample, width: width, view.order, numeric: view.isNumeric)
    }
    screen.show(lines)
  }
}
