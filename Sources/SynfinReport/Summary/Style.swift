/// Terminal colours, or none.
struct Style {
  /// What a piece of text is.
  enum Tone: String {
    case plain = "0"
    case good = "32"
    case careful = "33"
    case bad = "31"
    case quiet = "2"
    case strong = "1"
  }

  let isOn: Bool

  func paint(_ text: String, _ tone: Tone) -> String {
    guard isOn, tone != .plain, !text.isEmpty else { return text }
    return "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m"
  }
}
