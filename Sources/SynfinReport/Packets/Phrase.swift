/// Numbers, amounts and packet lists as a person would say them.
enum Phrase {
  /// Digits in groups of three: 12,345.
  static func grouped(_ value: some FixedWidthInteger) -> String {
    TextBuffer.string { text in
      if value < 0 { text.append("-") }
      writeGrouped(UInt64(value.magnitude), into: &text)
    }
  }

  private static func writeGrouped(_ value: UInt64, into text: inout TextBuffer) {
    if value < 1000 { return text.append(value) }
    writeGrouped(value / 1000, into: &text)
    text.append(",")
    text.append(value % 1000, digits: 3)
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
  static func count(_ value: some FixedWidthInteger, _ noun: String) -> String {
    if value == 1 { return "1 " + noun }
    let plural = noun.last == "y" ? noun.dropLast() + "ies" : noun + "s"
    return grouped(value) + " " + plural
  }

  /// A list of packets: "packet 2", "packets 8–11", "packets 5, 9 and 12–14".
  ///
  /// - Parameter total: how many there are; more than are listed gives "and 3 more".
  static func packets(_ numbers: [UInt64], total: UInt64? = nil) -> String {
    let listed = ascending(numbers)
    guard let first = listed.first else { return "" }
    let more = (total ?? 0) > UInt64(listed.count) ? (total ?? 0) - UInt64(listed.count) : 0
    return TextBuffer.string { text in
      if listed.count == 1 && more == 0 {
        text.append("packet ")
        return text.append(first)
      }
      text.append("packets ")
      write(listed, isAll: more == 0, into: &text)
      if more > 0 {
        text.append(" and ")
        writeGrouped(more, into: &text)
        text.append(" more")
      }
    }
  }

  /// Each number once, in order; most lists are so already.
  private static func ascending(_ numbers: [UInt64]) -> [UInt64] {
    zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 } ? numbers : Set(numbers).sorted()
  }

  /// Writes numbers with commas, three and more in a row as a range.
  ///
  /// - Parameter isAll: whether nothing follows, so that "and" goes in front of the last one.
  private static func write(_ sorted: [UInt64], isAll: Bool, into text: inout TextBuffer) {
    var index = 0
    while index < sorted.count {
      var end = index
      while end + 1 < sorted.count, sorted[end + 1] == sorted[end] + 1 { end += 1 }
      if end - index < 2 { end = index }
      if index > 0 { text.append(isAll && end + 1 == sorted.count ? " and " : ", ") }
      text.append(sorted[index])
      if end > index {
        text.append("–")
        text.append(sorted[end])
      }
      index = end + 1
    }
  }

  /// Joins with commas and a final "and".
  static func list(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }

  /// With a capital first letter, where that is an English one.
  static func capitalized(_ text: String) -> String {
    guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
    else { return text }
    return TextBuffer.string {
      $0.append(first - 32)
      $0.append(string: String(Substring(text.utf8.dropFirst())))
    }
  }
}

extension String {
  fileprivate func replacingLastCharacter(with text: String) -> String {
    String(dropLast()) + text
  }
}
