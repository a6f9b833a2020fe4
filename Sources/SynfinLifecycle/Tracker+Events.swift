import SynfinWire

// What happens in the life of a flow, noted as soon as its packets tell.

extension Tracker {
  // MARK: - TCP

  mutating func noteOpening(
    _ index: Int32, _ isSyn: Bool, _ number: UInt64, _ time: Timestamp
  ) {
    note(event(isSyn ? .opened : .midstream, ofConnection: index, number, time))
  }

  /// Notes that a SYN came again; only the first time.
  mutating func noteSynRetry(_ index: Int32, _ number: UInt64, _ time: Timestamp) {
    let bit = Problem.Kind.synRetry.bit
    guard live.tcp.watches[index].problems & bit == 0 else { return }
    live.tcp.watches[index].problems |= bit
    var event = event(.problem, ofConnection: index, number, time)
    event.problem = .synRetry
    event.side = .client
    note(event)
  }

  /// Looks what a packet has changed in a connection that is not in the journal.
  mutating func noteLife(_ index: Int32, _ number: UInt64, _ time: Timestamp) {
    let connection = tcpFlows.flows[index].place
    let moment = Moment(flow: index, connection: connection, packet: number, time: time)
    live.tcp.touch(index, connections[connection].age, at: live.clock)
    let told = live.tcp.watches[index].told
    if !told.contains(.established) { noteEstablished(moment) }
    if !told.contains(.data) { noteFirstData(moment) }
    if !told.contains(.ended) { noteEnd(moment) }
    noteWindow(moment, .client, .clientWindowClosed)
    noteWindow(moment, .server, .serverWindowClosed)
    noteRepeats(moment, .client)
    noteRepeats(moment, .server)
    if connections[connection].log >= 0 { noteProblems(moment) }
  }

  /// Where something may have happened.
  private struct Moment {
    let flow: Int32
    let connection: Int32
    let packet: UInt64
    let time: Timestamp
  }

  private mutating func noteEstablished(_ moment: Moment) {
    guard connections[moment.connection].has(.established) else { return }
    live.tcp.watches[moment.flow].told.insert(.established)
    var handshake = HandshakeRecord()
    handshake.tell(of: &connections[moment.connection])
    // Of a connection joined midstream it is not known when that was.
    guard handshake.kind != .none else { return }
    var event = event(.established, moment)
    event.duration = handshake.roundTripTime
    note(event)
  }

  private mutating func noteFirstData(_ moment: Moment) {
    let client = connections[moment.connection][.client].payloadBytes
    let server = connections[moment.connection][.server].payloadBytes
    guard client > 0 || server > 0 else { return }
    live.tcp.watches[moment.flow].told.insert(.data)
    var event = event(.firstData, moment)
    event.side = client > 0 ? .client : .server
    note(event)
  }

  private mutating func noteEnd(_ moment: Moment) {
    let outcome = connections[moment.connection].findOutcome()
    guard let kind = LifeEvent.Kind(endedBy: outcome) else {
      return noteHalfClose(moment, outcome)
    }
    live.tcp.watches[moment.flow].told.insert(.ended)
    var event = event(kind, moment)
    switch kind {
    case .closed:
      var teardown = TeardownRecord()
      teardown.tell(of: &connections[moment.connection], outcome)
      event.teardown = teardown.kind
      event.side = teardown.kind == .simultaneous ? nil : connections[moment.connection].firstCloser
    case .reset: event.side = connections[moment.connection].resetBy
    case .refused: event.side = .server
    case .rejected: event.side = .client
    default: break
    }
    note(event)
  }

  private mutating func noteHalfClose(_ moment: Moment, _ outcome: Outcome) {
    guard outcome == .halfClosed, !live.tcp.watches[moment.flow].told.contains(.halfClosed)
    else { return }
    let closer = connections[moment.connection].firstCloser
    // Where the answer to the FIN is a FIN, there is no half-closed time to tell of.
    guard connections[moment.connection][closer].has(.finAcknowledged),
      !connections[moment.connection][closer.peer].has(.fin)
    else { return }
    live.tcp.watches[moment.flow].told.insert(.halfClosed)
    var event = event(.halfClosed, moment)
    event.side = closer
    note(event)
  }

  private mutating func noteWindow(_ moment: Moment, _ side: Side, _ closed: Watch.Told) {
    let isClosed = connections[moment.connection][side].has(.windowClosed)
    guard isClosed != live.tcp.watches[moment.flow].told.contains(closed) else { return }
    if isClosed {
      live.tcp.watches[moment.flow].told.insert(closed)
    } else {
      live.tcp.watches[moment.flow].told.remove(closed)
    }
    var event = event(isClosed ? .problem : .windowOpened, moment)
    event.side = side
    if isClosed {
      event.problem = .zeroWindow
    } else {
      let since = connections[moment.connection][side].zeroWindowSince
      event.duration = max(0, moment.time.nanoseconds(since: since))
    }
    note(event)
  }

  private mutating func noteRepeats(_ moment: Moment, _ side: Side) {
    let total = connections[moment.connection][side].retransmissions
    guard
      live.tcp.watches[moment.flow].bursts[Int(side.rawValue)].begins(total, at: moment.time)
    else { return }
    var event = event(.problem, moment)
    event.side = side
    event.problem = .retransmission
    note(event)
  }

  private mutating func noteProblems(_ moment: Moment) {
    let log = connections[moment.connection].log
    let new = cold.logs[log].kinds & Problem.Kind.toldOnce & ~live.tcp.watches[moment.flow].problems
    guard new != 0 else { return }
    live.tcp.watches[moment.flow].problems |= new
    for kind in Problem.Kind.allCases where new & kind.bit != 0 {
      var event = event(.problem, moment)
      event.problem = kind
      note(event)
    }
  }

  private func event(_ kind: LifeEvent.Kind, _ moment: Moment) -> LifeEvent {
    var event = event(kind, ofConnection: moment.flow, moment.packet, moment.time)
    let connection = moment.connection
    event.clientBytes = endpointBytes(connection, .client)
    event.serverBytes = endpointBytes(connection, .server)
    event.duration = max(0, moment.time.nanoseconds(since: connections[connection].start))
    return event
  }

  private func endpointBytes(_ connection: Int32, _ side: Side) -> UInt64 {
    connections[connection][side].payloadBytes
  }

  private func event(
    _ kind: LifeEvent.Kind, ofConnection index: Int32, _ number: UInt64, _ time: Timestamp
  ) -> LifeEvent {
    let watch = live.tcp.watches[index]
    let (client, server) = tcpFlows.flows[index].key.sockets(
      clientIsLow: tcpFlows.flows[index].facts.contains(.clientIsLow), hasPorts: true)
    return LifeEvent(
      kind: kind, id: watch.id, transport: .tcp, client: client, server: server, packet: number,
      time: time, dropped: live.dropped &- watch.droppedBefore)
  }

  private mutating func note(_ event: LifeEvent) {
    live.events.append(event)
  }
}

extension LifeEvent.Kind {
  /// What to tell of a connection that has just come to this; nil if it goes on.
  fileprivate init?(endedBy outcome: Outcome) {
    switch outcome {
    case .closed: self = .closed
    case .reset: self = .reset
    case .refused: self = .refused
    case .rejected: self = .rejected
    case .unreachable: self = .unreachable
    default: return nil
    }
  }
}

extension Connection {
  /// How long it may be silent.
  fileprivate var age: Watch.Age {
    mutating get {
      let bothClosed = self[.client].has(.finAcknowledged) && self[.server].has(.finAcknowledged)
      if bothClosed || has(.reset) || has(.unreachable) || has(.portUnreachable) {
        return .closed
      }
      if isOneWay, !startWasSeen { return .oneSided }
      return has(.established) || !startWasSeen ? .alive : .unanswered
    }
  }
}

extension Problem.Kind {
  /// Of these the first one is told; others have events of their own, or are too common to tell.
  fileprivate static let toldOnce = [
    Problem.Kind.synRetry, .synAckRetry, .missedByCapture, .damaged, .resetIgnored, .icmpError,
    .dataAfterClose, .keepAliveUnanswered, .challengeAck,
  ].reduce(UInt32(0)) { $0 | $1.bit }
}
