import SynfinWire

// The ordinary segment: behind the opening, data that come in order, an acknowledgement of them, the close of an end,
// and nothing that anybody would remark. Most segments are ordinary. They are recognised first, and then take the few
// steps of the long way that change anything; a segment that is not recognised takes all of them and comes to the same.

extension Connection {
  /// Takes a segment if it is ordinary; false if it is not, and then nothing has changed.
  mutating func takeOrdinary(_ arrival: Arrival, _ cold: inout ColdStorage) -> Bool {
    guard isOrdinary(arrival), self[arrival.sender].recent.note(arrival) == nil else {
      return false
    }
    let sender = arrival.sender
    countWhole(arrival)
    noteLabelNumbers(arrival)
    self[sender].facts.formUnion(arrival.segment.checksum.factsOfGood)
    if !has(.established) { completeHandshake(arrival) }
    self[sender].facts.insert([.confirmed, .acknowledges])
    advance(arrival, &cold)
    if self[sender.peer].has(.fin), self[sender.peer].finEnd <= arrival.acknowledgment {
      acknowledgeFin(arrival)
    }
    if arrival.payload > 0 {
      takeData(arrival, &cold)
    } else {
      completeness |= 4
    }
    if arrival.flags.contains(.fin) {
      completeness |= 16
      receiveFin(arrival, &cold)
    }
    noteWindow(arrival)
    noteClock(arrival)
    return true
  }

  /// Takes the payload of an ordinary segment.
  @inline(never)
  private mutating func takeData(_ arrival: Arrival, _ cold: inout ColdStorage) {
    completeness |= 8
    countPayload(arrival)
    receiveNew(arrival.sequence, arrival.sequence + arrival.payload, arrival, &cold)
    noteSize(arrival)
    noteTransfer(arrival)
  }

  // MARK: - What is ordinary

  /// Whether a segment is ordinary, but for its likes.
  ///
  /// Never inline: what is to be done then needs all registers.
  @inline(never)
  private mutating func isOrdinary(_ arrival: Arrival) -> Bool {
    isPlain(arrival) && isInOrder(arrival) && drawsNoRemark(arrival)
  }

  /// Whether nothing but ACK, PSH and FIN is set, the segment is intact, and both ends are where it can be ordinary.
  @inline(__always)
  private mutating func isPlain(_ arrival: Arrival) -> Bool {
    let sender = arrival.sender
    let peer = sender.peer
    return arrival.flags.subtracting([.psh, .fin]) == .ack && arrival.segment.window != 0
      && arrival.segment.options.kinds.isSubset(of: .timestamps) && isIntact(arrival)
      && !has(.reset) && (has(.established) || isThird(arrival))
      && self[sender].facts.intersection(.ofNoOrdinary.union(.next)) == .next
      && self[peer].facts.intersection(.ofNoOrdinary.union(.next)) == .next
      && self[peer].repairs < 0
      && (!self[sender].has(.fin) || arrival.segment.sequenceLength == 0)
  }

  /// Whether a segment came whole, undamaged and in order of time.
  @inline(__always)
  mutating func isIntact(_ arrival: Arrival) -> Bool {
    arrival.segment.checksum != .wrong && !arrival.hasDamagedHeader && arrival.fragments == 0
      && last <= arrival.time && shadow < 0
  }

  /// Whether a segment is the third of the opening, or stands in its place.
  @inline(__always)
  private mutating func isThird(_ arrival: Arrival) -> Bool {
    arrival.sender == .client && has(.startSeen) && self[.client].has(.syn)
      && self[.server].has(.syn) && arrival.sequence == self[.client].initial + 1
  }

  /// Whether a segment begins where the last one ended, and acknowledges what was seen, and something new if it is bare.
  @inline(__always)
  private mutating func isInOrder(_ arrival: Arrival) -> Bool {
    let sender = arrival.sender
    let peer = sender.peer
    return arrival.sequence == self[sender].next
      && isNear(arrival.acknowledgment, of: peer)
      && firstUnacknowledged(of: peer) <= arrival.acknowledgment
      && arrival.acknowledgment <= self[peer].next
      && (arrival.segment.sequenceLength > 0 || !self[peer].has(.acknowledged)
        || arrival.acknowledgment != self[peer].acknowledged)
  }

  // MARK: - Labels

  /// Whether the rules of the labels (see `Connection+Analysis.swift`) have nothing to say of a segment in order.
  @inline(__always)
  private mutating func drawsNoRemark(_ arrival: Arrival) -> Bool {
    let sender = arrival.sender
    let peer = sender.peer
    let acknowledgment = arrival.acknowledgment.rawValue
    let reach = self[peer].analysis.maximumContiguous
    guard self[sender].analysis.hasStart, self[peer].analysis.hasStart,
      self[sender].analysis.next != 0,
      self[sender].analysis.next == arrival.sequence.rawValue,
      self[peer].analysis.window != 0,
      reach == 0 || !isAfter(acknowledgment, reach)
    else { return false }
    guard arrival.payload > 0 else {
      return arrival.flags.contains(.fin)
        || acknowledgment != self[sender].analysis.lastAcknowledgment
    }
    let end = arrival.sequence.rawValue &+ UInt32(truncatingIfNeeded: arrival.payload)
    let answered = self[peer].analysis.lastAcknowledgment
    return (answered == 0 || isAfter(end, answered)) && windowEdge(of: peer) != end
  }

  /// What the rules of the labels remember of an ordinary segment: what `remember` does, where most is known.
  @inline(__always)
  private mutating func noteLabelNumbers(_ arrival: Arrival) {
    let sender = arrival.sender
    let acknowledgment = arrival.acknowledgment.rawValue
    if acknowledgment != self[sender].analysis.lastAcknowledgment {
      self[sender].analysis.duplicates = 0
      self[sender].analysis.lastAcknowledgment = acknowledgment
    }
    if arrival.segment.sequenceLength > 0 {
      self[sender].analysis.next = arrival.segment.endSequenceNumber.rawValue
      self[sender].analysis.nextTime = arrival.time
    }
    let reach = self[sender].analysis.maximumContiguous
    if reach == 0 || reach == arrival.sequence.rawValue {
      self[sender].analysis.maximumContiguous = self[sender].analysis.next
    }
    self[sender].analysis.window = Int32(arrival.segment.window)
    self[sender].analysis.windowIsOfSyn = false
    self[sender].analysis.lastAcknowledgmentTime = arrival.time
    self[sender].analysis.labels = []
    self[sender].analysis.multipathSubtypes = 0
    if labelRoundTrip < 0 { noteLabelRoundTrip(arrival) }
  }
}

extension Endpoint.Facts {
  /// What makes a segment anything but ordinary.
  static let ofNoOrdinary: Endpoint.Facts = [
    .asks, .challenged, .probed, .damagedRun, .windowClosed,
  ]
}

extension ChecksumStatus {
  /// What an intact segment with this status tells of its sender.
  @inline(__always)
  var factsOfGood: Endpoint.Facts {
    switch self {
    case .correct: .goodChecksum
    case .offloaded: [.goodChecksum, .offloadedChecksum]
    case .unverified, .absent, .wrong: []
    }
  }
}
