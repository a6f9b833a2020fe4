internal import SynfinWire

/// Writes brief fields as cells.
struct CSVFields: BriefFieldWriter {
  private(set) var pen: TextPen
  /// The cells of the last group.
  private var group: (begin: TextPen.Mark, end: TextPen.Mark)

  @inline(__always)
  init(_ pen: TextPen) {
    self.pen = pen
    group = (pen.mark, pen.mark)
  }

  @inline(__always)
  private mutating func endCell() { pen.write(UInt8(ascii: ",")) }

  @inline(__always)
  mutating func number(
    _ name: StaticString, _ kind: FieldKind, _ meaning: StaticString, _ value: UInt64?
  ) {
    if let value { pen.write(value) } else { endCell() }
  }

  @inline(__always)
  mutating func flag(_ name: StaticString, _ meaning: StaticString, _ value: Bool?) {
    if let value { pen.write(value) } else { endCell() }
  }

  @inline(__always)
  mutating func word(_ name: StaticString, _ meaning: StaticString, _ value: StaticString?) {
    if let value { pen.write(word: value) }
    endCell()
  }

  @inline(__always)
  mutating func address(_ name: StaticString, _ meaning: StaticString, _ value: IPAddress?) {
    if let value { pen.write(value) }
    endCell()
  }

  @inline(__always)
  mutating func time(_ name: StaticString, _ meaning: StaticString, _ value: SpelledMoment) {
    pen.write(value)
    endCell()
  }

  @inline(__always)
  mutating func seconds(_ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?) {
    if let nanoseconds { pen.write(seconds: nanoseconds) } else { endCell() }
  }

  @inline(__always)
  mutating func milliseconds(
    _ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?
  ) {
    if let nanoseconds { pen.write(milliseconds: nanoseconds) } else { endCell() }
  }
}

// The fields of a group are cells like all others.
extension CSVFields {
  @inline(__always)
  mutating func beginGroup(_ name: StaticString, isKnown: Bool) -> Bool {
    group.begin = pen.mark
    return true
  }

  @inline(__always)
  mutating func endGroup() { group.end = pen.mark }

  @inline(__always)
  mutating func repeatGroup(_ name: StaticString) { pen.write(again: group.begin, group.end) }
}
