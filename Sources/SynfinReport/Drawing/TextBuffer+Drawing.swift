// What drawings are written with: coordinates, and texts that stay texts in XML and HTML.

extension TextBuffer {
  /// Appends a coordinate with at most two decimals; 0 for what is no number.
  mutating func append(pixels value: Double) {
    guard value.isFinite else { return append(UInt8(ascii: "0")) }
    let hundredths = Int((min(max(value, -1e9), 1e9) * 100).rounded())
    if hundredths < 0 { append("-") }
    let (whole, rest) = Int(hundredths.magnitude).quotientAndRemainder(dividingBy: 100)
    append(UInt64(whole))
    guard rest > 0 else { return }
    append(".")
    append(UInt64(rest / 10))
    if rest % 10 > 0 { append(UInt64(rest % 10)) }
  }

  /// Appends a text so that XML and HTML take it for nothing but text, in elements and attributes.
  ///
  /// Characters that XML has not (XML 1.0 §2.2), other controls, and those that change the direction
  /// of what follows are replaced by U+FFFD.
  mutating func append(escaped string: String) {
    for scalar in string.unicodeScalars {
      switch scalar {
      case "&": append("&amp;")
      case "<": append("&lt;")
      case ">": append("&gt;")
      case "\"": append("&quot;")
      case "'": append("&#39;")
      case "\t", "\n", "\r": append(" ")
      case _ where scalar.isUnfit: append("\u{FFFD}")
      default: for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(unit) }
      }
    }
  }
}

extension Unicode.Scalar {
  /// Whether it has no place in a line of text.
  fileprivate var isUnfit: Bool {
    switch value {
    case 0...0x1F, 0x7F...0x9F: true
    // Embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9).
    case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: true
    case 0x2028, 0x2029, 0xFFFE, 0xFFFF: true
    default: value & 0xFFFE == 0xFFFE
    }
  }
}
