/// A diagram with two axes.
///
/// Series are drawn in the order in which they were added, the first one undermost.
struct Chart: Sendable {
  /// What is measured along one side.
  struct Axis: Sendable {
    /// What it measures, said once beside it.
    var title: String
    var unit: AxisUnit
    /// What is shown at least; the values of the series are added.
    var extent = Extent()
    /// Names in the places 0.5, 1.5, … instead of numbers.
    var categories: [String] = []

    init(_ title: String, _ unit: AxisUnit, from extent: Extent = Extent()) {
      self.title = title
      self.unit = unit
      self.extent = extent
    }

    /// An axis of names.
    init(_ title: String, categories: [String]) {
      self.title = title
      unit = .count
      self.categories = categories
      extent = Extent(0, Double(max(1, categories.count)))
    }
  }

  let title: String
  /// What it shows, for those who cannot see it.
  let summary: String
  private(set) var x: Axis
  private(set) var y: Axis
  let width: Double
  /// The least height; a legend of many lines makes it more.
  let height: Double
  /// Tells its parts from those of other charts in the same page.
  let name: String
  private(set) var series: [Series] = []

  static let font = Font(size: 12)
  static let titleFont = Font(size: 15)

  init(
    _ title: String, summary: String, x: Axis, y: Axis, width: Double = 860,
    height: Double = 420, name: String = "chart"
  ) {
    self.title = title
    self.summary = summary
    self.x = x
    self.y = y
    self.width = max(240, width)
    self.height = max(160, height)
    self.name = name
  }

  mutating func add(_ series: Series) {
    self.series.append(series)
    series.extend(&x.extent, &y.extent)
  }

  /// The whole chart as an SVG file.
  func document() -> String {
    let layout = ChartLayout(self)
    return SVGWriter.document(frame(layout)) { draw(layout, into: &$0) }
  }

  /// The whole chart as an element for a page that holds the style sheet.
  func fragment() -> String {
    let layout = ChartLayout(self)
    return SVGWriter.fragment(frame(layout)) { draw(layout, into: &$0) }
  }

  private func frame(_ layout: ChartLayout) -> SVGWriter.Frame {
    SVGWriter.Frame(
      width: width, height: layout.height, title: title, summary: summary, name: name)
  }

  private func draw(_ layout: ChartLayout, into svg: inout SVGWriter) {
    svg.text(
      Self.titleFont.fitted(title, to: width - 24), at: Point(x: 12, y: 22), Self.titleFont,
      .fill(.ink) + "bold")
    layout.drawLegend(into: &svg)
    layout.drawGrid(into: &svg)
    svg.clipped(to: layout.clip) { svg in
      for series in series { ChartPen(layout).draw(series, into: &svg) }
    }
    layout.drawAxes(into: &svg)
  }
}
