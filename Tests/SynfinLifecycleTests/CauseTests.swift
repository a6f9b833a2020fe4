import SynfinLifecycle
import Testing

/// Why a segment was sent again, or looks so.
@Suite struct CauseTests {
  /// A handshake over a way of 10 ms, captured at the client, with SACK and timestamps agreed; then some of the client's
  /// data acknowledged.
  private static let near = """
    c SYN 0 mss 1460 sackok ts 1000 0
    s +10ms SYN+ACK 0 ack 1 mss 1460 sackok ts 5000 1000
    c +10us ACK 1 ack 1 ts 1010 5000
    c DATA 1 ack 1 len 100 ts 1011 5000
    s +10ms ACK 1 ack 101 ts 5021 1011

    """
  private static let plain = """
    c SYN 0 mss 1460
    s +10ms SYN+ACK 0 ack 1 mss 1460
    c +10us ACK 1 ack 1
    c DATA 1 ack 1 len 100
    s +10ms ACK 1 ack 101

    """

  private func causes(_ text: String) -> String { Story(text).causes }

  private func counts(_ text: String) throws -> CauseCounts {
    try #require(Story(text).record.client.tcp).causes
  }

  // MARK: - What brings a segment again

  @Test func threeDuplicateAcknowledgments_fastRetransmit() {
    let flight = (1...5).map { "c DATA \($0 * 100 + 1) ack 1 len 100\n" }.joined()
    let story =
      Self.plain + flight + """
        s +10ms ACK 1 ack 101
        s ACK 1 ack 101
        s ACK 1 ack 101
        c +50us DATA 101 ack 1 len 100
        """
    #expect(causes(story) == "14 fast_retransmit")
  }

  /// One SACK block is enough for RACK (RFC 8985 §6.2), a quarter of a round trip later.
  @Test func sackOfLaterOctets_fastRetransmit() {
    let story =
      Self.near + """
        c DATA 101 ack 1 len 100 ts 1030 5021
        c DATA 201 ack 1 len 100 ts 1030 5021
        s +10ms ACK 1 ack 101 sack 201 301 ts 5041 1011
        c +4ms DATA 101 ack 1 len 100 ts 1045 5041
        """
    #expect(causes(story) == "9 fast_retransmit")
  }

  @Test func firstSegmentAfterSilence_timeoutAndWhatFollows() throws {
    let story =
      Self.near + """
        c DATA 101 ack 1 len 100 ts 1030 5021
        c DATA 201 ack 1 len 100 ts 1030 5021
        c +210ms DATA 101 ack 1 len 100 ts 1240 5021
        s +10ms ACK 1 ack 201 ts 5250 1240
        c +10us DATA 201 ack 1 len 100 ts 1250 5250
        """
    #expect(causes(story) == "8 timeout, 10 timeout")
    #expect(try counts(story).timerExpiries == 1)
    #expect(try counts(story).longestTimeout == 211_000_000)
    let problem = Story(story).record.problem(.retransmission)
    #expect(problem?.cause == .timeout)
    #expect(problem?.packets == [8, 10])
  }

  @Test func lastSegmentAfterTwoRoundTrips_tailLossProbe() {
    let story =
      Self.near + """
        c DATA 101 ack 1 len 100 ts 1030 5021
        c DATA 201 ack 1 len 100 ts 1030 5021
        c +22ms DATA 201 ack 1 len 100 ts 1052 5021
        c +210ms DATA 101 ack 1 len 100 ts 1262 5021
        """
    #expect(causes(story) == "8 tail_loss_probe, 9 timeout")
  }

  /// RFC 8985 §7.2: without SACK there is no probe.
  @Test func lastSegmentWithoutSACK_timeout() {
    let story = Self.plain + "c DATA 101 ack 1 len 100\nc +215ms DATA 101 ack 1 len 100"
    #expect(causes(story) == "7 timeout")
  }

  /// The timer doubles after a timeout, and starts afresh after a probe.
  @Test(arguments: [("+430ms", 0), ("+215ms", 1)])
  func onlySegment_backOffTells(_ second: String, _ probes: UInt64) throws {
    let story =
      Self.near + """
        c DATA 101 ack 1 len 100 ts 1030 5021
        c +215ms DATA 101 ack 1 len 100 ts 1245 5021
        c \(second) DATA 101 ack 1 len 100 ts 1700 5021
        """
    #expect(try counts(story).tailLossProbe == probes)
    #expect(try counts(story).timeout == 2 - probes)
    #expect(try counts(story).timerExpiries == 2 - probes)
  }

  /// Nothing but the time tells when the capture has one direction only.
  @Test(arguments: [("+2ms", "fast_retransmit"), ("+250ms", "timeout")])
  func oneDirection_timeTells(_ delay: String, _ cause: String) {
    let story =
      (0..<4).map { "c DATA \($0 * 100 + 1) ack 1 len 100\n" }.joined()
      + "c \(delay) DATA 101 ack 1 len 100"
    #expect(causes(story) == "5 \(cause)")
  }

  @Test func synAndFin() {
    let story = """
      c SYN 0
      c +1s SYN 0
      s SYN+ACK 0 ack 1
      s +1s SYN+ACK 0 ack 1
      c ACK 1 ack 1
      c FIN+ACK 1 ack 1
      c +200ms FIN+ACK 1 ack 1
      """
    #expect(causes(story) == "2 syn, 4 syn_ack, 7 fin")
    #expect(Story(story).record.server.tcp?.causes.synAck == 1)
  }

  // MARK: - Needless

  private static let needless =
    near + """
      c DATA 101 ack 1 len 100 ts 1030 5021
      c +215ms DATA 101 ack 1 len 100 ts 1245 5021

      """

  @Test func dsack_movesTheCause() throws {
    let story = Self.needless + "s +10ms ACK 1 ack 201 sack 101 201 ts 5260 1245"
    #expect(causes(story) == "7 tail_loss_probe")
    let counts = try counts(story)
    #expect(counts.spurious == 1)
    #expect(counts.tailLossProbe == 0)
    #expect(counts.dsacks == 1)
    #expect(counts.firstProof?.kind == .dsack)
    #expect(counts.firstProof?.packet == 8)
    #expect(Story(story).record.problem(.retransmission)?.cause == .spurious)
    #expect(Story(story).record.problem(.retransmission)?.packets == [7])
  }

  /// RFC 3522: an echo older than the repeat's clock is that of the original.
  @Test(arguments: [(1030, 1), (1244, 1), (1245, 0), (1300, 0)])
  func echo_tellsWhichCopy(_ echo: Int, _ spurious: UInt64) throws {
    let story = Self.needless + "s +40ms ACK 1 ack 201 ts 5260 \(echo)"
    #expect(try counts(story).spurious == spurious)
  }

  /// Without timestamps the acknowledgement comes too soon.
  @Test(arguments: [("+1ms", 1), ("+9ms", 0)])
  func earlyAcknowledgment(_ delay: String, _ spurious: UInt64) throws {
    let story =
      Self.plain + """
        c DATA 101 ack 1 len 100
        c +215ms DATA 101 ack 1 len 100
        s \(delay) ACK 1 ack 201
        """
    #expect(try counts(story).spurious == spurious)
    #expect(try counts(story).timeout == 1 - spurious)
  }

  /// Near the receiver, or where acknowledgements get lost behind the capture.
  @Test func acknowledgedBefore() {
    let story =
      Self.near + """
        c DATA 101 ack 1 len 100 ts 1030 5021
        s ACK 1 ack 201 ts 5031 1030
        c +215ms DATA 101 ack 1 len 100 ts 1245 5021
        """
    #expect(causes(story) == "8 spurious")
  }

  @Test func sackedBefore() {
    let story =
      Self.near + """
        c DATA 101 ack 1 len 100 ts 1030 5021
        c DATA 201 ack 1 len 100 ts 1030 5021
        s ACK 1 ack 101 sack 201 301 ts 5031 1011
        c +5ms DATA 201 ack 1 len 100 ts 1036 5021
        """
    #expect(causes(story) == "9 spurious")
  }

  /// A DSACK tells of one copy: two needless repeats take two.
  @Test(arguments: [1, 2, 3])
  func dsack_countsCopies(_ reports: Int) throws {
    let story =
      Self.needless + "c +215ms DATA 101 ack 1 len 100 ts 1460 5021\n"
      + (0..<reports).map { "s +10ms ACK 1 ack 201 sack 101 201 ts \(5260 + $0) 1460 id \($0 + 9)" }
      .joined(separator: "\n")
    #expect(try counts(story).spurious == UInt64(min(reports, 2)))
    #expect(try counts(story).dsacks == UInt64(reports))
    #expect(try counts(story).duplicatedUnseen == 0)
  }

  @Test func dsack_ofSeveralSegments() throws {
    let story =
      Self.near + """
        c DATA 101 ack 1 len 100 ts 1030 5021
        c DATA 201 ack 1 len 100 ts 1030 5021
        c +210ms DATA 101 ack 1 len 100 ts 1240 5021
        c DATA 201 ack 1 len 100 ts 1240 5021
        s +10ms ACK 1 ack 301 sack 101 301 ts 5250 1240
        """
    #expect(try counts(story).spurious == 2)
    #expect(try counts(story).timeout == 0)
  }

  // MARK: - Not sent again

  /// RFC 2883 §5: what came twice was sent once, so it was the network.
  @Test func dsack_withoutRepeat() throws {
    let story =
      Self.near + "c DATA 101 ack 1 len 100 ts 1030 5021\n"
      + "s +10ms ACK 1 ack 201 ts 5041 1030\ns ACK 1 ack 201 sack 101 201 ts 5041 1030"
    let counts = try counts(story)
    #expect(counts.spurious == 0)
    #expect(counts.duplicatedUnseen == 1)
    #expect(Story(story).record.problem(.duplicateUnseen)?.packets == [8])
  }

  /// Some keep-alives carry the last octet again; a receiver may report it (RFC 9293 §3.8.4).
  @Test func dsack_ofKeepAlive() throws {
    let story = Self.near + "c +5s DATA 100 ack 1 len 1\ns ACK 1 ack 101 sack 100 101"
    #expect(causes(story) == "6 keep_alive")
    #expect(try counts(story).duplicatedUnseen == 0)
  }

  /// The original comes behind its repeat: that is the second copy that a DSACK tells of.
  @Test func dsack_ofLateOriginal() throws {
    let story =
      Self.near + """
        c DATA 101 ack 1 len 100 ts 1245 5021
        s ACK 1 ack 201 ts 5260 1245
        c +30ms DATA 101 ack 1 len 100 ts 1030 5021
        s ACK 1 ack 201 sack 101 201 ts 5290 1245
        """
    #expect(causes(story) == "8 reordered")
    #expect(try counts(story).duplicatedUnseen == 0)
    #expect(try counts(story).reordered == 1)
  }

  @Test(arguments: [("+5us", "duplicated_by_capture"), ("+300us", "duplicated_by_network")])
  func copies(_ delay: String, _ cause: String) {
    let line = "DATA 101 ack 1 len 100 ts 1030 5021 id 7"
    #expect(causes(Self.near + "c \(line)\nc \(delay) \(line)") == "7 \(cause)")
  }

  @Test func zeroWindowProbe() {
    let story =
      Self.near + "s ACK 1 ack 101 win 0 ts 5030 1011\nc +200ms ACK 100 ack 1 ts 1240 5030"
    #expect(causes(story) == "7 zero_window_probe")
  }

  /// Blocks from nowhere do no harm.
  @Test func dsack_outsideOfWhatWasSent() throws {
    let story =
      Self.needless + "s ACK 1 ack 201 sack 900 901 ts 5260 1245\n"
      + "s ACK 1 ack 201 sack =0 =4294967295 ts 5261 1245"
    #expect(try counts(story).spurious == 0)
    #expect(try counts(story).duplicatedUnseen == 0)
  }

  // MARK: - Questions without an answer

  /// A keep-alive that another segment of its sender follows, with nothing from the peer between.
  @Test(arguments: [
    ("c +1s ACK 100 ack 1", "6"), ("s ACK 1 ack 101\nc +1s ACK 100 ack 1", ""),
    ("c +1s RST 101", "6"), ("c +10ms DATA 101 ack 1 len 10", ""), ("", ""),
  ])
  func keepAlive_unanswered(_ next: String, _ packets: String) {
    let record = Story(Self.plain + "c +5s ACK 100 ack 1\n" + next).record
    let found = record.problem(.keepAliveUnanswered)?.packets.map { String($0) } ?? []
    #expect(found.joined(separator: " ") == packets)
  }

  /// RFC 5961 §3.2: an RST in the window that is not at the next number.
  @Test func challenge_toReset() {
    let record = Story(
      Self.plain + """
        c RST 150 win 1000
        s ACK 1 ack 101
        s ACK 1 ack 101
        c DATA 101 ack 1 len 10
        """
    ).record
    #expect(record.problem(.resetIgnored)?.packets == [6])
    #expect(record.problem(.challengeAck)?.packets == [7])
  }

  /// RFC 5961 §4.2: a SYN for a connection that is still there.
  @Test func challenge_toSyn() {
    let records = Story(
      Self.plain + """
        c SYN =77 win 1000
        s ACK 1 ack 101
        c RST =1000101
        c +1s SYN =77
        """
    ).records
    #expect(records.count == 2)
    #expect(records[0].problem(.challengeAck)?.packets == [7])
    #expect(records[1].problem(.challengeAck) == nil)
  }
}
