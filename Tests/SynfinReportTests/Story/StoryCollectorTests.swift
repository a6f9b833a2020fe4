import SynfinWire
import Testing

@testable import SynfinLifecycle
@testable import SynfinReport

@Suite struct StoryCollectorTests {
  private let long = ConnectionRecord.sample {
    $0.client.packets = 1000
    $0.server.packets = 1000
  }

  private func rows(_ record: ConnectionRecord, _ script: StoryScript) -> [[StoryRow]] {
    var collector = StoryCollector(record: record)
    for step in script.steps { collector.add(step) }
    return collector.finished()
  }

  @Test func shortConnectionsAreToldPacketByPacket() {
    var script = StoryScript()
    script.handshake()
    for index in 0..<5 { script.send(.client, [], UInt32(1 + 100 * index), ack: 1, bytes: 100) }
    let rows = rows(.sample(), script)
    #expect(rows.map(\.count) == [3, 5, 0])
    #expect(rows.joined().allSatisfy { $0.kind == .single })
  }

  @Test func dataAndTheirAcknowledgementsBecomeOneRow() {
    var script = StoryScript()
    script.handshake()
    for index in 0..<5 {
      script.send(.client, [], UInt32(1 + 100 * index), ack: 1, bytes: 100)
      script.send(.server, [], 1, ack: UInt32(101 + 100 * index))
    }
    let transfer = rows(long, script)[1]
    #expect(transfer.count == 1)
    #expect(transfer[0].kind == .run)
    #expect(transfer[0].tally.client.filled == 5)
    #expect(transfer[0].tally.client.bytes == 500)
    #expect(transfer[0].tally.server.bare == 5)
    #expect(transfer[0].first.number == 4 && transfer[0].last.number == 13)
  }

  @Test(arguments: [
    AnalysisLabels.retransmission, .outOfOrder, .lostSegment, .zeroWindow, .keepAlive,
    .spuriousRetransmission, .ackLostSegment,
  ])
  func troublesStandAlone(label: AnalysisLabels) {
    var script = StoryScript()
    script.handshake()
    script.send(.client, [], 1, ack: 1, bytes: 100)
    script.send(.client, [], 101, ack: 1, bytes: 100)
    script.send(.client, [], 201, ack: 1, bytes: 100, labels: label)
    script.send(.client, [], 301, ack: 1, bytes: 100)
    var record = long
    record.client.tcp?.keepAlives = 1
    if label == .outOfOrder { record.note(.outOfOrder, 6) }
    if label == .retransmission || label == .spuriousRetransmission {
      record.note(.retransmission, 6)
    }
    #expect(rows(record, script)[1].map(\.tally.packets) == [2, 1, 1])
  }

  @Test func turnsStandAlone() {
    var script = StoryScript()
    script.handshake()
    for turn in 0..<3 {
      script.send(.client, .psh, UInt32(1 + 10 * turn), ack: UInt32(1 + 20 * turn), bytes: 10)
      script.send(.server, .psh, UInt32(1 + 20 * turn), ack: UInt32(11 + 10 * turn), bytes: 20)
    }
    #expect(
      rows(long, script)[1].map(\.sender) == [.client, .server, .client, .server, .client, .server])
  }

  @Test func damagedSegmentsAndResetsAreNotFolded() {
    var script = StoryScript()
    script.handshake()
    script.send(.client, [], 1, ack: 1, bytes: 100)
    script.send(.client, [], 101, ack: 1, bytes: 100)
    var steps = script.steps
    if case .tcp(var segment) = steps[4].packet.transport {
      segment.checksum = .wrong
      steps[4].packet.transport = .tcp(segment)
    }
    var record = long
    record.client.damagedPackets = 1
    var collector = StoryCollector(record: record)
    for step in steps { collector.add(step) }
    #expect(collector.finished()[1].count == 2)
    // Every checksum of a side is wrong: that is offload, and nothing to remark.
    collector = StoryCollector(record: long)
    for step in steps { collector.add(step) }
    #expect(collector.finished()[1].count == 1)
  }

  @Test func closingBeginsWithTheFirstFIN() {
    var script = StoryScript()
    script.handshake()
    script.send(.client, .fin, 1, ack: 1, client: .finWait1)
    script.send(.server, [], 1, ack: 2, bytes: 10, client: .finWait2, server: .closeWait)
    script.send(.server, [], 11, ack: 2, bytes: 10)
    #expect(rows(long, script).map(\.count) == [3, 0, 2])
  }

  @Test func millionsOfTurnsTakeBoundedMemory() {
    var script = StoryScript()
    script.handshake()
    script.send(.client, .psh, 1, ack: 1, bytes: 10, labels: .retransmission)
    script.send(.server, .psh, 1, ack: 1, bytes: 20)
    var record = long
    record.note(.retransmission, 4, count: 20_000)
    var collector = StoryCollector(record: record)
    for step in script.steps { collector.add(step) }
    let turns = 20_000
    var again = script.steps[3]
    again.number = 6  // beyond the list of the record
    for _ in 1..<turns {
      collector.add(again)
      collector.add(script.steps[4])
    }
    let transfer = collector.finished()[1]
    #expect(transfer.count == 14 + 1 + 10)
    #expect(transfer[14].kind == .summary)
    let sum = transfer.reduce(into: StoryTally()) { $0.add($1.tally) }
    #expect(sum.client.bytes == UInt64(10 * turns))
    #expect(sum.server.filled == UInt64(turns))
    #expect(transfer[14].tally.remarks() == ["19,988 retransmissions"])
    #expect(transfer.map(\.first.number).first == 4)
  }

  @Test func rowsOfAShelfStayInOrder() {
    var script = StoryScript()
    for _ in 0..<25 { script.datagram(.client, bytes: 1) }
    for count in 0...25 {
      var shelf = StoryShelf(head: 3, tail: 4)
      for step in script.steps.prefix(count) {
        shelf.put(StoryRow(step, before: StatePair(), previousTime: nil))
      }
      let numbers = shelf.rows.map(\.first.number)
      #expect(numbers == numbers.sorted())
      #expect(numbers.count == min(count, 8))
      #expect(shelf.rows.last?.last.number == (count == 0 ? nil : UInt64(count)))
    }
  }
}
