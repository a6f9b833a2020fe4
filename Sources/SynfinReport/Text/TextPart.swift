internal import SynfinLifecycle
internal import SynfinWire

/// What writes itself into a text.
protocol TextPart {
  func write(into text: inout TextBuffer)
}

extension UInt64: TextPart {
  func write(into text: inout TextBuffer) { text.append(self) }
}

extension Int: TextPart {
  func write(into text: inout TextBuffer) { text.append(self) }
}

extension StaticString: TextPart {
  func write(into text: inout TextBuffer) { text.append(self) }
}

extension IPAddress: TextPart {
  func write(into text: inout TextBuffer) { text.append(self) }
}

extension Side: TextPart {
  func write(into text: inout TextBuffer) {
    if self == .client { text.append("client") } else { text.append("server") }
  }
}

// A sentence is words of this program with parts between them. Always inline, so that the words become a few stores.
extension TextBuffer {
  /// Appends words and a part.
  @inline(__always)
  mutating func write(_ first: StaticString, _ one: some TextPart) {
    append(first)
    one.write(into: &self)
  }

  /// Appends words with a part between them.
  @inline(__always)
  mutating func write(_ first: StaticString, _ one: some TextPart, _ second: StaticString) {
    write(first, one)
    append(second)
  }

  /// Appends words with a part between them, and another behind them.
  @inline(__always)
  mutating func write(
    _ first: StaticString, _ one: some TextPart, _ second: StaticString, _ two: some TextPart
  ) {
    write(first, one)
    write(second, two)
  }

  /// Appends words with two parts between them.
  @inline(__always)
  mutating func write(
    _ first: StaticString, _ one: some TextPart, _ second: StaticString, _ two: some TextPart,
    _ third: StaticString
  ) {
    write(first, one)
    write(second, two, third)
  }

  /// Appends words with three parts between them.
  @inline(__always)
  mutating func write(
    _ first: StaticString, _ one: some TextPart, _ second: StaticString, _ two: some TextPart,
    _ third: StaticString, _ three: some TextPart, _ fourth: StaticString
  ) {
    write(first, one)
    write(second, two)
    write(third, three, fourth)
  }

  /// Appends what goes in front of an item of a list: commas, and "and" before the last of several.
  mutating func separate(_ index: Int, of count: Int) {
    if index > 0 { append(index + 1 < count ? ", " : " and ") }
  }
}
