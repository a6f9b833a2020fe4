public import SynfinWire

// Who leaves a tracker that runs for weeks: what is over, what was silent for too long, and what another one needs the
// place of.

extension Tracker {
  /// Whether `letGo` has anything to do before a packet of that time is taken.
  @inline(__always)
  public func mustLetGo(at time: Timestamp) -> Bool {
    guard let expiry = options.expiry else { return false }
    let now = live.followsPackets ? time.nanoseconds : live.clock
    return live.count > expiry.limit || now / 1_000_000_000 > live.lookedAt
  }

  /// Hands out the records of flows that leave; needs `TrackerOptions.expiry`.
  ///
  /// - Parameters:
  ///   - time: that of the packet to come, or a later one when there are no more; means nothing to a tracker that does
  ///     not follow the packets' times.
  ///   - most: how many leave at most because of their silence: many may have fallen silent at once, and packets wait.
  ///     While some are left, `mustLetGo` stays true.
  ///   - replay: where records are made.
  ///   - body: may do with a record what it likes; the next one is made in its place.
  public mutating func letGo<Failure: Error>(
    at time: Timestamp, atMost most: Int = .max, _ replay: inout Replay,
    _ body: (inout ConnectionRecord, Departure) throws(Failure) -> Void
  ) throws(Failure) {
    guard let expiry = options.expiry else { return }
    if live.followsPackets { live.clock = max(live.clock, time.nanoseconds) }
    let now = live.followsPackets ? time.nanoseconds : live.clock
    var left = most
    while left > 0, let (flow, departure) = silent(expiry) {
      try remove(flow, departure, &replay, body)
      left -= 1
    }
    if left > 0 { live.lookedAt = max(live.lookedAt, now / 1_000_000_000) }
    while live.count > expiry.limit { try evict(expiry.limit, &replay, body) }
  }

  /// A flow that was silent for too long, and why it leaves; nil if there is none.
  private func silent(_ expiry: Expiry) -> (Departing, Departure)? {
    for age in Watch.Age.allCases {
      if let index = live.tcp.oldest(age),
        isSilent(live.tcp.watches[index], for: expiry.silence(age))
      {
        return (Departing(.tcp, index), age.departure)
      }
      if let index = live.udp.oldest(age),
        isSilent(live.udp.watches[index], for: options.conversationTimeout)
      {
        return (Departing(.udp, index), .idle)
      }
      if let index = live.icmp.oldest(age),
        isSilent(live.icmp.watches[index], for: options.conversationTimeout)
      {
        return (Departing(.icmp, index), .idle)
      }
    }
    return nil
  }

  /// Hands out the records of all flows, in the order of their numbers; no packet may come after that.
  public mutating func letAllGo<Failure: Error>(
    _ replay: inout Replay, _ body: (inout ConnectionRecord, Departure) throws(Failure) -> Void
  ) throws(Failure) {
    countIncompleteDatagrams()
    for flow in liveFlows() {
      try remove(Departing(flow.transport, flow.index), .end, &replay, body)
    }
  }

  /// A flow that is alive.
  struct LiveFlow {
    let id: Int
    let transport: TransportProtocol
    let index: Int32
  }

  /// All flows, in the order of their numbers.
  func liveFlows() -> [LiveFlow] {
    var all: [LiveFlow] = []
    all.reserveCapacity(live.count)
    live.tcp.forEach { all.append(LiveFlow(id: $1.id, transport: .tcp, index: $0)) }
    live.udp.forEach { all.append(LiveFlow(id: $1.id, transport: .udp, index: $0)) }
    live.icmp.forEach { all.append(LiveFlow(id: $1.id, transport: .icmp, index: $0)) }
    return all.sorted { $0.id < $1.id }
  }

  private func isSilent(_ watch: Watch, for time: Int64) -> Bool {
    let (silence, overflow) = live.clock.subtractingReportingOverflow(watch.seen)
    // A clock that somebody sets now and then may be a little late.
    let lateness: Int64 = live.followsPackets ? 0 : 1_000_000_000
    return overflow || silence > time.addingClamped(lateness)
  }

  // MARK: - Eviction

  /// Hands out the least valuable flow.
  ///
  /// First those of whom one side alone was seen, as long as they take more than a quarter of the places: a flood of them must not
  /// drive others out, and a new one must have the time to be answered. Then those that are over, then whoever was
  /// silent for longest.
  private mutating func evict<Failure: Error>(
    _ limit: Int, _ replay: inout Replay,
    _ body: (inout ConnectionRecord, Departure) throws(Failure) -> Void
  ) throws(Failure) {
    live.evicted += 1
    let strangers = live.count(.unanswered) + live.count(.oneSided)
    for ages in strangers > limit / 4 ? Self.strangersFirst : Self.strangersLast {
      guard let flow = oldest(ages) else { continue }
      return try remove(flow, .evicted, &replay, body)
    }
  }

  private static let strangersFirst: [[Watch.Age]] = [[.retired], [.unanswered, .oneSided]]
  private static let strangersLast: [[Watch.Age]] = [
    [.retired], [.closed], [.alive, .unanswered, .oneSided],
  ]

  /// The flow of some ages that was silent for longest.
  private func oldest(_ ages: [Watch.Age]) -> Departing? {
    var found: Departing?
    var seen = Int64.max
    for age in ages {
      if let index = live.tcp.oldest(age), live.tcp.watches[index].seen <= seen {
        found = Departing(.tcp, index)
        seen = live.tcp.watches[index].seen
      }
      if let index = live.udp.oldest(age), live.udp.watches[index].seen <= seen {
        found = Departing(.udp, index)
        seen = live.udp.watches[index].seen
      }
      if let index = live.icmp.oldest(age), live.icmp.watches[index].seen <= seen {
        found = Departing(.icmp, index)
        seen = live.icmp.watches[index].seen
      }
    }
    return found
  }

  // MARK: - Removal

  /// Who leaves.
  private struct Departing {
    let transport: TransportProtocol
    let index: Int32

    init(_ transport: TransportProtocol, _ index: Int32) {
      self.transport = transport
      self.index = index
    }
  }

  private mutating func remove<Failure: Error>(
    _ flow: Departing, _ departure: Departure, _ replay: inout Replay,
    _ body: (inout ConnectionRecord, Departure) throws(Failure) -> Void
  ) throws(Failure) {
    let watch: Watch
    switch flow.transport {
    case .tcp: watch = removeConnection(flow.index, &replay)
    case .udp:
      conversations.remove(flow.index, seed, telling: &replay.record, &cold)
      watch = live.udp.take(flow.index)
    case .icmp:
      echoes.remove(flow.index, seed, telling: &replay.record, &cold)
      watch = live.icmp.take(flow.index)
    }
    if let path = takePath(watch.id) { replay.record.tunnels = path }
    let dropped = live.dropped &- watch.droppedBefore
    replay.record.note(departure, dropped: dropped)
    if departure == .idle { noteSilence(replay.record, watch, dropped) }
    try body(&replay.record, departure)
  }

  private mutating func removeConnection(_ index: Int32, _ replay: inout Replay) -> Watch {
    let place = tcpFlows.flows[index].place
    let isJournaled = tcpFlows.flows[index].facts.contains(.journaled)
    if !isJournaled { tcpFlows.flows[index].conclude(countsAt: concludeConnection(place)) }
    replay.tell(index, of: self)
    if isJournaled { journal.release(&tcpFlows.flows[index]) } else { releaseConnection(place) }
    unlinkConnection(index)
    return live.tcp.take(index)
  }

  private mutating func releaseConnection(_ index: Int32) {
    let shadow = connections[index].shadow
    if shadow >= 0 {
      // Shared with the connection.
      shadows[shadow].labelCounts = -1
      shadows[shadow].release(&cold)
      endpoints.remove(shadows[shadow].ends)
      shadows.remove(shadow)
    }
    connections[index].release(&cold)
    endpoints.remove(connections[index].ends)
    connections.remove(index)
  }

  /// Makes sure that nothing leads to a connection any more; what came before it takes its place.
  private mutating func unlinkConnection(_ index: Int32) {
    let key = tcpFlows.flows[index].key
    let previous = tcpFlows.flows[index].previous
    let hash = key.hash(seed)
    if let latest = tcpFlows.find(key, hash), latest != index,
      tcpFlows.flows[latest].previous == index
    {
      tcpFlows.flows[latest].previous = -1
    }
    tcpFlows.remove(index, hash, heir: previous)
  }
}

extension FlowTable<Conversation> {
  /// Tells a record of a conversation, and takes it out.
  fileprivate mutating func remove(
    _ index: Int32, _ seed: FlowSeed, telling record: inout ConnectionRecord,
    _ cold: inout ColdStorage
  ) {
    flows[index].tell(&record, cold)
    flows[index].release(&cold)
    remove(index, flows[index].key.hash(seed), heir: -1)
  }
}

extension WatchTable {
  /// Ends a watch and says what it was.
  fileprivate mutating func take(_ index: Int32) -> Watch {
    remove(index)
    return watches[index]
  }
}

extension Expiry {
  /// How long a TCP connection may be silent.
  fileprivate func silence(_ age: Watch.Age) -> Int64 {
    switch age {
    case .retired: -1
    case .unanswered: unanswered
    case .closed: closed
    case .oneSided, .alive: idle
    }
  }
}

extension Watch.Age {
  /// Why a TCP connection leaves that was silent for long enough.
  fileprivate var departure: Departure {
    switch self {
    case .retired, .closed: .closed
    case .unanswered, .oneSided, .alive: .idle
    }
  }
}
