import SynfinWire

// The short way from a journal to a record: a connection that opened as usual (see `Connection+Opening.swift`), in which
// every further segment was ordinary (see `Connection+Ordinary.swift`), and that perhaps ended with an RST. What a
// `Connection` has to work out of segments that may be anything is plain there; a journal that says anything else is
// replayed, which comes to the same for plain ones and takes longer for it.

/// A connection of which each segment was what everybody would have expected.
struct PlainConnection {
  var client = PlainEnd()
  var server = PlainEnd()
  var course = PlainCourse()
  private(set) var opening = PlainOpening.asked
  /// What an RST, the last segment, made of it.
  private(set) var reset: Outcome?

  /// Takes all segments of a journal, and forgets those of another; false if one of them is not plain.
  mutating func take(
    _ reader: inout JournalReader, of journal: borrowing SegmentJournal,
    _ histograms: inout DurationHistograms
  ) -> Bool {
    opening = .asked
    reset = nil
    client.clear()
    server.clear()
    course.begin(at: reader.start)
    guard let syn = journal.glance(&reader), begin(syn) else { return false }
    while let segment = journal.glance(&reader) {
      guard take(segment, &histograms) else { return false }
    }
    return true
  }

  /// The SYN.
  @inline(__always)
  private mutating func begin(_ segment: JournalGlance) -> Bool {
    guard segment.isClients, segment.isPlainOpening(.syn), !segment.kinds.contains(.fastOpen)
    else { return false }
    if segment.isOffloaded { course.isOffloaded = true }
    client.begin(segment, &course, .synSent)
    return true
  }

  /// Takes a further segment; false if it is not plain.
  @inline(__always)
  private mutating func take(
    _ segment: JournalGlance, _ histograms: inout DurationHistograms
  ) -> Bool {
    guard reset == nil else { return false }
    course.count(segment)
    if segment.flags.contains(.rst) { return takeReset(segment) }
    switch opening {
    case .asked: return answer(segment, &histograms)
    case .answered: return establish(segment, &histograms)
    case .established:
      return segment.isClients
        ? client.pass(segment, to: &server, &course, &histograms)
        : server.pass(segment, to: &client, &course, &histograms)
    }
  }

  /// The SYN+ACK.
  private mutating func answer(
    _ segment: JournalGlance, _ histograms: inout DurationHistograms
  ) -> Bool {
    guard !segment.isClients, segment.isPlainOpening([.syn, .ack]), segment.sackCount == 0,
      segment.acknowledgment == client.next.rawValue
    else { return false }
    server.begin(segment, &course, .synReceived)
    client.acknowledge(segment, at: course.last, &histograms)
    client.agree(with: &server)
    course.handshake.synAck = course.lastPacket
    course.handshake.firstSynAckTime = course.last
    course.handshake.synAckTime = course.last
    course.completeness |= 2
    opening = .answered
    return true
  }

  /// The client's ACK, or data in its place.
  private mutating func establish(
    _ segment: JournalGlance, _ histograms: inout DurationHistograms
  ) -> Bool {
    guard segment.isClients, segment.acknowledgment == server.next.rawValue,
      !segment.flags.contains(.fin)
    else { return false }
    course.handshake.ack = course.lastPacket
    course.handshake.ackTime = course.last
    client.states.append(.established, course.lastPacket)
    server.states.append(.established, course.lastPacket)
    opening = .established
    return client.pass(segment, to: &server, &course, &histograms)
  }

  /// An RST that ends the connection for certain, and of which nothing is to be remarked.
  private mutating func takeReset(_ segment: JournalGlance) -> Bool {
    let isClients = segment.isClients
    let answered = SequenceNumber(segment.acknowledgment)
    guard segment.flags.subtracting([.ack, .psh]) == .rst, segment.payload == 0,
      !segment.flags.contains(.ack)
        || (isClients ? server.next : client.next).distance(from: answered) >= 0
    else { return false }
    switch opening {
    case .asked:
      guard !isClients, segment.flags.contains(.ack), answered == client.next
      else { return false }
      reset = .refused
    case .answered:
      guard isClients, segment.sequence == client.next.rawValue else { return false }
      reset = .rejected
    case .established:
      guard !client.hasFinished || !server.hasFinished,
        segment.sequence == (isClients ? client.next : server.next).rawValue
      else { return false }
      reset = .reset
    }
    if isClients { client.count(segment) } else { server.count(segment) }
    client.states.append(.closed, course.lastPacket)
    server.states.append(.closed, course.lastPacket)
    course.end(segment)
    return true
  }

  /// How it went; `mutating` because a borrowed value would be copied for the call.
  @inline(__always)
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

extension JournalGlance {
  /// Whether it has these flags, beside what ECN puts there (RFC 3168 §6.1.1), some window and no data.
  fileprivate func isPlainOpening(_ wanted: TCPFlags) -> Bool {
    flags.subtracting([.ece, .cwr]) == wanted && payload == 0 && window != 0
  }
}
