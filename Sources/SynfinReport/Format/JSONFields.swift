internal import SynfinWire

/// Writes brief fields as JSON.
struct JSONFields: BriefFieldWriter {
  private(set) var pen: TextPen
  /// Where the text inside the last group begins, and where the group ends.
  private var group: (begin: TextPen.Mark, end: TextPen.Mark)

  @inline(__always)
  init(_ pen: TextPen) {
    self.pen = pen
    group = (pen.mark, pen.mark)
  }

  @inline(__always)
  mutating func number(
    _ name: StaticString, _ kind: FieldKind, _ meaning: StaticString, _ value: UInt64?
  ) {
    if let value { pen.write(key: name, value) }
  }

  @inline(__always)
  mutating func flag(_ name: StaticString, _ meaning: StaticString, _ value: Bool?) {
    if let value { pen.write(key: name, value) }
  }

  @inline(__always)
  mutating func word(_ name: StaticString, _ meaning: StaticString, _ value: StaticString?) {
    if let value { pen.write(key: name, word: value) }
  }

  @inline(__always)
  mutating func address(_ name: StaticString, _ meaning: StaticString, _ value: IPAddress?) {
    if let value { pen.write(key: name, value) }
  }

  @inline(__always)
  mutating func time(_ name: StaticString, _ meaning: StaticString, _ value: SpelledMoment) {
    pen.write(key: name, opening: UInt8(ascii: "\""))
    pen.write(value)
    pen.write(constant: "\",")
  }

  @inline(__always)
  mutating func seconds(_ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?) {
    if let nanoseconds { pen.write(key: name, seconds: nanoseconds) }
  }

  @inline(__always)
  mutating func milliseconds(
    _ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?
  ) {
    if let nanoseconds { pen.write(key: name, milliseconds: nanoseconds) }
  }
}

// An object in which nothing is known is left out.
extension JSONFields {
  @inline(__always)
  mutating func beginGroup(_ name: StaticString, isKnown: Bool) -> Bool {
    guard isKnown else { return false }
    pen.write(key: name, opening: UInt8(ascii: "{"))
    group.begin = pen.mark
    return true
  }

  @inline(__always)
  mutating func endGroup() {
    pen.close(from: group.begin)
    group.end = pen.mark
  }

  @inline(__always)
  mutating func repeatGroup(_ name: StaticString) {
    pen.write(key: name, opening: UInt8(ascii: "{"))
    pen.write(again: group.begin, group.end)
  }
}
