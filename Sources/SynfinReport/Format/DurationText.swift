/// Writes durations for people: two or three significant digits in the unit that fits.
public enum DurationText {
  /// A duration such as "850 ns", "85 µs", "4.2 ms", "214 ms", "1.2 s", "2 min 3 s" or "5 h 10 min".
  ///
  /// - Parameter nanoseconds: the duration; a negative one is written with a minus sign.
  public static func short(_ nanoseconds: Int64) -> String {
    TextBuffer.string { Phrase.Duration(nanoseconds).write(into: &$0) }
  }
}

extension Phrase {
  /// A duration such as "850 ns", "85 µs", "4.2 ms", "214 ms", "1.2 s", "2 min 3 s" or "5 h 10 min".
  struct Duration: TextPart {
    let nanoseconds: Int64

    init(_ nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    func write(into text: inout TextBuffer) {
      let value = nanoseconds.magnitude
      if value == 0 { return text.append("0 s") }
      if nanoseconds < 0 { text.append("-") }
      if value < 1000 {
        text.append(value)
        text.append(" ns")
      } else if !Self.write(value, 1000, " µs", limit: 1000, &text),
        !Self.write(value, 1_000_000, " ms", limit: 1000, &text),
        !Self.write(value, 1_000_000_000, " s", limit: 60, decimalsBelow: 60, &text)
      {
        Self.writeLong((value + 500_000_000) / 1_000_000_000, &text)
      }
    }

    /// Writes the number of units with one decimal if it is small; nothing if it rounds to the limit or more.
    @inline(__always)
    private static func write(
      _ value: UInt64, _ unit: UInt64, _ name: StaticString, limit: UInt64,
      decimalsBelow: UInt64 = 10, _ text: inout TextBuffer
    ) -> Bool {
      let tenths = (value + unit / 20) / (unit / 10)
      let whole = (value + unit / 2) / unit
      if tenths < decimalsBelow * 10 {
        text.append(tenths / 10)
        text.append(".")
        text.append(tenths % 10)
      } else if whole < limit {
        text.append(whole)
      } else {
        return false
      }
      text.append(name)
      return true
    }

    /// Writes a duration of a minute and more in its two largest units.
    private static func writeLong(_ seconds: UInt64, _ text: inout TextBuffer) {
      switch seconds {
      case 86_400...: write(seconds, 86_400, " d", 3600, " h", &text)
      case 3600...: write(seconds, 3600, " h", 60, " min", &text)
      case 60...: write(seconds, 60, " min", 1, " s", &text)
      default:
        text.append(seconds)
        text.append(" s")
      }
    }

    private static func write(
      _ seconds: UInt64, _ large: UInt64, _ largeName: StaticString, _ small: UInt64,
      _ smallName: StaticString, _ text: inout TextBuffer
    ) {
      text.append(seconds / large)
      text.append(largeName)
      let rest = seconds % large / small
      if rest > 0 {
        text.append(" ")
        text.append(rest)
        text.append(smallName)
      }
    }
  }
}
