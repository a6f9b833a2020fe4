import SynfinLifecycle
import Testing

/// Checksums: damaged segments, and sides whose every checksum is wrong.
@Suite struct DamageTests {
  private static let opened = """
    c SYN 0 good
    s SYN+ACK 0 ack 1 good
    c ACK 1 ack 1 good

    """

  @Test(arguments: [
    "c RST 1 bad", "s FIN 1 ack 1 bad", "c DATA 1 ack 1 len 50 bad", "s ACK 1 ack 900 bad",
    "s RST 1 bad", "c FIN 1 ack 1 bad",
  ])
  func established_damaged(_ line: String) {
    let record = Story(Self.opened + line + "\nc DATA 1 ack 1 len 10 good\ns ACK 1 ack 11 good")
      .record
    #expect(record.gist == "open, three_way, none")
    #expect(record.client.tcp?.uniquePayloadBytes == 10)
    #expect(record.client.tcp?.retransmissions == 0)
    #expect(record.client.tcp?.missedBytes == 0)
    #expect(record.client.damagedPackets + record.server.damagedPackets == 1)
    #expect(record.problem(.damaged)?.packets == [4])
    #expect(!record.doubts.contains(.checksumsAllWrong))
  }

  /// The first segment of a side may be the damaged one.
  @Test func synSent_damagedSynAck() {
    let record = Story(
      "c SYN 0 good\ns SYN+ACK 0 ack 1 bad\ns +1s SYN+ACK 0 ack 1 good\nc ACK 1 ack 1 good"
    ).record
    #expect(record.gist == "open, three_way, none")
    #expect(record.handshake?.packets == [1, 3, 4])
    #expect(record.handshake?.synAckRetries == 0)
    #expect(record.handshake?.ambiguous == false)
  }

  @Test func established_oneSideAllWrong() {
    let record = Story(
      """
      c SYN 0 bad
      s SYN+ACK 0 ack 1 good
      c ACK 1 ack 1 bad
      c DATA 1 ack 1 len 10 bad
      s ACK 1 ack 11 good
      c FIN 11 ack 1 bad
      s FIN 1 ack 12 good
      c ACK 12 ack 2 bad
      """
    ).record
    #expect(record.gist == "closed by client, three_way, three_way")
    #expect(record.doubts.contains(.checksumsAllWrong))
    #expect(record.client.damagedPackets == 0)
    #expect(record.problem(.damaged) == nil)
  }

  /// What the peer acknowledged at once, without a repeat, it got intact: the checksum is wrong in the capture alone.
  @Test func established_damagedButAcknowledged() {
    let record = Story(
      Self.opened + """
        c DATA 1 ack 1 len 100 bad
        c DATA 101 ack 1 len 100 bad
        s ACK 1 ack 151 good
        s ACK 1 ack 201 good
        c DATA 201 ack 1 len 100 bad
        c DATA 301 ack 1 len 50 good
        s ACK 1 ack 351 good
        """
    ).record
    #expect(record.problem(.damaged) == nil)
    #expect(record.problem(.missedByCapture) == nil)
    #expect(record.client.tcp?.uniquePayloadBytes == 350)
    #expect(record.client.tcp?.missedBytes == 0)
    #expect(record.client.damagedPackets == 0)
    #expect(record.doubts == [.checksumOffload])
  }

  @Test func established_damagedAndRepeated() {
    let record = Story(
      Self.opened + """
        c DATA 1 ack 1 len 100 bad
        c DATA 101 ack 1 len 100 good
        s ACK 1 ack 1 good
        c +300ms DATA 1 ack 1 len 100 good
        s ACK 1 ack 201 good
        """
    ).record
    #expect(record.problem(.damaged)?.packets == [4])
    #expect(record.client.tcp?.retransmissions == 1)
    #expect(record.client.tcp?.uniquePayloadBytes == 200)
    #expect(record.doubts == [])
  }

  @Test func established_offloaded() {
    let record = Story(
      "c SYN 0 offloaded\ns SYN+ACK 0 ack 1 good\nc ACK 1 ack 1 offloaded\nc RST 1 offloaded"
    ).record
    #expect(record.gist == "reset by client, three_way, reset")
    #expect(record.doubts.contains(.checksumOffload))
    #expect(record.troubles == "")
  }

  @Test func ignored_whereAsked() {
    var setting = Story.Setting()
    setting.options.ignoresChecksums = true
    let record = Story(Self.opened + "c RST 1 bad", setting).record
    #expect(record.outcome == .reset)
    #expect(record.troubles == "")
  }

  @Test func labels_lookAtDamagedSegments() {
    let story = Story(
      Self.opened + "c DATA 1 ack 1 len 50 bad\nc +1s DATA 1 ack 1 len 50 good\ns ACK 1 ack 51 good"
    )
    #expect(story.labels == "5 retransmission")
    #expect(story.record.client.tcp?.retransmissions == 0)
  }

  @Test func datagram_damaged() {
    let record = Story("c UDP len 9\ns UDP len 9 bad").record
    #expect(record.server.damagedPackets == 1)
    #expect(record.exchanges == 0)
    #expect(record.responseTime == nil)
  }
}
