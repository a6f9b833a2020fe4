import SynfinWire
import TestSupport

/// Packets of a few connections that make sense for a while and then do something odd, again and again.
///
/// Most segments are ordinary, so that connections grow old. The rest is what captures hold now and then: repeats, holes,
/// SACK, other flags, other numbers, damage, clocks that jump, ICMP errors, the same ports once more.
struct Traffic {
  /// One connection as its ends see it, if they are honest.
  private struct Link {
    var port: UInt16
    var isIPv6: Bool
    var hasTimestamps: Bool
    var next: [SequenceNumber]
    /// Segments of the handshake that are still to come: 2 before the SYN, 1 before its answer.
    var opening = 0
    /// Which ends have sent their FIN.
    var hasEnded = [false, false]
  }

  private var random: SplitMix64
  private var links: [Link]
  private var number: UInt64 = 0
  private var time: Int64 = 1_700_000_000_000_000_000
  /// Of a hundred segments, how many are odd.
  private let oddity: Int

  init(seed: UInt64, links count: UInt16 = 4, oddity: Int = 30) {
    random = SplitMix64(seed: seed)
    self.oddity = oddity
    links = (0..<count).map {
      Link(
        port: 40_000 + $0, isIPv6: $0 % 4 == 3, hasTimestamps: $0 % 2 == 0,
        next: [SequenceNumber(0) + -2921, SequenceNumber(77)], opening: $0 % 3 == 2 ? 0 : 2)
    }
  }

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  private mutating func one<Element>(of choice: Element...) -> Element {
    choice[Int.random(in: 0..<choice.count, using: &random)]
  }

  /// The next packet, its number and its time.
  mutating func next() -> (packet: Packet, number: UInt64, time: Timestamp) {
    number &+= chance(1) ? one(of: 1 << 20, 1 << 24, (1 << 24) - 1) : 1
    time &+= .random(in: 0...9_000_000, using: &random)
    if chance(oddity / 10) {
      let second: Int64 = 1_000_000_000
      time &+= one(of: 0, -1, 2 * second, 4_294_967_296, 2 * 3600 * second, -3600 * second)
    }
    let index = Int.random(in: 0..<links.count, using: &random)
    var packet: Packet
    switch Int.random(in: 0..<100, using: &random) {
    case 0 where oddity > 0: packet = icmpError(links[index])
    case 1...3 where oddity > 0: packet = datagram(links[index])
    default: packet = segment(index)
    }
    if chance(oddity / 20) { packet.ip.headerChecksum = .wrong }
    return (packet, number, Timestamp(nanoseconds: time))
  }

  // MARK: - TCP

  private mutating func segment(_ index: Int) -> Packet {
    let opening = links[index].opening
    let side = opening > 0 ? 2 - opening : Int.random(in: 0...1, using: &random)
    let link = links[index]
    var segment = Segment(
      sourcePort: side == 0 ? link.port : 443, destinationPort: side == 0 ? 443 : link.port,
      sequenceNumber: link.next[side], acknowledgmentNumber: link.next[1 - side], flags: .ack,
      window: chance(oddity) ? one(of: 2000, 1460, 20, 0) : 65_535,
      payloadLength: one(of: chance(oddity * 3) ? 0 : 20, 1, 20, 1460, 1460))
    segment.checksum = one(of: .correct, .correct, .offloaded, .unverified, .absent)
    if link.hasTimestamps {
      segment.options.kinds = .timestamps
      segment.options.timestampValue = UInt32(truncatingIfNeeded: time >> 20)
      segment.options.timestampEchoReply = UInt32(truncatingIfNeeded: time >> 20) &- 7
    }
    if link.hasEnded[side] { segment.payloadLength = 0 }
    if !link.hasEnded[side], opening == 0, chance(2) {
      segment.flags.insert(.fin)
      links[index].hasEnded[side] = true
    }
    if opening > 0 {
      makeOpening(&segment, opening)
      links[index].opening -= 1
      links[index].hasEnded = [false, false]
    }
    if chance(oddity) { makeOdd(&segment, index) }
    let octets = segment.flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1
    let forward = segment.sequenceNumber + Int(segment.payloadLength) + octets
    if links[index].next[side] < forward || segment.flags.contains(.syn) {
      links[index].next[side] = forward
    }
    var packet = Packet()
    packet.ip = header(link, isFromClient: side == 0)
    packet.ip.payloadProtocol = .tcp
    packet.ip.identification = .random(in: 0...30, using: &random)
    let options: Int32 = segment.options.kinds == .timestamps ? 12 : chance(9) ? 40 : 0
    packet.ip.totalLength = (link.isIPv6 ? 60 : 40) + options + segment.payloadLength
    packet.transport = .tcp(segment)
    return packet
  }

  private mutating func makeOpening(_ segment: inout Segment, _ opening: Int) {
    segment.flags = opening == 2 ? .syn : [.syn, .ack]
    segment.payloadLength = 0
    segment.options.kinds.formUnion([.maximumSegmentSize, .sackPermitted, .windowScale])
    segment.options.maximumSegmentSize = 1460
    segment.options.windowScale = one(of: 0, 7)
  }

  private mutating func makeOdd(_ segment: inout Segment, _ index: Int) {
    switch Int.random(in: 0..<11, using: &random) {
    case 0: segment.sequenceNumber = near(segment.sequenceNumber)
    case 1: segment.acknowledgmentNumber = near(segment.acknowledgmentNumber)
    case 2:
      segment.payloadLength = one(of: 0, 1, .random(in: 0...65_535, using: &random), 65_535)
    case 3:
      segment.flags = one(of: .syn, .syn, [.syn, .ack], [.fin, .ack], .rst, [.rst, .ack], [])
    case 4: segment.flags = TCPFlags(rawValue: .random(in: 0...511, using: &random))
    case 5: segment.checksum = .wrong
    case 6: addBlocks(&segment)
    case 7: addOptions(&segment.options)
    case 8:
      // The same ports once more.
      segment.flags = .syn
      segment.sequenceNumber = SequenceNumber(.random(in: 0 ... .max, using: &random))
      links[index].opening = 1
    case 9:
      // A keep-alive, or a probe of a closed window.
      segment.payloadLength = one(of: 0, 1)
      segment.sequenceNumber = segment.sequenceNumber + one(of: -1, -1, 0)
    default: segment.sequenceNumber = segment.sequenceNumber + -Int(segment.payloadLength)
    }
  }

  private mutating func near(_ number: SequenceNumber) -> SequenceNumber {
    number
      + one(of: -1, 1, -1460, 1460, 5000, -70_000, .random(in: 0...0xFFFF_FFFF, using: &random))
  }

  private mutating func addBlocks(_ segment: inout Segment) {
    segment.options.kinds.insert(.sack)
    segment.options.sackCount = .random(in: 0...4, using: &random)
    for block in 0..<Int(segment.options.sackCount) {
      let left = near(segment.acknowledgmentNumber)
      segment.options.sackBlocks[block] = SACKBlock(
        left: left, right: left + one(of: 1, 1460, 2920))
    }
  }

  private mutating func addOptions(_ options: inout TCPOptions) {
    options.kinds = TCPOptions.Kinds(rawValue: .random(in: 0..<8192, using: &random))
    options.kinds.remove(.sack)
    if !options.has(.timestamps) { (options.timestampValue, options.timestampEchoReply) = (0, 0) }
    if options.has(.windowScale) { options.windowScale = .random(in: 0...255, using: &random) }
    if options.has(.maximumSegmentSize) {
      options.maximumSegmentSize = .random(in: 0...65_535, using: &random)
    }
    if options.has(.fastOpen) { options.fastOpenCookieLength = one(of: 0, 8, 16) }
    if options.has(.multipath) {
      options.multipathSubtypes = .random(in: 1...65_535, using: &random)
    }
  }

  // MARK: - IP, UDP and ICMP

  private func header(_ link: Link, isFromClient: Bool) -> InternetHeader {
    var ip = InternetHeader()
    ip.version = link.isIPv6 ? 6 : 4
    ip.timeToLive = isFromClient ? 64 : 57
    let client = link.isIPv6 ? IPAddress(ipv6High: 7, low: 1) : IPAddress(ipv4: 0xC000_0201)
    let server = link.isIPv6 ? IPAddress(ipv6High: 9, low: 2) : IPAddress(ipv4: 0xC633_6407)
    ip.source = isFromClient ? client : server
    ip.destination = isFromClient ? server : client
    return ip
  }

  private mutating func datagram(_ link: Link) -> Packet {
    let isFromClient = Bool.random(using: &random)
    var datagram = Datagram(
      sourcePort: isFromClient ? link.port : 443, destinationPort: isFromClient ? 443 : link.port,
      payloadLength: .random(in: 0...1400, using: &random))
    datagram.checksum = one(of: .correct, .absent, .wrong)
    var packet = Packet()
    packet.ip = header(link, isFromClient: isFromClient)
    packet.ip.payloadProtocol = .udp
    packet.ip.totalLength = 28 + datagram.payloadLength
    packet.transport = .udp(datagram)
    return packet
  }

  /// A host or router complains about what the client sent, or the server.
  private mutating func icmpError(_ link: Link) -> Packet {
    let isClients = Bool.random(using: &random)
    var packet = Packet()
    packet.ip = header(link, isFromClient: !isClients)
    packet.ip.payloadProtocol = link.isIPv6 ? .icmpv6 : .icmp
    packet.ip.totalLength = 56
    var message = ICMPMessage(
      version: packet.ip.version, type: link.isIPv6 ? 1 : 3, code: one(of: 0, 1, 3, 4))
    message.quoted.isKnown = true
    message.quoted.source = packet.ip.destination
    message.quoted.destination = packet.ip.source
    message.quoted.sourcePort = isClients ? link.port : 443
    message.quoted.destinationPort = isClients ? 443 : link.port
    message.quoted.payloadProtocol = one(of: .tcp, .tcp, .udp)
    message.quoted.sequenceNumber = near(link.next[isClients ? 0 : 1]).rawValue
    message.mtu = one(of: 0, 1400)
    packet.transport = .icmp(message)
    return packet
  }
}
