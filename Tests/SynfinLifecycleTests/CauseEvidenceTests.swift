import SynfinLifecycle
import Testing

/// What tells a fast retransmit from a timeout and a probe: signs first, time where there are none.
@Suite struct CauseEvidenceTests {
  /// A handshake over a way of so many milliseconds, captured at the client.
  private static func opening(_ trip: Int, _ options: String = "") -> String {
    """
    c SYN 0 mss 1460\(options)
    s +\(trip)ms SYN+ACK 0 ack 1 mss 1460\(options)
    c +10us ACK 1 ack 1

    """
  }

  /// Segments of 1000 octets, from the first octet on.
  private static func flight(_ count: Int) -> String {
    (0..<count).map { "c +100us DATA \($0 * 1000 + 1) ack 1 len 1000\n" }.joined()
  }

  private func counts(_ text: String) throws -> CauseCounts {
    try #require(Story(text).record.client.tcp).causes
  }

  // MARK: - No sign

  /// RFC 6298: the timer is a round trip and a margin; on long ways less than one and a half.
  @Test(arguments: [200, 400, 450, 600, 800])
  func longWay_timeouts(_ trip: Int) throws {
    let timer = trip + 200
    let story =
      Self.opening(trip) + Self.flight(3) + """
        c +\(timer)ms DATA 1 ack 1 len 1000
        c +\(2 * timer)ms DATA 1 ack 1 len 1000
        s +\(trip)ms ACK 1 ack 3001
        """
    #expect(Story(story).causes == "7 timeout, 8 timeout")
    #expect(try counts(story).timerExpiries == 2)
    #expect(try counts(story).longestTimeout == Int64(2 * timer) * 1_000_000)
  }

  @Test func satellite_probeThenTimeouts() throws {
    let story =
      Self.opening(600, " sackok") + Self.flight(3) + """
        c +800ms DATA 2001 ack 1 len 1000
        c +800ms DATA 1 ack 1 len 1000
        c +1600ms DATA 1 ack 1 len 1000
        """
    #expect(Story(story).causes == "7 tail_loss_probe, 8 timeout, 9 timeout")
    #expect(try counts(story).longestTimeout == 1_600_000_000)
  }

  /// An answer with data may have waited for them: it does not show how long the way is.
  @Test func thinkTime_isNoRoundTrip() throws {
    let story = """
      c DATA 1 ack 1 len 1000
      s +1200ms DATA 1 ack 1001 len 1000
      c +10ms ACK 1001 ack 1001
      c +4s DATA 1001 ack 1001 len 1000
      c +1s DATA 1001 ack 1001 len 1000
      c +2s DATA 1001 ack 1001 len 1000
      """
    #expect(Story(story).causes == "5 timeout, 6 timeout")
    #expect(try counts(story).longestTimeout == 2_000_000_000)
  }

  /// A timer that is shorter than the round trip, backing off.
  @Test func shortTimer_isATimerStill() throws {
    let story =
      Self.opening(400) + """
        c DATA 1 ack 1 len 31
        c +310ms DATA 1 ack 1 len 31
        c +610ms DATA 1 ack 1 len 31
        c +1210ms DATA 1 ack 1 len 31
        """
    #expect(Story(story).causes == "5 timeout, 6 timeout, 7 timeout")
    #expect(try counts(story).longestTimeout == 1_210_000_000)
  }

  /// No timer is shorter than 10 ms.
  @Test(arguments: [("+5ms", "fast_retransmit"), ("+40ms", "timeout")])
  func soon_timeTells(_ delay: String, _ cause: String) {
    let story = Self.opening(20) + Self.flight(3) + "c \(delay) DATA 1 ack 1 len 1000"
    #expect(Story(story).causes == "7 \(cause)")
  }

  // MARK: - Signs

  /// RFC 6582 §3.2: each partial acknowledgement repeats the next hole.
  @Test func partialAcknowledgment_fastRetransmit() {
    let story =
      Self.opening(100) + Self.flight(6)
      + String(repeating: "s +30ms ACK 1 ack 1\n", count: 4) + """
        c DATA 1 ack 1 len 1000
        s +100ms ACK 1 ack 2001
        c DATA 2001 ack 1 len 1000
        """
    #expect(Story(story).causes == "14 fast_retransmit, 16 fast_retransmit")
  }

  /// RFC 5827: two segments can draw one duplicate acknowledgement only.
  @Test(arguments: [(2, "fast_retransmit"), (6, "timeout")])
  func oneDuplicate_enoughOfFewSegments(_ segments: Int, _ cause: String) {
    let story =
      Self.opening(100) + Self.flight(segments) + """
        s +100ms ACK 1 ack 1
        s +1ms ACK 1 ack 1
        c +60ms DATA 1 ack 1 len 1000
        """
    #expect(Story(story).causes == "\(segments + 6) \(cause)")
  }

  /// Three duplicates that nothing followed for long did not bring it.
  @Test(arguments: [("+1ms", "fast_retransmit"), ("+2s", "timeout")])
  func threeDuplicates_notLongAgo(_ delay: String, _ cause: String) {
    let story =
      Self.opening(100) + Self.flight(5) + String(repeating: "s ACK 1 ack 1\n", count: 4)
      + "c \(delay) DATA 1 ack 1 len 1000"
    #expect(Story(story).causes == "13 \(cause)")
  }

  /// RFC 1191 §3: smaller pieces go out at once.
  @Test(arguments: [("r +30ms ICMP 3/4 mtu 900 quoting c 1", "fast_retransmit"), ("", "timeout")])
  func tooBig_fastRetransmit(_ error: String, _ cause: String) {
    let story =
      Self.opening(20) + Self.flight(2) + (error.isEmpty ? "" : error + "\n")
      + "c \(error.isEmpty ? "+31ms" : "+1ms") DATA 1 ack 1 len 800"
    #expect(Story(story).causes == "\(error.isEmpty ? 6 : 7) \(cause)")
  }

  // MARK: - Probes

  /// Two silent round trips after the only segment, sooner than a usual timer.
  @Test(arguments: [(" sackok", "tail_loss_probe"), ("", "timeout")])
  func onlySegment_sooner(_ options: String, _ cause: String) {
    let story =
      Self.opening(20, options) + "c DATA 1 ack 1 len 1000\nc +45ms DATA 1 ack 1 len 1000"
    #expect(Story(story).causes == "5 \(cause)")
  }

  /// One segment under way: only what comes after it tells a probe from a timeout.
  @Test(arguments: [
    ("", 1), ("c +430ms DATA 1 ack 1 len 1000", 0), ("c +215ms DATA 1 ack 1 len 1000", 0),
  ])
  func onlySegment_lookalike(_ next: String, _ lookalikes: UInt64) throws {
    let story =
      Self.opening(10, " sackok") + "c DATA 1 ack 1 len 1000\nc +215ms DATA 1 ack 1 len 1000\n"
      + next
    #expect(try counts(story).lookalikeProbes == lookalikes)
    #expect(
      try counts(
        Self.opening(10, " sackok") + Self.flight(2)
          + "c +30ms DATA 1001 ack 1 len 1000"
      ).lookalikeProbes == 0)
  }

  /// The capture began in the middle: nothing was acknowledged yet.
  @Test func midStream_lastSegment() {
    let story = """
      c DATA 1 ack 1 len 664
      c +2ms DATA 665 ack 1 len 46
      c +76ms DATA 665 ack 1 len 46
      s +110ms ACK 1 ack 665
      """
    #expect(Story(story).causes == "3 tail_loss_probe")
  }
}
