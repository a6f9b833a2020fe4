import SynfinLifecycle
import SynfinWire

/// A conversation written down like a tcpdump, one packet a line, and what the tracker made of it.
///
/// ```
/// c  SYN 0 mss 1460               client, sequence number 0 (relative to its ISN)
/// s +10ms SYN+ACK 0 ack 1         10 ms later the server; 1 ms where nothing is said
/// c  DATA 1 ack 1 len 50          ACK+PSH with 50 octets
/// c  ACK =7 ack =9 win 0          absolute numbers
/// r  ICMP 3/3 quoting c 0         a router quotes the client's segment 0
/// c  ECHO 9/1                     ping, identifier 9, sequence number 1; REPLY likewise
/// c  UDP len 20
/// c2 SYN 0                        another connection, from the client's next port
/// ```
/// `win mss ws sackok ts VALUE ECHO sack LEFT RIGHT id cookie bad offloaded ttl frag` describe a packet further.
struct Story {
  /// Initial sequence numbers, ports and the like.
  struct Setting {
    var clientNumber: UInt32 = 1_000_000
    var serverNumber: UInt32 = 5_000_000
    var clientPort: UInt16 = 40_000
    var serverPort: UInt16 = 443
    var server = IPAddress(ipv4: 0xC633_6407)
    var isToMany = false
    var options = TrackerOptions()
  }

  private(set) var records: [ConnectionRecord] = []
  private(set) var verdicts: [PacketVerdict] = []
  private(set) var totals: TrackerTotals

  init(_ text: String, _ setting: Setting = Setting()) {
    self.init(Script(text, setting).packets, options: setting.options)
  }

  init(_ packets: [(packet: Packet, time: Timestamp)], options: TrackerOptions = TrackerOptions()) {
    var trackers = BothWays(options: options)
    let nothing: [UInt8] = []
    for (index, entry) in packets.enumerated() {
      verdicts.append(
        unsafe trackers.process(
          entry.packet, nothing.span.bytes, number: UInt64(index + 1), time: entry.time))
    }
    totals = trackers.judging.totals
    records = trackers.finish()
  }
}

/// The packets of a story.
struct Script {
  let setting: Story.Setting
  private(set) var packets: [(packet: Packet, time: Timestamp)] = []
  private var time = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

  init(_ text: String, _ setting: Story.Setting = Story.Setting()) {
    self.setting = setting
    for line in text.split(whereSeparator: \.isNewline) {
      var words = Words(line.prefix { $0 != "#" })
      if !words.isAtEnd { read(&words) }
    }
  }

  private mutating func read(_ words: inout Words) {
    let who = Party(words.next())
    time.nanoseconds += words.delay() ?? 1_000_000
    let verb = words.next()
    var packet = Packet()
    packet.ip.version = setting.server.version
    packet.ip.source = address(who)
    packet.ip.destination = address(who.peer)
    packet.ip.isToMany = setting.isToMany && who.role == "c"
    switch verb {
    case "UDP": packet.transport = .udp(datagram(who, &words, &packet.ip))
    case "ECHO", "REPLY": packet.transport = .icmp(echo(verb, &words, &packet.ip))
    case "ICMP": packet.transport = .icmp(icmpError(&words, &packet.ip))
    default: packet.transport = .tcp(segment(who, verb, &words, &packet.ip))
    }
    precondition(words.isAtEnd, "not understood: \(words.next())")
    packets.append((packet, time))
  }

  // MARK: - Parties

  /// `c`, `s` or `r` (router), and which connection.
  private struct Party {
    var role: String
    var number: UInt16

    init(_ word: String) {
      role = String(word.prefix(1))
      number = UInt16(word.dropFirst()) ?? 1
      precondition(["c", "s", "r"].contains(role), "nobody is called \(word)")
    }

    var peer: Party {
      var other = self
      other.role = role == "c" ? "s" : "c"
      return other
    }
  }

  private func address(_ who: Party) -> IPAddress {
    let isSix = setting.server.version == 6
    switch who.role {
    case "s": return setting.server
    case "c": return isSix ? IPAddress(ipv6High: 7, low: 1) : IPAddress(ipv4: 0xC000_0201)
    default: return isSix ? IPAddress(ipv6High: 9, low: 9) : IPAddress(ipv4: 0x0A00_0001)
    }
  }

  private func port(_ who: Party) -> UInt16 {
    who.role == "c" ? setting.clientPort + who.number - 1 : setting.serverPort
  }

  private func base(_ who: Party) -> UInt32 {
    who.role == "c" ? setting.clientNumber : setting.serverNumber
  }

  // MARK: - TCP

  private func segment(
    _ who: Party, _ verb: String, _ words: inout Words, _ ip: inout InternetHeader
  ) -> Segment {
    var segment = Segment(
      sourcePort: port(who), destinationPort: port(who.peer),
      sequenceNumber: SequenceNumber(words.number(base(who))), flags: Self.flags(verb))
    while let word = words.nextIfAny() {
      switch word {
      case "ack":
        segment.acknowledgmentNumber = SequenceNumber(words.number(base(who.peer)))
        segment.flags.insert(.ack)
      case "len": segment.payloadLength = words.integer()
      case "win": segment.window = words.integer()
      case "bad": segment.checksum = .wrong
      case "good": segment.checksum = .correct
      case "offloaded": segment.checksum = .offloaded
      case "sack": readSACK(&segment.options, &words, base(who.peer))
      default: Self.readOption(word, &segment.options, &ip, &words)
      }
    }
    ip.payloadProtocol = .tcp
    ip.totalLength = 40 + segment.payloadLength
    return segment
  }

  private static func flags(_ verb: String) -> TCPFlags {
    let names: [String: TCPFlags] = [
      "SYN": .syn, "ACK": .ack, "FIN": .fin, "RST": .rst, "PSH": .psh, "URG": .urg, "ECE": .ece,
      "CWR": .cwr, "DATA": [.psh, .ack], "NONE": [],
    ]
    return verb.split(separator: "+").reduce(into: []) { flags, name in
      guard let flag = names[String(name)] else { preconditionFailure("no flag \(name)") }
      flags.formUnion(flag)
    }
  }

  private func readSACK(_ options: inout TCPOptions, _ words: inout Words, _ base: UInt32) {
    options.kinds.insert(.sack)
    options.sackBlocks[Int(options.sackCount)] = SACKBlock(
      left: SequenceNumber(words.number(base)), right: SequenceNumber(words.number(base)))
    options.sackCount += 1
  }

  private static func readOption(
    _ word: String, _ options: inout TCPOptions, _ ip: inout InternetHeader, _ words: inout Words
  ) {
    switch word {
    case "mss":
      options.kinds.insert(.maximumSegmentSize)
      options.maximumSegmentSize = words.integer()
    case "ws":
      options.kinds.insert(.windowScale)
      options.windowScale = words.integer()
    case "sackok": options.kinds.insert(.sackPermitted)
    case "ts":
      options.kinds.insert(.timestamps)
      options.timestampValue = words.integer()
      options.timestampEchoReply = words.integer()
    case "cookie":
      options.kinds.insert(.fastOpen)
      options.fastOpenCookieLength = words.integer()
    case "mptcp":
      options.kinds.insert(.multipath)
      options.multipathSubtypes = words.integer()
    case "id": ip.identification = words.integer()
    case "ttl": ip.timeToLive = words.integer()
    default: preconditionFailure("not understood: \(word)")
    }
  }

  // MARK: - UDP and ICMP

  private func datagram(
    _ who: Party, _ words: inout Words, _ ip: inout InternetHeader
  ) -> Datagram {
    var datagram = Datagram(
      sourcePort: port(who), destinationPort: port(who.peer), payloadLength: 0)
    while let word = words.nextIfAny() {
      switch word {
      case "len": datagram.payloadLength = words.integer()
      case "bad": datagram.checksum = .wrong
      default: preconditionFailure("not understood: \(word)")
      }
    }
    ip.payloadProtocol = .udp
    ip.totalLength = 28 + datagram.payloadLength
    return datagram
  }

  private func echo(
    _ verb: String, _ words: inout Words, _ ip: inout InternetHeader
  ) -> ICMPMessage {
    let (identifier, sequence) = words.pair()
    let isSix = ip.version == 6
    let type: UInt8 = verb == "ECHO" ? (isSix ? 128 : 8) : (isSix ? 129 : 0)
    ip.payloadProtocol = isSix ? .icmpv6 : .icmp
    ip.totalLength = 84
    var message = ICMPMessage(
      version: ip.version, type: type, code: 0, identifier: identifier, sequenceNumber: sequence)
    if words.skip("bad") { message.checksum = .wrong }
    return message
  }

  private func icmpError(_ words: inout Words, _ ip: inout InternetHeader) -> ICMPMessage {
    let (type, code) = words.pair()
    var message = ICMPMessage(
      version: ip.version, type: UInt8(type), code: UInt8(code))
    if words.skip("mtu") { message.mtu = words.integer() }
    if words.skip("bad") { message.checksum = .wrong }
    precondition(words.next() == "quoting")
    let culprit = Party(words.next())
    ip.destination = address(culprit)
    message.quoted.isKnown = true
    message.quoted.source = address(culprit)
    message.quoted.destination = address(culprit.peer)
    message.quoted.sourcePort = port(culprit)
    message.quoted.destinationPort = port(culprit.peer)
    message.quoted.payloadProtocol = .tcp
    if words.skip("UDP") {
      message.quoted.payloadProtocol = .udp
    } else if words.skip("ECHO") {
      message.quoted.payloadProtocol = ip.version == 6 ? .icmpv6 : .icmp
      message.quoted.sourcePort = words.integer()
    } else {
      message.quoted.sequenceNumber = words.number(base(culprit))
    }
    return message
  }
}
