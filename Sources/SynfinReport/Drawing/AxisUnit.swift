import SynfinWire

/// What the values of an axis are.
enum AxisUnit: Sendable {
  /// Plain numbers, also with decimals.
  case number
  /// Whole numbers.
  case count
  /// Octets, in decimal units.
  case bytes
  /// Bits per second.
  case bitRate
  /// Shares of 1, shown in per cent.
  case share
  /// Nanoseconds.
  case duration
  /// Nanoseconds since a moment, shown as times of day.
  case timeOfDay(since: Timestamp, TimeText.Zone)

  /// What an axis without values reaches to.
  var one: Double {
    switch self {
    case .number, .count, .share: 1
    case .bytes, .bitRate: 1000
    case .duration, .timeOfDay: 1e9
    }
  }
}

/// A distance between ticks: so many units of a power of ten.
///
/// Ticks stand at whole multiples, which are reckoned in whole numbers, so that no label shows a
/// rounding error.
struct TickStep: Equatable, Sendable {
  let mantissa: Int
  let exponent: Int

  var value: Double { Double(mantissa) * Self.power(exponent) }

  static func power(_ exponent: Int) -> Double {
    var power = 1.0
    for _ in 0..<abs(exponent) { power *= 10 }
    return exponent < 0 ? 1 / power : power
  }

  /// The steps of a unit, from the finest that is not below `least`, in ascending order.
  static func steps(_ unit: AxisUnit, from least: Double) -> some Sequence<TickStep> {
    let minutes = [1, 2, 5, 10, 15, 30]
    let hours = [1, 2, 3, 6, 12]
    let clock: [TickStep] =
      minutes.map { TickStep(mantissa: $0, exponent: 9) }
      + minutes.map { TickStep(mantissa: $0 * 60, exponent: 9) }
      + hours.map { TickStep(mantissa: $0 * 3600, exponent: 9) }
    let (lowest, isClock): (Int, Bool) =
      switch unit {
      case .number: (-300, false)
      case .share: (-9, false)
      case .count, .bytes, .bitRate: (0, false)
      case .duration, .timeOfDay: (0, true)
      }
    let first = max(lowest, min(300, least > 0 ? exponent(of: least) : lowest))
    let decimal = (first...(first + 30)).lazy.flatMap { exponent in
      [1, 2, 5].lazy.map { TickStep(mantissa: $0, exponent: exponent) }
    }
    guard isClock else { return AnySequence(decimal.filter { $0.value >= least }) }
    let fine = decimal.prefix { $0.exponent < 9 }
    let days = (0...14).lazy.flatMap { exponent in
      [1, 2, 5].lazy.map { TickStep(mantissa: $0 * 864, exponent: exponent + 11) }
    }
    return AnySequence(
      (Array(fine) + clock + Array(days)).lazy.filter { $0.value >= least })
  }

  /// The largest power of ten that is not above a positive value.
  private static func exponent(of value: Double) -> Int {
    var exponent = 0
    var value = value
    while value >= 10 {
      value /= 10
      exponent += 1
    }
    while value < 1 && exponent > -310 {
      value *= 10
      exponent -= 1
    }
    return exponent
  }
}
