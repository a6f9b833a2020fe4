import SynfinWire

// The end of a connection's life in the tracker: what it amounted to.

extension Connection {
  /// Draws the conclusions that only the end allows; call it once, before `record` or `summary`.
  mutating func conclude(_ cold: inout ColdStorage) {
    if acceptQueueWasFull {
      self[.server].takeBack(.established)
      facts.remove(.established)
      note(.acceptQueueFull, handshake.ack, &cold)
    }
    closeWindowEpisodes()
    if has(.established), has(.synOffersFastOpen), handshake.synPayload > 0, has(.synAckExact),
      !has(.synDataTaken)
    {
      note(.fastOpenRejected, handshake.synAck, &cold)
    }
  }

  /// What a summary needs of the connection.
  func summary(_ cold: borrowing ColdStorage) -> RecordSummary {
    RecordSummary(transport: .tcp, outcome: outcome, doubts: doubts(cold))
  }

  /// What the connection amounted to.
  func record(_ cold: borrowing ColdStorage) -> ConnectionRecord {
    let outcome = outcome
    let low = key.low
    let high = key.high
    let client = clientIsLow ? low : high
    let server = clientIsLow ? high : low
    let log = log < 0 ? nil : cold.logs[log]
    return ConnectionRecord(
      id: id, transport: .tcp, stream: stream,
      client: endpointRecord(.client, client.address, client.port, cold),
      server: endpointRecord(.server, server.address, server.port, cold),
      firstPacket: firstPacket, lastPacket: lastPacket, start: start,
      duration: max(0, latest.nanoseconds(since: start)), outcome: outcome,
      closedBy: closer(outcome), completeness: completeness, handshake: handshakeRecord,
      teardown: teardownRecord(outcome), exchanges: Int(exchanges), longestIdle: longestIdle,
      timeToFirstByte: timeToFirstByte < 0 ? nil : timeToFirstByte, responseTime: nil,
      serverThinkTime: serverThinkTime.statistics, clientThinkTime: clientThinkTime.statistics,
      windowStalls: stalls < 0 ? [] : cold.stalls[stalls].records(until: latest), echo: nil,
      icmpErrors: log?.icmpErrors ?? [], problems: problems(log, cold),
      doubts: doubts(cold))
  }

  // MARK: - Outcome

  /// A full accept queue: the client believes in the connection, the server never answers its data.
  ///
  /// That it repeats its SYN+ACK after the client's ACK proves it; without that, data must have been repeated three
  /// times, as the network may have lost what followed the handshake.
  private var acceptQueueWasFull: Bool {
    guard has(.established), self[.server].has(.syn), handshake.ack != 0,
      !self[.server].has(.confirmed), self[.client].unansweredRepeats > 0,
      !(has(.reset) && resetBy == .server)
    else { return false }
    return self[.server].has(.repeatedSynAckLate) || self[.client].unansweredRepeats >= 3
  }

  var startWasSeen: Bool { self[.client].has(.syn) || self[.server].has(.syn) }

  private var bothClosed: Bool {
    self[.client].has(.finAcknowledged) && self[.server].has(.finAcknowledged)
  }

  /// First match wins, in the order of the table in the project's documentation.
  private var outcome: Outcome {
    let serverAnswered = self[.server].has(.syn) || has(.established)
    if !startWasSeen {
      if bothClosed { return .closed }
      return has(.reset) ? .reset : .midstream
    }
    if has(.refused) || (has(.portUnreachable) && !serverAnswered) { return .refused }
    if has(.unreachable) && !serverAnswered { return .unreachable }
    if !serverAnswered { return .unanswered }
    if !has(.established) { return has(.rejected) ? .rejected : .halfOpen }
    if bothClosed { return .closed }
    if has(.reset) { return .reset }
    return self[.client].has(.fin) || self[.server].has(.fin) ? .halfClosed : .open
  }

  private func closer(_ outcome: Outcome) -> Closer? {
    switch outcome {
    case .reset: return resetBy == .client ? .client : .server
    case .closed, .halfClosed:
      if has(.simultaneousClose) { return .both }
      return firstCloser == .client ? .client : .server
    default: return nil
    }
  }

  // MARK: - Handshake and teardown

  private var handshakeRecord: HandshakeRecord {
    func both(_ fact: Endpoint.Facts) -> Bool { self[.client].has(fact) && self[.server].has(fact) }
    let complete = has(.established) && both(.syn) && handshake.ack != 0
    let isTimed = !has(.simultaneousOpen)
    let serverTime =
      isTimed && handshake.syn != 0 && handshake.synAck != 0
      ? max(0, handshake.firstSynAckTime.nanoseconds(since: handshake.synTime)) : nil
    let clientTime =
      isTimed && handshake.synAck != 0 && handshake.ack != 0
      ? max(0, handshake.ackTime.nanoseconds(since: handshake.synAckTime)) : nil
    let ambiguous = handshake.synIsAmbiguous || handshake.synAckIsAmbiguous
    var record = HandshakeRecord(
      complete: complete, kind: handshakeKind(complete), packets: handshakePackets,
      serverRoundTripTime: serverTime, clientRoundTripTime: clientTime, ambiguous: ambiguous,
      synRetries: Int(handshake.synRetries), synAckRetries: Int(handshake.synAckRetries),
      synAckIsExact: handshake.synAck == 0 || !self[.client].has(.syn) ? nil : has(.synAckExact),
      ackIsExact: handshake.ack == 0 || !self[.server].has(.syn) ? nil : has(.ackExact),
      synPayload: Int(handshake.synPayload),
      windowScaling: both(.offersWindowScale),
      sack: both(.offersSACK),
      timestamps: both(.offersTimestamps))
    if let serverTime, let clientTime, !ambiguous {
      record.roundTripTime = serverTime.addingClamped(clientTime)
    }
    return record
  }

  private func handshakeKind(_ complete: Bool) -> HandshakeRecord.Kind {
    guard startWasSeen else { return .none }
    if has(.simultaneousOpen) { return complete ? .simultaneous : .partial }
    guard complete else { return .partial }
    return has(.synDataTaken) && has(.synOffersFastOpen) ? .fastOpen : .threeWay
  }

  private var handshakePackets: [UInt64] {
    Self.inOrder(handshake.syn, handshake.serverSyn, handshake.synAck, handshake.ack)
  }

  /// Those of four packets that there are, in order and each once.
  private static func inOrder(
    _ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64
  ) -> [UInt64] {
    var packets: [UInt64] = []
    packets.reserveCapacity(4)
    var last: UInt64 = 0
    while true {
      var next = UInt64.max
      if first > last { next = min(next, first) }
      if second > last { next = min(next, second) }
      if third > last { next = min(next, third) }
      if fourth > last { next = min(next, fourth) }
      if next == .max { return packets }
      packets.append(next)
      last = next
    }
  }

  private func teardownRecord(_ outcome: Outcome) -> TeardownRecord {
    let finished = teardown.end.nanoseconds(since: teardown.begin)
    switch outcome {
    case .reset:
      return TeardownRecord(
        kind: .reset, packets: finPackets + [teardown.reset],
        duration: teardown.firstFin == 0 ? nil : max(0, finished))
    case .closed:
      let kind: TeardownRecord.Kind =
        has(.simultaneousClose) ? .simultaneous : has(.finAnsweredByFin) ? .threeWay : .fourWay
      return TeardownRecord(kind: kind, packets: finPackets, duration: max(0, finished))
    default:
      let isHalf = self[.client].has(.fin) || self[.server].has(.fin)
      return TeardownRecord(kind: isHalf ? .half : .none, packets: finPackets)
    }
  }

  private var finPackets: [UInt64] {
    Self.inOrder(
      teardown.firstFin, teardown.firstFinAck, teardown.secondFin, teardown.secondFinAck)
  }

  // MARK: - Ends

  private mutating func closeWindowEpisodes() {
    for side in [Side.client, .server] where self[side].has(.windowClosed) {
      let pause = latest.nanoseconds(since: self[side].zeroWindowSince)
      self[side].zeroWindowTime = self[side].zeroWindowTime.addingClamped(max(0, pause))
    }
  }

  private func endpointRecord(
    _ side: Side, _ address: IPAddress, _ port: UInt16, _ cold: borrowing ColdStorage
  ) -> EndpointRecord {
    var record = EndpointRecord(address: address, port: port)
    record.packets = self[side].packets
    record.fragments = UInt64(self[side].fragments)
    record.ipBytes = self[side].ipBytes
    record.payloadBytes = self[side].payloadBytes
    record.damagedPackets = isOffload(side) ? 0 : UInt64(self[side].damagedPackets)
    record.tcp = tcpRecord(side, cold)
    return record
  }

  private func tcpRecord(_ side: Side, _ cold: borrowing ColdStorage) -> TCPEndpointRecord {
    var record = tcpRecord(self[side], missed(side, cold))
    record.causes = causeCounts(side, cold)
    addMeasurements(to: &record, side, cold)
    return record
  }

  private func tcpRecord(_ end: borrowing Endpoint, _ missed: UInt64) -> TCPEndpointRecord {
    var record = TCPEndpointRecord()
    record.uniquePayloadBytes = end.uniquePayloadBytes
    record.retransmissions = UInt64(end.retransmissions)
    record.retransmittedBytes = end.retransmittedBytes
    record.outOfOrder = UInt64(end.outOfOrder)
    record.duplicates = UInt64(end.duplicates)
    record.duplicateAcks = UInt64(end.duplicateAcks)
    record.keepAlives = UInt64(end.keepAlives)
    record.zeroWindowProbes = UInt64(end.zeroWindowProbes)
    record.zeroWindows = UInt64(end.zeroWindows)
    record.zeroWindowTime = end.zeroWindowTime
    record.missedBytes = missed
    record.largestSegment = UInt64(end.largestSegment.magnitude)
    record.bytesAfterPeerClosed = end.bytesAfterPeerClosed
    record.states = end.states.list
    if end.has(.window) { record.maximumWindow = end.maximumWindow }
    guard end.has(.syn) else { return record }
    record.initialSequenceNumber = end.initial.rawValue
    record.sackPermitted = end.has(.offersSACK)
    record.timestamps = end.has(.offersTimestamps)
    if end.has(.offersMSS) { record.maximumSegmentSize = end.maximumSegmentSize }
    if end.has(.offersWindowScale) { record.windowScale = end.windowScale }
    return record
  }

  /// Whether the capture has all of the connection, from its start on.
  func isWhole(_ cold: borrowing ColdStorage) -> Bool {
    has(.startSeen) && !isOneWay && missed(.client, cold) + missed(.server, cold) == 0
  }

  /// Octets that the peer acknowledged but the capture lacks.
  private func missed(_ side: Side, _ cold: borrowing ColdStorage) -> UInt64 {
    let ranges = self[side].ranges
    guard ranges >= 0, self[side].has(.acknowledged) else { return self[side].missedBytes }
    let open = cold.ranges[ranges].octets(before: self[side].acknowledged)
    return self[side].missedBytes &+ UInt64(open)
  }

  // MARK: - Problems and doubts

  private func problems(_ log: ProblemLog?, _ cold: borrowing ColdStorage) -> [Problem] {
    guard let log else { return [] }
    let isDamaged = [Side.client, .server].contains {
      self[$0].damagedPackets > 0 && !isOffload($0)
    }
    // What came a little later, or cannot be seen from one side alone, is no gap of the capture.
    let isMissing = missed(.client, cold) + missed(.server, cold) > 0 && !isOneWay
    let isWhole = isWhole(cold)
    let kept = log.problems.filter {
      switch $0.kind {
      case .damaged: isDamaged
      case .missedByCapture: isMissing
      case .duplicateUnseen: isWhole
      default: true
      }
    }
    let flaw = resetFlaw
    return kept.map { problem in
      var problem = problem
      if problem.kind == .resetIgnored { problem.flaw = flaw }
      return problem
    }
  }

  /// Whether every segment of a side has a wrong checksum, which is offload and not damage.
  func allWrong(_ side: Side) -> Bool {
    self[side].has(.wrongChecksum) && !self[side].has(.goodChecksum)
  }

  /// Says of both sides that what looks damaged was not.
  func denyDamage() {
    for side in [Side.client, .server] where self[side].has(.wrongChecksum) {
      self[side].facts.insert(.damageDenied)
    }
  }

  /// Whether the wrong checksums of a side are the capture's, not the network's.
  private func isOffload(_ side: Side) -> Bool { allWrong(side) || self[side].has(.damageDenied) }

  var isOneWay: Bool { self[.client].packets == 0 || self[.server].packets == 0 }

  private func doubts(_ cold: borrowing ColdStorage) -> [Doubt] {
    func either(_ fact: Endpoint.Facts) -> Bool {
      self[.client].has(fact) || self[.server].has(fact)
    }
    let isExpected = !has(.established) && startWasSeen
    var doubts: [Doubt] = []
    func note(_ doubt: Doubt, if isSo: Bool) {
      if isSo { doubts.append(doubt) }
    }
    note(.clientInferred, if: has(.clientInferred))
    note(.oneDirection, if: isOneWay && !isExpected)
    note(.segmentationOffload, if: has(.segmentationOffload))
    note(.checksumOffload, if: either(.offloadedChecksum) || either(.damageDenied))
    note(.checksumsAllWrong, if: allWrong(.client) || allWrong(.server))
    note(.duplicatedByCapture, if: either(.doubled))
    note(.clockBackwards, if: has(.clockBackwards))
    note(.missedPackets, if: missed(.client, cold) + missed(.server, cold) > 0)
    note(.manyHoles, if: either(.manyHoles))
    return doubts
  }
}
