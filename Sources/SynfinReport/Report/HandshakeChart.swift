import SynfinLifecycle

/// How long handshakes took, by magnitude.
struct HandshakeChart: Sendable {
  private var times = LogBins()
  /// Bars to a factor of ten.
  private static let perDecade = 8

  mutating func add(_ record: ConnectionRecord) {
    if let time = record.handshake?.roundTripTime { times.add(time) }
  }

  /// Half and nearly all of them, in words; nil without any.
  var sentence: String? {
    guard let half = times.quantile(0.5), let most = times.quantile(0.95) else { return nil }
    return "half within \(DurationText.short(half)), 95 % within \(DurationText.short(most))"
  }

  func fragment() -> String {
    let frame = SVGWriter.Frame(
      width: ReportCharts.width, height: ReportCharts.height, title: "Handshake times",
      summary: "How many TCP handshakes took how long, on a logarithmic scale"
        + (sentence.map { ": \($0)." } ?? ": none was seen whole."), name: "handshakes")
    return SVGWriter.fragment(frame) { draw(into: &$0) }
  }

  /// The counts of the bars, and which of them to show: whole decades around those that are not zero.
  private var bars: (first: Int, counts: [UInt64])? {
    let width = LogBins.perDecade / Self.perDecade
    let all = stride(from: 0, to: times.counts.count, by: width).map { start in
      times.counts[start..<start + width].reduce(0, +)
    }
    guard let first = all.firstIndex(where: { $0 > 0 }), let last = all.lastIndex(where: { $0 > 0 })
    else { return nil }
    // At least two decades, so that a single bar does not fill the picture.
    let low = first / Self.perDecade * Self.perDecade
    var high = (last / Self.perDecade + 1) * Self.perDecade
    high = max(high, min(low + 2 * Self.perDecade, all.count))
    return (low, Array(all[low..<high]))
  }

  private func draw(into svg: inout SVGWriter) {
    let font = Chart.font
    svg.text("Handshake times", at: Point(x: 12, y: 22), Chart.titleFont, .fill(.ink) + "bold")
    guard let (first, counts) = bars, let most = counts.max() else {
      return svg.text(
        "no handshake was seen whole", at: Point(x: 12, y: 46), font, .fill(.muted))
    }
    svg.text(sentence ?? "", at: Point(x: 12, y: 40), font, .fill(.muted))
    let ticks = Ticks.make(
      Extent(0, Double(most)), .count, length: 110, font: font, .vertical)
    let left = (ticks.map { font.width(of: $0.label) }.max() ?? 0) + 22
    let plot = Box(left: left, top: 74, width: ReportCharts.width - left - 24, height: 110)
    let y = Scale(Extent(0, Double(most)), from: plot.bottom, to: plot.top)
    for tick in ticks {
      let place = y(tick.value)
      svg.line(
        Point(x: plot.left, y: place), Point(x: plot.right, y: place), .line(.faint) + "thin")
      svg.text(
        tick.label, at: Point(x: plot.left - 8, y: place + font.size * 0.36), font,
        .fill(.muted), anchor: .end)
    }
    svg.text("connections", at: Point(x: 12, y: plot.top - 10), font, .fill(.muted))
    draw(counts, first, plot, y, into: &svg)
  }

  private func draw(
    _ counts: [UInt64], _ first: Int, _ plot: Box, _ y: Scale, into svg: inout SVGWriter
  ) {
    let font = Chart.font
    let step = plot.width / Double(counts.count)
    for (index, count) in counts.enumerated() where count > 0 {
      let top = y(Double(count))
      svg.rectangle(
        Box(
          left: plot.left + Double(index) * step + 0.5, top: top, width: max(1, step - 1),
          height: plot.bottom - top), .fill(.blue), title: title(first + index, count))
    }
    svg.line(
      Point(x: plot.left, y: plot.bottom), Point(x: plot.right, y: plot.bottom), .line(.rail))
    for index in stride(from: 0, through: counts.count, by: Self.perDecade) {
      let place = plot.left + Double(index) * step
      svg.line(
        Point(x: place, y: plot.bottom), Point(x: place, y: plot.bottom + 4),
        .line(.rail) + "thin")
      svg.text(
        Self.label(bar: first + index), at: Point(x: place, y: plot.bottom + 7 + font.size), font,
        .fill(.muted), anchor: .middle)
    }
    svg.text(
      "SYN to ACK, logarithmic", at: Point(x: plot.right, y: ReportCharts.height - 8), font,
      .fill(.muted), anchor: .end)
  }

  private func title(_ bar: Int, _ count: UInt64) -> String {
    let bins = LogBins.bounds
    let width = LogBins.perDecade / Self.perDecade
    let low = DurationText.short(Int64(bins[bar * width]))
    let next = (bar + 1) * width
    let high = next < bins.count ? DurationText.short(Int64(bins[next])) : "more"
    return "\(Phrase.count(count, "connection")): \(low) to \(high)"
  }

  /// The lower end of the first bar of a decade: "100 µs".
  private static func label(bar: Int) -> String {
    let decade = bar / perDecade
    let units = ["µs", "ms", "s"]
    let digits = ["1", "10", "100"][decade % 3]
    return decade / 3 < units.count ? "\(digits) \(units[decade / 3])" : "1000 s"
  }
}
