import SynfinWire

/// What is known of the closing of a connection: packet numbers, 0 for none.
struct Teardown: BitwiseCopyable {
  var firstFin: UInt64 = 0
  var firstFinAck: UInt64 = 0
  var secondFin: UInt64 = 0
  var secondFinAck: UInt64 = 0
  var reset: UInt64 = 0
  var begin = Timestamp(nanoseconds: 0)
  var end = Timestamp(nanoseconds: 0)
}

extension Connection {
  // MARK: - FIN (RFC 9293 §3.6)

  mutating func receiveFin(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    let peer = sender.peer
    let finEnd = arrival.segment.endSequenceNumber
    if self[sender].has(.fin) {
      if finEnd == self[sender].finEnd { repeatFin(arrival, &cold) }
      return
    }
    if self[sender].has(.next), !isNear(finEnd - 1, of: sender) {
      _ = follows(finEnd - 1, of: sender, arrival, &cold)
    }
    self[sender].facts.insert(.fin)
    self[sender].facts.remove(.probed)
    self[sender].finEnd = finEnd
    if self[sender].next < finEnd - 1 {
      addHole(sender, to: finEnd - 1, arrival, &cold)
      note(.lostSegment, arrival.packet, &cold)
    }
    self[sender].raiseNext(to: finEnd)
    self[sender].flight.sent(finEnd, at: arrival.time)
    noteFin(arrival)
    guard !has(.reset) else { return }
    let answersFin = self[peer].has(.finAcknowledged)
    self[sender].enter(answersFin ? .lastAck : .finWait1, arrival.packet)
  }

  private mutating func noteFin(_ arrival: Arrival) {
    let peer = arrival.sender.peer
    guard self[peer].has(.fin) else {
      firstCloser = arrival.sender
      teardown.firstFin = arrival.packet
      teardown.begin = arrival.time
      return
    }
    teardown.secondFin = arrival.packet
    if !self[peer].has(.finAcknowledged) {
      facts.insert(.simultaneousClose)
    } else if teardown.firstFinAck == arrival.packet {
      facts.insert(.finAnsweredByFin)
    }
  }

  private mutating func repeatFin(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    if self[sender.peer].has(.finAcknowledged) { self[sender].facts.insert(.finRepeatedLate) }
    // Together with data, or a SYN, it was counted as their repeat.
    guard arrival.payload == 0, !arrival.flags.contains(.syn) else { return }
    let finEnd = self[sender].finEnd
    self[sender].flight.repeated(from: finEnd - 1)
    countRepeat(.fin, finEnd - 1, finEnd, arrival, &cold)
  }

  // MARK: - Acknowledgement of a FIN

  /// The sender acknowledges the peer's FIN: that proves that it received it.
  mutating func acknowledgeFin(_ arrival: Arrival) {
    let sender = arrival.sender
    let peer = sender.peer
    guard !self[peer].has(.finAcknowledged) else { return }
    self[peer].facts.insert(.finAcknowledged)
    noteFinAcknowledgment(arrival)
    guard !has(.reset) else { return }
    let packet = arrival.packet
    switch self[sender].state {
    case .finWait1 where self[sender].has(.finAcknowledged):
      // Both FINs crossed, and the peer acknowledged first: it was in CLOSING unless this end's FIN
      // had been lost and came again after the acknowledgement (RFC 9293 §3.10.7.4).
      let lost = self[peer].has(.finRepeatedLate)
      self[sender].enter(lost ? .finWait2 : .closing, packet)
      self[sender].enter(.timeWait, packet)
    case .finWait1: self[sender].enter(.closing, packet)
    case .finWait2: self[sender].enter(.timeWait, packet)
    case .unknown, .synSent, .synReceived, .established: self[sender].enter(.closeWait, packet)
    default: break
    }
    switch self[peer].state {
    case .finWait1 where self[sender].has(.fin): break  // stays until it acknowledges in turn
    case .finWait1: self[peer].enter(.finWait2, packet)
    case .closing: self[peer].enter(.timeWait, packet)
    case .lastAck: self[peer].enter(.closed, packet)
    default: break
    }
  }

  private mutating func noteFinAcknowledgment(_ arrival: Arrival) {
    if arrival.sender.peer == firstCloser {
      teardown.firstFinAck = arrival.packet
    } else {
      teardown.secondFinAck = arrival.packet
    }
    teardown.end = arrival.time
  }

  // MARK: - RST (RFC 9293 §3.5.2, RFC 5961 §3.2)

  mutating func receiveReset(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    if self[.client].has(.finAcknowledged) && self[.server].has(.finAcknowledged) {
      note(.resetAfterClose, arrival.packet, &cold)
      return
    }
    guard !has(.reset) else { return }
    if let flaw = flaw(of: arrival) {
      if resetFlaw == nil { resetFlaw = flaw }
      if flaw == .offNextNumber { self[sender].facts.insert(.challenged) }
      note(.resetIgnored, arrival.packet, &cold)
      return
    }
    facts.insert(.reset)
    resetBy = sender
    teardown.reset = arrival.packet
    teardown.end = arrival.time
    if !has(.established) && (self[.client].has(.syn) || self[.server].has(.syn)) {
      noteRefusal(by: sender)
    }
    self[sender].enter(.closed, arrival.packet)
    if self[sender.peer].state != .unknown { self[sender.peer].enter(.closed, arrival.packet) }
  }

  /// An RST before the handshake was complete: of the server's a refusal, of the client's a change of mind.
  private mutating func noteRefusal(by sender: Side) {
    if sender == .server && !self[.server].has(.syn) {
      facts.insert(.refused)
    } else if sender == .client && self[.server].has(.syn) {
      facts.insert(.rejected)
    }
  }

  /// What keeps an RST from ending the connection; nil if it ends it.
  private mutating func flaw(of arrival: Arrival) -> ResetFlaw? {
    let sender = arrival.sender
    let receiver = sender.peer
    if self[receiver].state == .synSent && !self[sender].has(.syn) {
      let acknowledges =
        arrival.flags.contains(.ack) && self[receiver].initial < arrival.acknowledgment
        && arrival.acknowledgment <= self[receiver].initial + 1 + Int(handshake.synPayload)
      return acknowledges ? nil : .acknowledgesNothing
    }
    guard self[sender].has(.next) else { return nil }
    // The receiver expects a number between what it acknowledged and what was sent; where
    // exactly, the capture point cannot know while segments are under way.
    let expected =
      self[sender].has(.acknowledged) ? self[sender].acknowledged : self[sender].initial + 1
    if expected <= arrival.sequence && arrival.sequence <= self[sender].next { return nil }
    // Some hosts do not count their FIN when they reset after it.
    if self[sender].has(.finAcknowledged) && arrival.sequence == self[sender].finEnd - 1 {
      return nil
    }
    let window = Int(self[receiver].window) << Int(agreedScale(of: receiver) ?? 0)
    let offset = arrival.sequence.distance(from: expected)
    return offset > 0 && offset < window ? .offNextNumber : .outsideWindow
  }
}
