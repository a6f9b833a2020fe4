import SynfinLifecycle
import Testing

/// Payload: new, late, sent again, missing.
@Suite struct DataTests {
  @Test func established_data() {
    let record = Story(
      opened
        + "c DATA 1 ack 1 len 100\ns ACK 1 ack 101\ns DATA 1 ack 101 len 1000\nc ACK 101 ack 1001"
    ).record
    #expect(record.client.payloadBytes == 100)
    #expect(record.server.tcp?.uniquePayloadBytes == 1000)
    #expect(record.client.ipBytes == 40 * 4 + 100)
    #expect(record.client.tcp?.largestSegment == 100)
    #expect(record.completeness == 15)
    #expect(record.troubles == "")
  }

  @Test func established_timeoutRepeat() {
    let record = Story(
      opened + "c DATA 1 ack 1 len 100\nc +200ms DATA 1 ack 1 len 100\ns ACK 1 ack 101"
    ).record
    #expect(record.client.tcp?.retransmissions == 1)
    #expect(record.client.tcp?.retransmittedBytes == 100)
    #expect(record.client.tcp?.uniquePayloadBytes == 100)
    #expect(record.client.payloadBytes == 200)
    #expect(record.problem(.retransmission)?.packets == [5])
    // Karn: the repeated segment is not timed, the SYN is.
    #expect(record.client.tcp?.roundTripTime?.durations.samples == 1)
  }

  @Test func established_repeatWithMore() {
    let record = Story(
      opened + "c DATA 1 ack 1 len 100\nc +200ms DATA 1 ack 1 len 250\ns ACK 1 ack 251"
    ).record
    #expect(record.client.tcp?.retransmissions == 1)
    #expect(record.client.tcp?.uniquePayloadBytes == 250)
    #expect(record.client.tcp?.missedBytes == 0)
  }

  /// The hole is filled; was the segment late, or sent again? Timestamps tell, then the IP identification, then time.
  @Test(arguments: [
    ("ts 20 0", "+1s", "ts 19 0", false), ("ts 20 0", "+100us", "ts 21 0", true),
    ("ts 20 0 id 101", "+1s", "ts 20 0 id 100", false), ("id 101", "+1s", "id 100", false),
    ("id 101", "+100us", "id 102", true), ("id 101", "+100us", "id 40000", false),
    ("", "+1ms", "", false), ("", "+4ms", "", true), ("id 65535", "+1us", "id 3", true),
    ("ts 4294967295 0", "+1us", "ts 5 0", true),
  ])
  func hole_filled(_ later: String, _ delay: String, _ late: String, _ isRepeat: Bool) {
    let record = Story(
      opened + "c DATA 101 ack 1 len 100 \(later)\nc \(delay) DATA 1 ack 1 len 100 \(late)"
    ).record
    #expect(record.client.tcp?.outOfOrder == (isRepeat ? 0 : 1))
    #expect(record.client.tcp?.retransmissions == (isRepeat ? 1 : 0))
    #expect(record.client.tcp?.uniquePayloadBytes == 200)
    #expect(record.problem(.lostSegment)?.packets == [4])
  }

  @Test func hole_filledInPieces() {
    let record = Story(
      opened + """
        c DATA 401 ack 1 len 100
        c +1us DATA 201 ack 1 len 100
        c +1us DATA 301 ack 1 len 100
        c +1us DATA 1 ack 1 len 200
        s ACK 1 ack 501
        """
    ).record
    #expect(record.client.tcp?.outOfOrder == 3)
    #expect(record.client.tcp?.uniquePayloadBytes == 500)
    #expect(record.client.tcp?.missedBytes == 0)
  }

  /// The wait for a hole to be filled is no round trip.
  @Test func hole_segmentsBehindItAreNotTimed() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100
        c DATA 101 ack 1 len 100
        c DATA 201 ack 1 len 100
        s +10ms ACK 1 ack 101
        c +500ms DATA 101 ack 1 len 100
        s +10ms ACK 1 ack 301
        """
    ).record
    #expect(record.client.tcp?.roundTripTime?.durations.samples == 2)
    #expect(record.client.tcp?.roundTripTime?.durations.maximum == 12_000_000)
  }

  @Test func gap_acknowledgedButNeverSeen() {
    let record = Story(
      opened + "c DATA 1 ack 1 len 100\ns ACK 1 ack 601\nc DATA 601 ack 1 len 10\ns ACK 1 ack 611"
    ).record
    #expect(record.client.tcp?.missedBytes == 500)
    #expect(record.problem(.missedByCapture)?.packets == [5])
    #expect(record.doubts.contains(.missedPackets))
    #expect(record.problem(.lostSegment) == nil)
  }

  @Test func gap_neverAcknowledged() {
    let record = Story(opened + "c DATA 101 ack 1 len 100\ns ACK 1 ack 1").record
    #expect(record.client.tcp?.missedBytes == 0)
    #expect(record.problem(.lostSegment)?.packets == [4])
  }

  @Test func gap_manyHoles() {
    let lines = (0..<50).map { "c DATA \(200 * $0 + 101) ack 1 len 100" }
    let record = Story(opened + lines.joined(separator: "\n") + "\ns ACK 1 ack 10001").record
    #expect(record.doubts.contains(.manyHoles))
    #expect(record.client.tcp?.uniquePayloadBytes == 5000)
  }

  // MARK: - Copies

  @Test(arguments: [("+5us", true), ("+300us", false)])
  func duplicate_samePacket(_ delay: String, _ isCapture: Bool) {
    let record = Story(
      opened
        + "c DATA 1 ack 1 len 100 id 77\nc \(delay) DATA 1 ack 1 len 100 id 77\ns ACK 1 ack 101"
    ).record
    #expect(record.client.tcp?.duplicates == 1)
    #expect(record.client.tcp?.retransmissions == 0)
    #expect(record.problem(.duplicate)?.packets == [5])
    #expect(record.doubts.contains(.duplicatedByCapture) == isCapture)
  }

  @Test func duplicate_newIdentification() {
    let record = Story(
      opened + "c DATA 1 ack 1 len 100 id 77\nc +300us DATA 1 ack 1 len 100 id 78"
    ).record
    #expect(record.client.tcp?.duplicates == 0)
    #expect(record.client.tcp?.retransmissions == 1)
  }

  /// A host may repeat a segment with the same identification (RFC 1122 §3.2.1.5); a copy is not seconds late.
  @Test func duplicate_afterSeconds() {
    let record = Story(
      opened + "c DATA 1 ack 1 len 100 id 77\nc +3s DATA 1 ack 1 len 100 id 77"
    ).record
    #expect(record.client.tcp?.duplicates == 0)
    #expect(record.client.tcp?.retransmissions == 1)
  }

  @Test func duplicate_acks() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100
        c DATA 101 ack 1 len 100
        c DATA 201 ack 1 len 100
        s ACK 1 ack 101
        s ACK 1 ack 101 sack 201 301
        s ACK 1 ack 101 sack 201 301
        s ACK 1 ack 101 win 777
        s ACK 1 ack 301
        s ACK 1 ack 301
        """
    ).record
    #expect(record.server.tcp?.duplicateAcks == 2)
  }

  // MARK: - Wraps

  @Test func wrap_data() {
    var setting = Story.Setting()
    setting.clientNumber = 4_294_967_000
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 200
        c DATA 301 ack 1 len 100
        c +1us DATA 201 ack 1 len 100
        s ACK 1 ack 401
        c +200ms DATA 201 ack 1 len 100
        """, setting
    ).record
    #expect(record.client.tcp?.uniquePayloadBytes == 400)
    #expect(record.client.tcp?.outOfOrder == 1)
    #expect(record.client.tcp?.retransmissions == 1)
    #expect(record.client.tcp?.missedBytes == 0)
  }

  @Test func far_numbersAreNotBelieved() {
    let record = Story(
      opened + "c DATA 900000000 ack 1 len 10\ns ACK 1 ack 700000000\nc DATA 1 ack 1 len 5"
    ).record
    #expect(record.client.tcp?.uniquePayloadBytes == 5)
    #expect(record.client.tcp?.missedBytes == 0)
  }

  // MARK: - Turns and times

  @Test func exchanges_two() {
    let record = Story(
      opened + """
        c +5ms DATA 1 ack 1 len 10
        s +1ms ACK 1 ack 11
        s +30ms DATA 1 ack 11 len 100
        s +1ms DATA 101 ack 11 len 100
        c +1ms ACK 11 ack 201
        c +500ms DATA 11 ack 201 len 10
        s +40ms DATA 201 ack 21 len 100
        """
    ).record
    #expect(record.exchanges == 2)
    #expect(record.timeToFirstByte == 31_000_000)
    #expect(record.serverThinkTime?.samples == 2)
    #expect(record.serverThinkTime?.maximum == 40_000_000)
    #expect(record.clientThinkTime?.sum == 501_000_000)
    #expect(record.longestIdle == 500_000_000)
  }

  @Test func exchanges_serverSpeaksFirst() {
    let record = Story(
      opened + "s DATA 1 ack 1 len 20\nc +2ms DATA 1 ack 21 len 5\ns +7ms DATA 21 ack 6 len 20"
    ).record
    #expect(record.exchanges == 1)
    #expect(record.timeToFirstByte == 7_000_000)
    #expect(record.clientThinkTime?.sum == 2_000_000)
  }

  @Test func exchanges_repeatIsNoTurn() {
    let record = Story(
      opened
        + "c DATA 1 ack 1 len 20\ns DATA 1 ack 21 len 20\nc +1s DATA 1 ack 1 len 20\ns DATA 21 ack 21 len 9"
    ).record
    #expect(record.exchanges == 1)
  }

  @Test func clock_backwards() {
    let record = Story(
      opened + "c DATA 1 ack 1 len 10\ns -2s DATA 1 ack 11 len 10\nc +1s DATA 11 ack 11 len 10"
    ).record
    #expect(record.timeToFirstByte == 0)
    #expect(record.doubts.contains(.clockBackwards))
    #expect(record.duration == 3_000_000)
  }

  @Test func offload_largeSegments() {
    let record = Story(opened + "c DATA 1 ack 1 len 2920").record
    #expect(record.doubts.contains(.segmentationOffload))
    #expect(!Story(opened + "c DATA 1 ack 1 len 1460").record.doubts.contains(.segmentationOffload))
  }

  @Test func urgent_data() {
    #expect(Story(opened + "c DATA+URG 1 ack 1 len 1\ns ACK 1 ack 2").record.troubles == "")
  }
}
