import SynfinWire
import Testing

@testable import SynfinLifecycle
@testable import SynfinReport

@Suite struct ConnectionStoryTests {
  private func text(
    _ record: ConnectionRecord, _ script: StoryScript, width: Int = 100, color: Bool = false
  ) -> String {
    ConnectionStory(record: record, steps: script.steps)
      .text(width: width, color: color, zone: .utc, numeric: false)
  }

  private var shortLife: StoryScript {
    var script = StoryScript()
    script.handshake()
    script.send(.client, .psh, 1, ack: 1, bytes: 480, after: 1000)
    script.send(.server, [], 1, ack: 481, after: 11_000)
    script.send(.server, .psh, 1, ack: 481, bytes: 1200, after: 35_000)
    script.send(.client, [], 481, ack: 1201, after: 50)
    script.send(.client, .fin, 481, ack: 1201, after: 100_000, client: .finWait1)
    script.send(
      .server, [], 1201, ack: 482, after: 11_000, client: .finWait2, server: .closeWait)
    script.send(.server, .fin, 1201, ack: 482, after: 300, server: .lastAck)
    script.send(.client, [], 482, ack: 1202, after: 40, client: .timeWait, server: .closed)
    return script
  }

  /// The record of the short life.
  private var shortRecord: ConnectionRecord {
    .sample {
      $0.client.payloadBytes = 480
      $0.client.tcp?.uniquePayloadBytes = 480
      $0.client.ipBytes = 812
      $0.server.payloadBytes = 1200
      $0.server.tcp?.uniquePayloadBytes = 1200
      $0.server.ipBytes = 1480
      $0.exchanges = 1
      $0.timeToFirstByte = 46_000_000
    }
  }

  private var longLife: StoryScript {
    var script = StoryScript()
    script.handshake()
    script.send(.client, .psh, 1, ack: 1, bytes: 480, after: 1000)
    var next: UInt32 = 1
    for index in 0..<30 {
      if index == 12 {  // one segment is lost and comes again
        script.send(.server, [], next &+ 1448, ack: 481, bytes: 1448, labels: .lostSegment)
        script.send(.client, [], 481, ack: next, labels: .duplicateAck)
        script.send(.server, [], next, ack: 481, bytes: 1448, labels: .fastRetransmission)
        next += 2896
      } else {
        script.send(.server, index == 29 ? .psh : [], next, ack: 481, bytes: 1448)
        next += 1448
      }
      if index % 2 == 1 { script.send(.client, [], 481, ack: next, after: 30) }
    }
    script.send(.client, [], 481, ack: next, labels: .zeroWindow, window: 0)
    script.send(.server, .rst, next, after: 900_000, client: .closed, server: .closed)
    return script
  }

  private var longRecord: ConnectionRecord {
    .sample(.tcp, .reset) {
      $0.client.packets = 18
      $0.server.packets = 36
      $0.server.payloadBytes = 46_336
      $0.server.tcp?.uniquePayloadBytes = 44_888
      $0.server.tcp?.retransmissions = 1
      $0.closedBy = .server
      $0.exchanges = 1
      $0.lastPacket = 54
      $0.teardown = TeardownRecord(kind: .reset, packets: [54])
      $0.client.tcp?.duplicateAcks = 1
      $0.note(.retransmission, 25)
      $0.doubts = [.segmentationOffload]
    }
  }

  @Test func fourWayReleaseLooksLikeTheTextbook() {
    StorySnapshot.expect(text(shortRecord, shortLife), "four-way")
  }

  @Test func narrowTerminalsGetTheAbsoluteNumbersInTheArrow() {
    StorySnapshot.expect(text(shortRecord, shortLife, width: 80), "four-way-80")
  }

  @Test func longTransfersAreFoldedButNotTheirTroubles() {
    StorySnapshot.expect(text(longRecord, longLife), "folded")
  }

  @Test func refusedConnectionsHaveOnePhase() {
    var script = StoryScript()
    script.send(.client, .syn, 0, client: .synSent)
    script.send(.server, .rst, 0, ack: 1, after: 11_000, client: .closed, server: .closed)
    let record = ConnectionRecord.sample(.tcp, .refused) {
      $0.completeness = 33
      $0.handshake?.complete = false
      $0.handshake?.kind = .partial
      $0.handshake?.roundTripTime = nil
      $0.handshake?.serverRoundTripTime = nil
      $0.handshake?.clientRoundTripTime = nil
      $0.server.tcp = TCPEndpointRecord()
      $0.client.tcp?.states = [StateChange(state: .closed, packet: 2)]
      $0.teardown = TeardownRecord(kind: .none, packets: [])
      $0.exchanges = 0
      $0.lastPacket = 2
      $0.client.packets = 1
      $0.server.packets = 1
    }
    StorySnapshot.expect(text(record, script), "refused")
  }

  @Test func datagramsTakeOneLineEach() {
    var script = StoryScript()
    script.datagram(.client, bytes: 40)
    script.datagram(.server, bytes: 120, after: 12_000)
    script.datagram(.client, bytes: 41, after: 500_000)
    script.error(type: 3, code: 1, after: 20_000)
    let record = ConnectionRecord.sample(.udp, .answered) {
      $0.client.packets = 2
      $0.server.packets = 1
      $0.lastPacket = 4
      $0.noteError(type: 3, code: 1, packet: 4)
    }
    StorySnapshot.expect(text(record, script), "datagrams")
  }

  @Test func everyLineFitsIntoTheWidth() {
    for width in [80, 100, 140] {
      for story in [
        text(shortRecord, shortLife, width: width), text(longRecord, longLife, width: width),
      ] {
        for line in story.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
      }
    }
  }

  @Test func longAddressesTakeTwoLines() {
    var record = shortRecord
    record.client.address = IPAddress(
      ipv6High: 0x2001_0db8_1111_2222, low: 0x3333_4444_5555_6666)
    record.server.address = IPAddress(
      ipv6High: 0x2001_0db8_aaaa_bbbb, low: 0xcccc_dddd_eeee_ffff)
    let lines = text(record, shortLife).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "#1  TCP  [2001:db8:1111:2222:3333:4444:5555:6666]:51514")
    #expect(lines[1].hasPrefix("         → [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:443 (https)  "))
    #expect(lines[1].hasSuffix(" closed"))
    #expect(lines.allSatisfy { $0.count <= 100 })
  }

  @Test func colourChangesNoCharacter() {
    let coloured = text(longRecord, longLife, color: true)
    var plain = ""
    var isEscape = false
    for scalar in coloured.unicodeScalars {
      if scalar == "\u{1B}" { isEscape = true }
      if !isEscape { plain.unicodeScalars.append(scalar) }
      if scalar == "m" { isEscape = false }
    }
    #expect(coloured.contains("\u{1B}[32m"))
    #expect(plain == text(longRecord, longLife))
  }

  @Test func survivesPacketNumbersOfAnySizeAndTimesThatRunBackwards() {
    var steps = shortLife.steps
    steps[4].number = .max - 1
    steps[5].time = Timestamp(nanoseconds: .min)
    steps[6].time = Timestamp(nanoseconds: .max)
    let record = ConnectionRecord.sample()
    let story = ConnectionStory(record: record, steps: steps)
      .text(width: 80, color: false, zone: .utc, numeric: true)
    #expect(story.contains("−"))
    #expect(
      ConnectionStory(record: record, steps: []).text(color: true, zone: .utc, numeric: true)
        .contains("closed"))
  }
}
