import SynfinWire

// Why segments were sent again. A segment is judged when it comes, by what acknowledgements had shown until then and by
// how long it took; what comes later can still prove that it was needless.

extension Connection {
  /// Gives an end its log.
  mutating func openRepairs(_ side: Side, _ cold: inout ColdStorage) {
    if self[side].repairs < 0 { self[side].repairs = cold.repairs.insert(RetransmissionLog()) }
  }

  /// Counts a segment that was sent again, once, with its cause.
  ///
  /// - Parameters:
  ///   - start: the number of the first octet that was sent again.
  ///   - end: the number after the last one, a SYN or FIN included.
  mutating func countRepeat(
    _ cause: SegmentCause, _ start: SequenceNumber, _ end: SequenceNumber, _ arrival: Arrival,
    _ cold: inout ColdStorage
  ) {
    let sender = arrival.sender
    openRepairs(sender, &cold)
    self.cause = cause
    self[sender].retransmissions &+= 1
    var entry = Repeat(start: start, end: end, time: arrival.time, packet: arrival.packet)
    entry.cause = cause
    entry.clock = arrival.segment.options.timestampValue
    entry.hasClock = arrival.segment.options.has(.timestamps)
    entry.isHead = isHead(start, of: sender)
    entry.isLookalike = entry.isHead && self[sender].next == end
    let waited = arrival.time.nanoseconds(since: self[sender].timerStart)
    entry.waited = UInt32(clamping: waited / 1000)
    if cause == .timeout { noteTimeout(entry, arrival, &cold) }
    if cause == .spurious {
      noteProof(SpuriousProof(kind: .acknowledged, packet: arrival.packet), of: sender, &cold)
    }
    cold.repairs[self[sender].repairs].add(entry)
    noteRecovery(entry, arrival, &cold)
    if log < 0 { log = cold.logs.insert(ProblemLog()) }
    cold.logs[log].note(cause, arrival.packet)
  }

  /// Whether a number is that of the first octet that was not acknowledged.
  mutating func isHead(_ start: SequenceNumber, of side: Side) -> Bool {
    !self[side].has(.acknowledged) || start <= self[side].acknowledged
  }

  /// What the recovery after a repeat is, and when the timer runs again.
  private mutating func noteRecovery(
    _ entry: Repeat, _ arrival: Arrival, _ cold: inout ColdStorage
  ) {
    let sender = arrival.sender
    let index = self[sender].repairs
    switch entry.cause {
    case .timeout:
      cold.repairs[index].recovery = .timeout
      cold.repairs[index].recoveryEnd = self[sender].next
    case .fastRetransmit where cold.repairs[index].recovery == .none:
      cold.repairs[index].recovery = .fast
      cold.repairs[index].recoveryEnd = self[sender].next
    case .tailLossProbe: cold.repairs[index].hasProbed = true
    default: break
    }
    // The timer starts again with each repeat of the first segment (RFC 6298 §5.4), and with a probe (RFC 8985 §7.3).
    if entry.isHead || entry.cause == .timeout || entry.cause == .tailLossProbe {
      self[sender].timerStart = arrival.time
    }
  }

  // MARK: - What a timeout tells

  /// Notes how long a timer ran, and what that says of the repeat before it.
  ///
  /// A probe and a timeout of a single segment look alike, but the timer backs off after a timeout (RFC 6298 §5.5) and
  /// not after a probe (RFC 8985 §7.3).
  private mutating func noteTimeout(
    _ entry: Repeat, _ arrival: Arrival, _ cold: inout ColdStorage
  ) {
    let side = arrival.sender
    let index = self[side].repairs
    let wait = wait(arrival, cold.repairs[index])
    if let before = cold.repairs[index].latest(), before.cause == .tailLossProbe, before.isHead,
      before.start == entry.start
    {
      if entry.waited / 3 >= before.waited / 2 {
        revise(0, to: .timeout, of: side, &cold)
        cold.repairs[index].noteExpiry(Int64(before.waited) * 1000)
      } else {
        cold.repairs[index].confirmProbe()
      }
    }
    // What follows in the slow start after a timeout waited for an acknowledgement only.
    let isFirst = cold.repairs[index].recovery != .timeout
    if isFirst || wait.hasRunOut(least: 10_000_000) { cold.repairs[index].noteExpiry(wait.timer) }
  }

  /// Says of a repeat that it had another cause after all.
  private mutating func revise(
    _ age: Int, to cause: SegmentCause, of side: Side, _ cold: inout ColdStorage
  ) {
    let before = cold.repairs[self[side].repairs].revise(age, to: cause)
    if log >= 0 { cold.logs[log].move(before.packet, from: before.cause, to: cause) }
  }

  // MARK: - What acknowledgements tell

  /// Takes what an acknowledgement tells of holes and of octets that came twice, before it counts itself.
  mutating func readAcknowledgment(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let peer = arrival.sender.peer
    guard arrival.segment.options.sackCount > 0 || self[peer].repairs >= 0,
      self[peer].has(.next)
    else { return }
    openRepairs(peer, &cold)
    let index = self[peer].repairs
    if let block = arrival.segment.duplicateBlock { takeDSACK(block, arrival, &cold) }
    let isFirst = !self[peer].has(.acknowledged)
    guard isFirst || self[peer].acknowledged <= arrival.acknowledgment else { return }
    cold.repairs[index].takeBlocks(arrival.segment)
    let isNew = isFirst || self[peer].acknowledged < arrival.acknowledgment
    guard isNew || cold.repairs[index].blockCount > 0 else { return }
    cold.repairs[index].heard = arrival.time
    cold.repairs[index].hasHeard = true
    guard isNew else { return }
    judgeByAcknowledgment(arrival, &cold)
    cold.repairs[index].cover(arrival.acknowledgment)
    cold.repairs[index].duplicateAcks = 0
    cold.repairs[index].isTooBig = false
    cold.repairs[index].hasProbed = false
    if cold.repairs[index].recoveryEnd <= arrival.acknowledgment {
      cold.repairs[index].recovery = .none
    }
  }

  /// Notes an acknowledgement that acknowledges nothing new (RFC 5681 §2).
  mutating func noteDuplicateAcknowledgment(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let peer = arrival.sender.peer
    openRepairs(peer, &cold)
    let index = self[peer].repairs
    if cold.repairs[index].duplicateAcks < .max { cold.repairs[index].duplicateAcks += 1 }
    cold.repairs[index].heard = arrival.time
    cold.repairs[index].hasHeard = true
  }

  /// The first acknowledgement of what was sent again tells whether it was the first copy that drew it.
  private mutating func judgeByAcknowledgment(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let peer = arrival.sender.peer
    let index = self[peer].repairs
    guard cold.repairs[index].hasOpen else { return }
    for age in 0..<cold.repairs[index].remembered {
      guard let entry = cold.repairs[index].latest(age), entry.isOpen, entry.isData,
        entry.cause != .spurious, entry.start < arrival.acknowledgment,
        let kind = proof(against: entry, arrival)
      else { continue }
      revise(age, to: .spurious, of: peer, &cold)
      noteProof(SpuriousProof(kind: kind, packet: arrival.packet), of: peer, &cold)
    }
  }

  /// What shows that an acknowledgement of a repeat is that of an earlier copy; nil if nothing does.
  private mutating func proof(against entry: Repeat, _ arrival: Arrival) -> SpuriousProof.Kind? {
    let options = arrival.segment.options
    if entry.isHead && entry.hasClock && options.has(.timestamps) {
      // RFC 3522 §3.2: it echoes a clock older than the repeat's. The repeat began at the left edge of the window, so
      // that its receiver had to take its clock (RFC 7323 §4.3).
      let isOlder = Int32(bitPattern: options.timestampEchoReply &- entry.clock) < 0
      return isOlder ? .timestamp : nil
    }
    // The SYN's round trip is among the times: no delay of an acknowledgement makes them all too long.
    let peer = arrival.sender.peer
    guard self[peer].has(.syn), entry.end <= arrival.acknowledgment else { return nil }
    let fastest = self[peer].roundTripTime.shortest ?? 0
    let waited = arrival.time.nanoseconds(since: entry.time)
    return fastest >= 2_000_000 && waited >= 0 && waited < fastest / 2 ? .tooEarly : nil
  }

  /// The peer got octets twice (RFC 2883): what was sent again, or what the network doubled.
  private mutating func takeDSACK(
    _ block: SACKBlock, _ arrival: Arrival, _ cold: inout ColdStorage
  ) {
    let peer = arrival.sender.peer
    let index = self[peer].repairs
    guard block.right <= self[peer].next else { return }
    cold.repairs[index].dsacks &+= 1
    var told = RepeatSet()
    while let age = cold.repairs[index].unreported(in: block, beside: told) {
      told.insert(age)
      guard let entry = cold.repairs[index].latest(age) else { break }
      cold.repairs[index].report(age)
      guard entry.isData else { continue }
      if entry.cause != .spurious { revise(age, to: .spurious, of: peer, &cold) }
      noteProof(SpuriousProof(kind: .dsack, packet: arrival.packet), of: peer, &cold)
    }
    if told.isEmpty { noteCopy(block, arrival, &cold) }
  }

  /// A DSACK of octets that were not sent again.
  private mutating func noteCopy(
    _ block: SACKBlock, _ arrival: Arrival, _ cold: inout ColdStorage
  ) {
    let peer = arrival.sender.peer
    let index = self[peer].repairs
    // Some keep-alives carry an octet that had arrived (RFC 9293 §3.8.4).
    let probes = self[peer].keepAlives &+ self[peer].zeroWindowProbes
    if block.right == block.left + 1 && probes > 0 { return }
    let copies =
      self[peer].duplicates &- self[peer].copiesByCapture &+ cold.repairs[index].lateCopies
    if cold.repairs[index].explainedCopies < copies {
      cold.repairs[index].explainedCopies += 1
    } else if !cold.repairs[index].mayCover(block) {
      cold.repairs[index].unseenCopies &+= 1
      note(.duplicateUnseen, arrival.packet, &cold)
    }
  }

  /// Remembers the first proof that a repeat was needless, a DSACK before others.
  private mutating func noteProof(
    _ proof: SpuriousProof, of side: Side, _ cold: inout ColdStorage
  ) {
    let index = self[side].repairs
    if let first = cold.repairs[index].firstProof, first.kind == .dsack || proof.kind != .dsack {
      return
    }
    cold.repairs[index].firstProof = proof
  }

  /// Notes a segment that came late, and whether it brought anything.
  mutating func noteLate(_ arrival: Arrival, isUseless: Bool, _ cold: inout ColdStorage) {
    cause = .reordered
    guard isUseless else { return }
    openRepairs(arrival.sender, &cold)
    cold.repairs[self[arrival.sender].repairs].lateCopies &+= 1
  }

  // MARK: - At the end

  /// Tells how many segments of an end had which cause.
  mutating func tellCauses(
    _ counts: inout CauseCounts, _ side: Side, _ cold: borrowing ColdStorage
  ) {
    counts = CauseCounts()
    counts.keepAlive = UInt64(self[side].keepAlives)
    counts.zeroWindowProbe = UInt64(self[side].zeroWindowProbes)
    counts.reordered = UInt64(self[side].outOfOrder)
    counts.duplicatedByCapture = copiesByCapture(side, cold)
    counts.duplicatedByNetwork = UInt64(self[side].duplicates) &- counts.duplicatedByCapture
    guard self[side].repairs >= 0 else { return }
    let log = cold.repairs[self[side].repairs]
    counts.timeout = UInt64(log.count(.timeout))
    counts.fastRetransmit = UInt64(log.count(.fastRetransmit))
    counts.tailLossProbe = UInt64(log.count(.tailLossProbe))
    counts.lookalikeProbes = UInt64(log.lookalikeProbes)
    counts.spurious = UInt64(log.count(.spurious))
    counts.syn = UInt64(log.count(.syn))
    counts.synAck = UInt64(log.count(.synAck))
    counts.fin = UInt64(log.count(.fin))
    // A copy that the capture lacks may have been sent by the end itself.
    counts.duplicatedUnseen = isWhole(cold) ? UInt64(log.unseenCopies) : 0
    counts.dsacks = UInt64(log.dsacks)
    counts.timerExpiries = UInt64(log.expiries)
    counts.longestTimeout = log.longestTimeout < 0 ? nil : log.longestTimeout
    counts.firstProof = log.firstProof
  }
}
