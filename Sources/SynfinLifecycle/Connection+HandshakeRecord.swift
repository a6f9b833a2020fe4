import SynfinWire

// What the opening and the closing of a connection amounted to.

extension Connection {
  fileprivate mutating func tell(_ record: inout HandshakeRecord) {
    let complete = has(.established) && both(.syn) && handshake.ack != 0
    record.complete = complete
    record.kind = handshakeKind(complete)
    Self.list(
      &record.packets, handshake.syn, handshake.serverSyn, handshake.synAck, handshake.ack)
    tellTimes(&record)
    record.synRetries = Int(handshake.synRetries)
    record.synAckRetries = Int(handshake.synAckRetries)
    record.synAckIsExact =
      handshake.synAck == 0 || !self[.client].has(.syn) ? nil : has(.synAckExact)
    record.ackIsExact = handshake.ack == 0 || !self[.server].has(.syn) ? nil : has(.ackExact)
    record.synPayload = Int(handshake.synPayload)
    record.windowScaling = both(.offersWindowScale)
    record.sack = both(.offersSACK)
    record.timestamps = both(.offersTimestamps)
  }

  private mutating func tellTimes(_ record: inout HandshakeRecord) {
    let isTimed = !has(.simultaneousOpen)
    let server =
      isTimed && handshake.syn != 0 && handshake.synAck != 0
      ? max(0, handshake.firstSynAckTime.nanoseconds(since: handshake.synTime)) : nil
    let client =
      isTimed && handshake.synAck != 0 && handshake.ack != 0
      ? max(0, handshake.ackTime.nanoseconds(since: handshake.synAckTime)) : nil
    record.serverRoundTripTime = server
    record.clientRoundTripTime = client
    record.ambiguous = handshake.synIsAmbiguous || handshake.synAckIsAmbiguous
    record.roundTripTime = nil
    if let server, let client, !record.ambiguous {
      record.roundTripTime = server.addingClamped(client)
    }
  }

  @inline(__always)
  private mutating func both(_ fact: Endpoint.Facts) -> Bool {
    self[.client].has(fact) && self[.server].has(fact)
  }

  private mutating func handshakeKind(_ complete: Bool) -> HandshakeRecord.Kind {
    guard startWasSeen else { return .none }
    if has(.simultaneousOpen) { return complete ? .simultaneous : .partial }
    guard complete else { return .partial }
    return has(.synDataTaken) && has(.synOffersFastOpen) ? .fastOpen : .threeWay
  }

  /// Lists those of four packets that there are, in order and each once, in the place of what was listed.
  private static func list(
    _ packets: inout [UInt64], _ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64
  ) {
    var place = 0
    var last: UInt64 = 0
    while let next = least(above: last, first, second, third, fourth) {
      if place < packets.count { packets[place] = next } else { packets.append(next) }
      place += 1
      last = next
    }
    if place < packets.count { packets.removeLast(packets.count - place) }
  }

  /// The least of four numbers above a limit; nil if there is none.
  @inline(__always)
  private static func least(
    above limit: UInt64, _ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64
  ) -> UInt64? {
    // What is not above the limit goes round to the largest numbers.
    let base = limit &+ 1
    let least = min(min(first &- base, second &- base), min(third &- base, fourth &- base))
    return least < .max - limit ? least &+ base : nil
  }

  fileprivate mutating func tell(_ record: inout TeardownRecord, _ outcome: Outcome) {
    Self.list(
      &record.packets, teardown.firstFin, teardown.firstFinAck, teardown.secondFin,
      teardown.secondFinAck)
    record.duration = nil
    let time = max(0, teardown.end.nanoseconds(since: teardown.begin))
    switch outcome {
    case .reset:
      record.kind = .reset
      record.packets.append(teardown.reset)
      if teardown.firstFin != 0 { record.duration = time }
    case .closed:
      record.kind =
        has(.simultaneousClose) ? .simultaneous : has(.finAnsweredByFin) ? .threeWay : .fourWay
      record.duration = time
    default:
      record.kind = self[.client].has(.fin) || self[.server].has(.fin) ? .half : .none
    }
  }
}

extension HandshakeRecord {
  /// Tells of the opening of a connection.
  mutating func tell(of connection: inout Connection) { connection.tell(&self) }
}

extension TeardownRecord {
  /// Tells of the closing of a connection.
  mutating func tell(of connection: inout Connection, _ outcome: Outcome) {
    connection.tell(&self, outcome)
  }
}
