/// The colours of all drawings, each for light and for dark paper.
///
/// Those that letters are written in have a contrast of 4.5 to 1 and more against the paper and the
/// tints (WCAG 2.2 §1.4.3). Nothing is told by colour alone.
enum Hue: String, Sendable, CaseIterable {
  case paper, ink, muted, faint, rail
  case blue, orange, green, red, purple, teal, amber
  case tintBlue, tintGray, tintOrange

  /// Those that letters may be written in.
  static let letters: [Hue] = [
    .ink, .muted, .blue, .orange, .green, .red, .purple, .teal, .amber,
  ]

  /// Those that letters may be written on.
  static let grounds: [Hue] = [.paper, .tintBlue, .tintGray, .tintOrange]

  /// On light paper, as CSS writes it.
  var light: String {
    switch self {
    case .paper: "#ffffff"
    case .ink: "#1a1d21"
    case .muted: "#525b66"
    case .faint: "#d7dde3"
    case .rail: "#7b8591"
    case .blue: "#0b57a4"
    case .orange: "#9a4600"
    case .green: "#11662f"
    case .red: "#b3121d"
    case .purple: "#7438b0"
    case .teal: "#00646e"
    case .amber: "#7d5700"
    case .tintBlue: "#edf4fd"
    case .tintGray: "#f5f7f9"
    case .tintOrange: "#fdf2e7"
    }
  }

  /// On dark paper.
  var dark: String {
    switch self {
    case .paper: "#10151b"
    case .ink: "#e8edf2"
    case .muted: "#a7b1bc"
    case .faint: "#2d363f"
    case .rail: "#7d8894"
    case .blue: "#6cb6ff"
    case .orange: "#ffa657"
    case .green: "#5fd36c"
    case .red: "#ff8f88"
    case .purple: "#cba8ff"
    case .teal: "#5cd3d6"
    case .amber: "#e6b94d"
    case .tintBlue: "#14222f"
    case .tintGray: "#171d24"
    case .tintOrange: "#291f15"
    }
  }

  /// The class of lines in this colour.
  var strokeClass: StaticString {
    switch self {
    case .paper: "s-paper"
    case .ink: "s-ink"
    case .muted: "s-muted"
    case .faint: "s-faint"
    case .rail: "s-rail"
    case .blue: "s-blue"
    case .orange: "s-orange"
    case .green: "s-green"
    case .red: "s-red"
    case .purple: "s-purple"
    case .teal: "s-teal"
    case .amber: "s-amber"
    case .tintBlue: "s-tintBlue"
    case .tintGray: "s-tintGray"
    case .tintOrange: "s-tintOrange"
    }
  }

  /// The class of letters and surfaces in this colour.
  var fillClass: StaticString {
    switch self {
    case .paper: "f-paper"
    case .ink: "f-ink"
    case .muted: "f-muted"
    case .faint: "f-faint"
    case .rail: "f-rail"
    case .blue: "f-blue"
    case .orange: "f-orange"
    case .green: "f-green"
    case .red: "f-red"
    case .purple: "f-purple"
    case .teal: "f-teal"
    case .amber: "f-amber"
    case .tintBlue: "f-tintBlue"
    case .tintGray: "f-tintGray"
    case .tintOrange: "f-tintOrange"
    }
  }
}
