/// Writes counts and sizes for people.
public enum CountText {
  /// A count in groups of three digits: "1,234,567".
  public static func grouped(_ count: UInt64) -> String {
    let digits = String(count)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// A size in decimal units: "0 B", "999 B", "1.2 kB", "12 MB", "1.5 GB".
  public static func bytes(_ count: UInt64) -> String {
    if count < 1000 { return "\(count) B" }
    var unit: UInt64 = 1000
    for name in ["kB", "MB", "GB", "TB", "PB"] {
      // Rounded half up; `unit` is a multiple of 20, so that nothing is lost.
      let tenths = (count + unit / 20) / (unit / 10)
      if tenths < 100 { return "\(tenths / 10).\(tenths % 10) \(name)" }
      let whole = (count + unit / 2) / unit
      if whole < 1000 || name == "PB" { return "\(whole) \(name)" }
      unit *= 1000
    }
    return "\(count) B"
  }

  /// A count with its noun: "1 packet", "1,234 packets".
  public static func noun(_ count: UInt64, _ one: String, _ many: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? one : many ?? one + "s")"
  }
}
