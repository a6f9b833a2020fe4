import SynfinWire

// What an end asked the other: whether it is there, or whether it meant what it said.

extension Connection {
  /// Says of a keep-alive that nobody answered it, and of an acknowledgement that it is a challenge (RFC 5961 §3.2, §4.2).
  mutating func noteAnswer(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    let peer = sender.peer
    if self[sender].has(.asks) { noteSilence(arrival, &cold) }
    guard !self[peer].facts.isDisjoint(with: [.asks, .challenged]) else { return }
    self[peer].facts.remove(.asks)
    let isBare = arrival.payload == 0 && arrival.flags == .ack
    if self[peer].has(.challenged) && isBare { note(.challengeAck, arrival.packet, &cold) }
    self[peer].facts.remove(.challenged)
  }

  /// A keep-alive that its sender followed up before anything came back.
  private mutating func noteSilence(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    self[sender].facts.remove(.asks)
    let log = cold.repairs[self[sender].repairs]
    // What is sent at once does not wait for an answer.
    let patience: Int64 = 200_000_000
    guard arrival.time.nanoseconds(since: log.keepAliveTime) >= patience else { return }
    note(.keepAliveUnanswered, log.keepAlive, &cold)
  }

  /// Notes a keep-alive (RFC 9293 §3.8.4).
  mutating func noteKeepAlive(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    cause = .keepAlive
    self[sender].keepAlives &+= 1
    openRepairs(sender, &cold)
    self[sender].facts.insert(.asks)
    cold.repairs[self[sender].repairs].keepAlive = arrival.packet
    cold.repairs[self[sender].repairs].keepAliveTime = arrival.time
  }
}
