import SynfinWire

// What an end asked the other: whether it is there, or whether it meant what it said.

/// A keep-alive: its packet, and when it was sent.
struct KeepAlive: BitwiseCopyable {
  var packet: UInt64
  var time: Timestamp
}

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
    let question = cold.keepAlives[self[sender].keepAlive]
    // What is sent at once does not wait for an answer.
    let patience: Int64 = 200_000_000
    guard arrival.time.nanoseconds(since: question.time) >= patience else { return }
    note(.keepAliveUnanswered, question.packet, &cold)
  }

  /// Notes a keep-alive (RFC 9293 §3.8.4).
  mutating func noteKeepAlive(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    cause = .keepAlive
    self[sender].keepAlives &+= 1
    self[sender].facts.insert(.asks)
    let question = KeepAlive(packet: arrival.packet, time: arrival.time)
    if self[sender].keepAlive < 0 {
      self[sender].keepAlive = cold.keepAlives.insert(question)
    } else {
      cold.keepAlives[self[sender].keepAlive] = question
    }
  }
}
