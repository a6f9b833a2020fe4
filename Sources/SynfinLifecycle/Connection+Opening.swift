import SynfinWire

// The opening as most connections have it: a SYN, and a SYN+ACK that acknowledges it, each once and without data. Like
// ordinary segments these two are recognised first, and take the few steps of the long way that change anything.

extension Connection {
  /// Takes a SYN or a SYN+ACK if it opens the connection as usual; false if it does not, and then nothing has changed.
  mutating func takeOpening(_ arrival: Arrival, _ cold: inout ColdStorage) -> Bool {
    guard isUsual(arrival), self[arrival.sender].recent.note(arrival) == nil else { return false }
    let sender = arrival.sender
    countWhole(arrival)
    noteLabelStart(arrival)
    self[sender].facts.formUnion(arrival.segment.checksum.factsOfGood)
    if sender == .client {
      completeness |= 1
      firstSyn(arrival)
    } else {
      completeness |= 2
      firstSynAck(arrival)
      advance(arrival, &cold)
    }
    noteWindow(arrival)
    noteClock(arrival)
    return true
  }

  /// Whether a segment without data is the first of an end of which nothing else is known, and has its place there.
  @inline(__always)
  private mutating func isUsual(_ arrival: Arrival) -> Bool {
    guard isIntact(arrival), facts == .startSeen, arrival.payload == 0,
      self[arrival.sender].facts.isEmpty, self[arrival.sender].packets == 0,
      !self[arrival.sender].analysis.hasStart
    else { return false }
    let flags = arrival.flags.subtracting([.ece, .cwr])
    if arrival.sender == .client {
      return flags == .syn && arrival.packet == firstPacket && self[.server].facts.isEmpty
        && !arrival.segment.options.has(.fastOpen)
    }
    return flags == [.syn, .ack] && arrival.segment.options.sackCount == 0
      && answersSyn(arrival)
  }

  /// Whether a SYN+ACK acknowledges the only SYN, which had no data, and is the first that anybody acknowledges.
  @inline(__always)
  private mutating func answersSyn(_ arrival: Arrival) -> Bool {
    self[.client].state == .synSent && self[.client].repairs < 0 && handshake.synPayload == 0
      && self[.client].facts.intersection(.ofNoOrdinary.union([.syn, .next, .acknowledged]))
        == [.syn, .next]
      && arrival.acknowledgment == self[.client].next
      && arrival.acknowledgment == self[.client].initial + 1
  }
}
