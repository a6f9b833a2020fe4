import SynfinWire

/// One end of a plain connection.
///
/// Its parts do what those of an `Endpoint` with the same names do where nothing is lost, late or sent again.
struct PlainEnd {
  private(set) var packets: UInt64 = 0
  private(set) var ipBytes: UInt64 = 0
  private(set) var payloadBytes: UInt64 = 0
  private(set) var bytesAfterPeerClosed: UInt64 = 0
  private(set) var largestSegment: UInt64 = 0
  /// Whether it sent a SYN; without one nothing of the rest is known.
  private(set) var hasSyn = false
  /// ISS.
  private(set) var initial = SequenceNumber(0)
  /// The number after the last it sent.
  private(set) var next = SequenceNumber(0)
  /// The highest number that the peer acknowledged; `initial` before the first.
  private(set) var acknowledged = SequenceNumber(0)
  /// What the acknowledgement field of its last segment said.
  private var said = SequenceNumber(0)
  private(set) var hasFinished = false
  /// The options of its SYN.
  private(set) var offers: TCPOptions.Kinds = []
  private(set) var maximumSegmentSize: UInt16 = 0
  private(set) var windowScale: UInt8 = 0
  /// The power of two that scales its window behind the SYN.
  private var shift: UInt64 = 0
  /// What it advertised last, scaled, and the largest and the smallest of these.
  private var window: UInt64 = 0
  private(set) var maximumWindow: UInt64 = 0
  private(set) var minimumWindow: UInt64 = .max
  private(set) var maximumInFlight = 0
  private(set) var transfer: (begin: Timestamp, end: Timestamp)?
  var roundTripTime = RoundTripTime()
  var clockRoundTripTime = RoundTripTime()
  private var flight = Flight()
  private var clockFlight = ClockFlight()
  var states = StateList()

  var finIsAcknowledged: Bool { hasFinished && acknowledged == next }

  /// Counts a segment.
  @inline(__always)
  mutating func count(_ arrival: inout Arrival) {
    packets &+= 1
    ipBytes &+= UInt64(arrival.ipBytes)
  }

  // MARK: - The opening

  /// Takes a SYN or a SYN+ACK.
  mutating func begin(_ arrival: inout Arrival, _ state: TCPState) {
    count(&arrival)
    hasSyn = true
    initial = arrival.sequence
    next = arrival.sequence + 1
    acknowledged = arrival.sequence
    said = arrival.acknowledgment
    offers = arrival.segment.options.kinds
    maximumSegmentSize = arrival.segment.options.maximumSegmentSize
    // RFC 7323 §2.3: more than 14 counts as 14.
    windowScale = min(arrival.segment.options.windowScale, 14)
    window = UInt64(arrival.segment.window)
    maximumWindow = window
    flight.sent(next, at: arrival.time)
    noteClock(&arrival)
    states.append(state, arrival.packet)
  }

  /// Agrees with the peer on whether windows are scaled, which the peer's SYN+ACK decides (RFC 7323 §2.2).
  mutating func agree(with peer: inout PlainEnd) {
    guard offers.contains(.windowScale), peer.offers.contains(.windowScale) else { return }
    shift = UInt64(windowScale)
    peer.shift = UInt64(peer.windowScale)
  }

  // MARK: - An established connection

  /// Sends the peer a segment behind the opening; false if it is not plain.
  mutating func pass(
    _ arrival: inout Arrival, to peer: inout PlainEnd, _ course: inout PlainCourse,
    _ histograms: inout DurationHistograms
  ) -> Bool {
    guard isPlain(&arrival, to: &peer) else { return false }
    count(&arrival)
    if arrival.acknowledgment != peer.acknowledged {
      peer.acknowledge(&arrival, &histograms)
      if peer.finIsAcknowledged { receiveClose(from: &peer, &arrival, &course) }
    }
    let isLast = arrival.flags.contains(.fin)
    // Closes that cross each other are left to those who know all about them.
    if isLast && peer.hasFinished && !peer.finIsAcknowledged { return false }
    said = arrival.acknowledgment
    course.completeness |= arrival.payload > 0 ? 8 : 4
    if arrival.payload > 0 { sendData(&arrival, to: &peer, &course) }
    if isLast { close(after: &peer, &arrival, &course) }
    if arrival.payload > 0 || isLast { noteClock(&arrival) }
    window = UInt64(arrival.segment.window) &<< shift
    maximumWindow = max(maximumWindow, window)
    minimumWindow = min(minimumWindow, window)
    return true
  }

  /// Whether a segment is what everybody would expect, for those who measure and for the labels (see
  /// `Connection+Ordinary.swift`).
  @inline(__always)
  private mutating func isPlain(_ arrival: inout Arrival, to peer: inout PlainEnd) -> Bool {
    let isLast = arrival.flags.contains(.fin)
    guard arrival.flags.subtracting([.psh, .fin]) == .ack, arrival.segment.window != 0,
      arrival.segment.options.kinds.isSubset(of: .timestamps),
      arrival.sequence == next, next.rawValue != 0,
      peer.awaits(arrival.acknowledgment)
    else { return false }
    guard arrival.payload > 0 else {
      return isLast
        ? !hasFinished
        : arrival.acknowledgment != peer.acknowledged && arrival.acknowledgment != said
    }
    // Below 536 octets no host takes a maximum at its word; see `noteSize`.
    let isWhole =
      !peer.offers.contains(.maximumSegmentSize)
      || arrival.payload <= max(Int(peer.maximumSegmentSize), 536)
    let edge = peer.said.rawValue &+ UInt32(truncatingIfNeeded: peer.window)
    return isWhole && !hasFinished
      && arrival.sequence.rawValue &+ UInt32(truncatingIfNeeded: arrival.payload) != edge
  }

  /// Whether an acknowledgement lies between the highest one and what was sent, however far round the circle others lie.
  @inline(__always)
  private mutating func awaits(_ number: SequenceNumber) -> Bool {
    number.rawValue &- acknowledged.rawValue <= next.rawValue &- acknowledged.rawValue
  }

  /// Notes the clock of a segment that takes sequence space.
  @inline(__always)
  private mutating func noteClock(_ arrival: inout Arrival) {
    if arrival.segment.options.has(.timestamps) {
      clockFlight.sent(arrival.segment.options.timestampValue, at: arrival.time)
    }
  }

  /// Takes an acknowledgement of something new.
  @inline(__always)
  mutating func acknowledge(_ arrival: inout Arrival, _ histograms: inout DurationHistograms) {
    if let sent = flight.acknowledge(arrival.acknowledgment) {
      roundTripTime.add(arrival.time.nanoseconds(since: sent), isOfWay: false, &histograms)
    }
    if arrival.segment.options.has(.timestamps),
      let sent = clockFlight.echoed(arrival.segment.options.timestampEchoReply)
    {
      clockRoundTripTime.add(arrival.time.nanoseconds(since: sent), isOfWay: false, &histograms)
    }
    // The acknowledgement of a FIN alone delivers nothing.
    let unacknowledged = acknowledged == initial ? initial + 1 : acknowledged
    if unacknowledged < (hasFinished ? next - 1 : next) { transfer?.end = arrival.time }
    acknowledged = arrival.acknowledgment
  }

  /// Sends data.
  @inline(__always)
  private mutating func sendData(
    _ arrival: inout Arrival, to peer: inout PlainEnd, _ course: inout PlainCourse
  ) {
    next = arrival.sequence + arrival.payload
    flight.sent(next, at: arrival.time)
    payloadBytes &+= UInt64(arrival.payload)
    largestSegment = max(largestSegment, UInt64(arrival.payload))
    if peer.hasFinished { bytesAfterPeerClosed &+= UInt64(arrival.payload) }
    transfer = (transfer?.begin ?? arrival.time, arrival.time)
    // More than the peer has room for is not under way: its acknowledgements are missing from the capture.
    let inFlight = next.distance(from: acknowledged)
    if inFlight <= Int(truncatingIfNeeded: peer.maximumWindow) + arrival.payload {
      maximumInFlight = max(maximumInFlight, inFlight)
    }
    course.turns.take(arrival.sender, at: arrival.time)
  }

  // MARK: - The close

  /// Takes note that this end has acknowledged the peer's FIN.
  private mutating func receiveClose(
    from peer: inout PlainEnd, _ arrival: inout Arrival, _ course: inout PlainCourse
  ) {
    states.append(hasFinished ? .timeWait : .closeWait, arrival.packet)
    peer.states.append(hasFinished ? .closed : .finWait2, arrival.packet)
    course.noteFinAcknowledgment(&arrival)
  }

  /// Takes note of a FIN.
  private mutating func close(
    after peer: inout PlainEnd, _ arrival: inout Arrival, _ course: inout PlainCourse
  ) {
    hasFinished = true
    next = arrival.segment.endSequenceNumber
    flight.sent(next, at: arrival.time)
    course.completeness |= 16
    states.append(peer.hasFinished ? .lastAck : .finWait1, arrival.packet)
    course.noteFin(&arrival, isFirst: !peer.hasFinished)
  }
}
