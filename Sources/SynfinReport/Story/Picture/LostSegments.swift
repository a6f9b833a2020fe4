import SynfinLifecycle
import SynfinWire

/// Finds the segments of a ladder that never arrived: those that were sent again before anything
/// acknowledged them, unless the repeat proved needless.
///
/// Only rows of one segment are looked at: what a run folds is told by the repeat alone. Where the
/// peer never spoke nobody knows what arrived.
struct LostSegments {
  private struct Pending {
    let number: UInt64
    let first: UInt32
    /// Behind its last octet, SYN and FIN counted.
    let end: UInt32
  }

  /// Numbers of the packets that were lost.
  private(set) var packets: Set<UInt64> = []
  private var pending: (client: [Pending], server: [Pending]) = ([], [])

  /// What is remembered of each way; lost segments are repeated soon or not at all.
  private static let limit = 1000

  init(_ rows: some Sequence<StoryRow>, _ record: ConnectionRecord) {
    guard record.transport == .tcp, record.server.packets > 0, record.client.packets > 0 else {
      return
    }
    for row in rows { take(row) }
  }

  private mutating func take(_ row: StoryRow) {
    if row.kind == .summary {
      pending = ([], [])
      return
    }
    for step in [row.first, row.lastForward, row.lastBack, row.last] {
      if let step { acknowledge(step) }
    }
    guard let segment = row.first.segment, !row.first.isDamaged else { return }
    if !row.first.marks.isDisjoint(with: .repeats) { repeats(row.first, segment) }
    if row.kind == .single { remember(row, segment) }
  }

  private mutating func acknowledge(_ step: StoryStep) {
    guard let segment = step.segment, segment.flags.contains(.ack), !step.isDamaged else { return }
    let number = segment.acknowledgmentNumber.rawValue
    change(step.verdict.sender.peer) { list in
      list.removeAll { Int32(bitPattern: number &- $0.end) >= 0 }
    }
  }

  private mutating func repeats(_ step: StoryStep, _ segment: Segment) {
    let isNeedless = !step.marks.isDisjoint(with: [.needless, .spuriousRetransmission])
    let first = segment.sequenceNumber.rawValue
    let end = segment.endSequenceNumber.rawValue
    var lost: [UInt64] = []
    change(step.verdict.sender) { list in
      list.removeAll { old in
        let overlaps =
          Int32(bitPattern: old.first &- end) < 0 && Int32(bitPattern: first &- old.end) < 0
        if overlaps { lost.append(old.number) }
        return overlaps
      }
    }
    if !isNeedless { packets.formUnion(lost) }
  }

  private mutating func remember(_ row: StoryRow, _ segment: Segment) {
    let first = segment.sequenceNumber.rawValue
    let end = segment.endSequenceNumber.rawValue
    // Probes resend what is long acknowledged; bare acknowledgements take no numbers.
    guard first != end, row.first.marks.isDisjoint(with: .probes) else { return }
    change(row.sender) { list in
      if list.count >= Self.limit { list.removeFirst() }
      list.append(Pending(number: row.first.number, first: first, end: end))
    }
  }

  private mutating func change(_ side: Side, _ body: (inout [Pending]) -> Void) {
    if side == .client { body(&pending.client) } else { body(&pending.server) }
  }
}
