/// Where the parts of a chart stand.
struct ChartLayout {
  private struct Entry {
    let series: Series
    let left: Double
    let top: Double
    let text: String
  }

  private static let legendLine = 18.0
  private static let swatch = 24.0

  /// The chart's height, more than was asked for where the legend takes much.
  let height: Double
  let plot: Box
  let x: Scale
  let y: Scale
  private let chart: Chart
  private let xTicks: [Tick]
  private let yTicks: [Tick]
  private let entries: [Entry]

  init(_ chart: Chart) {
    self.chart = chart
    let font = Chart.font
    entries = Self.entries(chart)
    let legendBottom = entries.last.map { $0.top + Self.legendLine } ?? 34
    let top = legendBottom + font.size * 2
    height = max(chart.height, top + 60 + font.size * 3.6)
    let plotHeight = height - font.size * 3.6 - top
    let yExtent = chart.y.extent.spread(one: chart.y.unit.one)
    yTicks = Self.ticks(chart.y, length: plotHeight, .vertical, room: chart.width * 0.3)
    let labels = yTicks.map { font.width(of: $0.label) }.max() ?? 0
    let left = labels + 22
    // Half of the last label may stand out on the right.
    var width = max(60, chart.width - left - 20)
    var ticks = Self.ticks(chart.x, length: width, .horizontal, room: .infinity)
    let out = (ticks.map { font.width(of: $0.label) }.max() ?? 0) / 2
    if out > 20 {
      width = max(60, chart.width - left - out - 4)
      ticks = Self.ticks(chart.x, length: width, .horizontal, room: .infinity)
    }
    xTicks = ticks
    plot = Box(left: left, top: top, width: width, height: plotHeight)
    x = Scale(chart.x.extent.spread(one: chart.x.unit.one), from: plot.left, to: plot.right)
    // Names are read from above, values grow from below.
    let isNamed = !chart.y.categories.isEmpty
    y = Scale(
      yExtent, from: isNamed ? plot.top : plot.bottom, to: isNamed ? plot.bottom : plot.top)
  }

  /// The plot with room for the points at its edges.
  var clip: Box {
    Box(
      left: plot.left - 4, top: plot.top - 4, width: plot.width + 8, height: plot.height + 8)
  }

  private static func ticks(
    _ axis: Chart.Axis, length: Double, _ direction: Ticks.Direction, room: Double
  ) -> [Tick] {
    guard !axis.categories.isEmpty else {
      return Ticks.make(axis.extent, axis.unit, length: length, font: Chart.font, direction)
    }
    let width = axis.extent.upper - axis.extent.lower
    let each = direction == .horizontal ? length / width - 8 : room
    return axis.categories.enumerated().map { index, name in
      Tick(value: Double(index) + 0.5, label: Chart.font.fitted(name, to: max(each, 12)))
    }
  }

  /// The legend, in as many lines as it takes.
  private static func entries(_ chart: Chart) -> [Entry] {
    var entries: [Entry] = []
    var (left, top) = (12.0, 34.0)
    for series in chart.series {
      guard let name = series.name else { continue }
      let text = Chart.font.fitted(name, to: chart.width - swatch - 40)
      let width = swatch + 6 + Chart.font.width(of: text) + 14
      if left > 12, left + width > chart.width - 12 {
        left = 12
        top += legendLine
      }
      entries.append(Entry(series: series, left: left, top: top, text: text))
      left += width
    }
    return entries
  }

  func drawLegend(into svg: inout SVGWriter) {
    for entry in entries {
      let middle = entry.top + Self.legendLine / 2
      let box = Box(left: entry.left, top: middle - 5, width: Self.swatch, height: 10)
      ChartPen(self).drawSwatch(entry.series, box, into: &svg)
      svg.text(
        entry.text, at: Point(x: box.right + 6, y: middle + Chart.font.size * 0.36), Chart.font)
    }
  }

  func drawGrid(into svg: inout SVGWriter) {
    var lines: [(Point, Point)] = []
    for tick in yTicks where chart.y.categories.isEmpty {
      let place = y(tick.value)
      lines.append((Point(x: plot.left, y: place), Point(x: plot.right, y: place)))
    }
    for tick in xTicks where chart.x.categories.isEmpty {
      let place = x(tick.value)
      lines.append((Point(x: place, y: plot.top), Point(x: place, y: plot.bottom)))
    }
    svg.strokes(lines, .line(.faint) + "thin")
  }

  func drawAxes(into svg: inout SVGWriter) {
    let font = Chart.font
    svg.polyline(
      [
        Point(x: plot.left, y: plot.top), Point(x: plot.left, y: plot.bottom),
        Point(x: plot.right, y: plot.bottom),
      ], .line(.rail))
    for tick in yTicks {
      svg.text(
        tick.label, at: Point(x: plot.left - 8, y: y(tick.value) + font.size * 0.36), font,
        .fill(.muted), anchor: .end)
    }
    for tick in xTicks {
      let place = x(tick.value)
      svg.line(
        Point(x: place, y: plot.bottom), Point(x: place, y: plot.bottom + 4),
        .line(.rail) + "thin")
      svg.text(
        tick.label, at: Point(x: place, y: plot.bottom + 7 + font.size), font, .fill(.muted),
        anchor: .middle)
    }
    svg.text(
      font.fitted(chart.y.title, to: chart.width - 24),
      at: Point(x: 12, y: plot.top - font.size * 0.8), font, .fill(.muted))
    svg.text(
      font.fitted(chart.x.title, to: chart.width - 24),
      at: Point(x: plot.right, y: height - 8), font, .fill(.muted), anchor: .end)
  }
}
