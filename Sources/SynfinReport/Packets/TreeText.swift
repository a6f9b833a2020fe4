import SynfinWire

/// The lines of a tree: headings at the margin, fields below them in three columns.
struct TreeText {
  private(set) var lines: [String] = []
  private let ink: Ink

  private static let nameWidth = 26
  private static let valueWidth = 24

  init(ink: Ink) {
    self.ink = ink
  }

  /// Begins a layer.
  mutating func heading(_ title: String, _ detail: String = "") {
    lines.append(ink(title, .bold) + (detail.isEmpty ? "" : ink(", " + detail, .dim)))
  }

  /// Adds a field: its name, what stands there, and what that means.
  ///
  /// - Parameter depth: 1 for a field, 2 for a part of the field above.
  mutating func field(
    _ name: String, _ value: some StringProtocol, _ meaning: String = "", depth: Int = 1,
    style: Ink.Style? = nil
  ) {
    let margin = String(repeating: "  ", count: depth)
    let label = (margin + name).padded(to: Self.nameWidth) + " "
    guard !meaning.isEmpty else {
      lines.append(label + ink(String(value), style))
      return
    }
    let shown = String(value).padded(to: Self.valueWidth)
    lines.append(label + ink(shown, style) + " " + ink(meaning, style ?? .dim))
  }

  /// Adds a field with a number.
  mutating func field(
    _ name: String, _ value: some BinaryInteger, _ meaning: String = "", depth: Int = 1
  ) {
    field(name, String(value), meaning, depth: depth)
  }

  /// Adds a line that warns.
  mutating func warning(_ text: String) {
    lines.append("  " + ink("! " + text, .red))
  }

  /// Adds a line as it is.
  mutating func plain(_ text: String) {
    lines.append("  " + ink(text, .dim))
  }
}

/// Numbers as headers are read: hexadecimal and bits.
enum Digits {
  /// "0x0800", filled up with zeros.
  static func hex(_ value: some BinaryInteger, _ width: Int) -> String {
    "0x" + bare(value, width)
  }

  /// "0800", filled up with zeros.
  static func bare(_ value: some BinaryInteger, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Bytes of `bytes` in hexadecimal without spaces.
  static func hex(_ bytes: RawSpan, from offset: Int, count: Int) -> String {
    (0..<count).filter { offset + $0 < bytes.byteCount }
      .map { bare(bytes.uint8(at: offset + $0), 2) }.joined()
  }
}
