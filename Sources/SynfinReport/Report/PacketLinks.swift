extension HTMLText {
  /// Writes a text in which the numbers of packets lead to their rows of the ladder.
  ///
  /// They are the numbers behind "packet" or "packets": "packets 5, 9 and 12–14 and 3 more".
  ///
  /// - Parameter id: the connection's number.
  mutating func linked(_ string: String, in id: Int) {
    var rest = string[...]
    while let found = rest.firstRange(of: "packet") {
      escaped(String(rest[..<found.upperBound]))
      rest = rest[found.upperBound...]
      guard let space = rest.firstIndex(of: " "), ["", "s"].contains(rest[..<space]) else {
        continue
      }
      escaped(String(rest[...space]))
      rest = rest[rest.index(after: space)...]
      linkList(&rest, in: id)
    }
    escaped(String(rest))
  }

  /// Writes the list of numbers at the beginning of a text.
  private mutating func linkList(_ rest: inout Substring, in id: Int) {
    while let number = Self.number(rest) {
      link(String(number), in: id)
      rest = rest.dropFirst(number.count)
      guard
        let separator = ["–", ", ", " and "].first(where: { rest.hasPrefix($0) }),
        !Self.isCount(rest.dropFirst(separator.count))
      else { return }
      guard Self.number(rest.dropFirst(separator.count)) != nil else { return }
      escaped(separator)
      rest = rest.dropFirst(separator.count)
    }
  }

  /// Whether a text begins with a count of further packets: "12,345 more".
  private static func isCount(_ text: Substring) -> Bool {
    text.drop { ("0"..."9").contains($0) || $0 == "," }.hasPrefix(" more")
  }

  /// The digits at the beginning of a text; nil if there are none, or too many for a packet's number.
  private static func number(_ text: Substring) -> Substring? {
    let digits = text.prefix { ("0"..."9").contains($0) }
    return digits.isEmpty || UInt64(digits) == nil ? nil : digits
  }

  private mutating func link(_ packet: String, in id: Int) {
    markup("<a class=\"packet\" href=\"#open=")
    number(id)
    element("&amp;packet=", packet, "\" data-packet=\"")
    element("", packet, "\">")
    element("", packet, "</a>")
  }
}
