/// What is drawn into a chart.
struct Series: Sendable {
  /// A value at a place; with a title it tells about itself when pointed at.
  struct Mark: Sendable {
    var x: Double
    var y: Double
    var title: String?

    init(_ x: Double, _ y: Double, title: String? = nil) {
      self.x = x
      self.y = y
      self.title = title
    }
  }

  /// From one corner to the opposite one.
  struct Bar: Sendable {
    var from: Mark
    var to: Mark

    /// A bar; the first corner's title tells about it.
    init(_ from: Mark, _ to: Mark) {
      self.from = from
      self.to = to
    }
  }

  /// How it is drawn.
  enum Form: Sendable {
    /// Straight lines from mark to mark.
    case line([Mark])
    /// Each value lasts until the next one.
    case steps([Mark])
    /// The surface between a line and a height.
    case area([Mark], base: Double)
    /// The surface between steps and a height.
    case stepArea([Mark], base: Double)
    case points([Mark], Shape)
    /// Filled boxes, also stacked ones.
    case bars([Bar])
    /// Lines from one mark to another, such as the span of a segment.
    case spans([Bar])
  }

  /// What stands at a point, which tells points apart where colours do not.
  enum Shape: Sendable, CaseIterable {
    case dot, ring, square, diamond, triangle, cross
  }

  /// What it is, for the legend; nil keeps it out of it.
  var name: String?
  var form: Form
  var hue: Hue
  var dash = Dash.solid
  /// Draws a line or a span thicker.
  var isThick = false

  init(
    _ name: String?, _ form: Form, _ hue: Hue, _ dash: Dash = .solid, isThick: Bool = false
  ) {
    self.name = name
    self.form = form
    self.hue = hue
    self.dash = dash
    self.isThick = isThick
  }

  /// Adds its values to the extents of the axes.
  func extend(_ x: inout Extent, _ y: inout Extent) {
    func include(_ mark: Mark) {
      x.include(mark.x)
      y.include(mark.y)
    }
    switch form {
    case .line(let marks), .steps(let marks), .points(let marks, _): marks.forEach(include)
    case .area(let marks, let base), .stepArea(let marks, let base):
      marks.forEach(include)
      y.include(base)
    case .bars(let bars), .spans(let bars):
      for bar in bars {
        include(bar.from)
        include(bar.to)
      }
    }
  }
}
