internal import SynfinLifecycle
internal import SynfinWire

/// Writes brief fields as cells.
struct CSVFields: PenFields {
  /// What is kept for this format.
  static let kept = KeptFields(of: Self.self)

  private(set) var pen: TextPen
  private let kept: KeptFields
  /// The cells of the last group.
  private var group: (begin: TextPen.Mark, end: TextPen.Mark)

  @inline(__always)
  init(_ pen: TextPen, _ kept: KeptFields) {
    self.pen = pen
    self.kept = kept
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

extension CSVFields {
  @inline(__always)
  mutating func packets(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ packet: (Int) -> UInt64
  ) { join(count) { $0.write(spaced: packet($1)) } }

  @inline(__always)
  mutating func words(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ word: (Int) -> StaticString
  ) { join(count) { $0.write(spaced: word($1)) } }

  @inline(__always)
  mutating func states(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ state: (Int) -> TCPState
  ) {
    let words = kept.states
    join(count) { $0.write(spaced: words[Int(state($1).rawValue)]) }
  }

  /// Writes a cell of pieces that each end in a space.
  @inline(__always)
  private mutating func join(_ count: Int?, _ write: (inout TextPen, Int) -> Void) {
    guard let count, count > 0 else { return endCell() }
    for place in 0..<count { write(&pen, place) }
    pen.replaceLast(with: UInt8(ascii: ","))
  }

  @inline(__always)
  mutating func zeros(_ which: ZeroFields, _ fields: (inout Self) -> Void) {
    pen.write(kept[which])
  }

  /// Empty cells, as many as there are fields.
  @inline(__always)
  mutating func absent(_ which: AbsentFields, _ fields: (inout Self) -> Void) {
    pen.write(UInt8(ascii: ","), repeated: kept.count(of: which))
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
