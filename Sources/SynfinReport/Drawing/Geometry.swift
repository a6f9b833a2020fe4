/// A place in a drawing, in pixels from its top left corner.
struct Point: Equatable, Sendable {
  var x: Double
  var y: Double
}

/// A rectangle in a drawing, in pixels.
struct Box: Equatable, Sendable {
  var left: Double
  var top: Double
  var width: Double
  var height: Double

  var right: Double { left + width }
  var bottom: Double { top + height }

  /// Whether two boxes share more than an edge.
  func overlaps(_ other: Box) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }
}
