internal import SynfinLifecycle
internal import SynfinWire

/// Writes brief fields as JSON.
struct JSONFields: PenFields {
  /// What is kept for this format.
  static let kept = KeptFields(of: Self.self)

  private(set) var pen: TextPen
  private let kept: KeptFields
  /// Where the text inside the innermost group begins, and where the last one ends.
  private var group: (begin: TextPen.Mark, end: TextPen.Mark)

  @inline(__always)
  init(_ pen: TextPen, _ kept: KeptFields) {
    self.pen = pen
    self.kept = kept
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

extension JSONFields {
  @inline(__always)
  mutating func packets(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ packet: (Int) -> UInt64
  ) {
    guard let count else { return }
    pen.write(key: name, count: count) { $0.write(packet($1)) }
  }

  @inline(__always)
  mutating func words(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ word: (Int) -> StaticString
  ) {
    guard let count else { return }
    pen.write(key: name, count: count) { $0.write(quoted: word($1)) }
  }

  @inline(__always)
  mutating func states(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ state: (Int) -> TCPState
  ) {
    guard let count else { return }
    let words = kept.states
    pen.write(key: name, count: count) { $0.write(quoted: words[Int(state($1).rawValue)]) }
  }

  @inline(__always)
  mutating func zeros(_ which: ZeroFields, _ fields: (inout Self) -> Void) {
    pen.write(kept[which])
  }

  @inline(__always)
  mutating func absent(_ which: AbsentFields, _ fields: (inout Self) -> Void) {}
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
    pen.closeObject()
    group.end = pen.mark
  }

  @inline(__always)
  mutating func repeatGroup(_ name: StaticString) {
    pen.write(key: name, opening: UInt8(ascii: "{"))
    pen.write(again: group.begin, group.end)
  }
}
