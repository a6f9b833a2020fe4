import SynfinLifecycle
import Testing

/// Flow control: windows and their scale, closed windows, probes, keep-alives.
@Suite struct WindowTests {
  @Test(arguments: [
    ("ws 7", "ws 3", 8000, 128_000), ("ws 7", "", 1000, 1000), ("", "ws 3", 1000, 1000),
  ])
  func scaled_whereBothOffer(
    _ client: String, _ server: String, _ fromServer: UInt64, _ fromClient: UInt64
  ) {
    let story = Story(
      """
      c SYN 0 win 500 \(client)
      s SYN+ACK 0 ack 1 win 500 \(server)
      c ACK 1 ack 1 win 1000
      s ACK 1 ack 1 win 1000
      """)
    #expect(story.record.server.tcp?.maximumWindow == fromServer)
    #expect(story.record.client.tcp?.maximumWindow == fromClient)
    #expect(story.verdicts[1].scaledWindow == 500)
    #expect(story.verdicts[3].scaledWindow == Int(fromServer))
  }

  @Test func scaled_moreThanFourteen() {
    let story = Story("c SYN 0 ws 20\ns SYN+ACK 0 ack 1 ws 0\nc ACK 1 ack 1 win 1")
    #expect(story.verdicts[2].scaledWindow == 16_384)
    #expect(story.record.client.tcp?.windowScale == 14)
  }

  @Test(
    arguments: [
      ("s SYN+ACK 0 ack 1 ws 5", nil), ("s SYN+ACK 0 ack 1", 1000),
    ] as [(String, Int?)])
  func scaled_oneSynMissing(_ line: String, _ window: Int?) {
    let story = Story(line + "\nc ACK 1 ack 1 win 1000")
    #expect(story.verdicts[1].scaledWindow == window)
  }

  @Test func closed_andOpened() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100
        s ACK 1 ack 101 win 0
        s +300ms ACK 1 ack 101 win 500
        s +100ms ACK 1 ack 101 win 0
        s +100ms ACK 1 ack 101 win 0
        """
    ).record
    #expect(record.server.tcp?.zeroWindows == 2)
    #expect(record.server.tcp?.zeroWindowTime == 400_000_000)
    #expect(record.problem(.zeroWindow)?.packets == [5, 7])
    #expect(record.server.tcp?.duplicateAcks == 0)
  }

  @Test func closed_episodes() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100
        s ACK 1 ack 101 win 0
        c +200ms DATA 101 ack 1 len 1
        s ACK 1 ack 101 win 0
        s +300ms ACK 1 ack 101 win 500
        s +100ms ACK 1 ack 101 win 0
        c +400ms ACK 101 ack 1
        """
    ).record
    let stalls = record.windowStalls
    #expect(stalls.map(\.closedBy) == [.server, .server])
    #expect(stalls.map(\.packet) == [5, 9])
    #expect(stalls.map(\.reopenedBy) == [8, nil])
    #expect(stalls.map(\.duration) == [501_000_000, 400_000_000])
    #expect(stalls.map(\.probes) == [1, 0])
    #expect(record.server.tcp?.minimumWindow == 0)
  }

  @Test func closed_moreEpisodesThanAreKept() {
    let lines = String(repeating: "s ACK 1 ack 1 win 0\ns ACK 1 ack 1 win 9\n", count: 12)
    let record = Story(opened + lines).record
    #expect(record.windowStalls.count == 8)
    #expect(record.server.tcp?.zeroWindows == 12)
  }

  @Test func smallest_synDoesNotCount() {
    let record = Story(
      "c SYN 0 win 10\ns SYN+ACK 0 ack 1 win 20\nc ACK 1 ack 1 win 300\nc ACK 1 ack 1 win 200"
    ).record
    #expect(record.client.tcp?.minimumWindow == 200)
    #expect(record.server.tcp?.minimumWindow == nil)
  }

  @Test(arguments: ["s SYN+ACK 0 ack 1 win 0", "s RST 1 win 0"])
  func closed_synAndResetDoNot(_ line: String) {
    #expect(Story("c SYN 0\n" + line).record.server.tcp?.zeroWindows == 0)
  }

  /// A late segment of before says nothing of the window now (RFC 9293 §3.10.7.4: SND.WL1, SND.WL2).
  @Test func closed_notByStaleSegment() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100
        c DATA 101 ack 1 len 100
        s ACK 1 ack 201 win 500
        s ACK 1 ack 101 win 0
        """
    ).record
    #expect(record.server.tcp?.zeroWindows == 0)
  }

  @Test func closed_notBehindFin() {
    let record = Story(
      opened + "c FIN 1 ack 1\ns FIN 1 ack 2 win 0\nc ACK 2 ack 2\ns +10s ACK 2 ack 2 win 0"
    ).record
    #expect(record.server.tcp?.zeroWindows == 0)
    #expect(record.server.tcp?.zeroWindowTime == 0)
  }

  // MARK: - Probes

  /// Linux probes with an empty segment just below what was acknowledged.
  @Test func probe_empty() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100
        s ACK 1 ack 101 win 0
        c +200ms ACK 100 ack 1
        s ACK 1 ack 101 win 0
        c +400ms ACK 100 ack 1
        s ACK 1 ack 101 win 900
        c DATA 101 ack 1 len 50
        s ACK 1 ack 151
        """
    ).record
    #expect(record.client.tcp?.zeroWindowProbes == 2)
    #expect(record.client.tcp?.retransmissions == 0)
    #expect(record.client.tcp?.keepAlives == 0)
    #expect(record.server.tcp?.zeroWindowTime == 602_000_000)
  }

  @Test func probe_oneOctetRefused() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100
        s ACK 1 ack 101 win 0
        c +200ms DATA 101 ack 1 len 1
        s ACK 1 ack 101 win 0
        s +1s ACK 1 ack 101 win 500
        c DATA 101 ack 1 len 50
        s ACK 1 ack 151
        """
    ).record
    #expect(record.client.tcp?.zeroWindowProbes == 1)
    #expect(record.client.tcp?.uniquePayloadBytes == 150)
    #expect(record.client.tcp?.retransmissions == 0)
    #expect(record.client.tcp?.missedBytes == 0)
  }

  @Test(arguments: ["c DATA 102 ack 1 len 49", "c DATA 101 ack 1 len 50"])
  func probe_oneOctetTaken(_ next: String) {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100
        s ACK 1 ack 101 win 0
        c +200ms DATA 101 ack 1 len 1
        s ACK 1 ack 102 win 500
        \(next)
        s ACK 1 ack 151
        """
    ).record
    #expect(record.client.tcp?.uniquePayloadBytes == 150)
    #expect(record.client.tcp?.missedBytes == 0)
    #expect(record.client.tcp?.retransmissions == 0)
    #expect(record.problem(.missedByCapture) == nil)
  }

  // MARK: - Keep-alives (RFC 9293 §3.8.4)

  @Test(arguments: ["", "len 1"])
  func keepAlive_answered(_ payload: String) {
    let story = Story(
      opened + """
        c DATA 1 ack 1 len 10
        s ACK 1 ack 11
        c +60s ACK 10 ack 1 \(payload)
        s ACK 1 ack 11
        c +60s ACK 10 ack 1 \(payload)
        s ACK 1 ack 11
        """)
    let record = story.record
    #expect(record.client.tcp?.keepAlives == 2)
    #expect(record.client.tcp?.retransmissions == 0)
    #expect(record.server.tcp?.duplicateAcks == 0)
    #expect(record.client.tcp?.uniquePayloadBytes == 10)
    #expect(
      story.labels
        == "6 keep_alive, 7 keep_alive_ack, 8 keep_alive, 9 keep_alive_ack")
  }

  @Test func keepAlive_beforeAnyData() {
    let record = Story(opened + "c +60s ACK 0 ack 1\ns ACK 1 ack 1").record
    #expect(record.client.tcp?.keepAlives == 1)
    #expect(record.outcome == .open)
  }
}
