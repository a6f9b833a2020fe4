extension SVGWriter {
  /// A line of text whose base line begins, has its middle, or ends at a point.
  ///
  /// - Parameter degrees: clockwise around the point.
  mutating func text(
    _ string: String, at point: Point, _ font: Font, _ look: Look = .fill(.ink),
    anchor: Anchor = .start, degrees: Double = 0, title: String? = nil
  ) {
    guard !string.isEmpty else { return }
    open("text")
    classes(font.isMonospaced ? look + "mono" : look)
    attribute("x", point.x)
    attribute("y", point.y)
    attribute("font-size", font.size)
    switch anchor {
    case .start: break
    case .middle: raw(" text-anchor=\"middle\"")
    case .end: raw(" text-anchor=\"end\"")
    }
    if degrees != 0 {
      raw(" transform=\"rotate(")
      number(degrees)
      raw(" ")
      pair(point)
      raw(")\"")
    }
    raw(">")
    if let title {
      raw("<title>")
      escaped(title)
      raw("</title>")
    }
    escaped(string)
    raw("</text>\n")
  }
}
