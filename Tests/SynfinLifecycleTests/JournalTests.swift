import SynfinWire
import TestSupport
import Testing

@testable import SynfinLifecycle

/// What goes into the journal comes out, or does not go in.
@Suite struct JournalTests {
  /// What the journal promises to keep of a segment.
  private static func kept(_ arrival: Arrival) -> [UInt64] {
    let segment = arrival.segment
    let options = segment.options
    var numbers: [UInt64] = [
      arrival.packet, UInt64(bitPattern: arrival.time.nanoseconds), UInt64(arrival.ipBytes),
      UInt64(arrival.identification), UInt64(arrival.timeToLive), UInt64(arrival.sender.rawValue),
      UInt64(arrival.fragments), arrival.hasDamagedHeader ? 1 : 0,
      UInt64(segment.sequenceNumber.rawValue), UInt64(segment.acknowledgmentNumber.rawValue),
      UInt64(segment.flags.rawValue), UInt64(segment.window), UInt64(segment.payloadLength),
      UInt64(segment.checksum.rawValue), UInt64(options.kinds.rawValue),
      UInt64(options.maximumSegmentSize), UInt64(options.windowScale),
      UInt64(options.timestampValue), UInt64(options.timestampEchoReply),
      UInt64(options.multipathSubtypes), UInt64(options.sackCount),
    ]
    for block in 0..<Int(options.sackCount) {
      numbers += [
        UInt64(options.sackBlocks[block].left.rawValue),
        UInt64(options.sackBlocks[block].right.rawValue),
      ]
    }
    return numbers
  }

  private struct Entry {
    var segment: Segment
    var ip: InternetHeader
    var number: UInt64 = 1
    var time: Int64 = 0
    var fragments: UInt32 = 0
    var sender = Side.client

    var delivery: Delivery {
      Delivery(ip, fragments: fragments, number: number, time: Timestamp(nanoseconds: time))
    }
    var kept: [UInt64] { JournalTests.kept(Arrival(segment, delivery, from: sender)) }
  }

  /// A plain acknowledgement.
  private static var plain: Entry {
    var ip = InternetHeader()
    ip.version = 4
    ip.totalLength = 40
    let segment = Segment(
      sourcePort: 1, destinationPort: 2, sequenceNumber: SequenceNumber(3), flags: .ack)
    return Entry(segment: segment, ip: ip)
  }

  private static func flow() -> TCPFlow {
    let (key, isLow) = FlowKey.make(IPAddress(ipv4: 1), 1, IPAddress(ipv4: 2), 2)
    return TCPFlow(key: key, previous: -1, clientIsLow: isLow)
  }

  private static func readAll(
    _ journal: borrowing SegmentJournal, _ index: Int32, _ flows: borrowing Slab<TCPFlow>
  ) -> [[UInt64]] {
    var reader = journal.reader(of: index, in: flows)
    var arrival = Arrival.blank
    var found: [[UInt64]] = []
    while journal.next(&reader, into: &arrival) { found.append(kept(arrival)) }
    return found
  }

  // MARK: -

  /// Several connections write at once; some are forgotten, and their chunks used again.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func anything_comesOut(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var journal = SegmentJournal()
    var flows = Slab<TCPFlow>()
    var expected: [[[UInt64]]] = []
    for _ in 0..<5 {
      _ = flows.append(Self.flow())
      expected.append([])
    }
    var entry = Self.plain
    entry.number = 0
    entry.time = .random(in: .min / 2 ... .max / 2, using: &random)
    for _ in 0..<500 {
      Self.scramble(&entry, &random)
      let index = Int32.random(in: 0..<5, using: &random)
      if UInt8.random(in: 0..<200, using: &random) == 0, flows[index].facts.contains(.journaled) {
        journal.release(&flows[index])
        flows[index] = Self.flow()
        expected[Int(index)] = []
      }
      if journal.append(entry.segment, entry.delivery, from: entry.sender, to: &flows[index]) {
        expected[Int(index)].append(entry.kept)
      }
    }
    #expect(expected.joined().count > 60)
    for index in 0..<5 as Range<Int32> where flows[index].facts.contains(.journaled) {
      #expect(Self.readAll(journal, index, flows) == expected[Int(index)])
    }
  }

  /// Another segment, a little later.
  private static func scramble(_ entry: inout Entry, _ random: inout SplitMix64) {
    entry.number += .random(in: 1...40, using: &random)
    entry.time += .random(in: 0...100_000_000, using: &random)
    entry.sender = Bool.random(using: &random) ? .client : .server
    entry.ip.identification = .random(in: 0 ... .max, using: &random)
    entry.ip.timeToLive = .random(in: 0 ... .max, using: &random)
    var segment = Segment(
      sourcePort: 1, destinationPort: 2, sequenceNumber: number(&random),
      acknowledgmentNumber: number(&random),
      flags: TCPFlags(rawValue: .random(in: 0...255, using: &random)),
      window: .random(in: 0 ... .max, using: &random),
      payloadLength: .random(in: 0...65_000, using: &random))
    segment.checksum =
      [.unverified, .correct, .offloaded, .absent].randomElement(using: &random) ?? .correct
    var headers: Int32 = 40
    if Bool.random(using: &random) {
      segment.options.kinds = .timestamps
      headers = 52
    } else if Bool.random(using: &random) {
      segment.options.kinds = TCPOptions.Kinds(rawValue: .random(in: 0..<8192, using: &random))
      segment.options.kinds.remove(.multipath)
      segment.options.maximumSegmentSize = .random(in: 0 ... .max, using: &random)
      segment.options.windowScale = .random(in: 0 ... .max, using: &random)
      if segment.options.has(.sack) { addBlocks(&segment.options, &random) }
      headers = .random(in: 40...535, using: &random)
    }
    if segment.options.has(.timestamps) {
      segment.options.timestampValue = number(&random).rawValue
      segment.options.timestampEchoReply = number(&random).rawValue
    }
    if Bool.random(using: &random) { headers += 20 }
    entry.ip.totalLength = headers + segment.payloadLength
    entry.segment = segment
  }

  private static func addBlocks(_ options: inout TCPOptions, _ random: inout SplitMix64) {
    options.sackCount = .random(in: 0...4, using: &random)
    for block in 0..<Int(options.sackCount) {
      options.sackBlocks[block] = SACKBlock(left: number(&random), right: number(&random))
    }
  }

  private static func number(_ random: inout SplitMix64) -> SequenceNumber {
    SequenceNumber(.random(in: 0 ... .max, using: &random))
  }

  /// The most that a word holds goes in; one more does not, and leaves what is there as it was.
  @Test(arguments: [
    ("time", 0xFFFF_FFFF), ("packets", 0xFF_FFFF), ("payload", 65_535), ("headers", 65_535),
    ("flags", 255), ("fragments", 0), ("back in time", 0), ("damage", 0), ("header damage", 0),
    ("multipath", 0), ("number", 0xFFFF_FFFF),
  ])
  func limit(_ field: String, _ most: Int) {
    for (value, fits) in [(most, true), (most + 1, false)] {
      var journal = SegmentJournal()
      var flows = Slab<TCPFlow>()
      _ = flows.append(Self.flow())
      var first = Self.plain
      if field == "number" { first.number = 0xFFFF_FFF0 }
      #expect(journal.append(first.segment, first.delivery, from: .client, to: &flows[0]))
      let next = Self.next(after: first, field, value)
      #expect(journal.append(next.segment, next.delivery, from: .client, to: &flows[0]) == fits)
      #expect(Self.readAll(journal, 0, flows) == [first.kept] + (fits ? [next.kept] : []))
    }
  }

  private static func next(after first: Entry, _ field: String, _ value: Int) -> Entry {
    var next = first
    switch field {
    case "time": next.time += Int64(value)
    case "packets": next.number += UInt64(value)
    case "payload":
      next.segment.payloadLength = Int32(value)
      next.ip.totalLength = 40 + Int32(value)
    case "headers": next.ip.totalLength = Int32(value)
    case "flags": next.segment.flags = TCPFlags(rawValue: UInt16(value))
    case "fragments": next.fragments = UInt32(value)
    case "back in time": next.time -= Int64(value)
    case "damage": next.segment.checksum = value == 0 ? .correct : .wrong
    case "header damage": next.ip.headerChecksum = value == 0 ? .correct : .wrong
    case "multipath": next.segment.options.kinds = value == 0 ? .unknown : .multipath
    default: next.number = UInt64(value)
    }
    return next
  }

  /// A connection cannot take more than its share, whatever it sends, and all of it can be read: some plain segments, then
  /// those that take most words.
  @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 1000])
  func length_isBounded(_ plain: Int) {
    var journal = SegmentJournal()
    var flows = Slab<TCPFlow>()
    _ = flows.append(Self.flow())
    var entry = Self.plain
    var count = 0
    while count < 1000,
      journal.append(entry.segment, entry.delivery, from: .client, to: &flows[0])
    {
      count += 1
      entry.number += 1
      guard count >= plain else { continue }
      entry.segment.options.kinds = [.sack, .timestamps]
      entry.segment.options.sackCount = 4
    }
    let bounds = plain == 1000 ? 50...200 : 30...40
    #expect(bounds.contains(count), "\(count)")
    #expect(flows[0].chunks <= SegmentJournal.chunkLimit + 1)
    #expect(Self.readAll(journal, 0, flows).count == count)
  }
}

extension SegmentJournal {
  /// Takes a segment; false if it does not fit into words, or into this journal.
  mutating func append(
    _ segment: Segment, _ delivery: Delivery, from sender: Side, to flow: inout TCPFlow
  ) -> Bool {
    guard let entry = JournalEntry(segment, delivery) else { return false }
    let blocks = segment.options.sackBlocks
    guard flow.facts.contains(.journaled) else {
      return begin(entry, blocks, from: sender, in: &flow)
    }
    let senderIsLow = (sender == .client) == flow.facts.contains(.clientIsLow)
    return keep(entry, blocks, senderIsLow: senderIsLow, in: &flow)
  }
}
