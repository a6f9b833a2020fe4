import SynfinLifecycle
import Testing

/// How connections close with FINs (RFC 9293 §3.6).
@Suite struct TeardownTests {
  @Test func established_fourWay() {
    let story = Story(opened + "c FIN 1 ack 1\ns ACK 1 ack 2\ns FIN 1 ack 2\nc ACK 2 ack 2")
    let record = story.record
    #expect(record.gist == "closed by client, three_way, four_way")
    #expect(record.teardown?.packets == [4, 5, 6, 7])
    #expect(record.teardown?.duration == 3_000_000)
    #expect(
      record.client.proofs
        == "SYN_SENT 1, ESTABLISHED 3, FIN_WAIT_1 4, FIN_WAIT_2 5, TIME_WAIT 7")
    #expect(
      record.server.proofs == "SYN_RCVD 2, ESTABLISHED 3, CLOSE_WAIT 5, LAST_ACK 6, CLOSED 7")
    #expect(story.states(after: 4) == "FIN_WAIT_1 ESTABLISHED")
    #expect(story.states(after: 5) == "FIN_WAIT_2 CLOSE_WAIT")
    #expect(record.completeness == 23)
  }

  @Test func established_threeWay() {
    let record = Story(opened + "s FIN 1 ack 1\nc FIN 1 ack 2\ns ACK 2 ack 2").record
    #expect(record.gist == "closed by server, three_way, three_way")
    #expect(record.teardown?.packets == [4, 5, 6])
    #expect(
      record.server.proofs == "SYN_RCVD 2, ESTABLISHED 3, FIN_WAIT_1 4, FIN_WAIT_2 5, TIME_WAIT 6")
    #expect(
      record.client.proofs == "SYN_SENT 1, ESTABLISHED 3, CLOSE_WAIT 5, LAST_ACK 5, CLOSED 6")
  }

  @Test func established_simultaneous() {
    let record = Story(opened + "c FIN 1 ack 1\ns FIN 1 ack 1\nc ACK 2 ack 2\ns ACK 2 ack 2").record
    #expect(record.gist == "closed by both, three_way, simultaneous")
    #expect(record.client.states == "SYN_SENT ESTABLISHED FIN_WAIT_1 CLOSING TIME_WAIT")
    #expect(record.server.states == "SYN_RCVD ESTABLISHED FIN_WAIT_1 CLOSING TIME_WAIT")
  }

  /// The client's FIN came again after it had acknowledged the server's: the first copy had been lost, so that
  /// the server was never in CLOSING.
  @Test func finWait1_finLost() {
    let record = Story(
      opened + "c FIN 1 ack 1\ns FIN 1 ack 1\nc ACK 2 ack 2\nc +200ms FIN 1 ack 2\ns ACK 2 ack 2"
    ).record
    #expect(record.outcome == .closed)
    #expect(record.client.states == "SYN_SENT ESTABLISHED FIN_WAIT_1 CLOSING TIME_WAIT")
    #expect(record.server.states == "SYN_RCVD ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT")
  }

  /// The same with data in front of the FIN, which are sent again together with it.
  @Test func finWait1_dataAndFinLost() {
    let record = Story(
      opened + """
        c FIN+PSH 1 ack 1 len 50
        s FIN 1 ack 1
        c ACK 52 ack 2
        c +200ms FIN+PSH 1 ack 2 len 50
        s ACK 2 ack 52
        """
    ).record
    #expect(record.outcome == .closed)
    #expect(record.client.tcp?.retransmissions == 1)
    #expect(record.server.states == "SYN_RCVD ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT")
  }

  @Test func established_finRepeated() {
    let record = Story(
      opened + "c FIN 1 ack 1\nc +200ms FIN 1 ack 1\ns ACK 1 ack 2\ns FIN 1 ack 2\nc ACK 2 ack 2"
    ).record
    #expect(record.gist == "closed by client, three_way, four_way")
    #expect(record.teardown?.packets == [4, 6, 7, 8])
    #expect(record.client.tcp?.retransmissions == 1)
    #expect(record.troubles == "retransmission 1")
  }

  @Test func lastAck_finRepeated() {
    let record = Story(
      opened + "c FIN 1 ack 1\ns FIN 1 ack 2\nc ACK 2 ack 2\ns +200ms FIN 1 ack 2\nc ACK 2 ack 2"
    ).record
    #expect(record.gist == "closed by client, three_way, three_way")
    #expect(record.server.tcp?.retransmissions == 1)
    #expect(record.server.states == "SYN_RCVD ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED")
    #expect(record.client.states == "SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT")
  }

  @Test(arguments: [
    ("c FIN 1 ack 1", "half_closed by client", "FIN_WAIT_1", "ESTABLISHED"),
    ("c FIN 1 ack 1\ns ACK 1 ack 1", "half_closed by client", "FIN_WAIT_1", "ESTABLISHED"),
    ("c FIN 1 ack 1\ns ACK 1 ack 2", "half_closed by client", "FIN_WAIT_2", "CLOSE_WAIT"),
    ("s FIN 1 ack 1\nc ACK 1 ack 2", "half_closed by server", "CLOSE_WAIT", "FIN_WAIT_2"),
    ("c FIN 1 ack 1\ns FIN 1 ack 2", "half_closed by client", "FIN_WAIT_2", "LAST_ACK"),
    ("c FIN 1 ack 1\ns FIN 1 ack 1", "half_closed by both", "FIN_WAIT_1", "FIN_WAIT_1"),
    (
      "c FIN 1 ack 1\ns FIN 1 ack 1\nc ACK 2 ack 2", "half_closed by both", "CLOSING", "FIN_WAIT_1"
    ),
  ])
  func established_unfinished(
    _ text: String, _ gist: String, _ client: String, _ server: String
  ) {
    let record = Story(opened + text).record
    #expect(record.gist == "\(gist), three_way, half")
    #expect(record.client.tcp?.states.last?.state.name == client)
    #expect(record.server.tcp?.states.last?.state.name == server)
    #expect(record.teardown?.duration == nil)
  }

  @Test func closeWait_dataAfterFin() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 10
        c FIN 11 ack 1
        s ACK 1 ack 12
        s DATA 1 ack 12 len 300
        c ACK 12 ack 301
        s FIN 301 ack 12
        c ACK 12 ack 302
        """
    ).record
    #expect(record.gist == "closed by client, three_way, four_way")
    #expect(record.server.tcp?.bytesAfterPeerClosed == 300)
    #expect(record.client.tcp?.bytesAfterPeerClosed == 0)
    #expect(record.exchanges == 1)
  }

  @Test func synReceived_fin() {
    let record = Story("c SYN 0\ns SYN+ACK 0 ack 1\nc FIN 1 ack 1\ns FIN 1 ack 2\nc ACK 2 ack 2")
      .record
    #expect(record.gist == "closed by client, three_way, three_way")
    #expect(record.client.states == "SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT")
  }

  @Test(arguments: [UInt32(4_294_967_295), 4_294_967_294, 4_294_967_290, 4_294_967_200])
  func established_finAtWrap(_ number: UInt32) {
    var setting = Story.Setting()
    setting.clientNumber = number
    setting.serverNumber = number
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 4
        s DATA 1 ack 5 len 94
        c FIN 5 ack 95
        s FIN 95 ack 6
        c ACK 6 ack 96
        """, setting
    ).record
    #expect(record.gist == "closed by client, three_way, three_way")
    #expect(record.troubles == "")
    #expect(record.server.tcp?.uniquePayloadBytes == 94)
  }

  @Test func established_finBehindHole() {
    let record = Story(
      opened + """
        c FIN 101 ack 1
        s ACK 1 ack 1
        c +200ms DATA 1 ack 1 len 100
        s ACK 1 ack 102
        s FIN 1 ack 102
        c ACK 102 ack 2
        """
    ).record
    #expect(record.gist == "closed by client, three_way, four_way")
    #expect(record.client.tcp?.uniquePayloadBytes == 100)
    #expect(record.client.tcp?.missedBytes == 0)
  }

  @Test func closed_resetAfterwards() {
    let record = Story(opened + "c FIN 1 ack 1\ns FIN 1 ack 2\nc ACK 2 ack 2\nc RST 2").record
    #expect(record.gist == "closed by client, three_way, three_way")
    #expect(record.problem(.resetAfterClose)?.packets == [7])
    #expect(record.client.states.hasSuffix("TIME_WAIT"))
  }

  @Test func closed_straySegments() {
    let record = Story(
      opened + """
        c FIN 1 ack 1
        s FIN 1 ack 2
        c ACK 2 ack 2
        s SYN+ACK 0 ack 1
        c FIN 1 ack 1
        s ACK 2 ack 2
        """
    ).record
    #expect(record.gist == "closed by client, three_way, three_way")
    #expect(record.server.states == "SYN_RCVD ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED")
  }
}
