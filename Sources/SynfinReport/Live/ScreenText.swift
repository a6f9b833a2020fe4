/// How a text looks on a terminal's screen.
public enum ScreenStyle: Sendable, CaseIterable {
  /// As any other.
  case plain
  /// What to see first.
  case bold
  /// What is past.
  case dim
  /// A title.
  case title
  /// The title that was chosen.
  case chosenTitle
  /// What is wrong.
  case red
  /// What is well.
  case green
  /// What is on its way, or may be wrong.
  case yellow
}

/// A piece of a line on a screen.
public struct ScreenText: Sendable, Equatable {
  /// What it says.
  public var text: String
  /// How it looks.
  public var style: ScreenStyle

  /// Makes a piece.
  public init(_ text: String, _ style: ScreenStyle = .plain) {
    self.text = text
    self.style = style
  }
}

/// A line on a screen, put together from left to right and never longer than the screen is wide.
public struct ScreenLine: Sendable, Equatable {
  /// Its pieces; neighbours differ in style.
  public private(set) var pieces: [ScreenText] = []
  private var room: Int

  /// Begins a line that is so wide at most.
  public init(width: Int) { room = width }

  /// Adds a text, as far as it fits.
  public mutating func append(_ text: String, _ style: ScreenStyle = .plain) {
    let fitting = text.prefix(max(room, 0))
    guard !fitting.isEmpty else { return }
    room -= fitting.count
    if let last = pieces.indices.last, pieces[last].style == style {
      pieces[last].text += fitting
    } else {
      pieces.append(ScreenText(String(fitting), style))
    }
  }

  /// Moves what follows to the right edge, where it takes so many columns.
  mutating func fill(before columns: Int, _ style: ScreenStyle = .plain) {
    append(String(repeating: " ", count: max(room - columns, 0)), style)
  }

  /// What it says.
  public var text: String { pieces.map(\.text).joined() }
}
