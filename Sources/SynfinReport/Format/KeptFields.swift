internal import SynfinLifecycle
internal import SynfinWire

/// Fields in a row that are mostly all zero.
enum ZeroFields {
  /// What went wrong at an end, as far as it is counted.
  case troubles
  /// Why an end's segments were sent again.
  case causes
}

/// Fields in a row that many records do not have.
enum AbsentFields {
  /// How often an end's segments got each analysis label.
  case labels
  /// What only TCP has of an end.
  case tcp
}

/// What a format does not have to make again and again.
struct KeptFields: Sendable {
  // Empty until they are made.
  private var troubles = KeptText { _ in }
  private var causes = KeptText { _ in }
  /// The words for states, in the order of their raw values.
  let states = KeptWords(TCPState.allCases.map(\.word))
  private let labelCount = FieldCollector.count { RecordFields().labels([], &$1) }
  private let tcpCount = FieldCollector.count { RecordFields().tcp(&$0, &$1) }

  /// Makes the texts of a format.
  init<Fields: PenFields>(of format: Fields.Type) {
    let nothing = self
    func keep(_ write: @escaping (inout TCPEndpointRecord, inout Fields) -> Void) -> KeptText {
      KeptText { text in
        var blank = TCPEndpointRecord.blank
        var fields = format.init(text.beginPieces(room: briefRoom), nothing)
        write(&blank, &fields)
        text.endPieces(fields.pen)
      }
    }
    troubles = keep { RecordFields().troubles(&$0, &$1) }
    causes = keep { RecordFields().causes(&$0, &$1) }
  }

  subscript(fields: ZeroFields) -> KeptText {
    @inline(__always) get {
      switch fields {
      case .troubles: troubles
      case .causes: causes
      }
    }
  }
}

extension KeptFields {
  /// How many fields there are.
  @inline(__always)
  func count(of fields: AbsentFields) -> Int {
    switch fields {
    case .labels: labelCount
    case .tcp: tcpCount
    }
  }
}

extension FieldCollector {
  /// How many fields `write` writes of an end.
  fileprivate static func count(
    _ write: (inout TCPEndpointRecord, inout FieldCollector) -> Void
  ) -> Int {
    var blank = TCPEndpointRecord.blank
    var collector = FieldCollector()
    write(&blank, &collector)
    return collector.fields.count
  }
}

/// What writes brief fields with a pen.
protocol PenFields: BriefFieldWriter {
  init(_ pen: TextPen, _ kept: KeptFields)
  var pen: TextPen { get }
}

/// Finds out whether numbers are all zero.
struct ZeroCheck: NumberFieldWriter {
  /// Every bit that is set in one of them.
  private var bits: UInt64 = 0

  var isZero: Bool { bits == 0 }

  @inline(__always)
  mutating func number(
    _ name: StaticString, _ kind: FieldKind, _ meaning: StaticString, _ value: UInt64?
  ) { bits |= value ?? .max }

  @inline(__always)
  mutating func milliseconds(
    _ name: StaticString, _ meaning: StaticString, _ nanoseconds: Int64?
  ) { bits |= nanoseconds.map { UInt64(bitPattern: $0) } ?? .max }
}
