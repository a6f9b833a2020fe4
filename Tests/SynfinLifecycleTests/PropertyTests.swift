import SynfinLifecycle
import SynfinWire
import TestSupport
import Testing

/// What holds for every input, however wild.
@Suite struct PropertyTests {
  /// Arbitrary segments between few sockets, with numbers near each other so that they interact.
  private static func segments(
    _ random: inout SplitMix64, count: Int, clients: ClosedRange<UInt16> = 1...4
  ) -> [(packet: Packet, time: Timestamp)] {
    var time: Int64 = 0
    return (0..<count).map { _ in
      time &+= Int64.random(in: -2_000_000...400_000_000, using: &random)
      return (segment(&random, clients), Timestamp(nanoseconds: time))
    }
  }

  private static func segment(_ random: inout SplitMix64, _ clients: ClosedRange<UInt16>) -> Packet
  {
    let isClient = Bool.random(using: &random)
    let port = 40_000 + UInt16.random(in: clients, using: &random)
    var segment = Segment(
      sourcePort: isClient ? port : 443, destinationPort: isClient ? 443 : port,
      sequenceNumber: number(&random), acknowledgmentNumber: number(&random),
      flags: flags(&random), window: [0, 1, 500, 65_535].randomElement(using: &random) ?? 0,
      payloadLength: [0, 0, 1, 20, 1460, 65_000].randomElement(using: &random) ?? 0)
    segment.checksum =
      UInt8.random(in: 0..<40, using: &random) == 0 ? .wrong : .correct
    if Bool.random(using: &random) {
      segment.options.kinds = .timestamps
      segment.options.timestampValue = .random(in: 0...9, using: &random)
      segment.options.timestampEchoReply = .random(in: 0...9, using: &random)
    }
    if UInt8.random(in: 0..<3, using: &random) == 0 {
      segment.options.kinds.insert(.sack)
      segment.options.sackCount = .random(in: 0...4, using: &random)
      for index in 0..<4 {
        segment.options.sackBlocks[index] = SACKBlock(
          left: number(&random), right: number(&random))
      }
    }
    if segment.flags.contains(.syn) {
      segment.options.kinds.insert(.windowScale)
      segment.options.windowScale = .random(in: 0...255, using: &random)
    }
    var packet = Packet()
    packet.ip.version = 4
    packet.ip.identification = .random(in: 0...20, using: &random)
    packet.ip.totalLength = 40 + segment.payloadLength
    let (client, server) = (IPAddress(ipv4: 0xC000_0201), IPAddress(ipv4: 0xC633_6407))
    packet.ip.source = isClient ? client : server
    packet.ip.destination = isClient ? server : client
    packet.transport = .tcp(segment)
    return packet
  }

  private static func number(_ random: inout SplitMix64) -> SequenceNumber {
    let far: [UInt32] = [0, .max, 1 << 31, 1 << 29]
    if UInt8.random(in: 0..<50, using: &random) == 0 {
      return SequenceNumber(far.randomElement(using: &random) ?? 0)
    }
    let steps: [Int] = [0, 1, 1, 2, 21, 22, 41, 1461, 1462, 2921]
    return SequenceNumber(.max - 40) + (steps.randomElement(using: &random) ?? 0)
  }

  private static func flags(_ random: inout SplitMix64) -> TCPFlags {
    let likely: [TCPFlags] = [
      .ack, .ack, .ack, [.ack, .psh], .syn, [.syn, .ack], [.fin, .ack], .rst, [.rst, .ack], [],
      TCPFlags(rawValue: .random(in: 0...255, using: &random)),
    ]
    return likely.randomElement(using: &random) ?? []
  }

  // MARK: -

  @Test(arguments: 0..<100 as Range<UInt64>)
  func anything_keepsInvariants(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let story = Story(Self.segments(&random, count: 400))
    let sent = story.records.reduce(0) { $0 + $1.client.packets + $1.server.packets }
    #expect(sent == story.totals.tcp)
    #expect(story.records.map(\.id) == Array(1...story.records.count))
    #expect(story.records.map(\.stream) == Array(0..<story.records.count))
    let firsts = story.records.map(\.firstPacket)
    #expect(firsts == firsts.sorted())
    for record in story.records { check(record) }
  }

  private func check(_ record: ConnectionRecord) {
    #expect(record.firstPacket <= record.lastPacket)
    #expect(record.duration >= 0)
    #expect(record.longestIdle >= 0)
    if let rtt = record.handshake?.roundTripTime { #expect(rtt >= 0) }
    if let duration = record.teardown?.duration { #expect(duration >= 0) }
    if record.outcome == .closed { #expect(record.closedBy != nil) }
    if record.outcome == .refused { #expect(record.client.states.hasSuffix("CLOSED")) }
    let fins = (record.teardown?.packets ?? []) + (record.handshake?.packets ?? [])
    #expect(fins.allSatisfy { (record.firstPacket...record.lastPacket).contains($0) })
    for problem in record.problems {
      #expect(problem.count >= UInt64(problem.packets.count))
      #expect(problem.packets.count <= 8)
      let range = record.firstPacket...record.lastPacket
      #expect(problem.packets.allSatisfy { range.contains($0) }, "\(problem)")
    }
    check(record.client, server: false)
    check(record.server, server: true)
  }

  private func check(_ end: EndpointRecord, server: Bool) {
    guard let tcp = end.tcp else {
      Issue.record("no TCP")
      return
    }
    let counts = [
      tcp.retransmissions, tcp.outOfOrder, tcp.duplicates, tcp.duplicateAcks, tcp.keepAlives,
      tcp.zeroWindowProbes, tcp.zeroWindows, end.damagedPackets,
    ]
    #expect(counts.allSatisfy { $0 <= end.packets }, "\(counts)")
    #expect(tcp.duplicates + tcp.retransmissions + tcp.outOfOrder <= end.packets)
    check(tcp, tcp.causes)
    #expect(tcp.uniquePayloadBytes <= end.payloadBytes)
    #expect(tcp.retransmittedBytes <= end.payloadBytes)
    #expect(tcp.zeroWindowTime >= 0)
    let states = tcp.states.map(\.state)
    let wrong = zip(states, states.dropFirst()).filter { !Self.follows($0, $1) }
    #expect(wrong.isEmpty, "\(end.states)")
    #expect(tcp.states.map(\.packet) == tcp.states.map(\.packet).sorted())
    if let rtt = tcp.roundTripTime { checkRoundTrip(rtt) }
    if let rtt = tcp.timestampRoundTripTime { checkRoundTrip(rtt) }
  }

  private func checkRoundTrip(_ time: RoundTripStatistics) {
    let order = [
      0, time.durations.minimum, time.median, time.percentile95, time.percentile99,
      time.durations.maximum,
    ]
    #expect(order == order.sorted())
    #expect((0...time.durations.maximum).contains(time.deviation))
  }

  /// Every retransmission has one cause, whatever was found out later.
  private func check(_ tcp: TCPEndpointRecord, _ causes: CauseCounts) {
    let sum =
      causes.timeout + causes.fastRetransmit + causes.tailLossProbe + causes.spurious + causes.syn
      + causes.synAck + causes.fin
    #expect(sum == tcp.retransmissions, "\(causes)")
    #expect(causes.keepAlive == tcp.keepAlives)
    #expect(causes.zeroWindowProbe == tcp.zeroWindowProbes)
    #expect(causes.reordered == tcp.outOfOrder)
    #expect(causes.duplicatedByNetwork + causes.duplicatedByCapture == tcp.duplicates)
    #expect((causes.spurious > 0) == (causes.firstProof != nil))
    #expect((causes.timerExpiries > 0) == (causes.longestTimeout != nil))
    #expect((causes.longestTimeout ?? 0) >= 0)
  }

  /// The arrows of RFC 9293 figure 5, those to CLOSED that an RST makes, and shortcuts where the capture lacks a packet.
  private static func follows(_ before: TCPState, _ after: TCPState) -> Bool {
    if after == .closed { return before != .closed }
    let arrows: [TCPState: Set<TCPState>] = [
      .synSent: [.established, .synReceived, .finWait1, .closeWait],
      .synReceived: [.established, .finWait1, .closeWait],
      .established: [.finWait1, .closeWait], .finWait1: [.finWait2, .closing],
      .finWait2: [.timeWait], .closing: [.timeWait], .closeWait: [.lastAck],
    ]
    return arrows[before]?.contains(after) ?? false
  }

  /// The story of a connection is the same whatever else happens between its packets.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func others_doNotMatter(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let all = Self.segments(&random, count: 300)
    let whole = Story(all).records
    for port in 40_001...40_004 as ClosedRange<UInt16> {
      let mine = all.indices.filter { Self.touches(all[$0].packet, port) }
      let alone = Story(mine.map { all[$0] })
      let number: (UInt64) -> UInt64 = { $0 == 0 ? 0 : UInt64(mine[Int($0) - 1] + 1) }
      let together = whole.filter { $0.client.port == port || $0.server.port == port }
      #expect(alone.records.map { Self.text($0, number) } == together.map { Self.text($0) { $0 } })
    }
  }

  private static func touches(_ packet: Packet, _ port: UInt16) -> Bool {
    guard case .tcp(let segment) = packet.transport else { return false }
    return segment.sourcePort == port || segment.destinationPort == port
  }

  /// All of a record but its numbers, with packet numbers translated.
  private static func text(_ record: ConnectionRecord, _ number: (UInt64) -> UInt64) -> String {
    var copy = record
    copy.id = 0
    copy.stream = 0
    copy.firstPacket = number(copy.firstPacket)
    copy.lastPacket = number(copy.lastPacket)
    copy.handshake?.packets = (record.handshake?.packets ?? []).map(number)
    copy.teardown?.packets = (record.teardown?.packets ?? []).map(number)
    for index in copy.problems.indices {
      copy.problems[index].packets = copy.problems[index].packets.map(number)
    }
    for index in copy.windowStalls.indices {
      copy.windowStalls[index].packet = number(copy.windowStalls[index].packet)
      copy.windowStalls[index].reopenedBy = copy.windowStalls[index].reopenedBy.map(number)
    }
    for end in [\ConnectionRecord.client, \ConnectionRecord.server] {
      if let packet = copy[keyPath: end].tcp?.causes.firstProof?.packet {
        copy[keyPath: end].tcp?.causes.firstProof?.packet = number(packet)
      }
      for index in (copy[keyPath: end].tcp?.states ?? []).indices {
        let packet = copy[keyPath: end].tcp?.states[index].packet ?? 1
        copy[keyPath: end].tcp?.states[index].packet = number(packet)
      }
    }
    return "\(copy)"
  }

  /// What was said of a packet does not depend on what comes after it.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func end_doesNotMatter(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let all = Self.segments(&random, count: 300)
    let whole = Story(all).verdicts.map { "\($0)" }
    let cut = Int.random(in: 1..<300, using: &random)
    #expect(Story(Array(all[..<cut])).verdicts.map { "\($0)" } == Array(whole[..<cut]))
  }

  /// Bytes that look like IP with any transport, fragments and ICMP errors among them.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func anyBytes_neverTrap(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var trackers = BothWays()
    var time: Int64 = 0
    for number in 1...500 as ClosedRange<UInt64> {
      let bytes = Self.wildPacket(&random)
      let packet = unsafe Packet.decode(
        bytes.span.bytes, linkType: .raw, originalLength: bytes.count, verifiesChecksums: false)
      let wild = UInt8.random(in: 0..<100, using: &random) == 0
      time = wild ? .random(in: .min ... .max, using: &random) : time &+ 700_000_000
      _ = unsafe trackers.process(
        packet, bytes.span.bytes, number: number, time: Timestamp(nanoseconds: time))
    }
    #expect(trackers.judging.totals.packets == 500)
    let ids = trackers.finish().map(\.id)
    #expect(ids == Array(1..<ids.count + 1))
  }

  /// An IPv4 packet with few addresses, ports and identifications; the rest is anything.
  private static func wildPacket(_ random: inout SplitMix64) -> [UInt8] {
    let number: UInt8 = [1, 6, 17, 1, 6, 17, 47].randomElement(using: &random) ?? 6
    let fragment: [UInt8] =
      [
        [0, 0], [0, 0], [0x20, 0], [0x20, 1], [0, 2], [0, UInt8.random(in: 0...3, using: &random)],
      ].randomElement(using: &random) ?? []
    let hosts = [UInt8.random(in: 1...2, using: &random), .random(in: 1...2, using: &random)]
    var payload = random.bytes(.random(in: 0...80, using: &random))
    for index in 0..<min(4, payload.count) {
      payload[index] = index % 2 == 0 ? 0 : payload[index] % 3
    }
    if number == 1, payload.count > 60 {
      payload[0] = [3, 11, 8, 0].randomElement(using: &random) ?? 3
      payload.replaceSubrange(8..<60, with: wildQuote(hosts, payload[8..<60]))
    }
    let total = 20 + payload.count
    return [0x45, 0, 0, UInt8(total), 0, .random(in: 0...5, using: &random)] + fragment
      + [64, number, 0, 0, 10, 0, 0, hosts[0], 10, 0, 0, hosts[1]] + payload
  }

  /// The IP header and ports of a packet the other way round, to be quoted.
  private static func wildQuote(_ hosts: [UInt8], _ rest: ArraySlice<UInt8>) -> [UInt8] {
    let bytes = Array(rest)
    let number: UInt8 = [1, 6, 17][Int(bytes[0] % 3)]
    return [0x45, 0, 0, 60, 0, 0, 0, 0, 64, number, 0, 0, 10, 0, 0, hosts[1], 10, 0, 0, hosts[0]]
      + [0, bytes[1] % 3, 0, bytes[2] % 3] + bytes[24...]
  }

  @Test func memory_isBounded() {
    let lines = (0..<4000).map { index in
      let start = (index &* 7919) % 50_000 * 10 + 1
      return "c DATA \(start) ack 1 len 5\ns ACK 1 ack \(start + 5) win \(index % 3)"
    }
    let record = Story(opened + lines.joined(separator: "\n")).record
    #expect(record.client.packets == 4002)
    #expect(record.problems.allSatisfy { $0.packets.count <= 8 })
  }
}
