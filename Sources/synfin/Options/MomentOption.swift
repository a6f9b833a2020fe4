#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

internal import SynfinReport
internal import SynfinWire

/// A moment of a capture, as a person writes it.
enum MomentOption: Equatable {
  /// Nanoseconds from the first packet on.
  case sinceStart(Int64)
  /// Nanoseconds since 1970.
  case absolute(Int64)
  /// Date and time on the wall of the chosen zone.
  case wall(date: Date?, nanosecondsOfDay: Int64)

  /// A day of the calendar.
  struct Date: Equatable {
    var year: Int
    var month: Int
    var day: Int
  }

  private static let second: Int64 = 1_000_000_000

  /// Reads "+5.5", "1732104000.5", "10:00:05.5" or "2026-11-20T10:00:05.5", with Z or +01:00 behind it if wanted.
  init?(_ text: String) {
    if text.hasPrefix("+") {
      guard let time = Self.nanoseconds(text.dropFirst()) else { return nil }
      self = .sinceStart(time)
    } else if let time = Self.nanoseconds(text[...]) {
      self = .absolute(time)
    } else {
      guard let moment = Self.calendar(text) else { return nil }
      self = moment
    }
  }

  /// The moment, in a capture that begins at `start`.
  ///
  /// A time of day is that of the day on which the capture began, or of the next day if it lies before the start.
  func resolved(from start: Timestamp, _ zone: TimeText.Zone) -> Timestamp {
    switch self {
    case .sinceStart(let time):
      return Timestamp(nanoseconds: start.nanoseconds.addingClamped(time))
    case .absolute(let time): return Timestamp(nanoseconds: time)
    case .wall(let date?, let time):
      return Timestamp(nanoseconds: Self.midnight(date, zone) + time)
    case .wall(nil, let time):
      let today = Self.date(of: start, zone)
      // The start is a capture's word for it, and may be at the end of all that a number can hold.
      let moment = Self.midnight(today, zone).addingClamped(time)
      if moment >= start.nanoseconds.addingClamped(-Self.second) {
        return Timestamp(nanoseconds: moment)
      }
      var tomorrow = today
      tomorrow.day += 1
      return Timestamp(nanoseconds: Self.midnight(tomorrow, zone).addingClamped(time))
    }
  }

  // MARK: - Reading

  /// Digits with at most nine behind a point, taken as seconds.
  private static func nanoseconds(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = number(parts[0]), whole < 9_000_000_000 else { return nil }
    guard parts.count == 2 else { return Int64(whole) * second }
    let digits = parts[1].prefix(9)
    guard let fraction = number(digits), number(parts[1].prefix(18)) != nil else { return nil }
    let scale = (digits.count..<9).reduce(Int64(1)) { power, _ in power * 10 }
    return Int64(whole) * second + Int64(fraction) * scale
  }

  private static func number(_ text: Substring) -> Int? {
    text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
  }

  private static func calendar(_ text: String) -> MomentOption? {
    let parts = text.split(whereSeparator: { $0 == "T" || $0 == " " })
    guard parts.count <= 2, var clock = parts.last else { return nil }
    let offset = takeOffset(&clock)
    guard let time = timeOfDay(clock) else { return nil }
    guard parts.count == 2 else {
      return offset == nil ? .wall(date: nil, nanosecondsOfDay: time) : nil
    }
    let numbers = parts[0].split(separator: "-").map { number($0) }
    guard numbers.count == 3, let year = numbers[0], let month = numbers[1], let day = numbers[2],
      1970...2200 ~= year, 1...12 ~= month, 1...31 ~= day
    else { return nil }
    let date = Date(year: year, month: month, day: day)
    guard let offset else { return .wall(date: date, nanosecondsOfDay: time) }
    return .absolute(midnight(date, .utc) + time - offset)
  }

  /// Takes "Z" or "+01:00" off the end; nanoseconds east of Greenwich, nil if there is neither.
  private static func takeOffset(_ clock: inout Substring) -> Int64? {
    if clock.hasSuffix("Z") {
      clock.removeLast()
      return 0
    }
    guard let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }),
      let time = timeOfDay(clock[clock.index(after: sign)...])
    else { return nil }
    defer { clock = clock[..<sign] }
    return clock[sign] == "-" ? -time : time
  }

  private static func timeOfDay(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard 2...3 ~= parts.count, let hours = number(parts[0]), let minutes = number(parts[1]),
      hours < 24, minutes < 60
    else { return nil }
    let seconds = parts.count == 3 ? nanoseconds(parts[2]) : 0
    guard let seconds, seconds < 61 * second else { return nil }
    return Int64(hours * 3600 + minutes * 60) * second + seconds
  }

  // MARK: - The calendar

  /// Nanoseconds since 1970 at the beginning of a day, by the clock on the wall.
  private static func midnight(_ date: Date, _ zone: TimeText.Zone) -> Int64 {
    // A C struct that holds a pointer to the zone's name, which is not looked at.
    var parts = unsafe tm()
    unsafe parts.tm_year = Int32(date.year - 1900)
    unsafe parts.tm_mon = Int32(date.month - 1)
    unsafe parts.tm_mday = Int32(date.day)
    // The zone's rules say whether summer time holds.
    unsafe parts.tm_isdst = -1
    let seconds = Int64(unsafe zone == .utc ? timegm(&parts) : mktime(&parts))
    let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: second)
    return overflow ? (seconds < 0 ? .min : .max) : nanoseconds
  }

  private static func date(of time: Timestamp, _ zone: TimeText.Zone) -> Date {
    var seconds = time_t(time.nanoseconds / second)
    // As above.
    var parts = unsafe tm()
    _ = unsafe zone == .utc ? gmtime_r(&seconds, &parts) : localtime_r(&seconds, &parts)
    return unsafe Date(
      year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
  }
}

extension Int64 {
  /// The sum, or the nearest number to it that there is.
  fileprivate func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
