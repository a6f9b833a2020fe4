import SynfinLifecycle
import SynfinWire

/// Marks packets by what the finished record proves.
///
/// The labels come from rules that look at few segments and never at the outcome; the record knows
/// more. It lists the first packets of each problem: beyond an incomplete list only labels are left.
struct StoryJudge: Sendable {
  /// The packets of one problem.
  private struct List: Sendable {
    private let packets: Set<UInt64>
    /// The last packet that the list decides.
    private let reach: UInt64

    init(_ record: ConnectionRecord, _ kind: Problem.Kind) {
      let problems = record.problems.filter { $0.kind == kind }
      packets = Set(problems.flatMap(\.packets))
      let cut = problems.filter { $0.count != UInt64($0.packets.count) }
      reach = cut.map { $0.packets.max() ?? 0 }.min() ?? .max
    }

    /// Whether a packet shows the problem; nil if the list does not reach that far.
    func has(_ packet: UInt64) -> Bool? {
      packets.contains(packet) ? true : packet <= reach ? false : nil
    }
  }

  /// What is remembered of one direction.
  private struct Way: Sendable {
    let isDamaged: Bool
    let keepAlives: UInt64
    let zeroWindowProbes: UInt64
    let duplicateAcks: UInt64
    var acknowledgment: UInt32?
    var isWindowClosed = false
    /// Its last packet probed a closed window.
    var probed = false
    /// It sent a reset that the peer has not commented yet.
    var wasIgnored = false

    init(_ end: EndpointRecord) {
      isDamaged = end.damagedPackets > 0
      keepAlives = end.tcp?.keepAlives ?? 0
      zeroWindowProbes = end.tcp?.zeroWindowProbes ?? 0
      duplicateAcks = end.tcp?.duplicateAcks ?? 0
    }
  }

  private let repeats: List
  /// The marks of what was sent again, as far as it is listed.
  private let causes: [UInt64: StoryMark]
  private let synRepeats: List
  private let synAckRepeats: List
  private let lateSegments: List
  private let duplicates: List
  private let ignoredResets: List
  private var ways: (client: Way, server: Way)

  init(_ record: ConnectionRecord) {
    repeats = List(record, .retransmission)
    causes = Self.causes(record)
    synRepeats = List(record, .synRetry)
    synAckRepeats = List(record, .synAckRetry)
    lateSegments = List(record, .outOfOrder)
    duplicates = List(record, .duplicate)
    ignoredResets = List(record, .resetIgnored)
    ways = (Way(record.client), Way(record.server))
  }

  private static func causes(_ record: ConnectionRecord) -> [UInt64: StoryMark] {
    var marks: [UInt64: StoryMark] = [:]
    for problem in record.problems {
      guard let mark = problem.cause.flatMap({ StoryMark(of: $0) }) else { continue }
      for packet in problem.packets { marks[packet] = mark }
    }
    return marks
  }

  /// The marks of the connection's next packet.
  mutating func marks(of step: StoryStep) -> StoryMark {
    let isClient = step.verdict.sender == .client
    var own = isClient ? ways.client : ways.server
    var peer = isClient ? ways.server : ways.client
    var marks = StoryMark(step.verdict.labels)
    if own.isDamaged, step.hasWrongChecksum { marks.insert(.damaged) }
    guard let segment = step.segment else { return marks }
    judgeOrder(step.number, &marks)
    if segment.flags.contains(.rst) { judgeReset(step, isClient, &marks) }
    judgeProbes(own, peer, &marks)
    judgeAcknowledgment(segment, own, peer, &marks)
    note(segment, marks, &own, &peer)
    ways = isClient ? (own, peer) : (peer, own)
    return marks
  }

  /// Sent again, late or doubled.
  private func judgeOrder(_ packet: UInt64, _ marks: inout StoryMark) {
    let answers = [repeats, synRepeats, synAckRepeats].map { $0.has(packet) }
    if answers.contains(true) {
      marks.remove(.outOfOrder)
      if let cause = causes[packet] {
        marks.subtract(.repeats)
        marks.insert(cause)
      } else if marks.isDisjoint(with: .repeats) {
        marks.insert(.retransmission)
      }
    } else if !answers.contains(nil) {
      marks.subtract(.repeats)
    }
    if let isLate = lateSegments.has(packet), !answers.contains(true) {
      if isLate { marks.insert(.outOfOrder) } else { marks.remove(.outOfOrder) }
    }
    if duplicates.has(packet) == true {
      marks.subtract(StoryMark.repeats.union([.outOfOrder, .duplicateAck]))
      marks.insert(.duplicate)
    }
  }

  private func judgeReset(_ step: StoryStep, _ isClient: Bool, _ marks: inout StoryMark) {
    let state = isClient ? step.verdict.clientState : step.verdict.serverState
    // Beyond the list the state tells: a reset that counts leaves its sender CLOSED.
    if ignoredResets.has(step.number) ?? (state != .closed) { marks.insert(.ignoredReset) }
  }

  /// What probes a closed window is no keep-alive, and the other way round.
  private func judgeProbes(_ own: Way, _ peer: Way, _ marks: inout StoryMark) {
    if !marks.isDisjoint(with: .probes) {
      marks.subtract(.probes)
      let isForWindow = own.zeroWindowProbes > 0 && (peer.isWindowClosed || own.keepAlives == 0)
      if isForWindow {
        marks.insert(.zeroWindowProbe)
      } else if own.keepAlives > 0 {
        marks.insert(.keepAlive)
      }
    }
    let answers: StoryMark = [.keepAliveAck, .zeroWindowProbeAck]
    if !marks.isDisjoint(with: answers) {
      marks.subtract(answers)
      if peer.probed {
        marks.insert(.zeroWindowProbeAck)
      } else if peer.keepAlives > 0 {
        marks.insert(.keepAliveAck)
      }
    }
  }

  private func judgeAcknowledgment(
    _ segment: Segment, _ own: Way, _ peer: Way, _ marks: inout StoryMark
  ) {
    if own.duplicateAcks == 0 { marks.remove(.duplicateAck) }
    let isBare = segment.payloadLength == 0 && segment.flags.isDisjoint(with: [.syn, .fin, .rst])
    guard peer.wasIgnored, isBare, segment.flags.contains(.ack),
      segment.acknowledgmentNumber.rawValue == own.acknowledgment
    else { return }
    marks.remove(.duplicateAck)
    marks.insert(.challengeAck)
  }

  private func note(
    _ segment: Segment, _ marks: StoryMark, _ own: inout Way, _ peer: inout Way
  ) {
    peer.wasIgnored = false
    own.wasIgnored = marks.contains(.ignoredReset)
    own.probed = marks.contains(.zeroWindowProbe)
    guard segment.flags.isDisjoint(with: .rst), !marks.contains(.damaged) else { return }
    own.isWindowClosed = segment.window == 0 && !segment.flags.contains(.syn)
    if segment.flags.contains(.ack) { own.acknowledgment = segment.acknowledgmentNumber.rawValue }
  }
}
