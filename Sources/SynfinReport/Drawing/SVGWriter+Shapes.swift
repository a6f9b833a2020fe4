extension SVGWriter {
  mutating func line(_ from: Point, _ to: Point, _ look: Look, title: String? = nil) {
    open("line")
    classes(look)
    attribute("x1", from.x)
    attribute("y1", from.y)
    attribute("x2", to.x)
    attribute("y2", to.y)
    close("line", title: title)
  }

  /// Lines from point to point; nothing for less than two points.
  mutating func polyline(_ points: [Point], _ look: Look, title: String? = nil) {
    guard points.count > 1 else { return }
    open("polyline")
    classes(look)
    raw(" points=\"")
    list(points)
    raw("\"")
    close("polyline", title: title)
  }

  /// A surface between points; nothing for less than three.
  mutating func polygon(_ points: [Point], _ look: Look, title: String? = nil) {
    guard points.count > 2 else { return }
    open("polygon")
    classes(look)
    raw(" points=\"")
    list(points)
    raw("\"")
    close("polygon", title: title)
  }

  /// Several lines that do not touch, as one element.
  mutating func strokes(_ lines: [(Point, Point)], _ look: Look, title: String? = nil) {
    guard !lines.isEmpty else { return }
    open("path")
    classes(look)
    raw(" d=\"")
    for (from, to) in lines {
      raw("M")
      pair(from)
      raw("L")
      pair(to)
    }
    raw("\"")
    close("path", title: title)
  }

  mutating func rectangle(
    _ box: Box, _ look: Look, radius: Double = 0, title: String? = nil
  ) {
    open("rect")
    classes(look)
    attribute("x", box.left)
    attribute("y", box.top)
    attribute("width", max(0, box.width))
    attribute("height", max(0, box.height))
    if radius > 0 { attribute("rx", radius) }
    close("rect", title: title)
  }

  mutating func circle(_ center: Point, radius: Double, _ look: Look, title: String? = nil) {
    open("circle")
    classes(look)
    attribute("cx", center.x)
    attribute("cy", center.y)
    attribute("r", max(0, radius))
    close("circle", title: title)
  }

  /// A line with a head at its end, drawn as a shape: markers do not take their line's colour.
  mutating func arrow(_ from: Point, _ to: Point, _ hue: Hue, _ look: Look = Look()) {
    let (dx, dy) = (to.x - from.x, to.y - from.y)
    let length = (dx * dx + dy * dy).squareRoot()
    guard length > 0.01 else { return }
    let (ux, uy) = (dx / length, dy / length)
    let size = min(9, length)
    let base = Point(x: to.x - ux * size, y: to.y - uy * size)
    line(from, base, .line(hue) + look)
    let half = size * 0.42
    polygon(
      [
        to, Point(x: base.x - uy * half, y: base.y + ux * half),
        Point(x: base.x + uy * half, y: base.y - ux * half),
      ], .fill(hue))
  }

  /// A cross, for what ends where it should not.
  mutating func cross(_ center: Point, size: Double, _ hue: Hue) {
    let (x, y) = (center.x, center.y)
    strokes(
      [
        (Point(x: x - size, y: y - size), Point(x: x + size, y: y + size)),
        (Point(x: x - size, y: y + size), Point(x: x + size, y: y - size)),
      ], .line(hue) + "thick")
  }

  private mutating func list(_ points: [Point]) {
    for (index, point) in points.enumerated() {
      if index > 0 { raw(" ") }
      pair(point)
    }
  }
}
