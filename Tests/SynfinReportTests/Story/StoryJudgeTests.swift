import SynfinWire
import Testing

@testable import SynfinLifecycle
@testable import SynfinReport

@Suite struct StoryJudgeTests {
  /// The marks of all packets, in order.
  private func marks(_ script: StoryScript, _ change: (inout ConnectionRecord) -> Void)
    -> [StoryMark]
  {
    let record = ConnectionRecord.sample(.tcp, .closed, change)
    var judge = StoryJudge(record)
    return script.steps.map { judge.marks(of: $0) }
  }

  private func exchange(_ labels: AnalysisLabels) -> StoryScript {
    var script = StoryScript()
    script.handshake()
    script.send(.client, .psh, 1, ack: 1, bytes: 8, labels: labels)
    return script
  }

  @Test func whatTheRecordDoesNotListIsNoRepeat() {
    let labels: AnalysisLabels = [.retransmission, .outOfOrder, .duplicateAck]
    #expect(marks(exchange(labels)) { _ in }[3] == [])
  }

  @Test func whatTheRecordListsIsARepeat() {
    #expect(marks(exchange(.outOfOrder)) { $0.note(.retransmission, 4) }[3] == .retransmission)
    let fast = marks(exchange(.fastRetransmission)) { $0.note(.retransmission, 4) }
    #expect(fast[3] == .fastRetransmission)
    #expect(marks(exchange([])) { $0.note(.duplicate, 4) }[3] == .duplicate)
  }

  /// The record's cause is the last word, whatever tshark's rules say.
  @Test(arguments: [
    (SegmentCause.timeout, StoryMark.timeout), (.fastRetransmit, .fastRetransmission),
    (.tailLossProbe, .tailLossProbe), (.spurious, .needless), (.fin, .retransmission),
  ])
  func causeOfTheRecordCounts(_ cause: SegmentCause, _ mark: StoryMark) {
    #expect(marks(exchange(.outOfOrder)) { $0.noteRepeats(cause, 4) }[3] == mark)
    let several = marks(exchange([])) {
      $0.noteRepeats(.fastRetransmit, 1, 2)
      $0.noteRepeats(cause, 4)
    }
    #expect(several[3] == mark)
    #expect(StoryMark.phrase(bit: mark.rawValue.trailingZeroBitCount, 2).hasPrefix("2 "))
  }

  @Test func beyondAnIncompleteListLabelsCount() {
    let script = exchange(.retransmission)
    #expect(marks(script) { $0.note(.retransmission, 2, 3, count: 9) }[3] == .retransmission)
    #expect(marks(script) { $0.note(.retransmission, 2, 5, count: 9) }[3] == [])
  }

  @Test func synAndAckOfASimultaneousOpenAreNoRepeats() {
    var script = StoryScript()
    script.send(.client, .syn, 0)
    script.send(.server, .syn, 0)
    script.send(.client, .syn, 0, ack: 1, labels: .retransmission)
    script.send(.server, .syn, 0, ack: 1, labels: .retransmission)
    #expect(marks(script) { _ in } == [[], [], [], []])
  }

  @Test func probesAreNamedByWhatTheyProbe() {
    var script = StoryScript()
    script.handshake()
    script.send(.client, [], 0, ack: 1, labels: .keepAlive)
    script.send(.server, [], 1, ack: 1, labels: .keepAliveAck)
    script.send(.server, [], 1, ack: 1, labels: .zeroWindow, window: 0)
    script.send(.client, [], 0, ack: 1, labels: .keepAlive)
    script.send(.server, [], 1, ack: 1, labels: .keepAliveAck)
    let both = marks(script) {
      $0.client.tcp?.keepAlives = 1
      $0.client.tcp?.zeroWindowProbes = 1
    }
    #expect(
      both[3...] == [
        .keepAlive, .keepAliveAck, .zeroWindow, .zeroWindowProbe, .zeroWindowProbeAck,
      ])
  }

  /// RFC 5961 §3.2: an RST beside the next expected number draws a challenge ACK and ends nothing.
  @Test func ignoredResetEndsNothing() {
    var script = StoryScript()
    script.handshake()
    script.send(.client, .rst, 1000)
    script.send(.server, [], 1, ack: 1, labels: .duplicateAck)
    script.send(.client, .psh, 1, ack: 1, bytes: 8, labels: .retransmission)
    let record = ConnectionRecord.sample { $0.note(.resetIgnored, 4) }
    var collector = StoryCollector(record: record)
    for step in script.steps { collector.add(step) }
    let rows = collector.finished()
    #expect(rows.map(\.count) == [3, 3, 0])
    #expect(rows[1].map(\.first.marks) == [.ignoredReset, .challengeAck, []])
  }

  @Test func unansweredKeepAlivesExplainAReset() {
    var script = StoryScript()
    script.handshake()
    for _ in 0..<2 { script.send(.client, [], 0, ack: 1, labels: .keepAlive) }
    script.send(.client, .rst, 1, ack: 1, client: .closed, server: .closed)
    let record = ConnectionRecord.sample(.tcp, .reset) {
      $0.closedBy = .client
      $0.teardown = TeardownRecord(kind: .reset, packets: [6])
      $0.client.tcp?.keepAlives = 2
      $0.exchanges = 1
    }
    let text = ConnectionStory(record: record, steps: script.steps)
      .text(width: 200, color: false, zone: .utc, numeric: true)
    #expect(
      text.contains(
        "The client reset the connection (packet 6) after 1 exchange; its 2 keep-alives (packets 4 "
          + "and 5) went unanswered."))
    script.send(.server, [], 1, ack: 1)
    var evidence = StoryEvidence()
    for step in script.steps { evidence.add(step) }
    #expect(evidence.unansweredKeepAlives(.client).count == 0)
  }

  @Test func rowsOfBothDirectionsShowBoth() {
    var script = StoryScript()
    script.handshake()
    for index in 0..<20 {
      script.send(.client, [], UInt32(1 + 1400 * index), ack: 1, bytes: 1400)
      script.send(
        .server, [], 1, ack: UInt32(1401 + 1400 * index),
        labels: index % 2 == 0 ? .windowUpdate : .duplicateAck)
    }
    let record = ConnectionRecord.sample {
      $0.client.packets = 22
      $0.server.packets = 21
      $0.server.tcp?.duplicateAcks = 10
    }
    let text = ConnectionStory(record: record, steps: script.steps)
      .text(width: 80, color: false, zone: .utc, numeric: true)
    #expect(text.contains("│◀─── 20 ACKs, last 28001 · … ────┤"), "\(text)")
  }

  @Test func aReleaseWithoutEndTellsHowManyFINs() {
    let one = ConnectionRecord.sample(.tcp, .halfClosed) {
      $0.teardown?.kind = .half
      $0.client.enter(.finWait1, 4)
    }
    #expect(PhaseText.detail(.release, one) == "one side only, by the end of the capture")
    var two = one
    two.closedBy = .both
    two.server.enter(.finWait1, 5)
    #expect(PhaseText.detail(.release, two).hasPrefix("both sides sent a FIN"))
    #expect(OutcomeCell.text(two) == "half-closed, FINs crossed")
  }

  @Test func groupsAreNamedWhicheverEndTheyAre() {
    let record = ConnectionRecord.sample(.udp, .oneWay) {
      $0.client.address = IPAddress(ipv4: 0xE000_00FB)
      ($0.client.packets, $0.server.packets) = (0, 3)
    }
    #expect(
      VerdictSentence.text(for: record).hasPrefix(
        "3 datagrams went to many hosts at once (224.0.0.251, multicast)"))
  }

  @Test func optionsAreShortenedOrMarked() {
    let text = { (room: Int) in
      RowText.joined(["mss 1460", "wscale 7", "sackOK", "TS"], room: room)
    }
    #expect(text(34) == "mss 1460 · wscale 7 · sackOK · TS")
    #expect(text(24) == "mss 1460 · wscale 7 · …")
    #expect(text(12) == "mss 1460 · …")
  }
}
