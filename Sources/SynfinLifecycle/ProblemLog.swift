import SynfinWire

/// What went wrong in one connection: per kind how often, and the first packets that show it.
///
/// Kept apart from the connection, because most connections have nothing to log.
struct ProblemLog: BitwiseCopyable {
  static let kept = 8
  private static let keptErrors = 4

  /// A row for each kind and one for each cause of retransmissions.
  private var counts = [24 of UInt32](repeating: 0)
  private var packets = [192 of UInt64](repeating: 0)
  /// A bit for each kind that was logged; retransmissions are not among them.
  private(set) var kinds: UInt32 = 0
  private(set) var errorCount = 0
  private var errors = [4 of QuotingError](repeating: QuotingError())

  /// Logs a problem; the count stops at 2³² − 1.
  mutating func note(_ kind: Problem.Kind, _ packet: UInt64) {
    kinds |= kind.bit
    note(kind.row, packet)
  }

  /// Logs a segment sent again.
  mutating func note(_ cause: SegmentCause, _ packet: UInt64) {
    switch cause {
    case .syn: note(.synRetry, packet)
    case .synAck: note(.synAckRetry, packet)
    default: note(Self.row(of: cause), packet)
    }
  }

  /// Logs a segment sent again under another cause than before.
  mutating func move(_ packet: UInt64, from old: SegmentCause, to new: SegmentCause) {
    let row = Self.row(of: old)
    guard counts[row] > 0 else { return }
    let count = min(Int(counts[row]), Self.kept)
    counts[row] -= 1
    let first = row * Self.kept
    if let place = (first..<first + count).first(where: { packets[$0] == packet }) {
      for index in place..<first + Self.kept - 1 { packets[index] = packets[index + 1] }
      packets[first + Self.kept - 1] = 0
    }
    note(Self.row(of: new), packet)
  }

  private mutating func note(_ row: Int, _ packet: UInt64) {
    let first = row * Self.kept
    // A place is free too when a packet was moved away from a full row.
    if let place = (first..<first + Self.kept).first(where: { packets[$0] == 0 }) {
      packets[place] = packet
    }
    if counts[row] < .max { counts[row] += 1 }
  }

  private static func row(of cause: SegmentCause) -> Int { 19 + cause.row }

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
    var problems: [Problem] = []
    for kind in Problem.Kind.allCases {
      if kind != .retransmission {
        list(kind, kind.row, nil, in: &problems)
        continue
      }
      for cause in Self.causes { list(kind, Self.row(of: cause), cause, in: &problems) }
    }
    return problems
  }

  private static let causes: [SegmentCause] = [
    .timeout, .fastRetransmit, .tailLossProbe, .spurious, .fin,
  ]

  private func list(
    _ kind: Problem.Kind, _ row: Int, _ cause: SegmentCause?, in problems: inout [Problem]
  ) {
    guard counts[row] > 0 else { return }
    let first = row * Self.kept
    var shown: [UInt64] = []
    for place in first..<first + Self.kept where packets[place] != 0 {
      shown.append(packets[place])
    }
    shown.sort()
    problems.append(
      Problem(kind: kind, count: UInt64(counts[row]), packets: shown, cause: cause))
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
  /// The bit of the kind in `ProblemLog.kinds`.
  var bit: UInt32 { 1 << UInt32(row) }

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
    case .duplicateUnseen: 16
    case .keepAliveUnanswered: 17
    case .challengeAck: 18
    }
  }
}

/// What connections keep elsewhere because few of them need it.
struct ColdStorage: ~Copyable {
  var logs = Slab<ProblemLog>()
  var ranges = Slab<SequenceRanges>()
  var stalls = Slab<WindowStalls>()
  var labelCounts = Slab<LabelCounts>()
  var histograms = DurationHistograms()
  var repairs = Slab<RetransmissionLog>()
  var keepAlives = Slab<KeepAlive>()
  var echoRequests = Slab<EchoRequests>()
}
