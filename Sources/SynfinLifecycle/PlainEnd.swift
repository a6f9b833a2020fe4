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

  /// Forgets all segments, but for what has no meaning without them.
  @inline(__always)
  mutating func clear() {
    packets = 0
    ipBytes = 0
    payloadBytes = 0
    bytesAfterPeerClosed = 0
    largestSegment = 0
    hasSyn = false
    initial = SequenceNumber(0)
    next = SequenceNumber(0)
    acknowledged = SequenceNumber(0)
    said = SequenceNumber(0)
    hasFinished = false
    offers = []
    shift = 0
    minimumWindow = .max
    maximumInFlight = 0
    transfer = nil
    roundTripTime.clear()
    clockRoundTripTime.clear()
    flight.clear()
    clockFlight.clear()
    states.clear()
  }

  /// Counts a segment.
  @inline(__always)
  mutating func count(_ segment: JournalGlance) {
    packets &+= 1
    ipBytes &+= segment.ipBytes
  }

  // MARK: - The opening

  /// Takes a SYN or a SYN+ACK.
  mutating func begin(
    _ segment: JournalGlance, _ course: inout PlainCourse, _ state: TCPState
  ) {
    count(segment)
    hasSyn = true
    initial = SequenceNumber(segment.sequence)
    next = initial + 1
    acknowledged = initial
    said = SequenceNumber(segment.acknowledgment)
    offers = segment.kinds
    maximumSegmentSize = segment.maximumSegmentSize ?? 0
    // RFC 7323 §2.3: more than 14 counts as 14.
    windowScale = min(segment.windowScale, 14)
    window = UInt64(segment.window)
    maximumWindow = window
    flight.sent(next, at: course.last)
    noteClock(segment, at: course.last)
    states.append(state, course.lastPacket)
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
    _ segment: JournalGlance, to peer: inout PlainEnd, _ course: inout PlainCourse,
    _ histograms: inout DurationHistograms
  ) -> Bool {
    guard isPlain(segment, to: &peer) else { return false }
    count(segment)
    let answered = SequenceNumber(segment.acknowledgment)
    if answered != peer.acknowledged {
      peer.acknowledge(segment, at: course.last, &histograms)
      if peer.finIsAcknowledged { receiveClose(from: &peer, segment, &course) }
    }
    let isLast = segment.flags.contains(.fin)
    // Closes that cross each other are left to those who know all about them.
    if isLast && peer.hasFinished && !peer.finIsAcknowledged { return false }
    said = answered
    course.completeness |= segment.payload > 0 ? 8 : 4
    if segment.payload > 0 { sendData(segment, to: &peer, &course) }
    if isLast { close(after: &peer, segment, &course) }
    if segment.payload > 0 || isLast { noteClock(segment, at: course.last) }
    window = UInt64(segment.window) &<< shift
    maximumWindow = max(maximumWindow, window)
    minimumWindow = min(minimumWindow, window)
    return true
  }

  /// Whether a segment is what everybody would expect, for those who measure and for the labels (see
  /// `Connection+Ordinary.swift`).
  @inline(__always)
  private mutating func isPlain(_ segment: JournalGlance, to peer: inout PlainEnd) -> Bool {
    let isLast = segment.flags.contains(.fin)
    let answered = SequenceNumber(segment.acknowledgment)
    guard segment.flags.subtracting([.psh, .fin]) == .ack, segment.window != 0,
      !segment.hasOptions, segment.sequence == next.rawValue, next.rawValue != 0,
      peer.awaits(answered)
    else { return false }
    guard segment.payload > 0 else {
      return isLast ? !hasFinished : answered != peer.acknowledged && answered != said
    }
    // Below 536 octets no host takes a maximum at its word; see `noteSize`.
    let isWhole =
      !peer.offers.contains(.maximumSegmentSize)
      || segment.payload <= max(UInt32(peer.maximumSegmentSize), 536)
    let edge = peer.said.rawValue &+ UInt32(truncatingIfNeeded: peer.window)
    return isWhole && !hasFinished && segment.sequence &+ segment.payload != edge
  }

  /// Whether an acknowledgement lies between the highest one and what was sent, however far round the circle others lie.
  @inline(__always)
  private mutating func awaits(_ number: SequenceNumber) -> Bool {
    number.rawValue &- acknowledged.rawValue <= next.rawValue &- acknowledged.rawValue
  }

  /// Notes the clock of a segment that takes sequence space.
  @inline(__always)
  private mutating func noteClock(_ segment: JournalGlance, at time: Timestamp) {
    if segment.hasTimestamps { clockFlight.sent(segment.timestampValue, at: time) }
  }

  /// Takes an acknowledgement of something new.
  @inline(__always)
  mutating func acknowledge(
    _ segment: JournalGlance, at time: Timestamp, _ histograms: inout DurationHistograms
  ) {
    let answered = SequenceNumber(segment.acknowledgment)
    if let sent = flight.acknowledge(answered) {
      roundTripTime.add(time.nanoseconds(since: sent), isOfWay: false, &histograms)
    }
    if segment.hasTimestamps, let sent = clockFlight.echoed(segment.timestampEchoReply) {
      clockRoundTripTime.add(time.nanoseconds(since: sent), isOfWay: false, &histograms)
    }
    // The acknowledgement of a FIN alone delivers nothing.
    let unacknowledged = acknowledged == initial ? initial + 1 : acknowledged
    if unacknowledged < (hasFinished ? next - 1 : next) { transfer?.end = time }
    acknowledged = answered
  }

  /// Sends data.
  @inline(__always)
  private mutating func sendData(
    _ segment: JournalGlance, to peer: inout PlainEnd, _ course: inout PlainCourse
  ) {
    let payload = UInt64(segment.payload)
    next = next + Int(payload)
    flight.sent(next, at: course.last)
    payloadBytes &+= payload
    largestSegment = max(largestSegment, payload)
    if peer.hasFinished { bytesAfterPeerClosed &+= payload }
    transfer = (transfer?.begin ?? course.last, course.last)
    // More than the peer has room for is not under way: its acknowledgements are missing from the capture.
    let inFlight = next.distance(from: acknowledged)
    if inFlight <= Int(truncatingIfNeeded: peer.maximumWindow &+ payload) {
      maximumInFlight = max(maximumInFlight, inFlight)
    }
    course.turns.take(segment.sender, at: course.last)
  }

  // MARK: - The close

  /// Takes note that this end has acknowledged the peer's FIN.
  private mutating func receiveClose(
    from peer: inout PlainEnd, _ segment: JournalGlance, _ course: inout PlainCourse
  ) {
    states.append(hasFinished ? .timeWait : .closeWait, course.lastPacket)
    peer.states.append(hasFinished ? .closed : .finWait2, course.lastPacket)
    course.noteFinAcknowledgment(segment)
  }

  /// Takes note of a FIN.
  private mutating func close(
    after peer: inout PlainEnd, _ segment: JournalGlance, _ course: inout PlainCourse
  ) {
    hasFinished = true
    next = next + 1
    flight.sent(next, at: course.last)
    course.completeness |= 16
    states.append(peer.hasFinished ? .lastAck : .finWait1, course.lastPacket)
    course.noteFin(segment, isFirst: !peer.hasFinished)
  }
}
