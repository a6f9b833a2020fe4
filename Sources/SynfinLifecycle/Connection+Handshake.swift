import SynfinWire

/// What is known of the opening of a connection.
struct Handshake: BitwiseCopyable {
  /// The last SYN before the SYN+ACK, the last SYN+ACK before the ACK, the ACK, and the server's SYN of a simultaneous
  /// open; 0 for none.
  var syn: UInt64 = 0
  var synAck: UInt64 = 0
  var ack: UInt64 = 0
  var serverSyn: UInt64 = 0
  var firstSynTime = Timestamp(nanoseconds: 0)
  var synTime = Timestamp(nanoseconds: 0)
  var firstSynAckTime = Timestamp(nanoseconds: 0)
  var synAckTime = Timestamp(nanoseconds: 0)
  var ackTime = Timestamp(nanoseconds: 0)
  var firstSynClock: UInt32 = 0
  var synClock: UInt32 = 0
  var firstSynAckClock: UInt32 = 0
  var synAckClock: UInt32 = 0
  /// When the SYN that the SYN+ACK answers was sent, and likewise for the SYN+ACK.
  var synIsAmbiguous = false
  var synAckIsAmbiguous = false
  var answeredSynTime = Timestamp(nanoseconds: 0)
  var answeredSynAckTime = Timestamp(nanoseconds: 0)
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

  // MARK: - SYN (RFC 9293 §3.5)

  private mutating func receivePureSyn(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    if self[sender].has(.syn) {
      // The tracker sends only SYNs with the same number here: a repeat.
      repeatSyn(arrival, &cold)
      return
    }
    noteStart(of: sender, arrival)
    self[sender].enter(.synSent, arrival.packet)
    if sender == .client {
      handshake.syn = arrival.packet
      handshake.firstSynTime = arrival.time
      handshake.synTime = arrival.time
      handshake.firstSynClock = arrival.segment.options.timestampValue
      handshake.synClock = arrival.segment.options.timestampValue
      handshake.synPayload = UInt16(truncatingIfNeeded: arrival.payload)
    } else {
      // RFC 9293 §3.5, figure 7: simultaneous open.
      facts.insert(.simultaneousOpen)
      handshake.serverSyn = arrival.packet
    }
  }

  private mutating func repeatSyn(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    self[sender].retransmissions &+= 1
    self[sender].flight.repeated(self[sender].initial, self[sender].initial + 1)
    note(.synRetry, arrival.packet, &cold)
    handshake.synRetries &+= 1
    if sender == .client && handshake.synAck == 0 {
      handshake.syn = arrival.packet
      handshake.synTime = arrival.time
      handshake.synClock = arrival.segment.options.timestampValue
    }
  }

  /// Takes the numbers and options of an end's first SYN or SYN+ACK.
  private mutating func noteStart(of side: Side, _ arrival: Arrival) {
    let options = arrival.segment.options
    self[side].facts.insert(.syn)
    self[side].initial = arrival.sequence
    self[side].raiseNext(to: arrival.sequence + 1)
    self[side].flight.sent(arrival.sequence + 1, at: arrival.time)
    if options.has(.maximumSegmentSize) {
      self[side].facts.insert(.offersMSS)
      self[side].maximumSegmentSize = options.maximumSegmentSize
    }
    if options.has(.windowScale) {
      self[side].facts.insert(.offersWindowScale)
      // RFC 7323 §2.3: more than 14 counts as 14.
      self[side].windowScale = min(options.windowScale, 14)
    }
    if options.has(.sackPermitted) { self[side].facts.insert(.offersSACK) }
    if options.has(.timestamps) { self[side].facts.insert(.offersTimestamps) }
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
    }
    if self[sender].state != .synReceived && !has(.established) {
      firstSynAck(arrival)
    } else if sender == .server {
      repeatSynAck(arrival, &cold)
    }
  }

  /// Whether a number acknowledges the SYN of an end; any does if that SYN was not captured.
  private func acknowledgesSyn(of side: Side, _ number: SequenceNumber) -> Bool {
    guard self[side].has(.syn) else { return true }
    return self[side].initial < number && number <= highestSent(side)
  }

  /// The number after the last octet that an end may have sent: `next`, or the data of its SYN.
  private func highestSent(_ side: Side) -> SequenceNumber {
    let afterSyn = self[side].initial + 1 + (side == .client ? Int(handshake.synPayload) : 0)
    return self[side].has(.next) && afterSyn < self[side].next ? self[side].next : afterSyn
  }

  private mutating func firstSynAck(_ arrival: Arrival) {
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
      // RFC 7413 §4.2: the data in the SYN was taken.
      facts.insert([.fastOpen, .synAckExact])
    }
    handshake.synAck = arrival.packet
    handshake.firstSynAckTime = arrival.time
    handshake.synAckTime = arrival.time
    handshake.firstSynAckClock = arrival.segment.options.timestampValue
    handshake.synAckClock = arrival.segment.options.timestampValue
    findAnsweredSyn(arrival)
  }

  /// Which SYN the SYN+ACK answers: the only one, or the one whose clock it echoes (RFC 7323 §3).
  private mutating func findAnsweredSyn(_ arrival: Arrival) {
    handshake.answeredSynTime = handshake.synTime
    guard handshake.synRetries > 0 else { return }
    let options = arrival.segment.options
    if options.has(.timestamps) && handshake.firstSynClock != handshake.synClock {
      if options.timestampEchoReply == handshake.synClock { return }
      if options.timestampEchoReply == handshake.firstSynClock {
        handshake.answeredSynTime = handshake.firstSynTime
        return
      }
    }
    handshake.synIsAmbiguous = true
  }

  private mutating func repeatSynAck(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    self[sender].retransmissions &+= 1
    self[sender].flight.repeated(self[sender].initial, self[sender].initial + 1)
    handshake.synAckRetries &+= 1
    note(.synAckRetry, arrival.packet, &cold)
    if handshake.ack == 0 {
      handshake.synAck = arrival.packet
      handshake.synAckTime = arrival.time
      handshake.synAckClock = arrival.segment.options.timestampValue
    } else {
      self[sender].facts.insert(.repeatedSynAckLate)
    }
  }

  // MARK: - ACK

  /// The third segment, or data in its place: the sender acknowledges the peer's SYN.
  mutating func completeHandshake(_ arrival: Arrival) {
    guard !has(.established) else { return }
    let sender = arrival.sender
    let peer = sender.peer
    if self[peer].has(.syn) {
      guard acknowledgesSyn(of: peer, arrival.acknowledgment) else { return }
      // A server that sent its SYN+ACK may send data before the third segment (RFC 7413 §4.2):
      // that proves nothing new of either end.
      let isAnswer = sender == .server && !has(.simultaneousOpen)
      guard !isAnswer || !self[.server].has(.syn) else { return }
    } else {
      // The SYN+ACK was not captured: that the client acknowledges proves that it had one.
      guard sender == .client, self[.client].has(.syn) else { return }
    }
    facts.insert(.established)
    if sender == .client || has(.simultaneousOpen) { noteFinalAcknowledgment(arrival) }
    self[sender].enter(.established, arrival.packet)
    self[peer].enter(.established, arrival.packet)
  }

  private mutating func noteFinalAcknowledgment(_ arrival: Arrival) {
    handshake.ack = arrival.packet
    handshake.ackTime = arrival.time
    let peer = arrival.sender.peer
    if self[peer].has(.syn), arrival.acknowledgment == self[peer].initial + 1 {
      facts.insert(.ackExact)
    }
    findAnsweredSynAck(arrival)
  }

  private mutating func findAnsweredSynAck(_ arrival: Arrival) {
    handshake.answeredSynAckTime = handshake.synAckTime
    guard handshake.synAckRetries > 0 else { return }
    let options = arrival.segment.options
    if options.has(.timestamps) && handshake.firstSynAckClock != handshake.synAckClock {
      if options.timestampEchoReply == handshake.synAckClock { return }
      if options.timestampEchoReply == handshake.firstSynAckClock {
        handshake.answeredSynAckTime = handshake.firstSynAckTime
        return
      }
    }
    handshake.synAckIsAmbiguous = true
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
