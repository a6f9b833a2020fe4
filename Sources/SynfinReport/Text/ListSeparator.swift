/// Puts commas between the items of a list that is written one by one.
struct ListSeparator {
  /// Whether nothing was written yet.
  private(set) var isEmpty = true
  private let opening: StaticString

  /// - Parameter opening: what stands in front of the first item.
  init(opening: StaticString = "") {
    self.opening = opening
  }

  /// Writes what goes in front of the next item.
  mutating func next(_ text: inout TextBuffer) {
    if isEmpty { text.append(opening) } else { text.append(", ") }
    isEmpty = false
  }
}
