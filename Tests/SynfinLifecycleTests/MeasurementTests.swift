import SynfinLifecycle
import Testing

/// Round-trip times, rates, bytes in flight, losses and label counts.
@Suite struct MeasurementTests {
  @Test func roundTrip_bySequenceNumbersAndByTimestamps() {
    let record = Story(
      """
      c SYN 0 ts 10 0
      s +30ms SYN+ACK 0 ack 1 ts 900 10
      c ACK 1 ack 1 ts 40 900
      c DATA 1 ack 1 len 100 ts 41 900
      s +50ms ACK 1 ack 101 ts 980 41
      """
    ).record
    let client = record.client.tcp
    #expect(client?.roundTripTime?.durations.samples == 2)
    #expect(client?.roundTripTime?.durations.minimum == 30_000_000)
    #expect(client?.roundTripTime?.durations.maximum == 50_000_000)
    #expect(client?.roundTripTime?.deviation == 10_000_000)
    #expect(client?.timestampRoundTripTime == client?.roundTripTime)
    #expect(record.server.tcp?.timestampRoundTripTime?.durations.minimum == 1_000_000)
  }

  /// Karn leaves a repeated segment out; the clock tells which of the two was answered.
  @Test(arguments: [(11 as UInt32, 250_000_000 as Int64), (211, 50_000_000)])
  func roundTrip_ofRepeat(_ echo: UInt32, _ time: Int64) {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100 ts 11 1
        c +200ms DATA 1 ack 1 len 100 ts 211 1
        s +50ms ACK 1 ack 101 ts 261 \(echo)
        """
    ).record
    #expect(record.client.tcp?.roundTripTime?.durations.samples == 1)
    #expect(record.client.tcp?.timestampRoundTripTime?.durations.maximum == time)
  }

  /// RFC 7323 §4.1: only what acknowledges something new is timed, else silence would count.
  @Test func roundTrip_nothingNewAcknowledged() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100 ts 11 1
        s +10ms ACK 1 ack 101 ts 261 11
        s +10s ACK 1 ack 101 ts 961 11
        """
    ).record
    #expect(record.client.tcp?.timestampRoundTripTime?.durations.samples == 1)
    #expect(record.client.tcp?.timestampRoundTripTime?.durations.maximum == 10_000_000)
  }

  @Test func flight_mostNotAcknowledged() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 1000
        c DATA 1001 ack 1 len 1000
        s ACK 1 ack 1001
        c DATA 2001 ack 1 len 1500
        s ACK 1 ack 3501
        """
    ).record
    #expect(record.client.tcp?.maximumBytesInFlight == 2500)
    #expect(record.server.tcp?.maximumBytesInFlight == nil)
  }

  @Test func rates_overTransferTime() {
    let record = Story(
      opened + """
        c +10s DATA 1 ack 1 len 1000
        c +400ms DATA 1 ack 1 len 1000
        s +600ms ACK 1 ack 1001
        c +20s FIN+ACK 1001 ack 1
        s FIN+ACK 1 ack 1002
        c ACK 1002 ack 2
        """
    ).record
    let client = record.client.tcp
    #expect(client?.transferTime == 1_000_000_000)
    #expect(client?.acknowledgedBytes == 1000)
    #expect(client?.goodput == 8000)
    #expect(client?.throughput(payloadBytes: record.client.payloadBytes) == 16_000)
    #expect(record.server.tcp?.acknowledgedBytes == 0)
    #expect(record.server.tcp?.goodput == nil)
  }

  /// More than four gigabytes: sequence numbers go round, counts do not.
  @Test func acknowledged_beyondWrap() {
    let lap = 1 << 28
    let lines = (0..<20).map { turn in
      "c DATA \(turn * lap + 1) ack 1 len \(lap)\ns ACK 1 ack \((turn + 1) * lap + 1)"
    }
    let record = Story(opened + lines.joined(separator: "\n")).record
    #expect(record.client.tcp?.acknowledgedBytes == UInt64(20 * lap))
  }

  /// What is sent again to fill a hole was lost before; what was acknowledged without it was missed by the capture.
  @Test func loss_apartFromGap() {
    let record = Story(
      opened + """
        c DATA 101 ack 1 len 100
        c +200ms DATA 1 ack 1 len 100
        s ACK 1 ack 201
        c DATA 301 ack 1 len 100
        s ACK 1 ack 401
        c DATA 601 ack 1 len 100
        s ACK 1 ack 401 sack 601 701
        """
    ).record
    #expect(record.client.tcp?.lostBytes == 100 + 200)
    #expect(record.client.tcp?.missedBytes == 100)
  }

  @Test func loss_unknownFromOneSide() {
    let record = Story("c DATA 1 ack 1 len 100\nc DATA 301 ack 1 len 100").record
    #expect(record.client.tcp?.lostBytes == 0)
    #expect(record.client.tcp?.missedBytes == 0)
  }

  @Test func labels_countedByEnd() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100
        c DATA 201 ack 1 len 100
        s ACK 1 ack 101
        s ACK 1 ack 101
        s ACK 1 ack 101
        s ACK 1 ack 101 win 0
        """
    ).record
    let client = record.client.tcp?.labels ?? []
    let server = record.server.tcp?.labels ?? []
    #expect(client.map(\.label.names) == [["lost_segment"]])
    #expect(server.map(\.label.names) == [["duplicate_ack"], ["zero_window"]])
    #expect(server.map(\.count) == [2, 1])
  }

  @Test func labels_reusedPorts() {
    let story = Story("c SYN 0\ns RST+ACK 0 ack 1\nc SYN 5000")
    #expect(story.records.map { $0.client.tcp?.labels.count } == [0, 1])
  }

  /// A segment without payload tells what is missing before it, too.
  @Test(
    arguments: [("ts 30 0", "ts 40 0", 1, 0), ("ts 30 0", "ts 20 0", 0, 1)]
      as [(String, String, UInt64, UInt64)])
  func hole_shownByEmptySegment(
    _ empty: String, _ late: String, _ repeats: UInt64, _ reordered: UInt64
  ) {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100 ts 10 0
        s ACK 1 ack 101
        c ACK 201 ack 1 \(empty)
        c +440ms DATA 101 ack 1 len 100 \(late)
        s ACK 1 ack 201
        """
    ).record
    #expect(record.client.tcp?.retransmissions == repeats)
    #expect(record.client.tcp?.outOfOrder == reordered)
    #expect(record.client.tcp?.lostBytes == 100 * repeats)
    #expect(record.client.tcp?.missedBytes == 0)
  }

  /// One distant number may be anybody's, two that agree are the other side of a gap.
  @Test(arguments: [1 << 29, 3 << 30, (1 << 32) - (1 << 29)])
  func gap_wide(_ gap: Int) {
    let first = gap + 101
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100
        s ACK 1 ack 101
        s ACK 1 ack \(first)
        c DATA \(first) ack 1 len 50
        s ACK 1 ack \(first + 50)
        """
    ).record
    #expect(record.client.tcp?.missedBytes == UInt64(gap))
    #expect(record.client.tcp?.acknowledgedBytes == UInt64(gap + 150))
    #expect(record.client.tcp?.uniquePayloadBytes == 150)
    #expect(record.client.tcp?.retransmissions == 0)
  }

  @Test func gap_forged() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100
        s ACK 1 ack \(1 << 30)
        c DATA \(3 << 29) ack 1 len 50
        c DATA 101 ack 1 len 100
        s ACK 1 ack 201
        """
    ).record
    #expect(record.client.tcp?.missedBytes == 0)
    #expect(record.client.tcp?.acknowledgedBytes == 200)
    #expect(record.client.tcp?.uniquePayloadBytes == 200)
  }

  /// What the capture missed was sent as well: nobody gets more than was sent.
  @Test func rates_throughGap() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 100
        s +1s ACK 1 ack 100101
        """
    ).record
    let client = record.client.tcp
    #expect(client?.goodput == 800_800)
    #expect(client?.throughput(payloadBytes: record.client.payloadBytes) == 800_800)
  }

  @Test func flight_beyondWindow() {
    let record = Story(
      opened + """
        c DATA 1 ack 1 len 1000
        s ACK 1 ack 1001
        c DATA 900001 ack 1 len 1000
        s ACK 1 ack 901001
        """
    ).record
    #expect(record.client.tcp?.maximumBytesInFlight == 1000)
  }
}
