import SynfinLifecycle
import SynfinWire

/// Lays out a ladder from top to bottom.
///
/// Arrows slant down as time goes by: by the logarithm of half the round trip where the handshake
/// tells it, else by a fixed measure. Rows stand as close as their texts allow, and farther apart
/// by the logarithm of the time between them beyond that round trip; long silences are broken.
/// Whatever touches a lifeline keeps its order there and a distance for the texts beside it.
struct LadderPlanner {
  /// What the next arrow must keep clear of: a line with texts below it.
  struct Edge {
    var atClient: Double
    var atServer: Double
    var below = 4.0
    /// Half of the texts' width, as a share of the way.
    var half = 0.3

    func y(_ share: Double) -> Double { atClient + (atServer - atClient) * share }
  }

  var plan = LadderPlan()
  let metrics: LadderMetrics
  let record: ConnectionRecord
  let lost: Set<UInt64>
  let slant: Double
  /// Half the round trip in nanoseconds, if it is known.
  let roundTrip: Int64?
  // The lowest event at each lifeline.
  var low: (client: Double, server: Double)
  var edge: Edge
  var states = StatePair()
  private var previous: StoryRow?

  static let lineHeight = 15.0

  init(
    _ phases: [[StoryRow]], _ record: ConnectionRecord, _ metrics: LadderMetrics, top: Double
  ) {
    self.record = record
    self.metrics = metrics
    lost = LostSegments(phases.joined(), record).packets
    let half = record.handshake.flatMap { handshake -> Int64? in
      let halves = [handshake.serverRoundTripTime, handshake.clientRoundTripTime]
      return handshake.roundTripTime ?? halves.compactMap { $0 }.max()
    }
    roundTrip = half
    slant = half.map { min(48, 12 + 7 * Self.decades(Double($0) / 2000)) } ?? 30
    low = (top, top)
    edge = Edge(atClient: top, atServer: top)
    plan.top = top
    draw(phases)
    plan.bottom = floor + (plan.phases.isEmpty ? 16 : 0)
  }

  /// The decimal logarithm of a number above 1, 0 below; between powers of two a straight line.
  static func decades(_ value: Double) -> Double {
    guard value > 1 else { return 0 }
    return (Double(value.exponent) + value.significand - 1) * 0.30103
  }

  /// Below everything so far.
  var floor: Double {
    max(low.client, low.server, max(edge.atClient, edge.atServer) + edge.below)
  }

  // MARK: - Phases

  private mutating func draw(_ phases: [[StoryRow]]) {
    guard record.transport == .tcp else {
      settle(at: plan.top + 10)
      drawRows(Array(phases.joined()))
      return endWithSilence()
    }
    let first = phases.joined().first?.first.number
    for (phase, rows) in zip(StoryPhase.allCases, phases) {
      guard !rows.isEmpty || PhaseText.deservesNote(phase, record) else { continue }
      begin(phase, rows)
      if let row = rows.first {
        let isStart = phase == .establishment || row.first.number == first
        stand(isStart ? row.before.atStart(of: record) : row.before)
        drawRows(rows)
      }
      if phase == .establishment { endWithSilence() }
      plan.phases[plan.phases.count - 1].bottom = floor + 14
      settle(at: floor + 14)
    }
  }

  private mutating func begin(_ phase: StoryPhase, _ rows: [StoryRow]) {
    let top = floor
    let detail = PhaseText.detail(phase, record)
    let time = rows.last.flatMap { last in
      rows.first.map { max(0, last.last.time.nanoseconds(since: $0.first.time)) }
    }
    let isTold =
      phase == .establishment
      ? record.handshake?.roundTripTime != nil
      : phase == .release && record.teardown?.duration != nil
    plan.phases.append(
      LadderPlan.Phase(
        phase: phase, top: top, start: top + 28, bottom: top + 28,
        title: PhaseText.title(phase), detail: detail,
        time: isTold || rows.count < 2 ? "" : time.map { DurationText.short($0) } ?? ""))
    settle(at: top + (rows.isEmpty ? 20 : 32))
  }

  /// Nothing below may stand higher than this.
  mutating func settle(at y: Double) {
    low = (y, y)
    edge = Edge(atClient: y, atServer: y, below: 0)
  }

  /// Says both states at the beginning of a phase.
  private mutating func stand(_ pair: StatePair) {
    let y = floor + 10
    for side in [Side.client, .server] {
      let state = side == .client ? pair.client : pair.server
      let isKnown = (side == .client ? states.client : states.server) == state
      note(state, side, y, isRepeat: isKnown && state != .unknown)
    }
    states = pair
    settle(at: y)
  }

  mutating func note(_ state: TCPState, _ side: Side, _ y: Double, isRepeat: Bool) {
    let change = LadderPlan.Change(y: y, state: state, isRepeat: isRepeat)
    if side == .client { plan.client.append(change) } else { plan.server.append(change) }
  }

  private mutating func endWithSilence() {
    guard record.outcome == .unanswered else { return }
    let y = floor + 22
    plan.pieces.append(
      .note(
        LadderPlan.Note(
          lines: [LadderPicture.silence], center: Point(x: metrics.middle, y: y), hue: .amber)))
    settle(at: y + 6)
  }

  // MARK: - Rows

  private mutating func drawRows(_ rows: [StoryRow]) {
    var index = 0
    while index < rows.count {
      let row = rows[index]
      breakLongSilence(row)
      if index + 1 < rows.count, crosses(row, rows[index + 1]) {
        drawCrossing(row, rows[index + 1])
        index += 1
      } else {
        draw(row)
      }
      previous = rows[index]
      index += 1
    }
  }

  private mutating func draw(_ row: StoryRow) {
    let text = RowText(row, record)
    switch row.kind {
    case .summary: drawSummary(text)
    case .run: drawRun(text)
    case .single: if text.report == nil { drawSingle(text) } else { drawReport(text) }
    }
  }

  /// Time that passed beyond what an answer takes anyway.
  private func idle(_ row: StoryRow) -> Int64 {
    guard let gap = RowText(row, record).gap, gap > 0 else { return 0 }
    let isAnswer = previous.map { $0.sender != row.sender } ?? false
    return isAnswer ? max(0, gap - (roundTrip ?? 0)) : gap
  }

  func stretch(_ nanoseconds: Int64) -> Double {
    min(30, 5 * Self.decades(Double(nanoseconds) / 100_000))
  }

  private mutating func breakLongSilence(_ row: StoryRow) {
    let idle = idle(row)
    guard idle >= 200_000_000, idle / 4 >= roundTrip ?? 0, previous != nil else { return }
    let y = floor + 20
    plan.pieces.append(.silence(y: y, text: RowText(row, record).delta.dropFirst() + " later"))
    settle(at: y + 8)
  }

  /// The first place for an arrow that keeps clear of what is there.
  func place(
    _ sender: Side, slant: Double, above: Double, half: Double, row: StoryRow? = nil
  ) -> Double {
    let (own, peer) = sender == .client ? (low.client, low.server) : (low.server, low.client)
    var y = max(own + LadderMetrics.distance, peer + LadderMetrics.distance - slant)
    let half = min(0.5, max(half, edge.half))
    for share in [0.5 - half, 0.5 + half] {
      let way = sender == .client ? share : 1 - share
      y = max(y, edge.y(share) + edge.below + above - slant * way)
    }
    return y + (row.map { stretch(idle($0)) } ?? 0)
  }

  mutating func occupy(
    _ sender: Side, _ y: Double, _ slant: Double, below: Double, half: Double
  ) {
    let (own, peer) = (y, y + slant)
    low = sender == .client ? (own, peer) : (peer, own)
    edge = Edge(atClient: low.client, atServer: low.server, below: below, half: half)
  }
}
