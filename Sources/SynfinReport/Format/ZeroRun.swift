internal import SynfinWire

/// Runs of fields that are all zero or absent in most records.
enum ZeroRun: Int {
  case troubles, causes, labels, datagrams
}

/// Finds out whether the fields of a run are all zero, and which of them are absent.
struct ZeroCheck: BriefFieldWriter {
  /// Every bit that is set in a value.
  private var bits: UInt64
  /// A bit for each field that may be absent: whether it is.
  private(set) var absent: UInt64 = 0

  /// - Parameter isZero: what is known already.
  init(isZero: Bool = true) { bits = isZero ? 0 : .max }

  var isZero: Bool { bits == 0 }

  @inline(__always)
  private mutating func note(_ value: UInt64?) {
    bits |= value ?? 0
    absent = absent &<< 1 | (value == nil ? 1 : 0)
  }

  @inline(__always)
  mutating func number(
    _ name: StaticString, _ kind: FieldKind, _ meaning: StaticString, _ value: UInt64?
  ) { note(value) }

  @inline(__always)
  mutating func milliseconds(
    _ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?
  ) { note(nanoseconds.map { UInt64(bitPattern: $0) }) }

  @inline(__always)
  mutating func seconds(_ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?) {
    note(nanoseconds.map { UInt64(bitPattern: $0) })
  }

  // Fields of other kinds are never zero.

  mutating func flag(_ name: StaticString, _ meaning: StaticString, _ value: Bool?) { bits = .max }

  mutating func word(_ name: StaticString, _ meaning: StaticString, _ value: StaticString?) {
    bits = .max
  }

  mutating func address(_ name: StaticString, _ meaning: StaticString, _ value: IPAddress?) {
    bits = .max
  }
}

/// What was written for runs of fields when they were all zero.
struct ZeroTexts: ~Copyable {
  private var text = TextBuffer()
  /// Where in the text each run is; nil if it was not yet written.
  private var ranges = [4 of Range<Int>?](repeating: nil)
  private var absent = [4 of UInt64](repeating: 0)

  /// Writes a run if it was kept, with the same fields absent; whether it was.
  @inline(__always)
  func write(_ run: ZeroRun, _ values: ZeroCheck, into text: inout TextBuffer) -> Bool {
    guard let range = ranges[run.rawValue], absent[run.rawValue] == values.absent else {
      return false
    }
    if !range.isEmpty { text.append(self.text, range) }
    return true
  }

  /// Keeps the end of a text for the next time.
  mutating func keep(
    _ run: ZeroRun, _ values: ZeroCheck, _ text: borrowing TextBuffer, from begin: Int
  ) {
    guard ranges[run.rawValue] == nil else { return }
    let first = self.text.count
    self.text.append(text, begin..<text.count)
    ranges[run.rawValue] = first..<self.text.count
    absent[run.rawValue] = values.absent
  }
}
