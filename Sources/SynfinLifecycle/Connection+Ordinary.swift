import SynfinWire

// The ordinary segment: in the middle of a connection, data that come in order, or a bare acknowledgement of data, and
// nothing that anybody would remark. Most segments are ordinary. They are recognised first, and then take the few steps
// of the long way that change anything; a segment that is not recognised takes all of them and comes to the same.

extension Connection {
  /// Takes a segment if it is ordinary; false if it is not, and then nothing has changed.
  mutating func takeOrdinary(_ arrival: Arrival, _ cold: inout ColdStorage) -> Bool {
    guard isOpen(arrival), isInOrder(arrival), drawsNoRemark(arrival),
      self[arrival.sender].recent.note(arrival) == nil
    else { return false }
    count(arrival, &cold)
    noteLabelNumbers(arrival)
    let sender = arrival.sender
    self[sender].facts.formUnion(arrival.segment.checksum.factsOfGood)
    self[sender].facts.insert([.confirmed, .acknowledges])
    advance(arrival, &cold)
    if arrival.payload > 0 {
      receiveNew(arrival.sequence, arrival.sequence + arrival.payload, arrival, &cold)
      noteSize(arrival)
      noteTransfer(arrival)
    }
    updateWindow(arrival, &cold)
    noteClock(arrival)
    return true
  }

  /// Whether both ends are in the middle of the connection, and nothing but ACK and PSH is set.
  @inline(__always)
  private mutating func isOpen(_ arrival: Arrival) -> Bool {
    let sender = arrival.sender
    return arrival.flags.subtracting(.psh) == .ack && arrival.segment.window != 0
      && arrival.segment.options.kinds.isSubset(of: .timestamps)
      && arrival.segment.checksum != .wrong && !arrival.hasDamagedHeader
      && arrival.fragments == 0 && last <= arrival.time && shadow < 0
      && facts.intersection([.established, .reset]) == .established
      && self[sender].facts.intersection(.ofNoOrdinary.union(.next)) == .next
      && self[sender.peer].facts.intersection(.ofNoOrdinary.union([.next, .acknowledged]))
        == [.next, .acknowledged]
      && self[sender.peer].repairs < 0
  }

  /// Whether a segment begins where the last one ended, and acknowledges what was seen, and something new if it is bare.
  @inline(__always)
  private mutating func isInOrder(_ arrival: Arrival) -> Bool {
    let sender = arrival.sender
    let peer = sender.peer
    return arrival.sequence == self[sender].next
      && self[peer].acknowledged <= arrival.acknowledgment
      && arrival.acknowledgment <= self[peer].next
      && (arrival.payload > 0 || arrival.acknowledgment != self[peer].acknowledged)
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
      return acknowledgment != self[sender].analysis.lastAcknowledgment
    }
    let end = arrival.sequence.rawValue &+ UInt32(truncatingIfNeeded: arrival.payload)
    let answered = self[peer].analysis.lastAcknowledgment
    return (answered == 0 || isAfter(end, answered)) && windowEdge(of: peer) != end
  }

  /// What the rules of the labels remember of an ordinary segment.
  @inline(__always)
  private mutating func noteLabelNumbers(_ arrival: Arrival) {
    let sender = arrival.sender
    if arrival.acknowledgment.rawValue != self[sender].analysis.lastAcknowledgment {
      self[sender].analysis.duplicates = 0
    }
    remember(arrival, [])
  }
}

extension Endpoint.Facts {
  /// What makes a segment anything but ordinary.
  fileprivate static let ofNoOrdinary: Endpoint.Facts = [
    .fin, .asks, .challenged, .probed, .damagedRun, .windowClosed,
  ]
}

extension ChecksumStatus {
  /// What an intact segment with this status tells of its sender.
  var factsOfGood: Endpoint.Facts {
    switch self {
    case .correct: .goodChecksum
    case .offloaded: [.goodChecksum, .offloadedChecksum]
    case .unverified, .absent, .wrong: []
    }
  }
}
