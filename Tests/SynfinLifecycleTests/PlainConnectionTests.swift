import SynfinWire
import TestSupport
import Testing

@testable import SynfinLifecycle

/// The short way from a journal to a record against the long way.
@Suite struct PlainConnectionTests {
  /// Two hosts that talk to each other, mostly as they should.
  private struct Talk {
    private struct Host {
      var next: SequenceNumber
      var acknowledged: SequenceNumber
      var clock: UInt32
      var options = TCPOptions()
      var hasFinished = false
    }

    private var random: SplitMix64
    private var hosts: [Host]
    private var packet: UInt64 = 1
    private var time: Int64 = 5_000_000_000
    private let oddity: Int
    private let hasTimestamps: Bool
    private(set) var arrivals: [Arrival] = []

    init(seed: UInt64, oddity: Int) {
      random = SplitMix64(seed: seed)
      self.oddity = oddity
      hasTimestamps = Bool.random(using: &random)
      hosts = []
      for _ in 0..<2 {
        let starts: [UInt32] = [0, .max, .max - 1, .max - 700, 1 << 31, 77_000]
        let start = SequenceNumber(starts.randomElement(using: &random) ?? 0)
        hosts.append(
          Host(next: start, acknowledged: start, clock: .random(in: 0 ... .max, using: &random)))
        addOptions(to: hosts.count - 1)
      }
      speak()
    }

    private mutating func chance(_ percent: Int) -> Bool {
      Int.random(in: 0..<100, using: &random) < percent
    }

    private mutating func one<Element>(of choice: Element...) -> Element {
      choice[Int.random(in: 0..<choice.count, using: &random)]
    }

    private mutating func addOptions(to host: Int) {
      if chance(80) {
        hosts[host].options.kinds.insert(.maximumSegmentSize)
        hosts[host].options.maximumSegmentSize = one(of: 100, 536, 1460)
      }
      if chance(70) {
        hosts[host].options.kinds.insert(.windowScale)
        hosts[host].options.windowScale = one(of: 0, 2, 7, 15)
      }
      if chance(70) { hosts[host].options.kinds.insert(.sackPermitted) }
      if chance(oddity) { hosts[host].options.kinds.insert(.fastOpen) }
    }

    private mutating func speak() {
      send(0, one(of: .syn, .syn, [.syn, .ece, .cwr]), 0)
      if chance(15) { return }
      if chance(15) { return send(1, [.rst, .ack], 0) }
      send(1, [.syn, .ack], 0)
      if chance(15) { return }
      if chance(15) { return send(0, one(of: .rst, [.rst, .ack]), 0) }
      send(0, .ack, one(of: 0, 0, 20))
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        let side = Int.random(in: 0...1, using: &random)
        let isLast = chance(15) && !hosts[side].hasFinished
        if chance(1) { return send(side, one(of: .rst, [.rst, .ack]), 0) }
        let size = hosts[side].hasFinished ? 0 : one(of: 0, 0, 1, 20, 536, 1460)
        let isNews = hosts[side].acknowledged != hosts[1 - side].next
        guard size > 0 || isLast || isNews || chance(oddity) else { continue }
        send(side, isLast ? [.fin, .ack] : one(of: .ack, [.ack, .psh]), size)
      }
    }

    private mutating func send(_ side: Int, _ flags: TCPFlags, _ size: Int) {
      if flags.contains(.ack), !chance(20) { hosts[side].acknowledged = hosts[1 - side].next }
      let acknowledgment =
        flags.contains(.ack) || chance(oddity) ? hosts[side].acknowledged : SequenceNumber(0)
      var segment = Segment(
        sourcePort: 1, destinationPort: 2, sequenceNumber: hosts[side].next,
        acknowledgmentNumber: acknowledgment, flags: flags,
        window: one(of: 1, 20, 1460, 29_200, 65_535), payloadLength: size)
      if chance(oddity) {
        segment.sequenceNumber = segment.sequenceNumber + one(of: -1, 1, -20, 20)
      }
      if chance(oddity) { segment.window = 0 }
      segment.checksum = one(of: .correct, .offloaded, .unverified, .absent)
      if flags.contains(.syn) { segment.options = hosts[side].options }
      if hasTimestamps {
        segment.options.kinds.insert(.timestamps)
        hosts[side].clock &+= one(of: 0, 0, 1, 40)
        segment.options.timestampValue = hosts[side].clock
        segment.options.timestampEchoReply = hosts[1 - side].clock &- one(of: 0, 0, 0, 1)
      }
      hosts[side].next = hosts[side].next + segment.sequenceLength
      if flags.contains(.fin) { hosts[side].hasFinished = true }
      var ip = InternetHeader()
      ip.version = 4
      ip.totalLength = Int32(40 + size)
      ip.identification = .random(in: 0...9, using: &random)
      let delivery = Delivery(
        ip, fragments: 0, number: packet, time: Timestamp(nanoseconds: time))
      arrivals.append(Arrival(segment, delivery, from: side == 0 ? .client : .server))
      packet += .random(in: 1...9, using: &random)
      time += one(of: 0, 900, 40_000, 7_000_000, 3_000_000_000)
    }
  }

  /// The journal of a connection, and what it amounts to both ways.
  private struct Lives: ~Copyable {
    private var journal = SegmentJournal()
    private var flows = Slab<TCPFlow>()
    private var cold = ColdStorage()
    private var endpoints = EndpointStore()

    private let arrivals: [Arrival]
    private let followsAnother: Bool

    init(_ arrivals: [Arrival], followsAnother: Bool) {
      self.followsAnother = followsAnother
      let (key, isLow) = FlowKey.make(IPAddress(ipv4: 1), 1, IPAddress(ipv4: 2), 2)
      let index = flows.append(TCPFlow(key: key, previous: -1, clientIsLow: isLow))
      var kept: [Arrival] = []
      for arrival in arrivals {
        var ip = InternetHeader()
        ip.version = 4
        ip.identification = arrival.identification
        ip.totalLength = Int32(arrival.ipBytes)
        let delivery = Delivery(ip, fragments: 0, number: arrival.packet, time: arrival.time)
        guard journal.append(arrival.segment, delivery, from: arrival.sender, to: &flows[index])
        else { break }
        kept.append(arrival)
      }
      self.arrivals = kept
    }

    /// The record that the short way leads to, in the place of another one; nil if there is none.
    mutating func short(
      _ record: consuming ConnectionRecord, _ plain: inout PlainConnection
    ) -> ConnectionRecord? {
      var reader = journal.reader(of: 0, in: flows)
      defer { plain.release(&cold.histograms) }
      guard plain.take(&reader, of: journal, &cold.histograms) else { return nil }
      record.name(flows[0].key, clientIsLow: flows[0].facts.contains(.clientIsLow))
      plain.tell(&record, followsAnother: followsAnother, &cold.histograms)
      return record
    }

    mutating func long() -> ConnectionRecord {
      var connection = Connection(
        key: flows[0].key, id: 0, stream: 0, clientIsLow: flows[0].facts.contains(.clientIsLow),
        followsAnother: followsAnother, packet: arrivals[0].packet, time: arrivals[0].time,
        ends: endpoints.makePair())
      connection.begin(arrivals[0], &cold)
      for arrival in arrivals { _ = connection.take(arrival, &cold) }
      connection.conclude(&cold)
      var record = ConnectionRecord()
      connection.tell(&record, cold)
      return record
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func bothWaysComeToTheSame(_ seed: UInt64) {
    var outcomes: [Outcome: Int] = [:]
    var others = 0
    var previous = ConnectionRecord()
    var plain = PlainConnection()
    for round in 0..<100 as Range<UInt64> {
      let talk = Talk(seed: seed << 8 | round, oddity: Int(round % 4))
      var lives = Lives(talk.arrivals, followsAnother: round % 5 == 0)
      let expected = lives.long()
      if let record = lives.short(previous, &plain) {
        #expect("\(record)" == "\(expected)")
        outcomes[record.outcome, default: 0] += 1
      } else {
        others += 1
      }
      // Nothing of it may be left in the next one.
      previous = expected
    }
    #expect(outcomes.values.reduce(0, +) > 20)
    #expect(outcomes.count >= 4)
    #expect(others > 0)
  }

  @Test(arguments: [1 << 29, 1 << 30, 1 << 31 - 1, 1 << 31, 3 << 30])
  func lastAcknowledgmentFarAway_comesToTheSame(_ distance: Int) {
    for seed in 0..<300 as Range<UInt64> {
      var arrivals = Talk(seed: seed, oddity: 0).arrivals
      let last = arrivals.count - 1
      guard arrivals[last].flags.contains(.ack) else { continue }
      let number = arrivals[last].acknowledgment + distance
      arrivals[last].segment.acknowledgmentNumber = number
      var lives = Lives(arrivals, followsAnother: false)
      let expected = lives.long()
      var plain = PlainConnection()
      if let record = lives.short(ConnectionRecord(), &plain) {
        #expect("\(record)" == "\(expected)")
      }
    }
  }

  @Test func everyOutcomeIsReached() {
    var outcomes: Set<Outcome> = []
    for seed in 0..<500 as Range<UInt64> {
      let talk = Talk(seed: seed, oddity: 0)
      var lives = Lives(talk.arrivals, followsAnother: false)
      var plain = PlainConnection()
      if let record = lives.short(ConnectionRecord(), &plain) { outcomes.insert(record.outcome) }
    }
    let all: Set<Outcome> = [
      .unanswered, .refused, .halfOpen, .rejected, .closed, .reset, .halfClosed, .open,
    ]
    #expect(outcomes == all)
  }
}
