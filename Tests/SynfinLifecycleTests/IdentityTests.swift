import SynfinLifecycle
import SynfinWire
import Testing

/// Three packets that open a connection; what follows is numbered from 4.
let opened = """
  c SYN 0 mss 1460
  s SYN+ACK 0 ack 1 mss 1460
  c ACK 1 ack 1

  """

/// Who is the client, and which segments belong to one connection.
@Suite struct IdentityTests {
  @Test(
    arguments: [
      ("c SYN 0", 40_000, 443, true), ("c SYN 0", 443, 40_000, true),
      ("s SYN+ACK 0 ack 1", 40_000, 443, true), ("s SYN+ACK 0 ack 1", 443, 40_000, true),
      ("c DATA 1 ack 1 len 9", 40_000, 443, true), ("s DATA 1 ack 1 len 9", 40_000, 443, true),
      ("s FIN 1 ack 1", 40_000, 443, true), ("s RST 1", 40_000, 443, true),
      ("c DATA 1 ack 1 len 9", 443, 40_000, false), ("s ACK 1 ack 1", 40_000, 50_001, false),
      ("c ACK 1 ack 1", 40_000, 50_001, true), ("s ACK 1 ack 1", 443, 22, true),
      ("s ACK 1 ack 1", 22, 443, false),
    ] as [(String, UInt16, UInt16, Bool)])
  func unknown_firstSegment(
    _ line: String, _ clientPort: UInt16, _ serverPort: UInt16, _ isClient: Bool
  ) {
    var setting = Story.Setting()
    setting.clientPort = clientPort
    setting.serverPort = serverPort
    let record = Story(line, setting).record
    #expect(record.client.port == (isClient ? clientPort : serverPort))
    let isGuess = !line.contains("SYN")
    #expect(record.doubts.contains(.clientInferred) == isGuess)
  }

  @Test func synSent_sameSyn() {
    let story = Story("c SYN 0\nc +1s SYN 0\nc +2s SYN 0")
    #expect(story.record.handshake?.synRetries == 2)
    #expect(story.record.client.tcp?.retransmissions == 2)
    #expect(story.record.gist == "unanswered, partial, none")
    #expect(story.verdicts.allSatisfy { !$0.labels.contains(.reusedPorts) })
  }

  @Test func synSent_otherSyn() {
    let story = Story("c SYN 0\nc +1s SYN 777\ns SYN+ACK 0 ack 778\nc ACK 778 ack 1")
    #expect(story.outcomes == ["unanswered", "open"])
    #expect(story.labels(2) == ["reused_ports"])
    #expect(story.verdicts.map(\.connection) == [1, 2, 2, 2])
  }

  @Test func established_otherSyn() {
    let story = Story(opened + "c SYN 99999\ns SYN+ACK 70000 ack 100000\nc ACK 100000 ack 70001")
    #expect(story.outcomes == ["open", "open"])
    #expect(story.records[1].handshake?.packets == [4, 5, 6])
  }

  @Test func timeWait_otherSyn() {
    let story = Story(
      opened + """
        c FIN 1 ack 1
        s FIN 1 ack 2
        c ACK 2 ack 2
        c +1s SYN 90000
        s SYN+ACK 90000 ack 90001
        c ACK 90001 ack 90001
        """)
    #expect(story.outcomes == ["closed", "open"])
    #expect(story.records[0].client.states.hasSuffix("TIME_WAIT"))
  }

  /// RFC 9293 §3.5.1, figure 9; RFC 5961 §4: the challenge ACK and the RST that it draws are the old one's.
  @Test func synSent_challengeOfOldIncarnation() {
    let story = Story(
      opened + """
        c SYN 90000
        s ACK 1 ack 1
        c RST 1
        c +1s SYN 90000
        s SYN+ACK 70000 ack 90001
        c ACK 90001 ack 70001
        """)
    #expect(story.verdicts.map(\.connection) == [1, 1, 1, 2, 1, 1, 2, 2, 2])
    #expect(
      story.records.map(\.gist) == ["reset by client, three_way, reset", "open, three_way, none"])
    #expect(story.records[1].handshake?.synRetries == 1)
    #expect(story.records[1].troubles == "syn_retry 1")
  }

  /// The same where the capture does not hold the old incarnation: an unacceptable ACK in SYN-SENT is dropped
  /// (RFC 9293 §3.10.7.3), and the RST that it draws is not for this connection.
  @Test func synSent_challengeOfUnknownIncarnation() {
    let story = Story(
      """
      c SYN 0
      s ACK 880000 ack 990000
      c RST 990000
      c +1s SYN 0
      s SYN+ACK 0 ack 1
      c ACK 1 ack 1
      c DATA 1 ack 1 len 10
      s ACK 1 ack 11
      """)
    let record = story.record
    #expect(record.gist == "open, three_way, none")
    #expect(record.client.proofs == "SYN_SENT 1, ESTABLISHED 6")
    #expect(record.server.proofs == "SYN_RCVD 5, ESTABLISHED 6")
    #expect(record.client.tcp?.missedBytes == 0)
    #expect(record.problem(.missedByCapture) == nil)
  }

  @Test func synReceived_segmentOfOldIncarnation() {
    let story = Story(
      opened + """
        c SYN 900000
        s SYN+ACK 700000 ack 900001
        s DATA 1 ack 1 len 100
        c ACK 900001 ack 700001
        """)
    #expect(story.verdicts.map(\.connection) == [1, 1, 1, 2, 2, 1, 2])
    #expect(story.records[1].server.payloadBytes == 0)
  }

  @Test func streams_countFromZero() {
    let story = Story("c SYN 0\nc2 SYN 0\nc UDP len 1\ns RST+ACK 0 ack 1\nc3 SYN 0")
    #expect(story.records.map(\.id) == [1, 2, 3, 4])
    #expect(story.records.map(\.stream) == [0, 1, 0, 2])
    #expect(story.records.map(\.firstPacket) == [1, 2, 3, 5])
  }

  @Test func sameSocket_talksToItself() {
    var setting = Story.Setting()
    setting.server = IPAddress(ipv4: 0xC000_0201)
    setting.clientPort = 443
    setting.serverNumber = setting.clientNumber
    let story = Story("c SYN 0\nc SYN+ACK 0 ack 1\nc ACK 1 ack 1", setting)
    #expect(story.records.count == 1)
  }

  /// A SYN with an RST opens nothing: what follows it and fits the connection before belongs to that.
  @Test func synWithReset() {
    let story = Story(opened + "c SYN+RST 9999\nc DATA 10000 ack 1 len 5")
    #expect(story.records.map(\.client.packets) == [3, 1])
  }
}
