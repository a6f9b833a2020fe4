internal import Foundation

/// Where the texts of a drawing stand, as far as that can be reckoned without fonts: a turned text is
/// a chain of boxes.
public struct TextBoxes {
  private struct Piece {
    let x: Double
    let y: Double
    let halfWidth: Double
    let halfHeight: Double
  }

  private struct Entry {
    let text: String
    let pieces: [Piece]
  }

  private let entries: [Entry]
  private let lines: [DrawingProbe.Element]

  /// Finds the texts and the lines of a drawing.
  public init(_ probe: DrawingProbe) {
    entries = probe.all("text").compactMap(Self.entry)
    lines = probe.all("line")
  }

  /// The leftmost and the rightmost place of a text.
  public var extent: ClosedRange<Double>? {
    let pieces = entries.flatMap(\.pieces)
    guard let left = pieces.map({ $0.x - $0.halfWidth }).min(),
      let right = pieces.map({ $0.x + $0.halfWidth }).max()
    else { return nil }
    return left...right
  }

  /// Pairs of texts that lie on each other.
  public var overlaps: [String] {
    var pairs: [String] = []
    for (index, entry) in entries.enumerated() {
      for other in entries[(index + 1)...] where Self.touch(entry, other) {
        pairs.append("\(entry.text) / \(other.text)")
      }
    }
    return pairs
  }

  /// Texts that a slanted line runs through.
  public var struck: [String] {
    entries.filter { entry in
      lines.contains { line in entry.pieces.contains { Self.strikes(line, $0) } }
    }.map(\.text)
  }

  private static func touch(_ first: Entry, _ second: Entry) -> Bool {
    first.pieces.contains { one in
      second.pieces.contains { two in
        abs(one.x - two.x) < one.halfWidth + two.halfWidth
          && abs(one.y - two.y) < one.halfHeight + two.halfHeight
      }
    }
  }

  private static func strikes(_ line: DrawingProbe.Element, _ piece: Piece) -> Bool {
    guard let x1 = line.number("x1"), let x2 = line.number("x2"), let y1 = line.number("y1"),
      let y2 = line.number("y2"), y1 != y2, x1 != x2, piece.x > min(x1, x2),
      piece.x < max(x1, x2)
    else { return false }
    let height = y1 + (y2 - y1) * (piece.x - x1) / (x2 - x1)
    return abs(height - piece.y) < piece.halfHeight * 0.8
  }

  private static func entry(_ element: DrawingProbe.Element) -> Entry? {
    guard let x = element.number("x"), let y = element.number("y"),
      let size = element.number("font-size")
    else { return nil }
    let isMonospaced = element.classes.contains("mono")
    let width = size * (isMonospaced ? 0.602 : 0.56) * Double(element.text.count)
    let middle =
      switch element.attributes["text-anchor"] {
      case "middle": 0.0
      case "end": -width / 2
      default: width / 2
      }
    let angle = degrees(element) * .pi / 180
    let count = angle == 0 ? 1 : 12
    let pieces = (0..<count).map { index in
      let along = middle + width * ((Double(index) + 0.5) / Double(count) - 0.5)
      // The middle of small letters lies above the base line.
      return Piece(
        x: x + along * cos(angle) + size * 0.3 * sin(angle),
        y: y + along * sin(angle) - size * 0.3 * cos(angle),
        halfWidth: width / Double(count) / 2, halfHeight: size * 0.4)
    }
    return Entry(text: element.text, pieces: pieces)
  }

  private static func degrees(_ element: DrawingProbe.Element) -> Double {
    let turn = element.attributes["transform", default: ""]
    guard turn.hasPrefix("rotate(") else { return 0 }
    return turn.dropFirst(7).split(separator: " ").first.flatMap { Double($0) } ?? 0
  }
}
