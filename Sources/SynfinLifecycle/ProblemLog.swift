import SynfinWire

/// What went wrong in one connection: per kind how often, and the first packets that show it.
///
/// Kept apart from the connection, because most connections have nothing to log.
struct ProblemLog: BitwiseCopyable {
  static let kept = 8
  private static let kinds = 16
  private static let keptErrors = 4

  private var counts = [16 of UInt32](repeating: 0)
  private var packets = [128 of UInt64](repeating: 0)
  private(set) var errorCount = 0
  private var errors = [4 of QuotingError](repeating: QuotingError())

  /// Logs a problem; the count stops at 2³² − 1.
  mutating func note(_ kind: Problem.Kind, _ packet: UInt64) {
    let row = kind.row
    let count = Int(counts[row])
    if count < Self.kept { packets[row * Self.kept + count] = packet }
    if counts[row] < .max { counts[row] += 1 }
  }

  /// Logs an ICMP error; the first few are kept.
  mutating func note(_ error: QuotingError) {
    note(.icmpError, error.packet)
    guard errorCount < Self.keptErrors else { return }
    errors[errorCount] = error
    errorCount += 1
  }

  func count(_ kind: Problem.Kind) -> UInt64 { UInt64(counts[kind.row]) }

  /// What was logged, in the order of the kinds.
  var problems: [Problem] {
    Problem.Kind.allCases.compactMap { kind in
      let count = Int(counts[kind.row])
      guard count > 0 else { return nil }
      let first = kind.row * Self.kept
      let shown = (first..<first + min(count, Self.kept)).map { packets[$0] }
      return Problem(kind: kind, count: UInt64(count), packets: shown)
    }
  }

  /// The ICMP errors that were kept.
  var icmpErrors: [ICMPErrorRecord] {
    (0..<errorCount).map { errors[$0].record }
  }
}

/// An ICMP error that quotes a flow.
struct QuotingError: BitwiseCopyable {
  var packet: UInt64 = 0
  var reporter = IPAddress.none
  var version: UInt8 = 0
  var type: UInt8 = 0
  var code: UInt8 = 0
  var toward: Side = .client
  var mtu: UInt32 = 0

  var record: ICMPErrorRecord {
    ICMPErrorRecord(
      packet: packet, version: version, type: type, code: code, reporter: reporter,
      toward: toward, mtu: mtu == 0 ? nil : mtu)
  }
}

extension Problem.Kind {
  /// Where the kind stands in a log.
  fileprivate var row: Int {
    switch self {
    case .synRetry: 0
    case .synAckRetry: 1
    case .acceptQueueFull: 2
    case .retransmission: 3
    case .outOfOrder: 4
    case .duplicate: 5
    case .lostSegment: 6
    case .missedByCapture: 7
    case .zeroWindow: 8
    case .damaged: 9
    case .resetIgnored: 10
    case .resetAfterClose: 11
    case .icmpError: 12
    case .dataAfterClose: 13
    case .fastOpenRejected: 14
    case .clockBackwards: 15
    }
  }
}

/// What connections keep elsewhere because few of them need it.
struct ColdStorage: ~Copyable {
  var logs = Slab<ProblemLog>()
  var ranges = Slab<SequenceRanges>()
  var stalls = Slab<WindowStalls>()
  var labelCounts = Slab<LabelCounts>()
  var histograms = Slab<DurationHistogram>()
}
