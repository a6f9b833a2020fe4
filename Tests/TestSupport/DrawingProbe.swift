internal import Foundation

#if canImport(FoundationXML)
  internal import FoundationXML
#endif

/// What an XML parser found in a drawing.
public struct DrawingProbe {
  /// An element with the text directly inside it.
  public struct Element {
    /// Its name, without a namespace.
    public let name: String
    /// Its attributes, unescaped.
    public let attributes: [String: String]
    /// The text directly inside it, unescaped.
    public fileprivate(set) var text = ""

    /// The words of its `class`.
    public var classes: [Substring] { attributes["class", default: ""].split(separator: " ") }

    /// A number among its attributes.
    public func number(_ name: String) -> Double? { attributes[name].flatMap { Double($0) } }
  }

  /// All elements, in the order of their first tags.
  public let elements: [Element]
  /// Whether the whole text is XML.
  public let isWellFormed: Bool

  /// Parses a drawing.
  public init(_ xml: String) {
    let reader = Reader()
    let parser = XMLParser(data: Data(xml.utf8))
    parser.delegate = reader
    isWellFormed = parser.parse()
    elements = reader.elements
  }

  /// The elements of a name, and of a class if one is given.
  public func all(_ name: String, _ kind: String? = nil) -> [Element] {
    elements.filter { element in
      element.name == name && (kind.map { element.classes.contains(Substring($0)) } ?? true)
    }
  }

  /// What can be read.
  public var texts: [String] { all("text").map(\.text) }
}

private final class Reader: NSObject, XMLParserDelegate {
  private(set) var elements: [DrawingProbe.Element] = []
  private var open: [Int] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(DrawingProbe.Element(name: name, attributes: attributes))
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
