import SynfinLifecycle
import Testing

/// How connections open: every kind of handshake, every loss in it.
@Suite struct HandshakeTests {
  @Test func listen_syn() {
    let story = Story(opened)
    let record = story.record
    #expect(record.gist == "open, three_way, none")
    #expect(record.handshake?.complete == true)
    #expect(record.handshake?.packets == [1, 2, 3])
    #expect(record.handshake?.synAckIsExact == true)
    #expect(record.handshake?.ackIsExact == true)
    #expect(record.client.proofs == "SYN_SENT 1, ESTABLISHED 3")
    #expect(record.server.proofs == "SYN_RCVD 2, ESTABLISHED 3")
    #expect(story.states(after: 1) == "SYN_SENT UNKNOWN")
    #expect(story.states(after: 2) == "SYN_SENT SYN_RCVD")
    #expect(story.states(after: 3) == "ESTABLISHED ESTABLISHED")
    #expect(record.completeness == 7)
  }

  @Test(arguments: [
    ("ws 7 sackok ts 1 0", "ws 2 sackok ts 9 1", true, true, true),
    ("ws 7 sackok", "ws 2", true, false, false), ("ws 7", "", false, false, false),
    ("", "ws 7 sackok ts 1 0", false, false, false), ("ts 1 0", "ts 2 1", false, false, true),
  ])
  func options_agreed(
    _ client: String, _ server: String, _ scale: Bool, _ sack: Bool, _ clock: Bool
  ) {
    let story = Story("c SYN 0 \(client)\ns SYN+ACK 0 ack 1 \(server)\nc ACK 1 ack 1")
    let handshake = story.record.handshake
    #expect(handshake?.windowScaling == scale)
    #expect(handshake?.sack == sack)
    #expect(handshake?.timestamps == clock)
  }

  @Test func listen_synWithECN() {
    let story = Story("c SYN+ECE+CWR 0\ns SYN+ACK+ECE 0 ack 1\nc ACK 1 ack 1")
    #expect(story.record.gist == "open, three_way, none")
  }

  @Test(arguments: [UInt32.max, UInt32.max - 1, 0, 0x7FFF_FFFF])
  func listen_synAtWrap(_ number: UInt32) {
    var setting = Story.Setting()
    setting.clientNumber = number
    setting.serverNumber = number
    let record = Story(opened + "c DATA 1 ack 1 len 9\ns ACK 1 ack 10", setting).record
    #expect(record.gist == "open, three_way, none")
    #expect(record.handshake?.ackIsExact == true)
    #expect(record.client.tcp?.initialSequenceNumber == number)
    #expect(record.troubles == "")
  }

  // MARK: - Never completed

  @Test(arguments: [
    ("c SYN 0", "unanswered, partial, none", "SYN_SENT", ""),
    ("c SYN 0\ns RST+ACK 0 ack 1", "refused, partial, none", "SYN_SENT CLOSED", "CLOSED"),
    ("c SYN 0\ns SYN+ACK 0 ack 1", "half_open, partial, none", "SYN_SENT", "SYN_RCVD"),
    (
      "c SYN 0\ns SYN+ACK 0 ack 1\nc RST 1", "rejected, partial, none", "SYN_SENT CLOSED",
      "SYN_RCVD CLOSED"
    ),
    ("s SYN+ACK 0 ack 1", "half_open, partial, none", "SYN_SENT", "SYN_RCVD"),
    // What comes back when somebody else forged the SYN.
    (
      "s SYN+ACK 0 ack 1\nc RST 1", "rejected, partial, none", "SYN_SENT CLOSED",
      "SYN_RCVD CLOSED"
    ),
    (
      "c SYN 0\ns SYN+ACK 0 ack 1\ns +1s SYN+ACK 0 ack 1\ns +2s RST 1",
      "half_open, partial, none", "SYN_SENT CLOSED", "SYN_RCVD CLOSED"
    ),
    ("c SYN 0\nc +1s RST 1", "unanswered, partial, none", "SYN_SENT CLOSED", ""),
  ])
  func synSent_noEnd(_ text: String, _ gist: String, _ client: String, _ server: String) {
    let record = Story(text).record
    #expect(record.gist == gist)
    #expect(record.client.states == client)
    #expect(record.server.states == server)
    #expect(record.handshake?.complete == false)
  }

  @Test func synReceived_dataRepeatedInVain() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 20
        c +200ms DATA 1 ack 1 len 20
        s +800ms SYN+ACK 0 ack 1
        c ACK 21 ack 1
        c +400ms DATA 1 ack 1 len 20
        """
    ).record
    #expect(record.outcome == .halfOpen)
    #expect(record.server.states == "SYN_RCVD")
    #expect(record.client.states == "SYN_SENT ESTABLISHED")
    #expect(record.problem(.acceptQueueFull)?.packets == [3])
    #expect(record.handshake?.synAckRetries == 1)
  }

  @Test func synReceived_dataRepeatedThenTaken() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 20
        c +200ms DATA 1 ack 1 len 20
        s ACK 1 ack 21
        """
    ).record
    #expect(record.outcome == .open)
    #expect(record.server.states == "SYN_RCVD ESTABLISHED")
    #expect(record.problem(.acceptQueueFull) == nil)
  }

  // MARK: - Losses

  @Test func synReceived_lostSynAck() {
    let record = Story("c SYN 0\nc +1s SYN 0\ns SYN+ACK 0 ack 1\nc ACK 1 ack 1").record
    #expect(record.gist == "open, three_way, none")
    #expect(record.handshake?.packets == [2, 3, 4])
    #expect(record.handshake?.synRetries == 1)
    #expect(record.troubles == "syn_retry 1")
  }

  @Test func synReceived_lostAck() {
    let record = Story("c SYN 0\ns SYN+ACK 0 ack 1\nc DATA 1 ack 1 len 20").record
    #expect(record.gist == "open, three_way, none")
    #expect(record.handshake?.packets == [1, 2, 3])
    #expect(record.completeness == 11)
  }

  @Test func synReceived_repeatedSynAck() {
    let record = Story(
      "c SYN 0\ns SYN+ACK 0 ack 1\ns +1s SYN+ACK 0 ack 1\nc ACK 1 ack 1\nc DATA 1 ack 1 len 5"
    ).record
    #expect(record.handshake?.packets == [1, 3, 4])
    #expect(record.handshake?.synAckRetries == 1)
    #expect(record.server.tcp?.retransmissions == 1)
    #expect(record.gist == "open, three_way, none")
  }

  @Test func established_straySynAck() {
    let record = Story(opened + "s +1s SYN+ACK 0 ack 1\nc ACK 1 ack 1").record
    #expect(record.handshake?.synAckRetries == 1)
    #expect(record.handshake?.packets == [1, 2, 3])
    #expect(record.server.states == "SYN_RCVD ESTABLISHED")
  }

  @Test func synSent_synAckForOther() {
    let record = Story("c SYN 0\ns SYN+ACK 0 ack 555\nc RST 555\ns SYN+ACK 7 ack 1\nc ACK 1 ack 8")
      .record
    #expect(record.gist == "open, three_way, none")
    #expect(record.handshake?.packets == [1, 4, 5])
    #expect(record.server.tcp?.initialSequenceNumber == 5_000_007)
  }

  /// A server that lost its memory answers the repeated SYN with another number.
  @Test func synReceived_otherSynAck() {
    let record = Story(
      "c SYN 0\ns SYN+ACK 0 ack 1\nc +1s SYN 0\ns SYN+ACK 9000 ack 1\nc ACK 1 ack 9001"
    )
    .record
    #expect(record.gist == "open, three_way, none")
    #expect(record.handshake?.ackIsExact == true)
  }

  /// Some hosts repeat their SYN after an RST and may then be welcome.
  @Test func refused_synAgainAndAnswered() {
    let record = Story(
      """
      c SYN 0
      s RST+ACK 0 ack 1
      c +500ms SYN 0
      s SYN+ACK 9 ack 1
      c ACK 1 ack 10
      c DATA 1 ack 10 len 5
      s ACK 10 ack 6
      """
    ).record
    #expect(record.gist == "open, three_way, none")
    #expect(record.client.states == "SYN_SENT ESTABLISHED")
    #expect(record.server.states == "SYN_RCVD ESTABLISHED")
  }

  /// Somebody between the two forged an RST, which the client did not believe.
  @Test func refused_goesOn() {
    let record = Story("c SYN 0\ns RST+ACK 0 ack 1\ns SYN+ACK 9 ack 1\nc ACK 1 ack 10").record
    #expect(record.gist == "open, three_way, none")
    #expect(record.client.proofs == "SYN_SENT 1, ESTABLISHED 4")
    #expect(record.server.proofs == "SYN_RCVD 3, ESTABLISHED 4")
  }

  @Test func refused_synAgain() {
    let record = Story(
      "c SYN 0\ns RST+ACK 0 ack 1\nc +500ms SYN 0\ns RST+ACK 0 ack 1\nc +500ms SYN 0\ns RST+ACK 0 ack 1"
    ).record
    #expect(record.gist == "refused, partial, none")
    #expect(record.client.states == "SYN_SENT CLOSED")
    #expect(record.handshake?.synRetries == 2)
    #expect(record.troubles == "syn_retry 2")
  }

  // MARK: - One direction, missing pieces

  @Test func synSent_missingSynAck() {
    let record = Story("c SYN 0\nc ACK 1 ack 1\nc DATA 1 ack 1 len 5\nc FIN 6 ack 1").record
    #expect(record.handshake?.kind == .partial)
    #expect(record.outcome == .halfClosed)
    #expect(record.client.states == "SYN_SENT ESTABLISHED FIN_WAIT_1")
    #expect(record.server.states == "ESTABLISHED")
    #expect(record.doubts.contains(.oneDirection))
  }

  @Test func synReceived_onlyServerCaptured() {
    let record = Story(
      "s SYN+ACK 0 ack 1\ns ACK 1 ack 101\ns DATA 1 ack 101 len 500\ns FIN 501 ack 101"
    ).record
    #expect(record.handshake?.kind == .partial)
    #expect(record.outcome == .halfClosed)
    #expect(record.server.states == "SYN_RCVD ESTABLISHED FIN_WAIT_1")
    #expect(record.client.states == "SYN_SENT ESTABLISHED")
    #expect(record.doubts.contains(.oneDirection))
  }

  @Test func synSent_captureLostTheStart() {
    let record = Story(
      """
      c SYN 0
      c DATA 900001 ack 2000001 len 100
      s ACK 2000001 ack 900101
      s DATA 2000001 ack 900101 len 50
      c FIN 900101 ack 2000051
      s FIN 2000051 ack 900102
      c ACK 900102 ack 2000052
      """
    ).record
    #expect(record.gist == "closed by client, partial, three_way")
    #expect(record.client.tcp?.missedBytes == 900_000)
    #expect(record.exchanges == 1)
  }

  /// Without data in the SYN a server that sends has seen the third segment (RFC 9293 §3.10.2), captured or not.
  @Test func synReceived_missingAck() {
    let record = Story("c SYN 0\ns SYN+ACK 0 ack 1\ns DATA 1 ack 1 len 9\nc DATA 1 ack 10 len 5")
      .record
    #expect(record.outcome == .open)
    #expect(record.client.proofs == "SYN_SENT 1, ESTABLISHED 3")
    #expect(record.server.proofs == "SYN_RCVD 2, ESTABLISHED 3")
  }

  @Test func midstream_synAckFirst() {
    let record = Story("s SYN+ACK 0 ack 1\nc ACK 1 ack 1\nc DATA 1 ack 1 len 5\ns ACK 1 ack 6")
      .record
    #expect(record.outcome == .open)
    #expect(record.handshake?.kind == .partial)
    #expect(record.client.states == "SYN_SENT ESTABLISHED")
  }

  @Test(arguments: [
    ("c ACK 1 ack 1", "midstream, none, none"),
    ("c ACK 1 ack 1\ns ACK 1 ack 1", "midstream, none, none"),
    ("c DATA 1 ack 1 len 9\ns ACK 1 ack 10", "midstream, none, none"),
    ("c DATA 1 ack 1 len 9", "midstream, none, none"), ("c FIN 1 ack 1", "midstream, none, half"),
    ("c FIN 1 ack 1\ns FIN 1 ack 2\nc ACK 2 ack 2", "closed by client, none, three_way"),
    ("c RST 1", "reset by client, none, reset"),
    ("s RST+ACK 1 ack 1", "reset by server, none, reset"),
    ("c NONE 1", "midstream, none, none"), ("c FIN+PSH+URG 1", "midstream, none, half"),
  ])
  func unknown_firstSegment(_ text: String, _ gist: String) {
    #expect(Story(text).record.gist == gist)
  }

  @Test func unknown_bothAcknowledge() {
    let record = Story("c DATA 1 ack 1 len 9\ns ACK 1 ack 10").record
    #expect(record.client.proofs == "ESTABLISHED 2")
    #expect(record.server.proofs == "ESTABLISHED 2")
    #expect(record.client.tcp?.initialSequenceNumber == nil)
    #expect(record.handshake?.complete == false)
  }
}
