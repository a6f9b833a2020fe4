/// A mark on an axis.
struct Tick: Equatable, Sendable {
  var value: Double
  var label: String
}

/// The marks of an axis: at round values, as many as there is room for, no label over another.
enum Ticks {
  /// Which way an axis runs: labels stand side by side, or one above the other.
  enum Direction {
    case horizontal, vertical
  }

  /// The ticks of an axis.
  ///
  /// - Parameters:
  ///   - extent: what the axis shows; `spread` is applied to it.
  ///   - length: of the axis in pixels.
  ///   - font: of the labels.
  static func make(
    _ extent: Extent, _ unit: AxisUnit, length: Double, font: Font, _ direction: Direction
  ) -> [Tick] {
    let extent = extent.spread(one: unit.one)
    let width = extent.upper - extent.lower
    let most = max(1, length / leastDistance(font, direction))
    let magnitude =
      max(abs(extent.lower), abs(extent.upper)) + TickLabel.shift(unit)
    // Below this, neighbours could not be told apart as numbers.
    let least = max(width / most, magnitude * 1e-13)
    let scale = Scale(extent, from: 0, to: length)
    var last: [Tick] = []
    for step in TickStep.steps(unit, from: least) {
      let ticks = ticks(extent, unit, step)
      if ticks.isEmpty { break }
      last = ticks
      if fits(ticks, scale, font, direction) { return ticks }
    }
    while !fits(last, scale, font, direction) {
      last = last.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    }
    return last
  }

  private static func leastDistance(_ font: Font, _ direction: Direction) -> Double {
    direction == .horizontal ? font.size * 4 : font.size * 2.2
  }

  private static func ticks(_ extent: Extent, _ unit: AxisUnit, _ step: TickStep) -> [Tick] {
    let shift = TickLabel.shift(unit)
    // A hair's breadth of tolerance: an end of the axis that is round shall have its tick.
    let hair = (extent.upper - extent.lower) * 1e-9
    let first = ((extent.lower - hair + shift) / step.value).rounded(.up)
    let last = ((extent.upper + hair + shift) / step.value).rounded(.down)
    guard first <= last, abs(first) < 1e15, abs(last) < 1e15, last - first < 10_000 else {
      return []
    }
    let label = TickLabel(unit, step, extent)
    return (Int(first)...Int(last)).compactMap { index in
      let value = Double(index) * step.value - shift
      // Rounding may have brought in what lies outside.
      guard value >= extent.lower - hair, value <= extent.upper + hair else { return nil }
      return Tick(value: value, label: label.text(index, value))
    }
  }

  private static func fits(
    _ ticks: [Tick], _ scale: Scale, _ font: Font, _ direction: Direction
  ) -> Bool {
    zip(ticks, ticks.dropFirst()).allSatisfy { first, second in
      let distance = scale(second.value) - scale(first.value)
      guard direction == .horizontal else { return distance >= font.size * 1.4 }
      let widths = (font.width(of: first.label) + font.width(of: second.label)) / 2
      return distance >= widths + font.size * 0.8
    }
  }
}
