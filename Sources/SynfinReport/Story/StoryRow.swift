import SynfinLifecycle
import SynfinWire

/// The three parts of a TCP connection's life; other conversations have the middle one only.
enum StoryPhase: Int, Sendable, CaseIterable {
  case establishment, transfer, release
}

/// The states of both ends.
struct StatePair: Sendable, Equatable {
  var client: TCPState = .unknown
  var server: TCPState = .unknown
}

extension StatePair {
  /// The states with which an opening begins: whoever refuses a connection was never listening.
  func atStart(of record: ConnectionRecord) -> StatePair {
    guard server == .listen else { return self }
    let activeServer = record.server.tcp?.states.contains { $0.state == .synSent } ?? false
    if activeServer { return StatePair(client: client, server: .closed) }
    let answered = record.completeness.map { $0 & 2 != 0 } ?? true
    return StatePair(client: client, server: answered ? .listen : .unknown)
  }
}

/// One rung of the ladder: a packet, a run of like packets, or the summary of many rungs.
struct StoryRow: Sendable {
  enum Kind: Sendable {
    case single, run, summary
  }

  var kind = Kind.single
  /// The packet that begins it.
  let first: StoryStep
  /// The packet that ends it.
  private(set) var last: StoryStep
  /// The last packet from the sender of the first.
  private(set) var lastForward: StoryStep
  /// The last acknowledgement that came back meanwhile.
  private(set) var lastBack: StoryStep?
  private(set) var tally = StoryTally()
  /// The states before it.
  let before: StatePair
  /// The time of the packet before it.
  let previousTime: Timestamp?

  init(_ step: StoryStep, before: StatePair, previousTime: Timestamp?) {
    first = step
    last = step
    lastForward = step
    self.before = before
    self.previousTime = previousTime
    tally.add(step)
  }

  var sender: Side { first.verdict.sender }

  /// Takes the next packet into the row if it is more of the same.
  mutating func extend(_ step: StoryStep, states: StatePair) -> Bool {
    guard first.isFoldable, step.isFoldable, kind != .summary, states == step.states else {
      return false
    }
    let isForward = step.verdict.sender == sender
    guard isForward ? continues(step) : answers(step) else { return false }
    kind = .run
    last = step
    if isForward { lastForward = step } else { lastBack = step }
    tally.add(step)
    return true
  }

  /// Whether a packet in the row's own direction belongs to it.
  private func continues(_ step: StoryStep) -> Bool {
    guard step.mark == first.mark else { return false }
    switch (first.transport, step.transport) {
    case (.tcp, .tcp):
      // A bare acknowledgement after data belongs to them; data after one begin a new turn.
      return first.payloadLength > 0 || step.payloadLength == 0
    case (.udp, .udp), (.fragment, .fragment): return true
    default: return false
    }
  }

  /// Whether a packet the other way is no more than the acknowledgement of the row.
  private func answers(_ step: StoryStep) -> Bool {
    guard case .tcp = step.transport, step.payloadLength == 0 else { return false }
    let isProbe = !first.mark.isDisjoint(with: .probes)
    guard first.payloadLength > 0 || isProbe else { return false }
    let expected: StoryMark =
      isProbe ? [.keepAliveAck, .zeroWindowProbeAck, .zeroWindow] : []
    return step.mark.isSubset(of: expected)
  }

  /// Makes the row a summary of itself and of another that follows it.
  mutating func absorb(_ row: StoryRow) {
    kind = .summary
    last = row.last
    tally.add(row.tally)
  }
}

extension StoryStep {
  /// The states of both ends after it.
  var states: StatePair { StatePair(client: verdict.clientState, server: verdict.serverState) }
}

/// The rows of one phase: the first and the last ones, and a summary of what lay between.
struct StoryShelf: Sendable {
  private(set) var head: [StoryRow] = []
  private(set) var middle: StoryRow?
  private var ring: [StoryRow] = []
  private var next = 0
  private let headLimit: Int
  private let tailLimit: Int

  init(head: Int, tail: Int) {
    headLimit = head
    tailLimit = tail
  }

  /// All that was kept, in order.
  var rows: [StoryRow] {
    head + (middle.map { [$0] } ?? []) + ring[next...] + ring[..<next]
  }

  mutating func put(_ row: StoryRow) {
    if head.count < headLimit {
      head.append(row)
    } else if ring.count < tailLimit {
      ring.append(row)
    } else {
      let oldest = ring[next]
      if middle == nil {
        middle = oldest
        middle?.kind = .summary
      } else {
        middle?.absorb(oldest)
      }
      ring[next] = row
      next = (next + 1) % tailLimit
    }
  }
}
