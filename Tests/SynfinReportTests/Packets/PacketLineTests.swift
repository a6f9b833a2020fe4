import SynfinLifecycle
import SynfinWire
import Testing

@testable import SynfinReport

@Suite struct PacketLineTests {
  typealias Options = PacketLinePrinter.Options

  private let noon = Timestamp(nanoseconds: 1_795_608_000_123_456_789)

  private func line(
    _ packet: Packet, _ verdict: PacketVerdict = PacketVerdict(), _ options: Options,
    length: Int = 74
  ) -> String {
    var printer = PacketLinePrinter(options: options)
    return printer.line(
      number: 1, time: noon, hasTime: true, packet: packet, verdict: verdict,
      originalLength: length)
  }

  private func verdict(_ sender: Side = .client) -> PacketVerdict {
    var verdict = PacketVerdict()
    verdict.connection = 3
    verdict.stream = 2
    verdict.sender = sender
    verdict.sequenceBase = 305_419_896
    return verdict
  }

  @Test func saysWhatASYNSays() {
    let packet = PacketSamples.decode(PacketSamples.syn, .ethernet)
    let text = line(packet, verdict(), Options(timeStyle: .none, zone: .utc))
    #expect(
      text == "   1   #3  192.0.2.1:51514     → 192.0.2.2:https      TCP  SYN      "
        + "seq 0                        win 64240   len 0     "
        + "<mss 1460, wscale 7, sackOK, TS 100 ecr 0>")
  }

  @Test(arguments: [
    (SegmentCause.timeout, "  [retransmission, cause: timeout]"),
    (.fastRetransmit, "  [retransmission, cause: fast retransmission]"),
    (nil, "  [retransmission]"),
  ])
  func saysTheCause(_ cause: SegmentCause?, _ expected: String) {
    var verdict = verdict()
    verdict.labels = .retransmission
    verdict.cause = cause
    let packet = PacketSamples.decode(PacketSamples.syn, .ethernet)
    let text = line(packet, verdict, Options(timeStyle: .none, zone: .utc))
    #expect(text.hasSuffix(expected))
  }

  @Test func saysACauseOnceOnly() {
    var verdict = verdict()
    verdict.labels = .keepAlive
    verdict.cause = .keepAlive
    let packet = PacketSamples.decode(PacketSamples.syn, .ethernet)
    let text = line(packet, verdict, Options(timeStyle: .none, zone: .utc))
    #expect(text.hasSuffix("  [keep-alive]"))
  }

  /// RFC 2883 §4: below the acknowledgement, or inside the block that follows.
  @Test(arguments: [
    ("100:200", "<dsack 100:200>"), ("100:200 400:500", "<dsack 100:200, sack 400:500>"),
    ("410:420 400:500", "<dsack 410:420, sack 400:500>"), ("400:500", "<sack 400:500>"),
    ("400:500 600:700", "<sack 400:500 600:700>"), ("299:299", "<sack 299:299>"),
  ])
  func tellsDSACKFromSACK(_ blocks: String, _ expected: String) {
    let edges = blocks.split(separator: " ").map { block in
      block.split(separator: ":").compactMap { UInt32($0) }
    }
    let packet = PacketSamples.acknowledgment(sack: edges.map { ($0[0], $0[1]) }, number: 300)
    let text = line(packet, PacketVerdict(), Options(timeStyle: .none, zone: .utc))
    #expect(text.hasSuffix(expected))
  }

  @Test func showsHeaderNumbersOnRequest() {
    let packet = PacketSamples.decode(PacketSamples.syn, .ethernet)
    let options = Options(
      absoluteSequenceNumbers: true, timeStyle: .none, zone: .utc, numeric: true)
    let text = line(packet, verdict(), options)
    #expect(text.contains("seq 305419896 "))
    #expect(text.contains("192.0.2.2:443 "))
  }

  @Test(arguments: [
    (PacketLinePrinter.TimeStyle.timeOfDay, "12:00:00.123456"), (.epoch, "1795608000.123456"),
    (.sincePrevious, "0.000000"), (.sinceFirst, "0.000000"),
    (.dateAndTime, "2026-11-25 12:00:00.123456"),
  ])
  func knowsTcpdumpsTimeStyles(style: PacketLinePrinter.TimeStyle, expected: String) {
    let packet = PacketSamples.decode(PacketSamples.query, .raw)
    let fields = line(packet, PacketVerdict(), Options(timeStyle: style, zone: .utc))
    #expect(fields.contains(" " + expected + "  "))
  }

  @Test func countsTimeFromThePacketBefore() {
    var printer = PacketLinePrinter(options: Options(timeStyle: .sincePrevious, zone: .utc))
    let packet = PacketSamples.decode(PacketSamples.query, .raw)
    var lines: [String] = []
    for (index, offset) in [0, 1_500_000, 1_000_000].enumerated() {
      lines.append(
        printer.line(
          number: UInt64(index + 1), time: Timestamp(nanoseconds: Int64(offset)), hasTime: true,
          packet: packet, verdict: PacketVerdict(), originalLength: 32))
    }
    #expect(lines[1].contains("    0.001500  "))
    #expect(lines[2].contains("   -0.000500  "))
  }

  /// Simple packet blocks have no time; their lines keep the columns.
  @Test(arguments: [
    PacketLinePrinter.TimeStyle.none, .timeOfDay, .dateAndTime, .epoch, .sincePrevious, .sinceFirst,
  ])
  func keepsTheColumnsWithoutATime(style: PacketLinePrinter.TimeStyle) {
    let packet = PacketSamples.decode(PacketSamples.query, .raw)
    let columns = [true, false].map { hasTime in
      var printer = PacketLinePrinter(options: Options(timeStyle: style, zone: .utc))
      let line = printer.line(
        number: 1, time: Timestamp(nanoseconds: 1_795_608_000_000_000_000), hasTime: hasTime,
        packet: packet, verdict: PacketVerdict(), originalLength: 32)
      return line.prefix { $0 != "→" }.count
    }
    #expect(columns[0] == columns[1])
  }

  @Test func namesTheServersPortOnly() {
    let packet = PacketSamples.decode(PacketSamples.query, .raw)
    let text = line(packet, PacketVerdict(), Options(timeStyle: .none, zone: .utc))
    #expect(
      text == "   1    -  192.0.2.1:54321     → 192.0.2.2:domain     UDP  len 4  [no checksum]")
  }

  @Test func tellsWhatAnErrorQuotes() {
    var verdict = verdict(.server)
    verdict.isQuote = true
    let packet = PacketSamples.decode(PacketSamples.tooBig, .raw)
    let text = line(packet, verdict, Options(timeStyle: .none, zone: .utc))
    #expect(
      text.contains(
        "destination unreachable: fragmentation needed, MTU 1400, quotes "
          + "TCP 192.0.2.1:51514 → 192.0.2.2:443 seq 305419897"))
    #expect(text.hasSuffix("  [quotes #3]"))
  }

  @Test func remarksOnDamage() {
    var bytes = PacketSamples.syn
    bytes[22] += 1  // the IP header's time to live
    bytes[50] += 1  // the TCP checksum
    let packet = PacketSamples.decode(bytes, .ethernet)
    let text = line(packet, verdict(), Options(timeStyle: .none, zone: .utc))
    #expect(text.hasSuffix("  [IP header checksum wrong, checksum wrong]"))
  }

  @Test func namesWhatIsNotIP() {
    let packet = PacketSamples.decode(PacketSamples.arp, .ethernet)
    let text = line(packet, PacketVerdict(), Options(timeStyle: .none, zone: .utc), length: 42)
    #expect(text == "   1    -  -  ARP  42 bytes")
  }

  @Test func tellsWhichPieceAFragmentIs() {
    let packet = PacketSamples.decode(PacketSamples.fragment6, .raw)
    let text = line(packet, PacketVerdict(), Options(timeStyle: .none, zone: .utc))
    #expect(
      text.hasSuffix(
        "2001:db8::1         → ff02::16             UDP  fragment 7 bytes 0–7, more follow"))
  }

  @Test func putsLabelsAtTheEnd() {
    var labelled = verdict()
    labelled.labels = [.fastRetransmission, .outOfOrder]
    let segment = Segment(
      sourcePort: 1, destinationPort: 2, sequenceNumber: SequenceNumber(305_419_897),
      acknowledgmentNumber: SequenceNumber(7), flags: [.psh, .ack], window: 10, payloadLength: 480)
    var packet = Packet()
    packet.ip.version = 4
    packet.transport = .tcp(segment)
    labelled.scaledWindow = 1280
    let text = line(packet, labelled, Options(timeStyle: .none, zone: .utc))
    #expect(text.contains("PSH+ACK  seq 1:481        ack 7       win 1280    len 480"))
    #expect(text.hasSuffix("[fast retransmission, out of order]"))
  }

  @Test func numbersBeforeTheFirstWrapLikeAllOthers() {
    var early = verdict()
    early.sequenceBase = 305_419_896
    let segment = Segment(
      sourcePort: 1, destinationPort: 2, sequenceNumber: SequenceNumber(305_419_886),
      acknowledgmentNumber: SequenceNumber(0), flags: [.psh], window: 10, payloadLength: 4)
    var packet = Packet()
    packet.ip.version = 4
    packet.transport = .tcp(segment)
    let text = line(packet, early, Options(timeStyle: .none, zone: .utc))
    #expect(text.contains("seq 4294967286:4294967290 "))
  }

  @Test func labelsAreWords() {
    for bit in 0..<15 {
      let names = LabelText.names(AnalysisLabels(rawValue: 1 << UInt16(bit)))
      #expect(names.count == 1 && !names[0].contains("_"))
    }
    #expect(LabelText.names([.keepAlive, .duplicateAck]) == ["duplicate ACK", "keep-alive"])
  }

  @Test func columnsNeverShrink() {
    var printer = PacketLinePrinter(options: Options(timeStyle: .none, zone: .utc))
    let wide = PacketSamples.decode(PacketSamples.fragment6, .raw)
    var packet = wide
    packet.ip.source = IPAddress(ipv6High: 0x2001_0db8_1111_2222, low: 0x3333_4444_5555_6666)
    var positions: [Int] = []
    for packet in [wide, packet, wide] {
      let text = printer.line(
        number: 1, time: noon, hasTime: true, packet: packet, verdict: PacketVerdict(),
        originalLength: 1)
      positions.append(text.prefix { $0 != "→" }.count)
    }
    #expect(positions[0] < positions[1])
    #expect(positions[1] == positions[2])
  }
}

extension PacketLinePrinter {
  /// The next line as a string.
  fileprivate mutating func line(
    number: UInt64, time: Timestamp, hasTime: Bool, packet: Packet, verdict: PacketVerdict,
    originalLength: Int
  ) -> String {
    var text = TextBuffer()
    write(
      number: number, time: time, hasTime: hasTime, packet: packet, verdict: verdict,
      originalLength: originalLength, into: &text)
    return text.string
  }
}
