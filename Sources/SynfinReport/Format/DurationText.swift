/// Writes durations for people: two or three significant digits in the unit that fits.
public enum DurationText {
  /// A duration such as "850 ns", "85 µs", "4.2 ms", "214 ms", "1.2 s", "2 min 3 s" or "5 h 10 min".
  ///
  /// - Parameter nanoseconds: the duration; a negative one is written with a minus sign.
  public static func short(_ nanoseconds: Int64) -> String {
    let sign = nanoseconds < 0 ? "-" : ""
    let value = nanoseconds.magnitude
    if value == 0 { return "0 s" }
    if value < 1000 { return "\(sign)\(value) ns" }
    for (unit, name) in [(UInt64(1000), "µs"), (1_000_000, "ms")] {
      if let text = scaled(value, unit, limit: 1000) { return "\(sign)\(text) \(name)" }
    }
    if let text = scaled(value, 1_000_000_000, limit: 60, decimalsBelow: 60) {
      return "\(sign)\(text) s"
    }
    return sign + long((value + 500_000_000) / 1_000_000_000)
  }

  /// The number of units with one decimal if it is small; nil if it rounds to the limit or more.
  private static func scaled(
    _ value: UInt64, _ unit: UInt64, limit: UInt64, decimalsBelow: UInt64 = 10
  ) -> String? {
    let tenths = (value + unit / 20) / (unit / 10)
    if tenths < decimalsBelow * 10 { return "\(tenths / 10).\(tenths % 10)" }
    let whole = (value + unit / 2) / unit
    return whole < limit ? "\(whole)" : nil
  }

  /// A duration of a minute and more in its two largest units.
  private static func long(_ seconds: UInt64) -> String {
    let units: [(UInt64, String)] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")]
    for (large, small) in zip(units, units.dropFirst()) where seconds >= large.0 {
      let rest = seconds % large.0 / small.0
      let head = "\(seconds / large.0) \(large.1)"
      return rest == 0 ? head : "\(head) \(rest) \(small.1)"
    }
    return "\(seconds) s"
  }
}
