import SynfinWire

// What the opening and the closing of a connection amounted to.

extension Connection {
  fileprivate mutating func tell(_ record: inout HandshakeRecord) {
    let complete = has(.established) && both(.syn) && handshake.ack != 0
    record.complete = complete
    record.kind = handshakeKind(complete)
    handshake.tell(&record, isTimed: !has(.simultaneousOpen))
    record.synAckIsExact =
      handshake.synAck == 0 || !self[.client].has(.syn) ? nil : has(.synAckExact)
    record.ackIsExact = handshake.ack == 0 || !self[.server].has(.syn) ? nil : has(.ackExact)
    record.windowScaling = both(.offersWindowScale)
    record.sack = both(.offersSACK)
    record.timestamps = both(.offersTimestamps)
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

  fileprivate mutating func tell(_ record: inout TeardownRecord, _ outcome: Outcome) {
    let isHalf = self[.client].has(.fin) || self[.server].has(.fin)
    let release: TeardownRecord.Kind =
      has(.simultaneousClose) ? .simultaneous : has(.finAnsweredByFin) ? .threeWay : .fourWay
    teardown.tell(&record, outcome, release, isHalf: isHalf)
  }
}

extension Handshake {
  /// Tells of the packets and how long they took.
  ///
  /// - Parameter isTimed: whether one end waited for the other.
  mutating func tell(_ record: inout HandshakeRecord, isTimed: Bool) {
    record.packets.list(syn, serverSyn, synAck, ack)
    let server =
      isTimed && syn != 0 && synAck != 0
      ? max(0, firstSynAckTime.nanoseconds(since: synTime)) : nil
    let client =
      isTimed && synAck != 0 && ack != 0 ? max(0, ackTime.nanoseconds(since: synAckTime)) : nil
    record.serverRoundTripTime = server
    record.clientRoundTripTime = client
    record.ambiguous = synIsAmbiguous || synAckIsAmbiguous
    record.roundTripTime = nil
    if let server, let client, !record.ambiguous {
      record.roundTripTime = server.addingClamped(client)
    }
    record.synRetries = Int(synRetries)
    record.synAckRetries = Int(synAckRetries)
    record.synPayload = Int(synPayload)
  }
}

extension Teardown {
  /// Tells how an outcome came about.
  ///
  /// - Parameters:
  ///   - release: how both ends closed, if they did.
  ///   - isHalf: whether an end closed.
  mutating func tell(
    _ record: inout TeardownRecord, _ outcome: Outcome, _ release: TeardownRecord.Kind,
    isHalf: Bool
  ) {
    record.packets.list(firstFin, firstFinAck, secondFin, secondFinAck)
    record.duration = nil
    let time = max(0, end.nanoseconds(since: begin))
    switch outcome {
    case .reset:
      record.kind = .reset
      record.packets.append(reset)
      if firstFin != 0 { record.duration = time }
    case .closed:
      record.kind = release
      record.duration = time
    default: record.kind = isHalf ? .half : .none
    }
  }
}

extension [UInt64] {
  /// Lists those of four packets that there are, in order and each once, in the place of what was listed.
  fileprivate mutating func list(
    _ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64
  ) {
    if first | second | third | fourth == 0 {
      clear()
      return
    }
    // Whoever is less goes first: five comparisons put four numbers in order.
    let (low, high) = (Swift.min(first, second), Swift.max(first, second))
    let (lower, higher) = (Swift.min(third, fourth), Swift.max(third, fourth))
    let (inner, outer) = (Swift.max(low, lower), Swift.min(high, higher))
    let numbers: [4 of UInt64] = [
      Swift.min(low, lower), Swift.min(inner, outer), Swift.max(inner, outer),
      Swift.max(high, higher),
    ]
    var found = [4 of UInt64](repeating: 0)
    var place = 0
    var last: UInt64 = 0
    for index in numbers.indices where numbers[index] > last {
      last = numbers[index]
      found[place] = last
      place += 1
    }
    while count > place { removeLast() }
    while count < place { append(0) }
    var list = mutableSpan
    for index in 0..<place { list[index] = found[index] }
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
