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
    CivilTime(time, zone).timeOfDay(digits: digits)
  }

  /// The date and the time of day, such as "2026-11-20 10:04:05.123456".
  ///
  /// - Parameter digits: digits of the fraction of the second, 0 to 9; what lies behind is cut off.
  public func dateAndTime(_ time: Timestamp, digits: Int = 6) -> String {
    let civil = CivilTime(time, zone)
    return civil.date + " " + civil.timeOfDay(digits: digits)
  }

  /// The date alone, such as "2026-11-20".
  public func date(_ time: Timestamp) -> String {
    CivilTime(time, zone).date
  }

  /// The zone's name and its distance from UTC at a moment, such as "CET, UTC+01:00" or "UTC".
  public func zoneName(at time: Timestamp) -> String {
    let civil = CivilTime(time, zone)
    let minutes = abs(civil.offset) / 60
    guard minutes > 0 else { return civil.zoneName == "UTC" ? "UTC" : "\(civil.zoneName), UTC" }
    let sign = civil.offset < 0 ? "-" : "+"
    let distance = "UTC" + sign + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2)
    // Zones without an abbreviation call themselves "+03"; that adds nothing.
    return civil.zoneName.first?.isLetter == true ? "\(civil.zoneName), \(distance)" : distance
  }

  /// A moment by RFC 3339 in UTC with nine digits: "2026-11-20T10:04:05.123456789Z".
  public static func rfc3339(_ time: Timestamp) -> String {
    let civil = CivilTime(time, .utc)
    return civil.date + "T" + civil.timeOfDay(digits: 9) + "Z"
  }
}

/// A moment taken apart into what stands on a calendar and a clock.
private struct CivilTime {
  var year: Int
  var month: Int
  var day: Int
  var secondOfDay: Int
  var nanosecond: Int
  /// Seconds east of UTC.
  var offset = 0
  var zoneName = "UTC"

  init(_ time: Timestamp, _ zone: TimeText.Zone) {
    var (seconds, rest) = Int(time.nanoseconds).quotientAndRemainder(dividingBy: 1_000_000_000)
    if rest < 0 { (seconds, rest) = (seconds - 1, rest + 1_000_000_000) }
    nanosecond = rest
    if zone == .local { (offset, zoneName) = LocalZone.offset(at: seconds) }
    let local = seconds + offset
    secondOfDay = ((local % 86_400) + 86_400) % 86_400
    (year, month, day) = Self.calendarDay((local - secondOfDay) / 86_400)
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

  var date: String { padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) }

  func timeOfDay(digits: Int) -> String {
    let (hour, rest) = secondOfDay.quotientAndRemainder(dividingBy: 3600)
    let clock = padded(hour, 2) + ":" + padded(rest / 60, 2) + ":" + padded(rest % 60, 2)
    guard digits > 0 else { return clock }
    return clock + "." + padded(nanosecond, 9).prefix(min(digits, 9))
  }
}

/// What the C library knows of this machine's time zone.
private enum LocalZone {
  /// Seconds east of UTC and the zone's abbreviation at a second since 1970; UTC if unknown.
  static func offset(at seconds: Int) -> (Int, String) {
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
