/// Writes a drawing as SVG (Scalable Vector Graphics 1.1, W3C).
///
/// Whatever is drawn comes out well-formed: elements are closed, texts are escaped, coordinates are
/// finite and have at most two decimals. The same calls write the same bytes.
struct SVGWriter: ~Copyable {
  /// What a drawing is, apart from its lines.
  struct Frame: Sendable {
    var width: Double
    var height: Double
    /// What it is, for those who cannot see it.
    var title: String
    /// What it shows, for those who cannot see it.
    var summary: String
    /// Tells its parts from those of other drawings in the same page.
    var name = "drawing"
  }

  /// Anchors of a text.
  enum Anchor {
    case start, middle, end
  }

  private(set) var text = TextBuffer(capacity: 16_384)
  private let name: String
  private var clipCount = 0

  /// A whole SVG file, style sheet included.
  static func document(_ frame: Frame, _ draw: (inout SVGWriter) -> Void) -> String {
    var writer = SVGWriter(frame)
    writer.text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    writer.write(frame, style: StyleSheet.css, draw)
    return writer.text.string
  }

  /// An `<svg>` element for an HTML page that holds the style sheet.
  static func fragment(_ frame: Frame, _ draw: (inout SVGWriter) -> Void) -> String {
    var writer = SVGWriter(frame)
    writer.write(frame, style: nil, draw)
    return writer.text.string
  }

  private init(_ frame: Frame) {
    name = Self.identifier(frame.name)
  }

  /// A name that an `id` may have.
  private static func identifier(_ name: String) -> String {
    let letters = name.unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9") ~= scalar)
      return isPlain ? Character(scalar) : "-"
    }
    return "sf-" + String(letters)
  }

  private mutating func write(
    _ frame: Frame, style: String?, _ draw: (inout SVGWriter) -> Void
  ) {
    text.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"synfin\"")
    attribute("width", frame.width)
    attribute("height", frame.height)
    text.append(" viewBox=\"0 0 ")
    number(frame.width)
    text.append(" ")
    number(frame.height)
    text.append("\" role=\"img\" aria-labelledby=\"")
    text.append(string: name + "-title " + name + "-desc\">\n")
    text.append(string: "<title id=\"\(name)-title\">")
    escaped(frame.title)
    text.append(string: "</title>\n<desc id=\"\(name)-desc\">")
    escaped(frame.summary)
    text.append("</desc>\n")
    if let style {
      text.append("<style>\n")
      // Nothing in it comes from outside, and CSS inside XML needs no escapes for what it holds.
      text.append(string: style)
      text.append("</style>\n")
    }
    rectangle(
      Box(left: 0, top: 0, width: frame.width, height: frame.height), .fill(.paper))
    draw(&self)
    text.append("</svg>\n")
  }

  // MARK: - Groups

  /// Draws elements that belong together.
  mutating func group(
    _ look: Look = Look(), title: String? = nil, _ draw: (inout SVGWriter) -> Void
  ) {
    text.append("<g")
    classes(look)
    text.append(">")
    tooltip(title)
    text.append("\n")
    draw(&self)
    text.append("</g>\n")
  }

  /// Draws elements of which only what lies inside a box is seen.
  mutating func clipped(to box: Box, _ draw: (inout SVGWriter) -> Void) {
    clipCount += 1
    let id = "\(name)-clip\(clipCount)"
    text.append(string: "<clipPath id=\"\(id)\">")
    rectangle(box, Look())
    text.append(string: "</clipPath>\n<g clip-path=\"url(#\(id))\">\n")
    draw(&self)
    text.append("</g>\n")
  }

  // MARK: - Pieces of elements

  /// Ends an element's first tag, and the element, with a tooltip if there is one.
  mutating func close(_ element: StaticString, title: String?) {
    guard let title else { return text.append("/>\n") }
    text.append(">")
    tooltip(title)
    text.append("</")
    text.append(element)
    text.append(">\n")
  }

  private mutating func tooltip(_ title: String?) {
    guard let title else { return }
    text.append("<title>")
    escaped(title)
    text.append("</title>")
  }

  mutating func open(_ element: StaticString) {
    text.append("<")
    text.append(element)
  }

  mutating func raw(_ words: StaticString) { text.append(words) }

  mutating func classes(_ look: Look) {
    guard !look.names.isEmpty else { return }
    text.append(" class=\"")
    for (index, name) in look.names.enumerated() {
      if index > 0 { text.append(" ") }
      text.append(name)
    }
    text.append("\"")
  }

  mutating func attribute(_ name: StaticString, _ value: Double) {
    text.append(" ")
    text.append(name)
    text.append("=\"")
    number(value)
    text.append("\"")
  }

  mutating func pair(_ point: Point) {
    number(point.x)
    text.append(" ")
    number(point.y)
  }

  /// A coordinate with at most two decimals; what no drawing has comes out as its nearest edge or 0.
  mutating func number(_ value: Double) { text.append(pixels: value) }

  /// A text that can be nothing but text.
  mutating func escaped(_ string: String) { text.append(escaped: string) }
}
