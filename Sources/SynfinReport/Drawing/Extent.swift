/// From the least to the greatest of some values; values that are no numbers do not count.
struct Extent: Equatable, Sendable {
  /// The least value; infinite while there is none.
  private(set) var lower = Double.infinity
  /// The greatest value.
  private(set) var upper = -Double.infinity

  init() {}

  init(_ values: Double...) {
    for value in values { include(value) }
  }

  var isEmpty: Bool { lower > upper }

  mutating func include(_ value: Double) {
    guard value.isFinite else { return }
    // Larger ones would overflow where two of them are subtracted.
    let value = min(max(value, -1e300), 1e300)
    lower = min(lower, value)
    upper = max(upper, value)
  }

  mutating func include(_ other: Extent) {
    guard !other.isEmpty else { return }
    include(other.lower)
    include(other.upper)
  }

  /// The same with room for an axis: never empty, never of no width.
  ///
  /// A single value gets an axis from 0 to it; nothing at all, or 0 alone, one from 0 to `one`.
  ///
  /// - Parameter one: what is shown where there is nothing to show.
  func spread(one: Double) -> Extent {
    if isEmpty || (lower == 0 && upper == 0) { return Extent(0, one) }
    // Values that differ by no more than rounding does are one value.
    let magnitude = max(abs(lower), abs(upper))
    if upper - lower <= magnitude * 1e-11 { return Extent(0, lower < 0 ? lower : upper) }
    return self
  }
}

/// Where the values of an axis stand on the paper.
struct Scale: Sendable {
  let extent: Extent
  private let from: Double
  private let perUnit: Double

  /// - Parameters:
  ///   - extent: what is shown, of some width.
  ///   - from: where the least value stands.
  ///   - to: where the greatest stands.
  init(_ extent: Extent, from: Double, to: Double) {
    self.extent = extent
    self.from = from
    let width = extent.upper - extent.lower
    perUnit = width > 0 && width.isFinite ? (to - from) / width : 0
  }

  /// The place of a value; far outside, but never infinitely far, for one that is not shown.
  func callAsFunction(_ value: Double) -> Double {
    guard value.isFinite else { return from }
    let place = from + (value - extent.lower) * perUnit
    return min(max(place, -1e6), 1e6)
  }
}
