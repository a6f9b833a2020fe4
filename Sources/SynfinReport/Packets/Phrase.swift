/// Numbers, amounts and packet lists as a person would say them.
enum Phrase {
  /// Digits in groups of three: 12,345.
  static func grouped(_ value: some BinaryInteger) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// An amount of octets in decimal units with three digits that matter: 480 B, 16.2 kB.
  static func bytes(_ value: UInt64) -> String {
    if value < 1000 { return "\(value) B" }
    var unit: UInt64 = 1000
    var names = ["kB", "MB", "GB", "TB", "PB"][...]
    while names.count > 1, value >= unit * 1000 - unit / 2 {
      unit *= 1000
      names.removeFirst()
    }
    return rounded(value, unit) + " " + (names.first ?? "")
  }

  /// Bits per second of `bytes` in a time, such as "16.2 Mbit/s"; nil without a time.
  static func rate(bytes: UInt64, nanoseconds: Int64) -> String? {
    guard nanoseconds > 0 else { return nil }
    let bits = Double(bytes) * 8e9 / Double(nanoseconds)
    guard bits < 1e18 else { return nil }
    if bits < 1000 { return "\(Int(bits)) bit/s" }
    return bytes8(UInt64(bits))
  }

  private static func bytes8(_ bits: UInt64) -> String {
    bytes(bits).replacingLastCharacter(with: "bit/s")
  }

  private static func rounded(_ value: UInt64, _ unit: UInt64) -> String {
    let whole = value / unit
    if whole >= 100 { return "\((value + unit / 2) / unit)" }
    let tenths = (value + unit / 20) / (unit / 10)
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// A number and its noun: "1 segment", "12 segments", "2 retries".
  static func count(_ value: some BinaryInteger, _ noun: String) -> String {
    if value == 1 { return "1 " + noun }
    let plural = noun.last == "y" ? noun.dropLast() + "ies" : noun + "s"
    return grouped(value) + " " + plural
  }

  /// A list of packets: "packet 2", "packets 8–11", "packets 5, 9 and 12–14".
  ///
  /// - Parameter total: how many there are; more than are listed gives "and 3 more".
  static func packets(_ numbers: [UInt64], total: UInt64? = nil) -> String {
    let listed = Set(numbers).sorted()
    guard let first = listed.first else { return "" }
    let more = (total ?? 0) > UInt64(listed.count) ? (total ?? 0) - UInt64(listed.count) : 0
    if listed.count == 1 && more == 0 { return "packet \(first)" }
    var parts = ranges(listed)
    if more > 0 { parts.append("\(grouped(more)) more") }
    return "packets " + list(parts)
  }

  /// Joins with commas and a final "and".
  static func list(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }

  private static func ranges(_ sorted: [UInt64]) -> [String] {
    var parts: [String] = []
    var index = 0
    while index < sorted.count {
      var end = index
      while end + 1 < sorted.count, sorted[end + 1] == sorted[end] + 1 { end += 1 }
      if end - index < 2 {
        parts += sorted[index...end].map { String($0) }
      } else {
        parts.append("\(sorted[index])–\(sorted[end])")
      }
      index = end + 1
    }
    return parts
  }

  /// With a capital first letter.
  static func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}

extension String {
  fileprivate func replacingLastCharacter(with text: String) -> String {
    String(dropLast()) + text
  }
}
