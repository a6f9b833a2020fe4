/// Colours for terminals, or none.
///
/// Pad before colouring: the escape sequences take no columns but do count as characters.
struct Ink: Sendable {
  /// What a text is, in the number of its SGR sequence (ECMA-48 §8.3.117).
  enum Style: Int {
    case bold = 1
    case dim = 2
    case red = 31
    case green = 32
    case yellow = 33
    case blue = 34
    case magenta = 35
    case cyan = 36
  }

  /// Whether colours are wanted.
  let isOn: Bool

  /// The text in a colour, or as it is.
  func callAsFunction(_ text: String, _ style: Style?) -> String {
    guard isOn, let style, text.contains(where: { $0 != " " }) else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }

  /// Begins a colour in front of a text that is not blank.
  func begin(_ style: Style?, _ text: inout TextBuffer) {
    guard isOn, let style else { return }
    text.append("\u{1B}[")
    text.append(style.rawValue)
    text.append("m")
  }

  /// Ends a colour.
  func end(_ style: Style?, _ text: inout TextBuffer) {
    if isOn, style != nil { text.append("\u{1B}[0m") }
  }
}

extension String {
  /// Fills up with spaces on the right.
  func padded(to width: Int) -> String {
    let missing = width - count
    return missing > 0 ? self + String(repeating: " ", count: missing) : self
  }

  /// Fills up with spaces on the left.
  func leftPadded(to width: Int) -> String {
    let missing = width - count
    return missing > 0 ? String(repeating: " ", count: missing) + self : self
  }
}
