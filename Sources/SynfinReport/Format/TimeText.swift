public import SynfinWire

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Writes moments for people, in local time or UTC, and for machines.
public struct TimeText: Sendable {
  /// Which clock on the wall.
  public enum Zone: Sendable {
    /// The zone of this machine, or of the environment variable `TZ`.
    case local
    /// Coordinated universal time.
    case utc
  }

  /// Which clock on the wall.
  public var zone: Zone

  /// Makes a writer for one zone.
  public init(zone: Zone = .local) {
    self.zone = zone
  }

  /// The time of day, such as "10:04:05.123456".
  ///
  /// - Parameter digits: digits of the fraction of the second, 0 to 9; what lies behind is cut off.
  public func timeOfDay(_ time: Timestamp, digits: Int = 6) -> String {
    TextBuffer.string { text in
      var moment = MomentText(zone)
      moment.timeOfDay(time, digits: digits, into: &text)
    }
  }

  /// The date and the time of day, such as "2026-11-20 10:04:05.123456".
  ///
  /// - Parameter digits: digits of the fraction of the second, 0 to 9; what lies behind is cut off.
  public func dateAndTime(_ time: Timestamp, digits: Int = 6) -> String {
    TextBuffer.string { text in
      var moment = MomentText(zone)
      moment.dateAndTime(time, digits: digits, into: &text)
    }
  }

  /// The date alone, such as "2026-11-20".
  public func date(_ time: Timestamp) -> String {
    TextBuffer.string { text in
      var moment = MomentText(zone)
      moment.date(time, into: &text)
    }
  }

  /// The zone's name and its distance from UTC at a moment, such as "CET, UTC+01:00" or "UTC".
  public func zoneName(at time: Timestamp) -> String {
    let (offset, name) = zone == .local ? LocalZone.offsetAndName(at: time.second) : (0, "UTC")
    let minutes = abs(offset) / 60
    guard minutes > 0 else { return name == "UTC" ? "UTC" : "\(name), UTC" }
    let sign = offset < 0 ? "-" : "+"
    let distance = "UTC" + sign + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2)
    // Zones without an abbreviation call themselves "+03"; that adds nothing.
    return name.first?.isLetter == true ? "\(name), \(distance)" : distance
  }

  /// Nanoseconds since midnight by the clock on the wall.
  func nanosecondOfDay(_ time: Timestamp) -> Int64 {
    let second = time.second
    let offset = zone == .local ? LocalZone.offsetAndName(at: second).0 : 0
    let civil = CivilTime(second: second + offset)
    return Int64(civil.secondOfDay) * 1_000_000_000 + Int64(time.nanosecondOfSecond)
  }

  /// Seconds that the clock on the wall is before UTC at a moment.
  func offset(at time: Timestamp) -> Int {
    zone == .local ? LocalZone.offsetAndName(at: time.second).0 : 0
  }

  /// A moment by RFC 3339 in UTC with nine digits: "2026-11-20T10:04:05.123456789Z".
  public static func rfc3339(_ time: Timestamp) -> String {
    TextBuffer.string { text in
      var moment = MomentText(.utc)
      moment.rfc3339(time, into: &text)
    }
  }
}

/// Writes one moment after the other; what moments of the same second share is worked out once.
struct MomentText: Sendable {
  private let zone: TimeText.Zone
  // No moment lies in this second.
  private var second = Int.min
  private var civil = CivilTime(second: 0)
  /// "2026-11-20T10:04:05." of a second.
  private var spelled = [20 of UInt8](repeating: 0)
  private var spelledSecond = Int.min

  init(_ zone: TimeText.Zone) {
    self.zone = zone
  }

  /// The time of day: "10:04:05.123456".
  mutating func timeOfDay(_ time: Timestamp, digits: Int, into text: inout TextBuffer) {
    find(time)
    let (hour, rest) = civil.secondOfDay.quotientAndRemainder(dividingBy: 3600)
    text.append(UInt64(hour), digits: 2)
    text.append(UInt8(ascii: ":"))
    text.append(UInt64(rest / 60), digits: 2)
    text.append(UInt8(ascii: ":"))
    text.append(UInt64(rest % 60), digits: 2)
    guard digits > 0 else { return }
    text.append(UInt8(ascii: "."))
    var fraction = UInt64(time.nanosecondOfSecond)
    for _ in 0..<max(0, 9 - digits) { fraction /= 10 }
    text.append(fraction, digits: min(digits, 9))
  }

  /// The date: "2026-11-20".
  mutating func date(_ time: Timestamp, into text: inout TextBuffer) {
    find(time)
    text.append(UInt64(civil.year), digits: 4)
    text.append(UInt8(ascii: "-"))
    text.append(UInt64(civil.month), digits: 2)
    text.append(UInt8(ascii: "-"))
    text.append(UInt64(civil.day), digits: 2)
  }

  /// The date and the time of day: "2026-11-20 10:04:05.123456".
  mutating func dateAndTime(_ time: Timestamp, digits: Int, into text: inout TextBuffer) {
    date(time, into: &text)
    text.append(UInt8(ascii: " "))
    timeOfDay(time, digits: digits, into: &text)
  }

  /// By RFC 3339, if the zone is UTC: "2026-11-20T10:04:05.123456789Z".
  mutating func rfc3339(_ time: Timestamp, into text: inout TextBuffer) {
    let moment = spelled(time)
    text.write(room: 3 * TextPen.pieceSize) { $0.write(moment) }
  }

  /// What `TextPen.write(_:)` makes the text by RFC 3339 of, if the zone is UTC.
  @inline(__always)
  mutating func spelled(_ time: Timestamp) -> SpelledMoment {
    let (second, nanosecond) = time.parts
    if second != spelledSecond { spell(time) }
    return SpelledMoment(second: spelled, nanosecond: UInt32(truncatingIfNeeded: nanosecond))
  }

  @inline(never)
  private mutating func spell(_ time: Timestamp) {
    var text = TextBuffer(capacity: 64)
    date(time, into: &text)
    text.append(UInt8(ascii: "T"))
    timeOfDay(time, digits: 0, into: &text)
    text.append(UInt8(ascii: "."))
    guard let bytes: [20 of UInt8] = text.copy(from: 0) else { return }
    spelled = bytes
    spelledSecond = time.second
  }

  private mutating func find(_ time: Timestamp) {
    if time.second == second { return }
    second = time.second
    let offset = zone == .local ? LocalZone.offsetAndName(at: second).0 : 0
    civil = CivilTime(second: second + offset)
  }
}

/// A moment of which all but the nanoseconds is text: "2026-11-20T10:04:05.".
struct SpelledMoment {
  let second: [20 of UInt8]
  /// Nanoseconds since that second.
  let nanosecond: UInt32
}

extension TextPen {
  /// Writes a moment by RFC 3339: "2026-11-20T10:04:05.123456789Z".
  @inline(__always)
  mutating func write(_ moment: SpelledMoment) {
    write(moment.second)
    write(nineDigitsOf: moment.nanosecond)
    write(UInt8(ascii: "Z"))
  }
}

extension Timestamp {
  /// Whole seconds since 1970, rounded down, and nanoseconds since that second.
  @inline(__always)
  fileprivate var parts: (second: Int, nanosecond: Int) {
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return rest < 0 ? (Int(seconds) - 1, Int(rest) + 1_000_000_000) : (Int(seconds), Int(rest))
  }

  fileprivate var second: Int { parts.second }

  fileprivate var nanosecondOfSecond: Int { parts.nanosecond }
}

/// A second taken apart into what stands on a calendar and a clock.
private struct CivilTime {
  var year: Int
  var month: Int
  var day: Int
  var secondOfDay: Int

  /// - Parameter second: seconds since 1970-01-01 00:00:00 of the wall clock.
  init(second: Int) {
    secondOfDay = ((second % 86_400) + 86_400) % 86_400
    (year, month, day) = Self.calendarDay((second - secondOfDay) / 86_400)
  }

  /// Year, month and day of a number of days since 1970-01-01 in the Gregorian calendar.
  ///
  /// The computation counts in eras of 400 years that begin on the first of March, so that the leap
  /// day is the last of its year (Hinnant, "chrono-compatible low-level date algorithms").
  private static func calendarDay(_ days: Int) -> (Int, Int, Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
    return (year, month < 10 ? month + 3 : month - 9, day)
  }
}

/// What the C library knows of this machine's time zone.
private enum LocalZone {
  /// Seconds east of UTC and the zone's abbreviation at a second since 1970; UTC if unknown.
  static func offsetAndName(at seconds: Int) -> (Int, String) {
    var clock = time_t(seconds)
    var parts = unsafe tm()
    guard unsafe localtime_r(&clock, &parts) != nil else { return (0, "UTC") }
    let name = unsafe parts.tm_zone.map { unsafe String(cString: $0) }
    return (unsafe parts.tm_gmtoff, name ?? "local time")
  }
}

/// A number with leading zeros.
func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
