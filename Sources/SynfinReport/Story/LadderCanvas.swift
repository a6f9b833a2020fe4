import SynfinLifecycle

/// The lines of a ladder: times and packet numbers on the left, then the client's state and
/// lifeline, the arrows, the server's lifeline and state.
struct LadderCanvas {
  /// What stands left and right of the lifelines on one line.
  struct Margin {
    var time = ""
    var packets = ""
    var client = ""
    var server = ""
  }

  static let timeWidth = 12
  static let stateWidth = 11

  private(set) var lines: [String] = []
  let ink: Ink
  let width: Int
  let packetWidth: Int
  let hasStates: Bool
  /// Columns between the lifelines.
  let body: Int

  init(width: Int, ink: Ink, packetWidth: Int, hasStates: Bool) {
    self.width = max(80, width)
    self.ink = ink
    self.packetWidth = packetWidth
    self.hasStates = hasStates
    let states = hasStates ? 2 * (Self.stateWidth + 1) : 0
    // Packet numbers of many digits may not squeeze the arrows to nothing.
    body = max(30, self.width - Self.timeWidth - 2 - packetWidth - 1 - states - 2)
  }

  /// A line with text between the lifelines.
  mutating func label(
    _ text: String, style: Ink.Style? = nil, _ margin: Margin = Margin(), lifeline: String = "│"
  ) {
    let shown = Self.fitted(text, body - 2)
    guard lifeline != " " else { return add(margin, "  " + ink(shown, style)) }
    let middle = " " + ink(shown, style) + String(repeating: " ", count: body - 1 - shown.count)
    add(margin, ink(lifeline, .dim) + middle + ink(lifeline, .dim))
  }

  /// A line with an arrow from the client to the server or back, a text in its middle.
  mutating func arrow(
    toServer: Bool, _ stroke: RowText.Stroke, _ text: String = "", style: Ink.Style? = nil,
    isLost: Bool = false, _ margin: Margin = Margin()
  ) {
    let shown = text.isEmpty ? "" : " " + Self.fitted(text, body - 6) + " "
    let free = max(2, body - 1 - shown.count)
    let left = String(repeating: stroke.character, count: free / 2)
    let right = String(repeating: stroke.character, count: free - free / 2)
    let head = isLost ? "✗" : toServer ? "▶" : "◀"
    let line =
      toServer
      ? ink(left, style) + ink(shown, style) + ink(right + head, style)
      : ink(head + left, style) + ink(shown, style) + ink(right, style)
    let (near, far) = toServer ? ("├", "│") : ("│", "┤")
    add(margin, ink(near, .dim) + line + ink(far, .dim))
  }

  /// A line with an arrow that begins between the lifelines, where a third party stands.
  mutating func report(
    toServer: Bool, _ text: String, style: Ink.Style? = nil, _ margin: Margin = Margin()
  ) {
    let shown = Self.fitted(text, body - 8)
    let stroke = String(
      repeating: RowText.Stroke.dotted.character, count: (body - shown.count) / 3)
    let line = toServer ? shown + " " + stroke + "▶" : "◀" + stroke + " " + shown
    let filled = toServer ? line.leftPadded(to: body) : line.padded(to: body)
    add(margin, ink("│", .dim) + ink(filled, style) + ink("│", .dim))
  }

  /// A heading over the whole width.
  mutating func heading(_ title: String, _ detail: String) {
    var text = "── " + ink(title, .bold) + " "
    var used = 4 + title.count
    if !detail.isEmpty {
      let shown = Self.fitted(detail, width - used - 6)
      text += "── " + shown + " "
      used += 4 + shown.count
    }
    lines.append(text + String(repeating: "─", count: max(0, width - used)))
  }

  /// A line as it is.
  mutating func plain(_ text: String) { lines.append(text) }

  private mutating func add(_ margin: Margin, _ middle: String) {
    var line = margin.time.leftPadded(to: Self.timeWidth)
    line = ink(line, .dim) + "  " + margin.packets.leftPadded(to: packetWidth) + " "
    if hasStates {
      line += ink(margin.client.leftPadded(to: Self.stateWidth), .cyan) + " "
    }
    line += middle
    if hasStates && !margin.server.isEmpty { line += " " + ink(margin.server, .cyan) }
    while line.last == " " { line.removeLast() }
    lines.append(line)
  }

  /// A text cut to a number of columns, with a sign that it was.
  static func fitted(_ text: String, _ columns: Int) -> String {
    text.count <= columns ? text : String(text.prefix(max(0, columns - 1))) + "…"
  }
}

extension RowText.Stroke {
  fileprivate var character: Character {
    switch self {
    case .solid: "─"
    case .dashed: "╌"
    case .double: "═"
    case .dotted: "┈"
    }
  }
}
