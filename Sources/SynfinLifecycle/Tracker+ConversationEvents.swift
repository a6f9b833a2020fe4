import SynfinWire

// What happens in the life of a conversation or ping, and what the silence says of a flow.

extension Tracker {
  /// Notes a datagram, which may be the answer.
  mutating func noteDatagram(_ index: Int32, _ number: UInt64, _ time: Timestamp) {
    let isAnswered = conversations.flows[index].isAnswered
    live.udp.touch(index, isAnswered ? .alive : .unanswered, at: live.clock)
    guard isAnswered, live.udp.watches[index].tell(.ended) else { return }
    live.events.append(
      conversations.flows[index].event(
        .answered, live.udp.watches[index], live.dropped, number, time))
  }

  /// Notes an echo request, or the reply to one.
  mutating func noteEcho(_ index: Int32, _ number: UInt64, _ time: Timestamp) {
    let isAnswered = echoes.flows[index].isAnswered
    live.icmp.touch(index, isAnswered ? .alive : .unanswered, at: live.clock)
    guard isAnswered, live.icmp.watches[index].tell(.ended) else { return }
    live.events.append(
      echoes.flows[index].event(.answered, live.icmp.watches[index], live.dropped, number, time))
  }

  /// Notes an ICMP error about a conversation.
  mutating func noteUnreachable(_ index: Int32, _ number: UInt64, _ time: Timestamp) {
    guard conversations.flows[index].isUnreachable, live.udp.watches[index].tell(.ended) else {
      return
    }
    live.events.append(
      conversations.flows[index].event(
        .unreachable, live.udp.watches[index], live.dropped, number, time))
  }

  /// Notes an ICMP error about a ping.
  mutating func noteEchoUnreachable(_ index: Int32, _ number: UInt64, _ time: Timestamp) {
    guard echoes.flows[index].isUnreachable, live.icmp.watches[index].tell(.ended) else { return }
    live.events.append(
      echoes.flows[index].event(
        .unreachable, live.icmp.watches[index], live.dropped, number, time))
  }

  /// Notes what the silence says of a flow that leaves because of it.
  mutating func noteSilence(_ record: borrowing ConnectionRecord, _ watch: Watch, _ dropped: UInt64)
  {
    guard !watch.told.contains(.ended), let kind = LifeEvent.Kind(silence: record.outcome)
    else { return }
    let silence = max(0, live.clock.addingClamped(-max(watch.seen, -.max)))
    let age = record.duration.addingClamped(silence)
    live.events.append(
      LifeEvent(
        kind: kind, id: record.id, transport: record.transport,
        client: Socket(address: record.client.address, port: record.client.port),
        server: Socket(address: record.server.address, port: record.server.port), packet: nil,
        time: Timestamp(nanoseconds: record.start.nanoseconds.addingClamped(age)), duration: age,
        clientBytes: record.client.payloadBytes, serverBytes: record.server.payloadBytes,
        dropped: dropped))
  }
}

extension LiveState {
  /// Begins to watch a conversation.
  mutating func beginConversation(_ id: Int, at index: Int32) {
    udp.insert(Watch(id: id, seen: clock, droppedBefore: dropped), at: index, .unanswered)
  }

  /// Begins to watch an echo exchange.
  mutating func beginEcho(_ id: Int, at index: Int32) {
    icmp.insert(Watch(id: id, seen: clock, droppedBefore: dropped), at: index, .unanswered)
  }
}

extension Conversation {
  /// Whether the other side has answered.
  var isAnswered: Bool {
    transport == .icmp ? replies > 0 : ends[0].packets > 0 && ends[1].packets > 0
  }

  /// What to tell of it: how long the answer took, of an error how long it was in coming.
  fileprivate func event(
    _ kind: LifeEvent.Kind, _ watch: Watch, _ dropped: UInt64, _ number: UInt64, _ time: Timestamp
  ) -> LifeEvent {
    let (client, server) = key.sockets(clientIsLow: clientIsLow, hasPorts: transport != .icmp)
    let response = responseTime.statistics?.minimum
    return LifeEvent(
      kind: kind, id: id, transport: transport, client: client, server: server, packet: number,
      time: time,
      duration: kind == .answered ? response : max(0, time.nanoseconds(since: start)),
      clientBytes: ends[0].payloadBytes, serverBytes: ends[1].payloadBytes,
      dropped: dropped &- watch.droppedBefore)
  }
}

extension LifeEvent.Kind {
  /// What it means that nothing came any more; nil if there is nothing to tell.
  fileprivate init?(silence outcome: Outcome) {
    switch outcome {
    case .unanswered: self = .unanswered
    case .halfOpen: self = .halfOpen
    case .open, .halfClosed, .midstream: self = .expired
    default: return nil
    }
  }
}
