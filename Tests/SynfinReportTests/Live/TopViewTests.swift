import SynfinLifecycle
import SynfinWire
import Testing

@testable import SynfinReport

@Suite struct TopViewTests {
  private static let orders: [TopColumn] = [.client, .server, .sent, .rate, .received, .idle]

  private func view(_ keys: [TopKey], rows: Int = 50, page: Int = 20) -> TopView {
    var view = TopView(numeric: false)
    for key in keys { view.press(key, orders: Self.orders, rows: rows, page: page) }
    return view
  }

  @Test(
    arguments: [
      ([], TopColumn.rate), ([.right], .received), ([.left], .sent), ([.right, .right], .idle),
      ([.right, .right, .right], .client), ([.left, .left, .left, .left], .idle),
    ] as [([TopKey], TopColumn)])
  func arrows_goRound(_ keys: [TopKey], _ column: TopColumn) {
    #expect(view(keys).order.column == column)
  }

  /// A narrower screen may have lost the column.
  @Test(arguments: [(TopKey.right, TopColumn.idle), (.left, .server)])
  func lostColumn_isLeftForTheNearest(_ key: TopKey, _ column: TopColumn) {
    var view = view([.right])
    view.press(key, orders: [.client, .server, .idle], rows: 0, page: 1)
    #expect(view.order.column == column)
    view.press(.left, orders: [], rows: 0, page: 1)
    #expect(view.order.column == column)
  }

  @Test func reversal_endsWithTheColumn() {
    #expect(view([.reverse]).order.isReversed)
    #expect(!view([.reverse, .right]).order.isReversed)
  }

  @Test(
    arguments: [
      ([.up], 0), ([.down], 1), ([.pageDown], 20), ([.pageDown, .pageDown], 30), ([.end], 30),
      ([.end, .up], 29), ([.end, .pageUp], 10), ([.end, .home], 0),
    ] as [([TopKey], Int)])
  func scrolling_staysInside(_ keys: [TopKey], _ scroll: Int) {
    #expect(view(keys).scroll == scroll)
    #expect(view(keys, rows: 3).scroll == 0)
  }

  @Test func fewerRows_scrollBack() {
    var view = view([.end])
    view.settle(rows: 25, page: 20)
    #expect(view.scroll == 5)
  }

  @Test func help_takesTheNextKey() {
    #expect(view([.help]).showsHelp)
    let back = view([.help, .pause])
    #expect(!back.showsHelp && !back.isPaused)
    #expect(view([.help, .quit]).isLeaving)
  }

  @Test func switches_goBothWays() {
    #expect(view([.pause]).isPaused)
    #expect(!view([.pause, .pause]).isPaused)
    #expect(view([.numeric]).isNumeric)
    #expect(view([.other]) == view([]))
  }

  @Test func help_fitsEightyColumns() {
    for line in TopView.help(width: 200) { #expect(line.text.count <= 80) }
    #expect(TopView.help(width: 200).count <= 24 - TopHead.height)
  }
}

@Suite struct TopHeadTests {
  private func lines(
    _ subject: String = "eth0", width: Int = 80, page: Int = 20, keys: [TopKey] = [],
    dropped: UInt64? = nil, evicted: UInt64 = 0, after seconds: Double = 1
  ) -> [String] {
    var head = TopHead(subject: subject, pace: "live", zone: .utc)
    var sampler = TopSampler()
    sampler.start(steady: 0)
    let sample = TopSamples.look(&sampler, TopSamples.mixed, after: seconds)
    var totals = TopHead.Totals()
    totals.packets = 12_345
    totals.bytes = 2_000_000
    totals.dropped = dropped
    totals.evicted = evicted
    head.take(totals, sample)
    var view = TopView(numeric: false)
    for key in keys { view.press(key, orders: [.rate], rows: 6, page: page) }
    return head.lines(sample, view, width: width, page: page).map(\.text)
  }

  @Test func head_saysWhatIsWatched() {
    #expect(
      lines() == [
        "synfin top  eth0                                                  live  08:00:00",
        "12,345 packets, 12,345/s, 16 Mbit/s; 6 connections, 1 over",
        "sorted by rate, largest first                                   h: keys  q: quit",
      ])
  }

  @Test func pause_isTold() {
    #expect(lines(keys: [.pause])[0].hasSuffix("paused  live  08:00:00"))
  }

  @Test func losses_areTold() {
    #expect(lines(dropped: 0)[1].hasSuffix(", 0 dropped; 6 connections, 1 over"))
    #expect(
      lines(width: 90, dropped: 1234, evicted: 5)[1].hasSuffix(
        ", 1,234 dropped; 6 connections, 5 evicted, 1 over"))
  }

  @Test func longSubject_isCut() {
    let line = lines(String(repeating: "é", count: 200))[0]
    #expect(line.count == 80)
    #expect(line.hasSuffix("é~  live  08:00:00"))
  }

  @Test func position_isToldWhenRowsAreOutOfSight() {
    #expect(lines(page: 4)[2].hasPrefix("sorted by rate, largest first; rows 1-4 of 6 "))
    #expect(lines(page: 4, keys: [.end])[2].contains("rows 3-6 of 6"))
  }

  /// A rate that is not over a second says so.
  @Test func longInterval_isTold() {
    let lines = lines(after: 12)
    #expect(lines[1].hasPrefix("12,345 packets, 1,029/s, 1.3 Mbit/s"))
    #expect(lines[2].contains("rates over 12s"))
  }

  @Test(arguments: [0, 1, 10, 40]) func everyWidth_isKept(_ width: Int) {
    #expect(lines(width: width, dropped: 1).allSatisfy { $0.count <= width })
  }
}
