/// Draws series into the plot of a chart.
struct ChartPen {
  private let x: Scale
  private let y: Scale

  init(_ layout: ChartLayout) {
    x = layout.x
    y = layout.y
  }

  func draw(_ series: Series, into svg: inout SVGWriter) {
    let line = Self.line(series)
    switch series.form {
    case .line(let marks): svg.polyline(points(marks), line)
    case .steps(let marks): svg.polyline(stepPoints(marks), line)
    case .area(let marks, let base): drawArea(points(marks), base, series.hue, into: &svg)
    case .stepArea(let marks, let base):
      drawArea(stepPoints(marks), base, series.hue, into: &svg)
    case .points(let marks, let shape):
      for mark in marks {
        guard let place = place(mark) else { continue }
        Self.draw(shape, at: place, series.hue, title: mark.title, into: &svg)
      }
    case .bars(let bars):
      for bar in bars {
        guard let from = place(bar.from), let to = place(bar.to) else { continue }
        svg.rectangle(
          Box(
            left: min(from.x, to.x), top: min(from.y, to.y), width: abs(to.x - from.x),
            height: abs(to.y - from.y)), .fill(series.hue), title: bar.from.title)
      }
    case .spans(let bars): drawSpans(bars, line, into: &svg)
    }
  }

  /// A piece of the series for the legend.
  func drawSwatch(_ series: Series, _ box: Box, into svg: inout SVGWriter) {
    let middle = box.top + box.height / 2
    let (start, end) = (Point(x: box.left, y: middle), Point(x: box.right, y: middle))
    switch series.form {
    case .line, .steps: svg.line(start, end, Self.line(series))
    case .area, .stepArea:
      svg.rectangle(box, .fill(series.hue) + "pale")
      svg.line(
        Point(x: box.left, y: box.top), Point(x: box.right, y: box.top), .line(series.hue))
    case .points(_, let shape):
      let center = Point(x: box.left + box.width / 2, y: middle)
      Self.draw(shape, at: center, series.hue, title: nil, into: &svg)
    case .bars: svg.rectangle(box, .fill(series.hue), radius: 2)
    case .spans:
      let center = box.left + box.width / 2
      svg.line(
        Point(x: center, y: box.top - 2), Point(x: center, y: box.bottom + 2),
        Self.line(series))
    }
  }

  private static func line(_ series: Series) -> Look {
    .line(series.hue, series.dash) + (series.isThick ? "thick" : Look())
  }

  /// Spans without titles are one element.
  private func drawSpans(_ bars: [Series.Bar], _ look: Look, into svg: inout SVGWriter) {
    var plain: [(Point, Point)] = []
    for bar in bars {
      guard let from = place(bar.from), let to = place(bar.to) else { continue }
      if let title = bar.from.title {
        svg.line(from, to, look, title: title)
      } else {
        plain.append((from, to))
      }
    }
    svg.strokes(plain, look)
  }

  private func drawArea(
    _ points: [Point], _ base: Double, _ hue: Hue, into svg: inout SVGWriter
  ) {
    guard let first = points.first, let last = points.last, points.count > 1 else { return }
    let floor = y(base)
    svg.polygon(
      points + [Point(x: last.x, y: floor), Point(x: first.x, y: floor)], .fill(hue) + "pale")
    svg.polyline(points, .line(hue))
  }

  private func place(_ mark: Series.Mark) -> Point? {
    guard mark.x.isFinite, mark.y.isFinite else { return nil }
    return Point(x: x(mark.x), y: y(mark.y))
  }

  private func points(_ marks: [Series.Mark]) -> [Point] { marks.compactMap(place) }

  private func stepPoints(_ marks: [Series.Mark]) -> [Point] {
    var points: [Point] = []
    for mark in marks {
      guard let next = place(mark) else { continue }
      if let last = points.last, last.y != next.y { points.append(Point(x: next.x, y: last.y)) }
      points.append(next)
    }
    return points
  }

  private static func draw(
    _ shape: Series.Shape, at place: Point, _ hue: Hue, title: String?, into svg: inout SVGWriter
  ) {
    let (x, y, size) = (place.x, place.y, 3.5)
    switch shape {
    case .dot: svg.circle(place, radius: 3, .fill(hue), title: title)
    case .ring:
      svg.circle(place, radius: 3, .line(hue), title: title)
    case .square:
      svg.rectangle(
        Box(left: x - 3, top: y - 3, width: 6, height: 6), .fill(hue), title: title)
    case .diamond:
      svg.polygon(
        [
          Point(x: x, y: y - size - 1), Point(x: x + size + 1, y: y),
          Point(x: x, y: y + size + 1), Point(x: x - size - 1, y: y),
        ], .fill(hue), title: title)
    case .triangle:
      svg.polygon(
        [
          Point(x: x, y: y - size - 1), Point(x: x + size + 1, y: y + size),
          Point(x: x - size - 1, y: y + size),
        ], .fill(hue), title: title)
    case .cross:
      svg.strokes(
        [
          (Point(x: x - size, y: y - size), Point(x: x + size, y: y + size)),
          (Point(x: x - size, y: y + size), Point(x: x + size, y: y - size)),
        ], .line(hue), title: title)
    }
  }
}
