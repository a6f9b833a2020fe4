import SynfinWire

extension Connection {
  /// Takes the acknowledgement of a segment: of the peer's SYN, its data, its FIN.
  mutating func receiveAcknowledgment(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    let peer = sender.peer
    if !arrival.flags.contains(.syn) {
      if !has(.established) { completeHandshake(arrival) }
      // Beyond the client's ACK itself, whatever an end sends after the handshake confirms it.
      if has(.established) || sender == .client { self[sender].facts.insert(.confirmed) }
    }
    guard fits(arrival, &cold) else { return }
    readAcknowledgment(arrival, &cold)
    countDuplicateAcknowledgment(arrival, &cold)
    noteGap(arrival, &cold)
    advance(arrival, &cold)
    inferEstablished(arrival)
    if self[peer].has(.fin), self[peer].finEnd <= arrival.acknowledgment {
      acknowledgeFin(arrival)
    }
  }

  /// Whether an acknowledgement can be meant for what an end sent.
  private mutating func fits(_ arrival: Arrival, _ cold: inout ColdStorage) -> Bool {
    let peer = arrival.sender.peer
    return !self[peer].has(.next) || isNear(arrival.acknowledgment, of: peer)
      || follows(arrival.acknowledgment, of: peer, arrival, &cold)
  }

  /// RFC 5681 §2: nothing new acknowledged, no data, same window, while data are outstanding.
  private mutating func countDuplicateAcknowledgment(
    _ arrival: Arrival, _ cold: inout ColdStorage
  ) {
    let sender = arrival.sender
    let peer = sender.peer
    guard arrival.payload == 0, arrival.flags.isDisjoint(with: [.syn, .fin]),
      self[peer].has(.acknowledged), self[peer].acknowledged == arrival.acknowledgment,
      self[peer].acknowledged < self[peer].next, self[sender].packets > 1,
      self[sender].window == arrival.segment.window, !isProbe(arrival)
    else { return }
    self[sender].duplicateAcks &+= 1
    noteDuplicateAcknowledgment(arrival, &cold)
  }

  /// Octets acknowledged that the capture never saw: a gap of the capture, not a loss on the network.
  private mutating func noteGap(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let peer = arrival.sender.peer
    guard self[peer].has(.next) else {
      // The peer was never seen: its numbers begin with what is acknowledged first.
      self[peer].initial = arrival.acknowledgment - 1
      self[peer].next = arrival.acknowledgment
      self[peer].facts.insert(.next)
      return
    }
    if self[peer].has(.damagedRun) { takeDamagedRun(of: peer, to: arrival.acknowledgment, &cold) }
    guard self[peer].next < arrival.acknowledgment else { return }
    if isAnswerToKeepAlive(arrival) {
      self[peer].next = arrival.acknowledgment
      self[peer].initial = arrival.acknowledgment - 1
      return
    }
    if self[peer].has(.probed) && arrival.acknowledgment == self[peer].next + 1 {
      // The octet of a zero-window probe was taken after all (RFC 9293 §3.8.6.1).
      self[peer].facts.remove(.probed)
      self[peer].next = arrival.acknowledgment
      self[peer].uniquePayloadBytes &+= 1
      return
    }
    self[peer].facts.remove(.probed)
    addHole(peer, to: arrival.acknowledgment, arrival, &cold)
    note(.missedByCapture, arrival.packet, &cold)
    self[peer].next = arrival.acknowledgment
  }

  /// Octets that the capture has in damaged segments alone, and that the peer acknowledged: it was the capture that
  /// came before the checksum, or somebody changed the packets afterwards.
  private mutating func takeDamagedRun(
    of side: Side, to limit: SequenceNumber, _ cold: inout ColdStorage
  ) {
    let start = self[side].damagedStart
    let end = self[side].damagedEnd < limit ? self[side].damagedEnd : limit
    guard start < end else { return }
    self[side].damagedStart = end
    if end == self[side].damagedEnd { self[side].facts.remove(.damagedRun) }
    var taken = 0
    if self[side].ranges >= 0 {
      taken = cold.ranges[self[side].ranges].fill(start, end).octets
      if cold.ranges[self[side].ranges].isEmpty { releaseRanges(side, &cold) }
    }
    if start <= self[side].next && self[side].next < end {
      taken += end.distance(from: self[side].next)
      self[side].next = end
    }
    guard taken > 0 else { return }
    self[side].uniquePayloadBytes &+= UInt64(taken)
    self[side].facts.insert(.damageDenied)
  }

  /// Whether the capture began with a keep-alive, which is one octet behind (RFC 9293 §3.8.4), and its answer.
  private mutating func isAnswerToKeepAlive(_ arrival: Arrival) -> Bool {
    let peer = arrival.sender.peer
    return !has(.startSeen) && !self[peer].has(.syn) && self[peer].uniquePayloadBytes == 0
      && !self[peer].has(.acknowledged) && arrival.acknowledgment == self[peer].initial + 2
  }

  /// Notes how far an acknowledgement goes, and how long it took.
  @inline(__always)
  mutating func advance(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    let peer = sender.peer
    self[sender].facts.insert(.acknowledges)
    if let sent = self[peer].flight.acknowledge(arrival.acknowledgment) {
      self[peer].roundTripTime.add(
        arrival.time.nanoseconds(since: sent),
        isOfWay: arrival.payload == 0 || arrival.flags.contains(.syn), &cold.histograms)
    }
    if !self[peer].has(.acknowledged) || self[peer].acknowledged < arrival.acknowledgment {
      noteDelivery(to: arrival.acknowledgment, of: peer, at: arrival.time)
      timeEcho(arrival, &cold)
      self[peer].acknowledged = arrival.acknowledgment
      self[peer].facts.insert(.acknowledged)
      self[peer].timerStart = arrival.time
      self[peer].unansweredRepeats = 0
    }
  }

  /// Times the echo of the peer's clock in an acknowledgement of something new (RFC 7323 §4.1).
  @inline(__always)
  private mutating func timeEcho(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let peer = arrival.sender.peer
    guard arrival.segment.options.has(.timestamps),
      let sent = self[peer].clockFlight.echoed(arrival.segment.options.timestampEchoReply)
    else { return }
    self[peer].clockRoundTripTime.add(
      arrival.time.nanoseconds(since: sent), isOfWay: false, &cold.histograms)
  }
}
