import SynfinWire

extension Connection {
  /// Takes the payload of a segment, which may be new, late, or sent again.
  mutating func receiveData(_ arrival: Arrival, _ cold: inout ColdStorage) {
    if isProbe(arrival) {
      countProbe(arrival, &cold)
      return
    }
    guard arrival.payload > 0 else {
      receiveEmpty(arrival, &cold)
      return
    }
    let sender = arrival.sender
    // The payload of a SYN stands behind the SYN itself.
    let start = arrival.flags.contains(.syn) ? arrival.sequence + 1 : arrival.sequence
    let end = start + arrival.payload
    establishBase(arrival)
    guard isNear(start, of: sender) || follows(start, of: sender, arrival, &cold) else { return }
    if self[sender].next <= start {
      receiveNew(start, end, arrival, &cold)
    } else {
      receiveOld(start, end, arrival, &cold)
    }
    noteSize(arrival)
    noteTransfer(arrival)
  }

  /// Takes a segment without payload: its number tells how far its sender is, and so what is missing.
  private mutating func receiveEmpty(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    guard !arrival.flags.contains(.syn) else { return }
    establishBase(arrival)
    // A FIN has its own place for this.
    guard !arrival.flags.contains(.fin), has(.established), self[sender].next < arrival.sequence,
      isNear(arrival.sequence, of: sender)
    else { return }
    addHole(sender, to: arrival.sequence, arrival, &cold)
    note(.lostSegment, arrival.packet, &cold)
    self[sender].next = arrival.sequence
  }

  /// Begins the numbers of an end whose SYN was not captured with its first segment.
  private mutating func establishBase(_ arrival: Arrival) {
    let sender = arrival.sender
    guard !self[sender].has(.next) else { return }
    self[sender].initial = arrival.sequence - 1
    self[sender].next = arrival.sequence
    self[sender].facts.insert(.next)
  }

  @inline(__always)
  mutating func noteSize(_ arrival: Arrival) {
    let peer = arrival.sender.peer
    // With timestamps in each segment the payload is 12 octets less than the MSS (RFC 6691).
    if self[peer].has(.offersMSS),
      arrival.payload > max(Int(self[peer].maximumSegmentSize), 536)
    {
      facts.insert(.segmentationOffload)
    }
  }

  // MARK: - Probes

  /// Whether a segment is a keep-alive (RFC 9293 §3.8.4) or a zero-window probe (§3.8.6.1): empty or one octet, just
  /// below what was acknowledged; or one octet ahead into a closed window.
  mutating func isProbe(_ arrival: Arrival) -> Bool {
    let sender = arrival.sender
    guard arrival.payload <= 1, self[sender].has(.next), self[sender].has(.acknowledged),
      arrival.flags.isDisjoint(with: [.syn, .fin, .rst])
    else { return false }
    if arrival.sequence == self[sender].next - 1 && self[sender].acknowledged == self[sender].next {
      return has(.established)
    }
    let peerIsClosed = self[arrival.sender.peer].has(.windowClosed)
    guard peerIsClosed else { return false }
    return arrival.payload == 1 && arrival.sequence == self[sender].next
      || arrival.payload == 0 && arrival.sequence == self[sender].acknowledged - 1
  }

  private mutating func countProbe(_ arrival: Arrival, _ cold: inout ColdStorage) {
    if self[arrival.sender.peer].has(.windowClosed) {
      if stalls >= 0 { cold.stalls[stalls].probe(arrival.sender.peer) }
      cause = .zeroWindowProbe
      self[arrival.sender].zeroWindowProbes &+= 1
      if arrival.payload == 1 && arrival.sequence == self[arrival.sender].next {
        self[arrival.sender].facts.insert(.probed)
      }
    } else {
      noteKeepAlive(arrival, &cold)
    }
  }

  // MARK: - New octets

  @inline(__always)
  mutating func receiveNew(
    _ start: SequenceNumber, _ end: SequenceNumber, _ arrival: Arrival, _ cold: inout ColdStorage
  ) {
    let sender = arrival.sender
    if self[sender].next < start {
      addHole(sender, to: start, arrival, &cold)
      note(.lostSegment, arrival.packet, &cold)
    }
    startTimer(arrival)
    self[sender].next = end
    self[sender].facts.remove(.probed)
    self[sender].uniquePayloadBytes &+= UInt64(arrival.payload)
    if self[sender.peer].has(.fin) { self[sender].bytesAfterPeerClosed &+= UInt64(arrival.payload) }
    self[sender].flight.sent(end, at: arrival.time)
    turns.take(arrival.sender, at: arrival.time)
    if has(.reset) { note(.dataAfterClose, arrival.packet, &cold) }
  }

  /// The retransmission timer starts when nothing else is under way (RFC 6298 §5.1).
  ///
  /// Without a single acknowledgement nothing tells when that was, only that it did not run out while new octets came.
  @inline(__always)
  private mutating func startTimer(_ arrival: Arrival) {
    let sender = arrival.sender
    if !self[sender].has(.acknowledged) || self[sender].next <= self[sender].acknowledged {
      self[sender].timerStart = arrival.time
    }
  }

  /// Notes that the octets from `next` up to `end` were not captured.
  mutating func addHole(
    _ side: Side, to end: SequenceNumber, _ arrival: Arrival, _ cold: inout ColdStorage
  ) {
    let options = arrival.segment.options
    let hole = Hole(
      start: self[side].next, end: end, revealed: arrival.time,
      timestampValue: side == arrival.sender && options.has(.timestamps)
        ? options.timestampValue : 0,
      identification: side == arrival.sender ? arrival.identification : 0)
    if self[side].ranges < 0 { self[side].ranges = cold.ranges.insert(SequenceRanges()) }
    if let dropped = cold.ranges[self[side].ranges].append(hole) {
      self[side].facts.insert(.manyHoles)
      if dropped.end <= self[side].acknowledged {
        self[side].missedBytes &+= UInt64(dropped.length)
      }
    }
  }

  // MARK: - Octets below the highest seen

  private mutating func receiveOld(
    _ start: SequenceNumber, _ end: SequenceNumber, _ arrival: Arrival, _ cold: inout ColdStorage
  ) {
    let sender = arrival.sender
    let next = self[sender].next
    var filled = 0
    var hit: Hole?
    if self[sender].ranges >= 0 {
      (filled, hit) = cold.ranges[self[sender].ranges].fill(start, end)
      if cold.ranges[self[sender].ranges].isEmpty { releaseRanges(sender, &cold) }
    }
    let beyond = max(0, end.distance(from: self[sender].next))
    self[sender].uniquePayloadBytes &+= UInt64(filled + beyond)
    if beyond > 0 { self[sender].next = end }
    if hit.map({ !isRepeat(arrival, $0) }) ?? isLate(arrival) {
      noteLate(arrival, isUseless: filled + beyond == 0, &cold)
      self[sender].outOfOrder &+= 1
      self[sender].flight.repeated(from: start)
      note(.outOfOrder, arrival.packet, &cold)
      if filled + beyond > 0 { turns.take(arrival.sender, at: arrival.time) }
      return
    }
    self[sender].lostBytes &+= UInt64(filled)
    // New octets that begin with the one octet of a probe are no repeat.
    let followsProbe = beyond > 0 && arrival.payload - beyond == 1
    if !followsProbe { countRetransmission(arrival, start, next, &cold) }
    if filled + beyond > 0 { turns.take(arrival.sender, at: arrival.time) }
  }

  /// Gives the list of holes back.
  mutating func releaseRanges(_ side: Side, _ cold: inout ColdStorage) {
    cold.ranges.remove(self[side].ranges)
    self[side].ranges = -1
  }

  private mutating func countRetransmission(
    _ arrival: Arrival, _ start: SequenceNumber, _ next: SequenceNumber,
    _ cold: inout ColdStorage
  ) {
    let sender = arrival.sender
    // A SYN with data was counted as the SYN's repeat (RFC 7413 §4.1.3).
    if !arrival.flags.contains(.syn) {
      let sent = start + arrival.payload
      let end = next < sent ? next : sent
      let cause = judgeRepeat(start, end, next, arrival, &cold)
      countRepeat(cause, start, end, arrival, &cold)
    }
    self[sender].retransmittedBytes &+= UInt64(arrival.payload)
    self[sender].flight.repeated(from: start)
    // Sent again while nothing of it was acknowledged: the sign of a server that never took the
    // connection from its queue.
    if self[sender].acknowledged <= self[sender].initial + 1 {
      self[sender].unansweredRepeats &+= 1
    }
  }

  /// Whether a segment that fills a hole was sent again, or merely came late.
  ///
  /// The sender's clock decides where it ticks: a repeat is younger than the segment that revealed the hole. Then
  /// the IP identification, which most hosts count up per connection. Else the time: reordering is a matter of a few
  /// milliseconds, a repeat takes at least a round trip.
  private mutating func isRepeat(_ arrival: Arrival, _ hole: Hole) -> Bool {
    let options = arrival.segment.options
    if options.has(.timestamps), hole.timestampValue != 0 {
      let age = Int32(bitPattern: options.timestampValue &- hole.timestampValue)
      if age != 0 { return age > 0 }
    }
    if arrival.identification != 0, hole.identification != 0 {
      let step = Int16(bitPattern: arrival.identification &- hole.identification)
      // Numbers far apart are drawn at random and say nothing.
      if abs(Int(step)) < 1024 && step != 0 { return step > 0 }
    }
    return arrival.time.nanoseconds(since: hole.revealed) > 3_000_000
  }

  /// Whether a segment without anything new was sent before another of the same octets that overtook it: its clock is
  /// behind what the sender's clock has shown already (RFC 7323 §3).
  private mutating func isLate(_ arrival: Arrival) -> Bool {
    let options = arrival.segment.options
    let sender = arrival.sender
    guard options.has(.timestamps), self[sender].has(.clock) else { return false }
    return Int32(bitPattern: options.timestampValue &- self[sender].clock) < 0
  }

  /// Remembers the youngest time that the sender's clock has shown.
  @inline(__always)
  mutating func noteClock(_ arrival: Arrival) {
    guard arrival.segment.options.has(.timestamps) else { return }
    let sender = arrival.sender
    let clock = arrival.segment.options.timestampValue
    let step = Int32(bitPattern: clock &- self[sender].clock)
    if !self[sender].has(.clock) || step > 0 { self[sender].clock = clock }
    self[sender].facts.insert(.clock)
    if arrival.segment.sequenceLength > 0 {
      self[sender].clockFlight.sent(clock, at: arrival.time)
    }
  }
}
