import SynfinWire

/// What is known of the opening of a connection.
struct Handshake: BitwiseCopyable {
  /// The last SYN before the SYN+ACK, the last SYN+ACK before the ACK, the ACK, and the server's SYN of a simultaneous
  /// open; 0 for none.
  var syn: UInt64 = 0
  var synAck: UInt64 = 0
  var ack: UInt64 = 0
  var serverSyn: UInt64 = 0
  var synTime = Timestamp(nanoseconds: 0)
  var firstSynAckTime = Timestamp(nanoseconds: 0)
  var synAckTime = Timestamp(nanoseconds: 0)
  var ackTime = Timestamp(nanoseconds: 0)
  var firstSynClock: UInt32 = 0
  var synClock: UInt32 = 0
  var firstSynAckClock: UInt32 = 0
  var synAckClock: UInt32 = 0
  /// Whether it is uncertain which SYN the SYN+ACK answers, and likewise which SYN+ACK the ACK.
  var synIsAmbiguous = false
  var synAckIsAmbiguous = false
  var synRetries: UInt16 = 0
  var synAckRetries: UInt16 = 0
  var synPayload: UInt16 = 0
}

extension Connection {
  mutating func receiveSyn(_ arrival: Arrival, _ cold: inout ColdStorage) {
    if arrival.flags.contains(.ack) {
      receiveSynAck(arrival, &cold)
    } else {
      receivePureSyn(arrival, &cold)
    }
  }

  /// Whether a segment before the handshake's end cannot be part of it: its receiver drops it, or answers with an
  /// RST that is not for this connection (RFC 9293 §3.10.7.3, and §3.5.1 with figure 9).
  mutating func isOutOfPlace(_ arrival: Arrival) -> Bool {
    guard has(.startSeen), !arrival.isPureSyn else { return false }
    if arrival.flags.isSynAck {
      return !acknowledgesSyn(of: arrival.sender.peer, arrival.acknowledgment)
    }
    guard arrival.sender == .client else { return isStranger(arrival) }
    // A client far ahead of its SYN has gone on while the capture lost packets.
    let offset = arrival.sequence.distance(from: self[.client].initial)
    return !(0..<1 << 29).contains(offset)
  }

  // MARK: - SYN (RFC 9293 §3.5)

  private mutating func receivePureSyn(_ arrival: Arrival, _ cold: inout ColdStorage) {
    if self[arrival.sender].has(.syn) {
      // The tracker sends only SYNs with the same number here: a repeat.
      repeatSyn(arrival, &cold)
    } else {
      firstSyn(arrival)
    }
  }

  /// The first SYN of an end.
  @inline(__always)
  mutating func firstSyn(_ arrival: Arrival) {
    let sender = arrival.sender
    noteStart(of: sender, arrival)
    self[sender].enter(.synSent, arrival.packet)
    if sender == .client {
      handshake.syn = arrival.packet
      handshake.synTime = arrival.time
      handshake.firstSynClock = arrival.segment.options.timestampValue
      handshake.synClock = arrival.segment.options.timestampValue
      handshake.synPayload = UInt16(truncatingIfNeeded: arrival.payload)
      if arrival.segment.options.has(.fastOpen) { facts.insert(.synOffersFastOpen) }
    } else {
      // RFC 9293 §3.5, figure 7: simultaneous open.
      facts.insert(.simultaneousOpen)
      handshake.serverSyn = arrival.packet
    }
  }

  private mutating func repeatSyn(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    let start = self[sender].initial
    self[sender].flight.repeated(from: start)
    countRepeat(.syn, start, start + 1, arrival, &cold)
    handshake.synRetries &+= 1
    if has(.refused) && sender == .client { takeRefusalBack() }
    if sender == .client && handshake.synAck == 0 {
      handshake.syn = arrival.packet
      handshake.synTime = arrival.time
      handshake.synClock = arrival.segment.options.timestampValue
    }
  }

  /// Takes the numbers and options of an end's first SYN or SYN+ACK.
  @inline(__always)
  private mutating func noteStart(of side: Side, _ arrival: Arrival) {
    self[side].facts.insert(.syn)
    self[side].initial = arrival.sequence
    self[side].raiseNext(to: arrival.sequence + 1)
    self[side].flight.sent(arrival.sequence + 1, at: arrival.time)
    if arrival.segment.options.has(.maximumSegmentSize) {
      self[side].facts.insert(.offersMSS)
      self[side].maximumSegmentSize = arrival.segment.options.maximumSegmentSize
    }
    if arrival.segment.options.has(.windowScale) {
      self[side].facts.insert(.offersWindowScale)
      // RFC 7323 §2.3: more than 14 counts as 14.
      self[side].windowScale = min(arrival.segment.options.windowScale, 14)
    }
    if arrival.segment.options.has(.sackPermitted) { self[side].facts.insert(.offersSACK) }
    if arrival.segment.options.has(.timestamps) { self[side].facts.insert(.offersTimestamps) }
  }

  // MARK: - SYN+ACK

  private mutating func receiveSynAck(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    let peer = sender.peer
    guard acknowledgesSyn(of: peer, arrival.acknowledgment) else { return }
    if self[sender].has(.syn) && arrival.sequence != self[sender].initial {
      // A server that lost its memory answers a repeated SYN with a new number; once the
      // handshake is done such a segment is out of place.
      guard !has(.established) else { return }
      self[sender].facts.remove([.syn, .next])
      self[sender].flight = Flight()
      if self[sender].ranges >= 0 { releaseRanges(sender, &cold) }
    }
    if has(.established) && !self[sender].has(.syn) && sender == .server {
      lateSynAck(arrival)
    } else if !has(.established) && (self[sender].state != .synReceived || !self[sender].has(.syn))
    {
      firstSynAck(arrival)
    } else if sender == .server {
      repeatSynAck(arrival, &cold)
    }
  }

  /// Whether a number acknowledges the SYN of an end; any does if that SYN was not captured.
  private mutating func acknowledgesSyn(of side: Side, _ number: SequenceNumber) -> Bool {
    guard self[side].has(.syn) else { return true }
    return self[side].initial < number && number <= highestSent(side)
  }

  /// The number after the last octet that an end may have sent: `next`, or the data of its SYN.
  private mutating func highestSent(_ side: Side) -> SequenceNumber {
    let afterSyn = self[side].initial + 1 + (side == .client ? Int(handshake.synPayload) : 0)
    return self[side].has(.next) && afterSyn < self[side].next ? self[side].next : afterSyn
  }

  /// The first SYN+ACK, recorded behind the ACK that answers it.
  private mutating func lateSynAck(_ arrival: Arrival) {
    let acknowledged = self[.server].initial
    noteStart(of: .server, arrival)
    handshake.synAck = arrival.packet
    handshake.synAckTime = arrival.time
    handshake.firstSynAckTime = arrival.time
    if arrival.acknowledgment == self[.client].initial + 1 { facts.insert(.synAckExact) }
    if acknowledged == arrival.sequence { facts.insert(.ackExact) }
    judgeAnsweredSyn(arrival)
  }

  /// The first SYN+ACK of an end, before the handshake is complete.
  mutating func firstSynAck(_ arrival: Arrival) {
    let sender = arrival.sender
    let peer = sender.peer
    if !self[sender].has(.syn) { noteStart(of: sender, arrival) }
    if !self[peer].has(.syn) {
      // The answer proves that the peer asked.
      self[peer].initial = arrival.acknowledgment - 1
      self[peer].enter(.synSent, arrival.packet)
    }
    self[sender].enter(.synReceived, arrival.packet)
    // Only the server's counts; a client that sends one too takes part in a simultaneous open.
    guard sender == .server || handshake.synAck == 0 else { return }
    if arrival.acknowledgment == self[peer].initial + 1 {
      facts.insert(.synAckExact)
    } else if handshake.synPayload > 0 {
      // The data in the SYN was taken: RFC 7413 §4.2, or just RFC 9293 §3.4.
      facts.insert([.synDataTaken, .synAckExact])
    }
    handshake.synAck = arrival.packet
    handshake.firstSynAckTime = arrival.time
    handshake.synAckTime = arrival.time
    handshake.firstSynAckClock = arrival.segment.options.timestampValue
    handshake.synAckClock = arrival.segment.options.timestampValue
    judgeAnsweredSyn(arrival)
  }

  /// Whether the SYN+ACK answers the last SYN for certain: it is the only one, or its clock is echoed.
  ///
  /// An older clock decides nothing: a server that answered before, unheard, goes on echoing it (RFC 7323 §4.3).
  private mutating func judgeAnsweredSyn(_ arrival: Arrival) {
    guard handshake.synRetries > 0 else { return }
    let options = arrival.segment.options
    let isAnswerToLast =
      options.has(.timestamps) && handshake.firstSynClock != handshake.synClock
      && options.timestampEchoReply == handshake.synClock
    handshake.synIsAmbiguous = !isAnswerToLast
  }

  private mutating func repeatSynAck(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    let start = self[sender].initial
    self[sender].flight.repeated(from: start)
    handshake.synAckRetries &+= 1
    countRepeat(.synAck, start, start + 1, arrival, &cold)
    if handshake.ack == 0 {
      handshake.synAck = arrival.packet
      handshake.synAckTime = arrival.time
      handshake.synAckClock = arrival.segment.options.timestampValue
    } else {
      self[sender].facts.insert(.repeatedSynAckLate)
    }
  }

  // MARK: - ACK

  /// The third segment, or data in its place: the sender acknowledges the peer's SYN; only before `established`.
  mutating func completeHandshake(_ arrival: Arrival) {
    guard !has(.reset) || has(.refused), provesHandshake(arrival) else { return }
    let sender = arrival.sender
    if has(.refused) { takeRefusalBack() }
    facts.insert(.established)
    if sender == .client || has(.simultaneousOpen) { noteFinalAcknowledgment(arrival) }
    for side in [sender, sender.peer] where self[side].state.isOpening {
      self[side].enter(.established, arrival.packet)
    }
  }

  /// Whether a segment shows that its sender knows the peer's SYN, and so that both are connected.
  private mutating func provesHandshake(_ arrival: Arrival) -> Bool {
    let sender = arrival.sender
    if sender == .client || has(.simultaneousOpen) {
      // Where the SYN+ACK was not captured, that the client acknowledges proves that it had one.
      return self[sender.peer].has(.syn)
        ? acknowledgesSyn(of: sender.peer, arrival.acknowledgment) : self[sender].has(.syn)
    }
    guard self[.server].has(.syn) else {
      return self[.client].has(.syn) && acknowledgesSyn(of: .client, arrival.acknowledgment)
    }
    // A server that takes or sends data has seen the third segment, captured or not (RFC 9293
    // §3.10.2, §3.10.7.4), except for the data of Fast Open (RFC 7413 §4.2).
    let synEnd = self[.client].initial + 1 + Int(handshake.synPayload)
    let sends = arrival.payload > 0 || arrival.flags.contains(.fin)
    return synEnd < arrival.acknowledgment || (sends && handshake.synPayload == 0)
  }

  /// The client went on after an RST had answered its SYN: it cannot have closed.
  private mutating func takeRefusalBack() {
    guard !self[.client].has(.fin), !self[.server].has(.fin) else { return }
    facts.remove([.refused, .reset])
    teardown.reset = 0
    for side in [Side.client, .server] { self[side].takeBack(.closed) }
    if self[.server].has(.syn) { self[.server].enter(.synReceived, handshake.synAck) }
  }

  /// Notes the third segment; what comes further on in the stream shows that there was one, but is none.
  private mutating func noteFinalAcknowledgment(_ arrival: Arrival) {
    let sent = arrival.sequence.distance(from: self[arrival.sender].initial)
    guard (1...1 + Int(handshake.synPayload)).contains(sent) || has(.simultaneousOpen) else {
      return
    }
    handshake.ack = arrival.packet
    handshake.ackTime = arrival.time
    let peer = arrival.sender.peer
    if self[peer].has(.syn), arrival.acknowledgment == self[peer].initial + 1 {
      facts.insert(.ackExact)
    }
    judgeAnsweredSynAck(arrival)
  }

  private mutating func judgeAnsweredSynAck(_ arrival: Arrival) {
    guard handshake.synAckRetries > 0 else { return }
    let options = arrival.segment.options
    let isAnswerToLast =
      options.has(.timestamps) && handshake.firstSynAckClock != handshake.synAckClock
      && options.timestampEchoReply == handshake.synAckClock
    handshake.synAckIsAmbiguous = !isAnswerToLast
  }

  /// Mid-stream: the first acknowledged segments in each direction make both ends ESTABLISHED.
  mutating func inferEstablished(_ arrival: Arrival) {
    guard !has(.established), !has(.startSeen), self[.client].state == .unknown,
      self[.server].state == .unknown, self[.client].has(.acknowledges),
      self[.server].has(.acknowledges)
    else { return }
    facts.insert(.established)
    self[.client].enter(.established, arrival.packet)
    self[.server].enter(.established, arrival.packet)
  }
}
