internal import SynfinWire

/// Finds out whether fields are all zero or absent, as those that count troubles are in most records.
struct ZeroCheck: BriefFieldWriter {
  /// Every bit that is set in a value.
  private var bits: UInt64 = 0

  var isZero: Bool { bits == 0 }

  @inline(__always)
  mutating func number(
    _ name: StaticString, _ kind: FieldKind, _ meaning: StaticString, _ value: UInt64?
  ) { bits |= value ?? 0 }

  @inline(__always)
  mutating func milliseconds(
    _ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?
  ) { bits |= UInt64(bitPattern: nanoseconds ?? 0) }

  @inline(__always)
  mutating func seconds(_ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?) {
    bits |= UInt64(bitPattern: nanoseconds ?? 0)
  }

  // Fields of other kinds are never zero.

  mutating func flag(_ name: StaticString, _ meaning: StaticString, _ value: Bool?) { bits = .max }

  mutating func word(_ name: StaticString, _ meaning: StaticString, _ value: StaticString?) {
    bits = .max
  }

  mutating func address(_ name: StaticString, _ meaning: StaticString, _ value: IPAddress?) {
    bits = .max
  }

  mutating func time(_ name: StaticString, _ meaning: StaticString, _ value: SpelledMoment) {
    bits = .max
  }

  mutating func beginGroup(_ name: StaticString, isKnown: Bool) -> Bool { true }

  mutating func endGroup() {}

  mutating func repeatGroup(_ name: StaticString) { bits = .max }
}

/// Writes fields that are known to be zero or absent, so that the compiler makes constants of them.
struct ZeroFields<Fields: BriefFieldWriter>: BriefFieldWriter {
  private(set) var fields: Fields

  @inline(__always)
  init(_ fields: Fields) { self.fields = fields }

  @inline(__always)
  mutating func number(
    _ name: StaticString, _ kind: FieldKind, _ meaning: StaticString, _ value: UInt64?
  ) { fields.number(name, kind, meaning, value == nil ? nil : 0 as UInt64) }

  @inline(__always)
  mutating func milliseconds(
    _ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?
  ) { fields.number(name, .milliseconds, meaning, nanoseconds == nil ? nil : 0 as UInt64) }

  @inline(__always)
  mutating func seconds(_ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?) {
    fields.number(name, .seconds, meaning, nanoseconds == nil ? nil : 0 as UInt64)
  }

  // Fields of other kinds are never zero.

  mutating func flag(_ name: StaticString, _ meaning: StaticString, _ value: Bool?) {
    fields.flag(name, meaning, value)
  }

  mutating func word(_ name: StaticString, _ meaning: StaticString, _ value: StaticString?) {
    fields.word(name, meaning, value)
  }

  mutating func address(_ name: StaticString, _ meaning: StaticString, _ value: IPAddress?) {
    fields.address(name, meaning, value)
  }

  mutating func time(_ name: StaticString, _ meaning: StaticString, _ value: SpelledMoment) {
    fields.time(name, meaning, value)
  }

  mutating func beginGroup(_ name: StaticString, isKnown: Bool) -> Bool {
    fields.beginGroup(name, isKnown: isKnown)
  }

  mutating func endGroup() { fields.endGroup() }

  mutating func repeatGroup(_ name: StaticString) { fields.repeatGroup(name) }
}
