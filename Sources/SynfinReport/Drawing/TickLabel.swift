import SynfinWire

/// What stands at the ticks of one axis; all of them use the same unit and the same decimals.
struct TickLabel {
  private enum Form {
    /// A decimal number of a unit that is a power of ten.
    case decimal(unit: Int, name: StaticString)
    /// Days, hours, minutes and seconds.
    case clock
    case moment(Timestamp, TimeText.Zone, hasDate: Bool, digits: Int)
  }

  private let step: TickStep
  private let form: Form

  init(_ unit: AxisUnit, _ step: TickStep, _ extent: Extent) {
    self.step = step
    let most = max(abs(extent.lower), abs(extent.upper))
    switch unit {
    case .number, .count: form = .decimal(unit: 0, name: "")
    case .share: form = .decimal(unit: -2, name: " %")
    case .bytes: form = Self.scaled(most, [" B", " kB", " MB", " GB", " TB", " PB"])
    case .bitRate:
      form = Self.scaled(
        most, [" bit/s", " kbit/s", " Mbit/s", " Gbit/s", " Tbit/s", " Pbit/s"])
    case .duration:
      // Above a minute only fractions of seconds are better told in seconds.
      form =
        most >= 60e9 && step.exponent >= 9
        ? .clock : Self.scaled(min(most, 999e9), [" ns", " µs", " ms", " s"])
    case .timeOfDay(let start, let zone):
      let days = extent.upper - extent.lower > 86_400e9
      form = .moment(start, zone, hasDate: days, digits: max(0, min(9, 9 - step.exponent)))
    }
  }

  /// What is added to values before they are round: times of day are round by the clock.
  static func shift(_ unit: AxisUnit) -> Double {
    guard case .timeOfDay(let start, let zone) = unit else { return 0 }
    return Double(TimeText(zone: zone).nanosecondOfDay(start))
  }

  private static func scaled(_ most: Double, _ names: [StaticString]) -> Form {
    var unit = 0
    while unit + 1 < names.count, most >= TickStep.power(3 * unit + 3) { unit += 1 }
    return .decimal(unit: 3 * unit, name: names[unit])
  }

  /// The label of the tick at so many steps.
  func text(_ index: Int, _ value: Double) -> String {
    switch form {
    case .decimal(let unit, let name):
      let number = Self.decimal(index * step.mantissa, exponent: step.exponent - unit)
      return index == 0 ? number : number + "\(name)"
    case .clock:
      return Self.clock(Int64((value / 1e9).rounded()))
    case .moment(let start, let zone, let hasDate, let digits):
      let time = start.advanced(by: value)
      let text = TimeText(zone: zone)
      if !hasDate { return text.timeOfDay(time, digits: digits) }
      let day = text.date(time).dropFirst(5)
      return step.value >= 86_400e9 ? String(day) : day + " " + text.timeOfDay(time, digits: 0)
    }
  }

  /// Seconds in all units that they fill: "1 h 30 s".
  private static func clock(_ seconds: Int64) -> String {
    var rest = seconds.magnitude
    var parts: [String] = []
    for (unit, name) in [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")] as [(UInt64, String)] {
      if rest >= unit { parts.append("\(rest / unit) \(name)") }
      rest %= unit
    }
    return (seconds < 0 ? "−" : "") + (parts.isEmpty ? "0" : parts.joined(separator: " "))
  }

  /// A whole number times a power of ten, in groups of three digits.
  static func decimal(_ value: Int, exponent: Int) -> String {
    if value == 0 { return "0" }
    let sign = value < 0 ? "−" : ""
    var digits = String(value.magnitude)
    if exponent > 15 || exponent < -15 { return sign + scientific(digits, exponent) }
    if exponent >= 0 {
      return sign + grouped(digits + String(repeating: "0", count: exponent))
    }
    if digits.count <= -exponent {
      digits = String(repeating: "0", count: 1 - exponent - digits.count) + digits
    }
    let whole = grouped(String(digits.dropLast(-exponent)))
    var fraction = digits.suffix(-exponent)
    while fraction.last == "0" { fraction.removeLast() }
    return sign + whole + (fraction.isEmpty ? "" : "." + fraction)
  }

  /// Digits in groups of three: 12,345.
  private static func grouped(_ digits: String) -> String {
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  private static func scientific(_ digits: String, _ exponent: Int) -> String {
    var digits = digits[...]
    var exponent = exponent
    while digits.count > 1, digits.last == "0" {
      digits.removeLast()
      exponent += 1
    }
    return "\(digits)e\(exponent)"
  }
}

extension Timestamp {
  /// The moment so many nanoseconds later, or earlier.
  fileprivate func advanced(by value: Double) -> Timestamp {
    let whole = Int64(min(max(value, -4e18), 4e18).rounded())
    let (sum, overflow) = nanoseconds.addingReportingOverflow(whole)
    return Timestamp(nanoseconds: overflow ? (whole < 0 ? .min : .max) : sum)
  }
}
