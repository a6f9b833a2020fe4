import SynfinWire

// The end of a connection's life in the tracker: what it amounted to.
//
// Records are filled in place, and their lists keep their memory: each is as large as a few hundred words, and most of
// them are gone as soon as they are written.

extension Connection {
  /// Draws the conclusions that only the end allows; call it once, before `record` or `summary`.
  mutating func conclude(_ cold: inout ColdStorage) {
    if acceptQueueWasFull() {
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
  mutating func summary(_ cold: borrowing ColdStorage) -> RecordSummary {
    var doubts: [Doubt] = []
    tell(&doubts, cold)
    return RecordSummary(transport: .tcp, outcome: findOutcome(), doubts: doubts)
  }

  /// Tells a record what the connection amounted to; nothing is left in it of what it held before.
  mutating func tell(_ record: inout ConnectionRecord, _ cold: borrowing ColdStorage) {
    let outcome = findOutcome()
    record.id = id
    record.transport = .tcp
    record.stream = stream
    record.name(key, clientIsLow: clientIsLow)
    tell(&record.client, .client, cold)
    tell(&record.server, .server, cold)
    record.firstPacket = firstPacket
    record.lastPacket = lastPacket
    record.start = start
    record.duration = max(0, latest.nanoseconds(since: start))
    record.tunnels.clear()
    record.outcome = outcome
    record.closedBy = closer(outcome)
    record.completeness = completeness
    if record.handshake == nil { record.handshake = HandshakeRecord() }
    record.handshake?.tell(of: &self)
    if record.teardown == nil { record.teardown = TeardownRecord() }
    record.teardown?.tell(of: &self, outcome)
    turns.tell(&record)
    record.longestIdle = longestIdle
    record.responseTime = nil
    record.windowStalls.clear()
    if stalls >= 0 { record.windowStalls = cold.stalls[stalls].records(until: latest) }
    record.echo = nil
    record.icmpErrors.clear()
    if log >= 0 { record.icmpErrors = cold.logs[log].icmpErrors }
    tell(&record.problems, cold)
    tell(&record.doubts, cold)
  }

  // MARK: - Outcome

  /// A full accept queue: the client believes in the connection, the server never answers its data.
  ///
  /// That it repeats its SYN+ACK after the client's ACK proves it; without that, data must have been repeated three
  /// times, as the network may have lost what followed the handshake.
  private mutating func acceptQueueWasFull() -> Bool {
    guard self[.client].unansweredRepeats > 0, has(.established), self[.server].has(.syn),
      handshake.ack != 0, !self[.server].has(.confirmed),
      !(has(.reset) && resetBy == .server)
    else { return false }
    return self[.server].has(.repeatedSynAckLate) || self[.client].unansweredRepeats >= 3
  }

  var startWasSeen: Bool { self[.client].has(.syn) || self[.server].has(.syn) }

  private var bothClosed: Bool {
    self[.client].has(.finAcknowledged) && self[.server].has(.finAcknowledged)
  }

  /// First match wins, in the order of the table in the project's documentation.
  mutating func findOutcome() -> Outcome {
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

  private mutating func closer(_ outcome: Outcome) -> Closer? {
    switch outcome {
    case .reset: return resetBy == .client ? .client : .server
    case .closed, .halfClosed:
      if has(.simultaneousClose) { return .both }
      return firstCloser == .client ? .client : .server
    default: return nil
    }
  }

  // MARK: - Ends

  private mutating func closeWindowEpisodes() {
    for side in [Side.client, .server] where self[side].has(.windowClosed) {
      let pause = latest.nanoseconds(since: self[side].zeroWindowSince)
      self[side].zeroWindowTime = self[side].zeroWindowTime.addingClamped(max(0, pause))
    }
  }

  private mutating func tell(
    _ record: inout EndpointRecord, _ side: Side, _ cold: borrowing ColdStorage
  ) {
    record.packets = self[side].packets
    record.fragments = UInt64(self[side].fragments)
    record.ipBytes = self[side].ipBytes
    record.payloadBytes = self[side].payloadBytes
    record.damagedPackets =
      self[side].damagedPackets == 0 || isOffload(side) ? 0 : UInt64(self[side].damagedPackets)
    if record.tcp == nil { record.tcp = TCPEndpointRecord() }
    record.tcp?.tell(of: &self, side, cold)
  }

  fileprivate mutating func tell(
    _ record: inout TCPEndpointRecord, _ side: Side, _ cold: borrowing ColdStorage
  ) {
    tellCounters(&record, side)
    record.missedBytes = missed(side, cold)
    tellOffers(&record, side)
    tellCauses(&record.causes, side, cold)
    tellMeasurements(&record, side, cold)
    record.states = self[side].states
  }

  private mutating func tellCounters(_ record: inout TCPEndpointRecord, _ side: Side) {
    record.uniquePayloadBytes = self[side].uniquePayloadBytes
    record.retransmissions = UInt64(self[side].retransmissions)
    record.retransmittedBytes = self[side].retransmittedBytes
    record.outOfOrder = UInt64(self[side].outOfOrder)
    record.duplicates = UInt64(self[side].duplicates)
    record.duplicateAcks = UInt64(self[side].duplicateAcks)
    record.keepAlives = UInt64(self[side].keepAlives)
    record.zeroWindowProbes = UInt64(self[side].zeroWindowProbes)
    record.zeroWindows = UInt64(self[side].zeroWindows)
    record.zeroWindowTime = self[side].zeroWindowTime
    record.largestSegment = UInt64(self[side].largestSegment.magnitude)
    record.bytesAfterPeerClosed = self[side].bytesAfterPeerClosed
    record.maximumWindow = self[side].has(.window) ? self[side].maximumWindow : nil
  }

  /// What its SYN said; without one nothing is known.
  private mutating func tellOffers(_ record: inout TCPEndpointRecord, _ side: Side) {
    let isKnown = self[side].has(.syn)
    record.initialSequenceNumber = isKnown ? self[side].initial.rawValue : nil
    record.sackPermitted = isKnown ? self[side].has(.offersSACK) : nil
    record.timestamps = isKnown ? self[side].has(.offersTimestamps) : nil
    record.maximumSegmentSize =
      isKnown && self[side].has(.offersMSS) ? self[side].maximumSegmentSize : nil
    record.windowScale =
      isKnown && self[side].has(.offersWindowScale) ? self[side].windowScale : nil
  }

  /// Whether the capture has all of the connection, from its start on.
  mutating func isWhole(_ cold: borrowing ColdStorage) -> Bool {
    has(.startSeen) && !isOneWay && missed(.client, cold) + missed(.server, cold) == 0
  }

  /// Octets that the peer acknowledged but the capture lacks.
  private mutating func missed(_ side: Side, _ cold: borrowing ColdStorage) -> UInt64 {
    let ranges = self[side].ranges
    guard ranges >= 0, self[side].has(.acknowledged) else { return self[side].missedBytes }
    let open = cold.ranges[ranges].octets(before: self[side].acknowledged)
    return self[side].missedBytes &+ UInt64(open)
  }

  // MARK: - Problems and doubts

  private mutating func tell(_ problems: inout [Problem], _ cold: borrowing ColdStorage) {
    problems.clear()
    guard log >= 0 else { return }
    let isDamaged =
      self[.client].damagedPackets > 0 && !isOffload(.client)
      || self[.server].damagedPackets > 0 && !isOffload(.server)
    // What came a little later, or cannot be seen from one side alone, is no gap of the capture.
    let isMissing = missed(.client, cold) + missed(.server, cold) > 0 && !isOneWay
    let isWhole = isWhole(cold)
    for var problem in cold.logs[log].problems {
      switch problem.kind {
      case .damaged where !isDamaged, .missedByCapture where !isMissing,
        .duplicateUnseen where !isWhole:
        continue
      case .resetIgnored: problem.flaw = resetFlaw
      default: break
      }
      problems.append(problem)
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
  private mutating func isOffload(_ side: Side) -> Bool {
    allWrong(side) || self[side].has(.damageDenied)
  }

  var isOneWay: Bool { self[.client].packets == 0 || self[.server].packets == 0 }

  private mutating func tell(_ doubts: inout [Doubt], _ cold: borrowing ColdStorage) {
    doubts.clear()
    let isExpected = !has(.established) && startWasSeen
    if has(.clientInferred) { doubts.append(.clientInferred) }
    if isOneWay && !isExpected { doubts.append(.oneDirection) }
    if has(.segmentationOffload) { doubts.append(.segmentationOffload) }
    let ends = self[.client].facts.union(self[.server].facts)
    if !ends.isDisjoint(with: [.offloadedChecksum, .damageDenied]) {
      doubts.append(.checksumOffload)
    }
    if allWrong(.client) || allWrong(.server) { doubts.append(.checksumsAllWrong) }
    let copies = copiesByCapture(.client, cold) + copiesByCapture(.server, cold)
    if copies > 0 { doubts.append(.duplicatedByCapture) }
    if has(.clockBackwards) { doubts.append(.clockBackwards) }
    if missed(.client, cold) + missed(.server, cold) > 0 { doubts.append(.missedPackets) }
    if ends.contains(.manyHoles) { doubts.append(.manyHoles) }
  }
}

extension ConnectionRecord {
  /// Says which sockets it is about.
  mutating func name(_ key: FlowKey, clientIsLow: Bool) {
    let (client, server) = clientIsLow ? (key.low, key.high) : (key.high, key.low)
    self.client.address = client.address
    self.client.port = client.port
    self.server.address = server.address
    self.server.port = server.port
  }
}

extension TCPEndpointRecord {
  fileprivate mutating func tell(
    of connection: inout Connection, _ side: Side, _ cold: borrowing ColdStorage
  ) { connection.tell(&self, side, cold) }
}
