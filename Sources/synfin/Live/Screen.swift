internal import CNcurses
internal import SynfinReport

/// The whole terminal, for as long as this lives; then it is as it was.
///
/// All files that curses reads are read by `init`.
struct Screen: ~Copyable {
  /// Takes the terminal behind standard output.
  ///
  /// - Parameter color: whether colours are wanted.
  init(color: Bool) throws(CommandError) {
    guard System.isTerminal(System.standardOutput) else {
      throw CommandError(
        "standard output is no terminal to show a table on; see synfin capture and synfin states")
    }
    TerminalGuard.rememberLine()
    try Self.check(synfin_screen_open(color))
    TerminalGuard.begin(restoring: Self.restoring)
    // Taken again with the first lines: until then messages go where they always go.
    synfin_screen_close()
  }

  deinit {
    synfin_screen_close()
    TerminalGuard.end()
  }

  private static func check(_ failure: synfin_screen_failure) throws(CommandError) {
    let type = System.harmless(System.environment("TERM") ?? "")
    switch failure {
    case SYNFIN_SCREEN_NO_FAILURE: return
    case SYNFIN_SCREEN_NO_KEYBOARD:
      throw CommandError("no terminal to take keys from; run synfin top in one")
    case SYNFIN_SCREEN_NO_CURSOR:
      throw CommandError(
        "TERM '\(type)': such a terminal cannot show a table; see synfin capture and synfin states")
    default:
      throw CommandError(
        "TERM '\(type)': unknown type of terminal; install its terminfo entry, or try TERM=vt100")
    }
  }

  /// What gives the terminal back: colours off, keypad off, cursor on, the other screen away.
  private static var restoring: [UInt8] {
    ["sgr0", "op", "rmkx", "cnorm", "rmcup"].flatMap { name -> [UInt8] in
      // The string belongs to curses, and is copied at once.
      guard let text = unsafe synfin_screen_capability(name) else { return [] }
      return Padding.removed(from: Array(unsafe String(cString: text).utf8))
    }
  }

  /// Lines and columns.
  var size: (rows: Int, columns: Int) {
    (max(0, Int(synfin_screen_rows())), max(0, Int(synfin_screen_columns())))
  }

  /// What came from the keyboard.
  enum Event {
    case key(TopKey)
    /// The terminal has another size.
    case resize
    /// The screen was disturbed.
    case redraw
  }

  /// Takes what was pressed; nil if that is nothing within so many milliseconds.
  mutating func event(within milliseconds: Int) -> Event? {
    switch synfin_screen_key(Int32(clamping: milliseconds)) {
    case ERR: nil
    case KEY_RESIZE: .resize
    case 12: .redraw  // ^L
    case KEY_LEFT: .key(.left)
    case KEY_RIGHT: .key(.right)
    case KEY_UP: .key(.up)
    case KEY_DOWN: .key(.down)
    case KEY_PPAGE: .key(.pageUp)
    case KEY_NPAGE: .key(.pageDown)
    case KEY_HOME: .key(.home)
    case KEY_END: .key(.end)
    case let code: .key(Self.key(code))
    }
  }

  private static func key(_ code: Int32) -> TopKey {
    switch UInt8(exactly: code).map({ Character(UnicodeScalar($0)) }) {
    case "q", "Q": .quit
    case "r": .reverse
    case "n": .numeric
    case " ", "p": .pause
    case "h", "?": .help
    default: .other
    }
  }

  /// Shows some lines, and nothing else.
  mutating func show(_ lines: [ScreenLine]) {
    let takesUTF8 = synfin_screen_takes_utf8()
    let shown = lines.prefix(size.rows)
    for (row, line) in shown.enumerated() {
      synfin_screen_begin_line(Int32(row))
      for piece in line.pieces {
        let text = takesUTF8 ? piece.text : Self.ascii(piece.text)
        // The string is copied by curses.
        unsafe synfin_screen_write(text, piece.style.code)
      }
      synfin_screen_end_line()
    }
    synfin_screen_show(Int32(shown.count))
  }

  /// Draws everything anew with the next lines.
  mutating func forget() { synfin_screen_redraw() }

  private static func ascii(_ text: String) -> String {
    String(text.map { $0.isASCII ? $0 : "?" })
  }
}

extension ScreenStyle {
  fileprivate var code: synfin_screen_style {
    switch self {
    case .plain: SYNFIN_SCREEN_PLAIN
    case .bold: SYNFIN_SCREEN_BOLD
    case .dim: SYNFIN_SCREEN_DIM
    case .title: SYNFIN_SCREEN_REVERSE
    case .chosenTitle: SYNFIN_SCREEN_BOLD_UNDERLINE
    case .red: SYNFIN_SCREEN_RED
    case .green: SYNFIN_SCREEN_GREEN
    case .yellow: SYNFIN_SCREEN_YELLOW
    }
  }
}

/// The pauses that old terminals need are written into what they are sent (terminfo(5), "Delays and Padding").
private enum Padding {
  /// Leaves them away.
  static func removed(from text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "<"),
        let end = rest.firstIndex(of: UInt8(ascii: ">"))
      {
        rest = rest[(end + 1)...]
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
