import SynfinLifecycle
import SynfinWire
import TestSupport
import Testing

/// What a tracker that runs for weeks tells of a story, and who leaves it when.
private struct LiveStory {
  private(set) var events: [LifeEvent] = []
  /// Each record with why and after which packet it left.
  private(set) var departures: [String] = []
  private(set) var records: [ConnectionRecord] = []
  private(set) var evicted: UInt64 = 0
  private(set) var most = 0

  init(_ text: String, _ expiry: Expiry = Expiry(), silence: Int64 = 0) {
    self.init(Script(text).packets, expiry, silence: silence)
  }

  /// - Parameter silence: seconds that pass after the last packet.
  init(
    _ packets: [(packet: Packet, time: Timestamp)], _ expiry: Expiry, silence: Int64 = 0,
    dropped: [UInt64: UInt64] = [:]
  ) {
    var options = TrackerOptions()
    options.expiry = expiry
    var tracker = Tracker(options: options)
    var replay = Replay()
    let nothing: [UInt8] = []
    for (index, entry) in packets.enumerated() {
      let number = UInt64(index + 1)
      if let count = dropped[number] { tracker.note(dropped: count) }
      letGo(&tracker, &replay, entry.time, after: number - 1)
      _ = unsafe tracker.process(
        entry.packet, nothing.span.bytes, number: number, time: entry.time)
      tracker.takeEvents { events.append($0) }
      most = max(most, tracker.liveCount)
    }
    guard var end = packets.last?.time else { return }
    end.nanoseconds += silence * 1_000_000_000
    letGo(&tracker, &replay, end, after: UInt64(packets.count))
    evicted = tracker.evicted
    var left: [ConnectionRecord] = []
    tracker.letAllGo(&replay) { record, _ in left.append(record) }
    records += left
    departures += left.map { "\($0.id) end" }
    #expect(tracker.liveCount == 0)
  }

  private mutating func letGo(
    _ tracker: inout Tracker, _ replay: inout Replay, _ time: Timestamp, after number: UInt64
  ) {
    guard tracker.mustLetGo(at: time) else { return }
    var left: [(ConnectionRecord, Departure)] = []
    tracker.letGo(at: time, &replay) { left.append(($0, $1)) }
    for (record, departure) in left {
      records.append(record)
      departures.append("\(record.id) \(departure.rawValue) after \(number)")
      #expect(record.live?.departure == departure)
    }
    tracker.takeEvents { events.append($0) }
  }

  /// "1 opened, 3 established, - unanswered" for the packets that tell.
  var told: String { events.map(Self.text).joined(separator: ", ") }

  private static func text(_ event: LifeEvent) -> String {
    let problem = event.problem.map { " \($0.rawValue)" } ?? ""
    let side = event.side.map { $0 == .client ? " client" : " server" } ?? ""
    return "\(event.packet.map(String.init) ?? "-") \(event.kind.rawValue)\(problem)\(side)"
  }
}

private let opening = """
  c SYN 0 mss 1460
  s +10ms SYN+ACK 0 ack 1 mss 1460
  c +1ms ACK 1 ack 1

  """

@Suite struct LiveEventTests {
  @Test(arguments: [
    (
      "c DATA 1 ack 1 len 5\ns ACK 1 ack 6\nc FIN 6 ack 1\ns ACK 1 ack 7\ns FIN 1 ack 7\nc ACK 7 ack 2",
      "4 first_data client, 7 half_closed client, 9 closed client"
    ),
    ("c FIN 1 ack 1\ns FIN 1 ack 2\nc ACK 2 ack 2", "6 closed client"),
    ("s FIN 1 ack 1\nc FIN 1 ack 1\nc ACK 2 ack 2\ns ACK 2 ack 2", "7 closed"),
    ("s RST 1 ack 1", "4 reset server"),
    (
      "c DATA 1 ack 1 len 5\ns ACK 1 ack 6 win 0\ns +2s ACK 1 ack 6 win 500",
      "4 first_data client, 5 problem zero_window server, 6 window_opened server"
    ),
    (
      "c DATA 1 ack 1 len 5\nc +300ms DATA 1 ack 1 len 5\nc +600ms DATA 1 ack 1 len 5\n"
        + "c +1200ms DATA 1 ack 1 len 5\nc +2400ms DATA 1 ack 1 len 5",
      "4 first_data client, 7 problem retransmission client"
    ),
  ])
  func established_tellsWhatComes(_ text: String, _ expected: String) {
    #expect(LiveStory(opening + text).told == "1 opened, 3 established, " + expected)
  }

  @Test(arguments: [
    ("c SYN 0\ns RST 0 ack 1", "1 opened, 2 refused server"),
    ("c SYN 0\ns SYN+ACK 0 ack 1\nc RST 1", "1 opened, 3 rejected client"),
    ("c SYN 0\nr ICMP 3/1 quoting c 0", "1 opened, 2 unreachable"),
    ("c SYN 0\nc +1s SYN 0\nc +2s SYN 0", "1 opened, 2 problem syn_retry client"),
    ("c DATA 1 ack 1 len 5\ns ACK 1 ack 6", "1 midstream, 1 first_data client"),
    ("c UDP len 5\ns +7ms UDP len 9\nc UDP len 5", "2 answered"),
    ("c UDP len 5\nr ICMP 3/3 quoting c UDP", "2 unreachable"),
    ("c ECHO 9/1\ns REPLY 9/1\nc ECHO 9/2", "2 answered"),
  ])
  func fresh_tellsWhatComes(_ text: String, _ expected: String) {
    #expect(LiveStory(text).told.hasPrefix(expected))
  }

  @Test(arguments: [
    ("c SYN 0", 119, "1 opened"), ("c SYN 0", 121, "1 opened, - unanswered"),
    ("c SYN 0\ns SYN+ACK 0 ack 1", 121, "1 opened, - half_open"),
    ("c UDP len 5", 59, ""), ("c UDP len 5", 61, "- unanswered"),
    ("c UDP len 5\ns UDP len 5", 61, "2 answered"),
    ("c ECHO 9/1", 61, "- unanswered"),
    ("c SYN 0\ns RST 0 ack 1", 3601, "1 opened, 2 refused server"),
  ])
  func silence_tells(_ text: String, _ seconds: Int64, _ expected: String) {
    #expect(LiveStory(text, silence: seconds).told == expected)
  }

  @Test func established_expires() {
    let story = LiveStory(opening, silence: 3601)
    #expect(story.told == "1 opened, 3 established, - expired")
    #expect(story.departures == ["1 idle after 3"])
  }

  @Test func events_sayHowLongAndHowMuch() throws {
    let events = LiveStory(
      opening
        + "c DATA 1 ack 1 len 5\ns DATA 1 ack 6 len 70\nc FIN 6 ack 71\ns FIN 71 ack 7\nc ACK 7 ack 72"
    ).events
    let established = try #require(events.first { $0.kind == .established })
    #expect(established.duration == 11_000_000)
    let closed = try #require(events.last)
    #expect(closed.kind == .closed)
    #expect(closed.teardown == .threeWay)
    #expect(closed.duration == 16_000_000)
    #expect(closed.clientBytes == 5)
    #expect(closed.serverBytes == 70)
    #expect(closed.client.port == 40_000)
    #expect(closed.server == Socket(address: IPAddress(ipv4: 0xC633_6407), port: 443))
  }

  @Test func drops_weakenWhatLivedThrough() {
    let packets = Script(opening + "c UDP len 1").packets
    let story = LiveStory(packets, Expiry(), dropped: [1: 5, 3: 12])
    #expect(story.records.map { $0.live?.dropped } == [7, 0])
    #expect(story.records.map { $0.doubts.contains(.droppedPackets) } == [true, false])
    #expect(story.events.map(\.dropped) == [0, 7])
  }
}

@Suite struct DepartureTests {
  @Test func closed_leavesWhenNoLateSegmentCanCome() {
    let end = "c RST 1 ack 1\ns +50s ACK 1 ack 1\n"
    // The late segment keeps it for another minute.
    let story = LiveStory(opening + end + "c2 +59s SYN 0\nc2 +2s SYN 0")
    #expect(story.departures == ["1 closed after 6", "2 end"])
    #expect(story.records.first?.server.packets == 2)
  }

  @Test func reopened_theOneBeforeTheLastLeavesAtOnce() {
    let life = opening + "s RST 1 ack 1\n"
    let again = "c +1s SYN =9000\ns RST 0 ack =9001\nc +1s SYN =90000\ns +1s RST 0 ack =90001\n"
    let story = LiveStory(life + again + "c +1s UDP len 1")
    #expect(story.departures.first == "1 closed after 7")
    #expect(story.records.map(\.stream) == [0, 1, 2, 0])
  }

  @Test func strayShort_givesTheSocketsBack() {
    // A stray SYN is forgotten after two minutes; what comes then belongs to the connection that was there before.
    let story = LiveStory(
      opening + "c +1s SYN =77\nc2 +125s UDP len 1\nc DATA 1 ack 1 len 5\ns ACK 1 ack 6")
    #expect(story.departures == ["2 idle after 4", "1 end", "3 end"])
    #expect(story.records.map(\.client.payloadBytes) == [0, 5, 1])
  }

  @Test func full_evictsTheUnansweredThenTheClosedThenTheSilent() {
    var expiry = Expiry()
    expiry.limit = 4
    let text =
      opening + "c2 SYN 0\ns2 SYN+ACK 0 ack 1\nc2 ACK 1 ack 1\ns2 RST 1 ack 1\n"
      + "c3 SYN 0\nc4 SYN 0\n"  // two unanswered ones, more than a quarter, but there is room
      + "c5 SYN 0\ns5 SYN+ACK 0 ack 1\nc5 ACK 1 ack 1\n"  // drives 3 out
      + "c6 SYN 0\ns6 SYN+ACK 0 ack 1\nc6 ACK 1 ack 1\n"  // drives 4 out
      + "c7 SYN 0\nc7 +1s SYN 0\n"  // drives 2 out: it alone is less than a quarter
      + "s7 SYN+ACK 0 ack 1\nc7 ACK 1 ack 1\nc8 SYN 0\nc8 +1s SYN 0\n"  // drives 1 out
    let story = LiveStory(text, expiry)
    #expect(story.most == 5)
    #expect(story.evicted == 4)
    #expect(
      story.departures == [
        "3 evicted after 10", "4 evicted after 13", "2 evicted after 16", "1 evicted after 20",
        "5 end", "6 end", "7 end", "8 end",
      ])
  }

  @Test func manyAtOnce_leaveAFewAtATime() {
    var options = TrackerOptions()
    options.expiry = Expiry()
    var tracker = Tracker(options: options)
    var replay = Replay()
    let nothing: [UInt8] = []
    let packets = Script((2...10).map { "c\($0) UDP len 5" }.joined(separator: "\n")).packets
    for (index, entry) in packets.enumerated() {
      _ = unsafe tracker.process(
        entry.packet, nothing.span.bytes, number: UInt64(index + 1), time: entry.time)
    }
    let later = Timestamp(nanoseconds: packets[0].time.nanoseconds + 70_000_000_000)
    var left: [[Int]] = []
    while tracker.mustLetGo(at: later) {
      left.append([])
      tracker.letGo(at: later, atMost: 4, &replay) { record, _ in
        left[left.count - 1].append(record.id)
      }
    }
    #expect(left == [[1, 2, 3, 4], [5, 6, 7, 8], [9]])
  }

  @Test func flood_keepsNoMoreThanTheLimit() {
    var expiry = Expiry()
    expiry.limit = 50
    var packets = Script(opening).packets
    var random = SplitMix64(seed: 7)
    let time = packets[2].time
    for index in 0..<20_000 {
      var packet = packets[0].packet
      packet.ip.source = IPAddress(ipv4: .random(in: 1 ... .max, using: &random))
      packets.append((packet, Timestamp(nanoseconds: time.nanoseconds + Int64(index) * 1000)))
    }
    let story = LiveStory(packets, expiry)
    #expect(story.most == 51)
    #expect(story.evicted == 20_001 - 50)
    #expect(Set(story.records.map(\.id)).count == story.records.count)
    // The connection is worth more than all of them.
    #expect(story.records.first { $0.id == 1 }?.live?.departure == .end)
  }

  /// Nothing is lost, told twice or mixed up, however many come and go.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func traffic_everyPacketIsInOneRecord(_ seed: UInt64) {
    var expiry = Expiry()
    expiry.limit = 5
    expiry.closed = 1_000_000_000
    var traffic = Traffic(seed: seed, links: 12)
    var packets: [(packet: Packet, time: Timestamp)] = []
    var transported: UInt64 = 0
    for _ in 0..<3000 {
      let next = traffic.next()
      switch next.packet.transport {
      case .tcp, .udp: transported += 1
      default: break
      }
      packets.append((next.packet, next.time))
    }
    let story = LiveStory(packets, expiry)
    #expect(story.most <= 6)
    let ids = story.records.map(\.id)
    #expect(ids.sorted() == Array(1...ids.count))
    let counted = story.records.filter { $0.transport != .icmp }
      .reduce(UInt64(0)) { $0 + $1.client.packets + $1.server.packets }
    #expect(counted == transported)
  }
}
