import Foundation

@testable import SynfinReport

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What an XML parser found in a drawing.
final class DrawingProbe: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""

    /// The words of its `class`.
    var classes: [Substring] { attributes["class", default: ""].split(separator: " ") }
  }

  private(set) var elements: [Element] = []
  private(set) var isWellFormed = false
  private var open: [Int] = []

  init(_ xml: String) {
    super.init()
    let parser = XMLParser(data: Data(xml.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func all(_ name: String, _ kind: String? = nil) -> [Element] {
    elements.filter { element in
      element.name == name && (kind.map { element.classes.contains(Substring($0)) } ?? true)
    }
  }

  var texts: [String] { all("text").map(\.text) }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let last = open.last { elements[last].text += string }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }
}

/// Where the texts of a drawing stand, as far as that can be reckoned without fonts.
enum TextBoxes {
  struct Entry {
    let text: String
    let box: Box
  }

  /// The boxes of all texts that are not turned.
  static func of(_ probe: DrawingProbe) -> [Entry] {
    probe.all("text").filter { $0.attributes["transform"] == nil }.compactMap { element in
      guard let x = Double(element.attributes["x", default: ""]),
        let y = Double(element.attributes["y", default: ""]),
        let size = Double(element.attributes["font-size", default: ""])
      else { return nil }
      let font = Font(size: size, isMonospaced: element.classes.contains("mono"))
      let width = font.width(of: element.text)
      let share =
        switch element.attributes["text-anchor"] {
        case "middle": 0.5
        case "end": 1.0
        default: 0.0
        }
      return Entry(
        text: element.text,
        box: Box(left: x - width * share, top: y - size * 0.8, width: width, height: size))
    }
  }

  /// Pairs of texts that lie on each other.
  static func overlaps(_ entries: [Entry]) -> [String] {
    var pairs: [String] = []
    for (index, entry) in entries.enumerated() {
      for other in entries[(index + 1)...] where entry.box.overlaps(other.box) {
        pairs.append("\(entry.text) / \(other.text)")
      }
    }
    return pairs
  }
}
