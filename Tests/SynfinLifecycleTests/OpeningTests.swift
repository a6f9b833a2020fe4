import SynfinLifecycle
import Testing

/// Simultaneous open and Fast Open, and what the halves of a handshake cost.
@Suite struct OpeningTests {
  // MARK: - Simultaneous open (RFC 9293 §3.5, figure 7)

  @Test func synSent_syn() {
    let story = Story("c SYN 0\ns SYN 0\nc SYN+ACK 0 ack 1\ns SYN+ACK 0 ack 1\nc ACK 1 ack 1")
    let record = story.record
    #expect(record.gist == "open, simultaneous, none")
    #expect(record.client.states == "SYN_SENT SYN_RCVD ESTABLISHED")
    #expect(record.server.states == "SYN_SENT SYN_RCVD ESTABLISHED")
    #expect(record.handshake?.roundTripTime == nil)
  }

  @Test func synSent_synThenOneAck() {
    let record = Story("c SYN 0\ns SYN 0\nc SYN+ACK 0 ack 1\ns ACK 1 ack 1\nc ACK 1 ack 1").record
    #expect(record.outcome == .open)
    #expect(record.handshake?.kind == .simultaneous)
  }

  @Test func synSent_synLostOnce() {
    let record = Story(
      "c SYN 0\ns SYN 0\ns +1s SYN 0\nc SYN+ACK 0 ack 1\ns SYN+ACK 0 ack 1\nc ACK 1 ack 1"
    ).record
    #expect(record.gist == "open, simultaneous, none")
    #expect(record.handshake?.synRetries == 1)
  }

  @Test func synSent_synAndNoMore() {
    let record = Story("c SYN 0\ns SYN 0").record
    #expect(record.handshake?.kind == .partial)
    #expect(record.outcome == .halfOpen)
    #expect(record.client.states == "SYN_SENT")
    #expect(record.server.states == "SYN_SENT")
  }

  // MARK: - Fast Open (RFC 7413)

  @Test func listen_synWithData() {
    let story = Story(
      """
      c SYN 0 len 100 cookie 8
      s SYN+ACK 0 ack 101
      s DATA 1 ack 101 len 500
      c ACK 101 ack 501
      """)
    let record = story.record
    #expect(record.gist == "open, fast_open, none")
    #expect(record.handshake?.synPayload == 100)
    #expect(record.handshake?.packets == [1, 2, 4])
    #expect(record.client.payloadBytes == 100)
    #expect(record.client.tcp?.uniquePayloadBytes == 100)
    #expect(record.exchanges == 1)
    #expect(record.server.proofs == "SYN_RCVD 2, ESTABLISHED 4")
    #expect(record.troubles == "")
  }

  @Test func listen_synWithDataIgnored() {
    let record = Story(
      """
      c SYN 0 len 100 cookie 8
      s SYN+ACK 0 ack 1
      c DATA 1 ack 1 len 100
      s ACK 1 ack 101
      """
    ).record
    #expect(record.gist == "open, three_way, none")
    #expect(record.problem(.fastOpenRejected)?.packets == [2])
    #expect(record.client.tcp?.retransmissions == 1)
    #expect(record.client.tcp?.uniquePayloadBytes == 100)
    #expect(record.client.tcp?.missedBytes == 0)
  }

  /// Data in a SYN without the option is nothing that Fast Open offers, and nothing that it could reject (RFC 9293 §3.4).
  @Test(arguments: [(101, "open, three_way, none"), (1, "open, three_way, none")])
  func synSent_dataWithoutCookie(_ acknowledged: Int, _ gist: String) {
    let record = Story(
      """
      c SYN 0 len 100
      s SYN+ACK 0 ack \(acknowledged)
      c ACK 101 ack 1
      """
    ).record
    #expect(record.gist == gist)
    #expect(record.problem(.fastOpenRejected) == nil)
  }

  @Test func listen_cookieRequest() {
    let record = Story("c SYN 0 cookie 0\ns SYN+ACK 0 ack 1 cookie 8\nc ACK 1 ack 1").record
    #expect(record.gist == "open, three_way, none")
    #expect(record.problem(.fastOpenRejected) == nil)
  }

  /// The SYN with data is lost; the repeat comes without (RFC 7413 §4.1.3).
  @Test func synSent_repeatWithoutData() {
    let record = Story(
      """
      c SYN 0 len 100 cookie 8
      c +1s SYN 0
      s SYN+ACK 0 ack 1
      c DATA 1 ack 1 len 100
      s ACK 1 ack 101
      """
    ).record
    #expect(record.gist == "open, three_way, none")
    #expect(record.handshake?.synRetries == 1)
  }

  @Test func synSent_repeatWithData() {
    let record = Story(
      """
      c SYN 0 len 100 cookie 8
      c +1s SYN 0 len 100 cookie 8
      s SYN+ACK 0 ack 101
      c ACK 101 ack 1
      """
    ).record
    #expect(record.gist == "open, fast_open, none")
    #expect(record.client.tcp?.retransmissions == 1)
    #expect(record.client.tcp?.retransmittedBytes == 100)
    #expect(record.troubles == "syn_retry 1")
  }

  /// Without the SYN+ACK in the capture nobody knows whether the data were taken.
  @Test func synSent_synAckNotCaptured() {
    let record = Story("c SYN 0 len 100\nc ACK 101 ack 1\nc DATA 101 ack 1 len 5").record
    #expect(record.problem(.fastOpenRejected) == nil)
  }

  // MARK: - Times

  @Test func times_threeWay() {
    let record = Story("c SYN 0\ns +10ms SYN+ACK 0 ack 1\nc +2ms ACK 1 ack 1").record
    #expect(record.handshake?.serverRoundTripTime == 10_000_000)
    #expect(record.handshake?.clientRoundTripTime == 2_000_000)
    #expect(record.handshake?.roundTripTime == 12_000_000)
    #expect(record.handshake?.ambiguous == false)
  }

  @Test(
    arguments: [
      // Karn: which SYN was answered?
      ("", "", "", 10, true), ("ts 5 0", "ts 1005 0", "ts 9 1005", 10, false),
      // The first answer may have been lost: its clock goes on being echoed (RFC 7323 §4.3).
      ("ts 5 0", "ts 1005 0", "ts 9 5", 10, true), ("ts 5 0", "ts 5 0", "ts 9 5", 10, true),
      ("ts 5 0", "ts 1005 0", "ts 9 77", 10, true),
    ] as [(String, String, String, Int64, Bool)])
  func times_repeatedSyn(
    _ first: String, _ second: String, _ answer: String, _ milliseconds: Int64, _ ambiguous: Bool
  ) {
    let handshake = Story(
      """
      c SYN 0 \(first)
      c +1s SYN 0 \(second)
      s +10ms SYN+ACK 0 ack 1 \(answer)
      c ACK 1 ack 1
      """
    ).record.handshake
    #expect(handshake?.serverRoundTripTime == milliseconds * 1_000_000)
    #expect(handshake?.ambiguous == ambiguous)
    #expect((handshake?.roundTripTime == nil) == ambiguous)
  }

  @Test(
    arguments: [
      ("", "", "", 2, true), ("ts 5 0", "ts 1005 0", "ts 9 1005", 2, false),
      ("ts 5 0", "ts 1005 0", "ts 9 5", 2, true),
    ] as [(String, String, String, Int64, Bool)])
  func times_repeatedSynAck(
    _ first: String, _ second: String, _ answer: String, _ milliseconds: Int64, _ ambiguous: Bool
  ) {
    let handshake = Story(
      """
      c SYN 0
      s SYN+ACK 0 ack 1 \(first)
      s +1s SYN+ACK 0 ack 1 \(second)
      c +2ms ACK 1 ack 1 \(answer)
      """
    ).record.handshake
    #expect(handshake?.clientRoundTripTime == milliseconds * 1_000_000)
    #expect(handshake?.ambiguous == ambiguous)
  }

  @Test func times_repeatedSynBehindSynAck() {
    let handshake = Story("c SYN 0\ns +10ms SYN+ACK 0 ack 1\nc SYN 0\nc ACK 1 ack 1").record
      .handshake
    #expect(handshake?.ambiguous == false)
    #expect(handshake?.serverRoundTripTime == 10_000_000)
  }

  @Test func times_clockBackwards() {
    let record = Story("c SYN 0\ns -10ms SYN+ACK 0 ack 1\nc +2ms ACK 1 ack 1").record
    #expect(record.handshake?.serverRoundTripTime == 0)
    #expect(record.gist == "open, three_way, none")
    #expect(record.doubts.contains(.clockBackwards))
    #expect(record.problem(.clockBackwards)?.packets == [2])
    #expect(record.duration == 0)
  }
}
