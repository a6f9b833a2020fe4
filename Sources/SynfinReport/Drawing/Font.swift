/// What a text's size is reckoned with where no font can be asked.
///
/// Letters are as wide as in the widest fonts that the style sheet may end up with, so that a text
/// may be narrower than reckoned and never much wider.
struct Font: Equatable, Sendable {
  /// The height of a line without leading, in pixels.
  var size: Double
  /// All letters equally wide, for numbers that are compared.
  var isMonospaced = false

  /// The width of a text in pixels.
  func width(of text: String) -> Double {
    var units = 0.0
    for scalar in text.unicodeScalars { units += width(of: scalar) }
    return units * size
  }

  /// The beginning of a text that fits into a width, with a sign if something is left out.
  func fitted(_ text: String, to room: Double) -> String {
    if width(of: text) <= room { return text }
    let sign = width(of: "…")
    var used = sign
    var fitted = ""
    for letter in text {
      used += width(of: String(letter))
      if used > room { break }
      fitted.append(letter)
    }
    return fitted + "…"
  }

  /// The width of a letter in units of the font's size.
  private func width(of scalar: Unicode.Scalar) -> Double {
    switch scalar.value {
    // East Asian letters fill a square.
    case 0x1100...0x115F, 0x2E80...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      isMonospaced ? 1.22 : 1.05
    default:
      isMonospaced ? 0.61 : Self.proportional(scalar)
    }
  }

  private static func proportional(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", " ", "(", ")", "[", "]": 0.38
    case "m", "w", "M", "W", "@", "%": 0.98
    case "A"..."Z", "+", "=", "<", ">", "→", "←", "…": 0.76
    default: 0.635
    }
  }
}
