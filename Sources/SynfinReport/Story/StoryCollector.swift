public import SynfinLifecycle
import SynfinWire

/// Takes the packets of one connection and keeps what its story needs, however many there are.
///
/// Runs of like packets are folded as they come. Of very many runs the first and the last ones
/// are kept and the middle is summed up, so that memory stays small for millions of packets. Who
/// wants all of them gets all of them, at the price of memory.
public struct StoryCollector: Sendable {
  private var shelves: [StoryShelf]
  private var current: StoryRow?
  private var phase: StoryPhase
  private var states: StatePair
  private var previousTime: Timestamp?
  private let clientStates: [StateChange]
  private let serverStates: [StateChange]
  private var judge: StoryJudge
  private(set) var evidence = StoryEvidence()
  private let isTCP: Bool
  private let folds: Bool

  /// Connections of no more packets than this are told packet by packet.
  static let foldingThreshold: UInt64 = 20

  /// Makes a collector for the connection of a finished record.
  ///
  /// - Parameter all: keeps every packet by itself.
  public init(record: ConnectionRecord, all: Bool = false) {
    let limits = all ? [(Int.max, 0), (.max, 0), (.max, 0)] : [(10, 6), (14, 10), (10, 6)]
    shelves = limits.map { StoryShelf(head: $0.0, tail: $0.1) }
    isTCP = record.transport == .tcp
    judge = StoryJudge(record)
    clientStates = Array(record.client.tcp?.states ?? [])
    serverStates = Array(record.server.tcp?.states ?? [])
    folds = !all && record.client.packets + record.server.packets > Self.foldingThreshold
    let sawStart = record.handshake.map { $0.kind != .none } ?? false
    phase = isTCP && sawStart ? .establishment : .transfer
    let sawSYN = record.client.tcp?.initialSequenceNumber != nil && sawStart
    states = sawSYN ? StatePair(client: .closed, server: .listen) : StatePair()
  }

  /// Takes the connection's next packet, in capture order.
  public mutating func add(_ step: StoryStep) {
    var step = withFinalStates(step)
    step.marks = judge.marks(of: step)
    evidence.add(step)
    take(step)
  }

  /// The step with the states that the finished record knows of.
  ///
  /// The tracker can learn later that a state was not reached, as where an accept queue was full.
  private func withFinalStates(_ step: StoryStep) -> StoryStep {
    var step = step
    if let state = clientStates.last(where: { $0.packet <= step.number })?.state {
      step.verdict.clientState = state
    }
    if let state = serverStates.last(where: { $0.packet <= step.number })?.state {
      step.verdict.serverState = state
    }
    return step
  }

  private mutating func take(_ step: StoryStep) {
    defer { previousTime = step.time }
    let next = nextPhase(step)
    if next == phase, folds, phase != .establishment, current?.extend(step, states: states) == true
    {
      return
    }
    putAway()
    phase = next
    current = StoryRow(step, before: states, previousTime: previousTime)
    if !step.verdict.isQuote { states = step.states }
  }

  /// The rows of each phase, in the order of `StoryPhase`.
  func finished() -> [[StoryRow]] {
    var copy = self
    copy.putAway()
    return copy.shelves.map(\.rows)
  }

  private mutating func putAway() {
    if let current { shelves[phase.rawValue].put(current) }
    current = nil
  }

  /// Opening ends with the first packet after both ends are ESTABLISHED, or with the first data
  /// outside a SYN; closing begins with the first FIN, or with an RST that counts and ends more than
  /// an attempt to open.
  private func nextPhase(_ step: StoryStep) -> StoryPhase {
    guard isTCP, phase != .release, !step.isDamaged, let segment = step.segment else {
      return phase
    }
    if segment.flags.contains(.fin) { return .release }
    let isOpen = states.client.isOpen && states.server.isOpen
    if step.marks.contains(.ignoredReset) { return isOpen ? .transfer : phase }
    if segment.flags.contains(.rst) {
      return phase == .transfer || isOpen ? .release : .establishment
    }
    guard phase == .establishment, !segment.flags.contains(.syn) else { return phase }
    return isOpen || segment.payloadLength > 0 ? .transfer : .establishment
  }
}

extension TCPState {
  /// Whether the handshake lies behind this end.
  var isOpen: Bool {
    switch self {
    case .unknown, .listen, .synSent, .synReceived, .closed: false
    case .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck, .timeWait: true
    }
  }
}
