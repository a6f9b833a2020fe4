import SynfinWire

// Why a segment was sent again, judged when it comes: by what told the sender to, or by how long it had waited.

extension Connection {
  /// Why octets were sent again that a segment before had carried.
  ///
  /// - Parameters:
  ///   - next: the number after the highest octet that had been seen before the segment.
  mutating func judgeRepeat(
    _ start: SequenceNumber, _ end: SequenceNumber, _ next: SequenceNumber, _ arrival: Arrival,
    _ cold: inout ColdStorage
  ) -> SegmentCause {
    let sender = arrival.sender
    openRepairs(sender, &cold)
    let log = cold.repairs[self[sender].repairs]
    if self[sender].has(.acknowledged), end <= self[sender].acknowledged { return .spurious }
    if log.holds(start, end) { return .spurious }
    // Slow start after a timeout repeats what was under way (RFC 5681 §3.1).
    if log.recovery == .timeout, start < log.recoveryEnd { return .timeout }
    let wait = wait(arrival, log)
    let isToldOf =
      isTold(start, log) || isToldByDuplicates(behind: end < next, next, wait, of: sender, log)
    if isToldOf {
      return wait.hasRunOut(least: Wait.usualTimer) ? .timeout : .fastRetransmit
    }
    if next <= arrival.segment.endSequenceNumber,
      isProbe(wait, isHead: isHead(start, of: sender), log)
    {
      return .tailLossProbe
    }
    // Nothing tells of a hole. What no timer is short enough for was told by something that the capture lacks, which may
    // be all that the peer sent.
    let least = self[sender].has(.acknowledged) ? Wait.shortestTimer : Wait.usualTimer
    return wait.timer < least ? .fastRetransmit : .timeout
  }

  // MARK: - What told the sender

  /// Whether octets behind a number were SACKed, its segment was too big for the way, or the repair of a hole goes on,
  /// as each partial acknowledgement makes it (RFC 6582 §3.2, RFC 6675 §5).
  private func isTold(_ start: SequenceNumber, _ log: RetransmissionLog) -> Bool {
    log.holdsAnything(behind: start) || log.isTooBig
      || log.recovery == .fast && start < log.recoveryEnd
  }

  /// Whether duplicate acknowledgements, not long ago, were enough: three (RFC 5681 §3.2); or as many as so few segments
  /// can draw (RFC 5827 §3.1); or any just before, where no timer can have run out yet.
  private mutating func isToldByDuplicates(
    behind isBehind: Bool, _ next: SequenceNumber, _ wait: Wait, of side: Side,
    _ log: RetransmissionLog
  ) -> Bool {
    let count = Int(log.duplicateAcks)
    guard count > 0, wait.quiet <= wait.near &+ max(wait.trip, 200_000_000) else { return false }
    if count >= 3 { return true }
    guard isBehind else { return false }
    if wait.timer < Wait.usualTimer && wait.isPrompt { return true }
    let size = max(1, Int(self[side].largestSegment))
    let segments = (next.distance(from: self[side].acknowledged) + size - 1) / size
    return segments <= 4 && count + 1 >= segments
  }

  // MARK: - How long it had waited

  /// How long the sender had waited, and the times of the way, in nanoseconds.
  struct Wait {
    /// Shorter than any retransmission timer in use.
    static let shortestTimer: Int64 = 10_000_000
    /// Shorter than most: 200 ms and more are usual.
    static let usualTimer: Int64 = 150_000_000

    /// Since the timer started.
    var timer: Int64
    /// Since an acknowledgement last told something.
    var quiet: Int64
    /// Since the sender last sent something new, or heard something.
    var idle: Int64
    /// The whole round trip; 0 if unknown.
    var trip: Int64
    /// The part of it between the capture and the sender: that much later its answers show.
    var near: Int64

    /// Whether an acknowledgement came that this may be the answer to: at once, or a fraction of a round trip later
    /// (RFC 8985 §6.2).
    var isPrompt: Bool { quiet < near &+ trip / 2 &+ 20_000_000 }

    /// Whether the time is enough for a retransmission timer although there was a reason to send at once.
    ///
    /// The timer is at least the round-trip time and a margin (RFC 6298 §2).
    func hasRunOut(least: Int64) -> Bool {
      !isPrompt && timer >= max(trip == 0 ? Self.usualTimer : least, near &+ trip)
    }
  }

  mutating func wait(_ arrival: Arrival, _ log: RetransmissionLog) -> Wait {
    let sender = arrival.sender
    func since(_ time: Timestamp) -> Int64 { max(0, arrival.time.nanoseconds(since: time)) }
    let sent = since(self[sender].analysis.nextTime)
    let timer = since(self[sender].timerStart)
    let quiet = log.hasHeard ? min(timer, since(log.heard)) : timer
    // No way is longer than a minute; the times of a file may be anything.
    let most: Int64 = 60_000_000_000
    let near = min(self[sender.peer].roundTripTime.way, most)
    let far = min(self[sender].roundTripTime.way, most)
    return Wait(timer: timer, quiet: quiet, idle: min(quiet, sent), trip: near + far, near: near)
  }

  /// Whether the end of the flight that comes again is a tail-loss probe (RFC 8985 §7.2, §7.3): one for each flight, of
  /// connections that agreed on SACK and have nothing of it to tell.
  ///
  /// The timer repeats the first segment, the probe the last one. Where there is only one under way they look alike:
  /// then the probe mostly waits 200 ms longer for a delayed acknowledgement, but never longer than the timer. After
  /// two silent round trips it is a probe too, if that is before any usual timer; and so is what the sender sent before
  /// it can have known that all in front was acknowledged.
  private mutating func isProbe(_ wait: Wait, isHead: Bool, _ log: RetransmissionLog) -> Bool {
    guard log.recovery == .none, !log.hasProbed, log.blockCount == 0, agreesOnSACK,
      wait.idle >= 2_000_000
    else { return false }
    guard isHead else { return true }
    guard wait.timer >= Wait.usualTimer else {
      return wait.timer < wait.near
        || wait.idle >= max(2 * wait.trip &- wait.trip / 4, 20_000_000)
    }
    guard wait.idle >= wait.trip &+ wait.trip / 4 else { return false }
    let allowance: Int64 = 200_000_000
    return wait.timer <= wait.near &+ 2 * wait.trip &+ allowance &+ max(50_000_000, wait.trip / 2)
  }

  private var agreesOnSACK: Bool {
    for side in [Side.client, .server]
    where self[side].has(.syn) && !self[side].has(.offersSACK) { return false }
    return true
  }
}
