import SynfinWire

// The short way from a journal to a record: a connection that opened as usual (see `Connection+Opening.swift`), in which
// every further segment was ordinary (see `Connection+Ordinary.swift`), and that perhaps ended with an RST. What a
// `Connection` has to work out of segments that may be anything is plain there; a journal that says anything else is
// replayed, which comes to the same for plain ones and takes longer for it.

/// A connection of which each segment was what everybody would have expected.
///
/// Segments are passed `inout`, though nobody changes them: they are large, and would be copied.
struct PlainConnection {
  var client = PlainEnd()
  var server = PlainEnd()
  var course = PlainCourse()
  private(set) var opening = PlainOpening.asked
  /// What an RST, the last segment, made of it.
  private(set) var reset: Outcome?

  /// Takes all segments of a journal; false if one of them is not plain.
  mutating func take(
    _ reader: inout JournalReader, of journal: borrowing SegmentJournal,
    _ histograms: inout DurationHistograms
  ) -> Bool {
    var arrival = Arrival.blank
    guard journal.next(&reader, into: &arrival), begin(&arrival) else { return false }
    while journal.next(&reader, into: &arrival) {
      guard take(&arrival, &histograms) else { return false }
    }
    return true
  }

  /// The SYN.
  private mutating func begin(_ arrival: inout Arrival) -> Bool {
    guard arrival.sender == .client, arrival.isPlainOpening(.syn),
      !arrival.segment.options.has(.fastOpen)
    else { return false }
    course.begin(&arrival)
    client.begin(&arrival, .synSent)
    return true
  }

  /// Takes a further segment; false if it is not plain.
  @inline(__always)
  private mutating func take(
    _ arrival: inout Arrival, _ histograms: inout DurationHistograms
  ) -> Bool {
    guard reset == nil else { return false }
    course.count(&arrival)
    if arrival.flags.contains(.rst) { return takeReset(&arrival) }
    switch opening {
    case .asked: return answer(&arrival, &histograms)
    case .answered: return establish(&arrival, &histograms)
    case .established:
      return arrival.sender == .client
        ? client.pass(&arrival, to: &server, &course, &histograms)
        : server.pass(&arrival, to: &client, &course, &histograms)
    }
  }

  /// The SYN+ACK.
  private mutating func answer(
    _ arrival: inout Arrival, _ histograms: inout DurationHistograms
  ) -> Bool {
    guard arrival.sender == .server, arrival.isPlainOpening([.syn, .ack]),
      arrival.segment.options.sackCount == 0, arrival.acknowledgment == client.next
    else { return false }
    server.begin(&arrival, .synReceived)
    client.acknowledge(&arrival, &histograms)
    client.agree(with: &server)
    course.handshake.synAck = arrival.packet
    course.handshake.firstSynAckTime = arrival.time
    course.handshake.synAckTime = arrival.time
    course.completeness |= 2
    opening = .answered
    return true
  }

  /// The client's ACK, or data in its place.
  private mutating func establish(
    _ arrival: inout Arrival, _ histograms: inout DurationHistograms
  ) -> Bool {
    guard arrival.sender == .client, arrival.acknowledgment == server.next,
      !arrival.flags.contains(.fin)
    else { return false }
    course.handshake.ack = arrival.packet
    course.handshake.ackTime = arrival.time
    client.states.append(.established, arrival.packet)
    server.states.append(.established, arrival.packet)
    opening = .established
    return client.pass(&arrival, to: &server, &course, &histograms)
  }

  /// An RST that ends the connection for certain, and of which nothing is to be remarked.
  private mutating func takeReset(_ arrival: inout Arrival) -> Bool {
    let isClients = arrival.sender == .client
    guard arrival.flags.subtracting([.ack, .psh]) == .rst, arrival.payload == 0,
      !arrival.flags.contains(.ack)
        || (isClients ? server : client).next.distance(from: arrival.acknowledgment) >= 0
    else { return false }
    switch opening {
    case .asked:
      guard !isClients, arrival.flags.contains(.ack), arrival.acknowledgment == client.next
      else { return false }
      reset = .refused
    case .answered:
      guard isClients, arrival.sequence == client.next else { return false }
      reset = .rejected
    case .established:
      guard !client.hasFinished || !server.hasFinished,
        arrival.sequence == (isClients ? client.next : server.next)
      else { return false }
      reset = .reset
    }
    if isClients { client.count(&arrival) } else { server.count(&arrival) }
    client.states.append(.closed, arrival.packet)
    server.states.append(.closed, arrival.packet)
    course.end(&arrival)
    return true
  }

  /// How it went; `mutating` because a borrowed value would be copied for the call.
  mutating func findOutcome() -> Outcome {
    opening.outcome(
      reset, isHalf: client.hasFinished || server.hasFinished,
      isClosed: client.finIsAcknowledged && server.finIsAcknowledged)
  }

  /// Gives back what it took of the histograms.
  mutating func release(_ histograms: inout DurationHistograms) {
    client.release(&histograms)
    server.release(&histograms)
  }
}

extension Arrival {
  /// Whether it has these flags, beside what ECN puts there (RFC 3168 §6.1.1), some window and no data.
  fileprivate mutating func isPlainOpening(_ wanted: TCPFlags) -> Bool {
    flags.subtracting([.ece, .cwr]) == wanted && payload == 0 && segment.window != 0
  }
}
