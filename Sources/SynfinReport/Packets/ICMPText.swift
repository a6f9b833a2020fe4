import SynfinWire

/// ICMP and ICMPv6 types and codes in words (the IANA registries of both).
enum ICMPText {
  /// Type and code: "destination unreachable: port unreachable".
  static func name(version: UInt8, type: UInt8, code: UInt8) -> String {
    let types = version == 6 ? ICMPTable.types6 : ICMPTable.types4
    guard let name = types[type] else { return "type \(type) code \(code)" }
    guard let code = codeName(version: version, type: type, code: code) else { return name }
    return name + ": " + code
  }

  /// The code in words; nil if its type has no codes.
  static func codeName(version: UInt8, type: UInt8, code: UInt8) -> String? {
    let codes = version == 6 ? ICMPTable.codes6 : ICMPTable.codes4
    guard let names = codes[type] else { return code == 0 ? nil : "code \(code)" }
    return Int(code) < names.count ? names[Int(code)] : "code \(code)"
  }

  /// The type in words; nil if it is unknown.
  static func typeName(version: UInt8, type: UInt8) -> String? {
    version == 6 ? ICMPTable.types6[type] : ICMPTable.types4[type]
  }

  /// The shortest name of an error: "port unreachable", "time to live exceeded in transit".
  static func errorName(version: UInt8, type: UInt8, code: UInt8) -> String {
    if let code = codeName(version: version, type: type, code: code), !code.hasPrefix("code ") {
      return code
    }
    return name(version: version, type: type, code: code)
  }

  /// A whole message on one line, with what it quotes.
  static func line(_ message: ICMPMessage) -> String {
    TextBuffer.string { write(message, into: &$0) }
  }

  /// Writes a whole message on one line, with what it quotes.
  static func write(_ message: ICMPMessage, into text: inout TextBuffer) {
    text.append(string: name(version: message.version, type: message.type, code: message.code))
    if message.role == .echoRequest || message.role == .echoReply {
      text.append("  id ")
      text.append(UInt64(message.identifier))
      text.append("  seq ")
      text.append(UInt64(message.sequenceNumber))
      text.append("  len ")
      text.append(Int(message.payloadLength))
    }
    if message.mtu > 0 {
      text.append(", MTU ")
      text.append(UInt64(message.mtu))
    }
    if message.quoted.isKnown {
      text.append(", quotes ")
      write(message.quoted, into: &text)
    }
  }

  /// The packet that an error quotes: "UDP 192.0.2.1:5000 → 192.0.2.2:53".
  private static func write(_ packet: QuotedPacket, into text: inout TextBuffer) {
    let hasPorts = packet.payloadProtocol == .tcp || packet.payloadProtocol == .udp
    text.append(string: packet.payloadProtocol.description)
    text.append(" ")
    EndpointText.write(packet.source, port: hasPorts ? packet.sourcePort : nil, into: &text)
    text.append(" → ")
    EndpointText.write(
      packet.destination, port: hasPorts ? packet.destinationPort : nil, into: &text)
    if packet.payloadProtocol == .tcp {
      text.append(" seq ")
      text.append(UInt64(packet.sequenceNumber))
    }
  }
}

/// The tables behind `ICMPText`.
enum ICMPTable {
  static let types4: [UInt8: String] = [
    0: "echo reply", 3: "destination unreachable", 4: "source quench", 5: "redirect",
    8: "echo request", 9: "router advertisement", 10: "router solicitation",
    11: "time exceeded", 12: "parameter problem", 13: "timestamp", 14: "timestamp reply",
    15: "information request", 16: "information reply", 17: "address mask request",
    18: "address mask reply", 30: "traceroute", 42: "extended echo request",
    43: "extended echo reply",
  ]

  static let codes4: [UInt8: [String]] = [
    3: [
      "network unreachable", "host unreachable", "protocol unreachable", "port unreachable",
      "fragmentation needed", "source route failed", "network unknown", "host unknown",
      "source host isolated", "network administratively prohibited",
      "host administratively prohibited", "network unreachable for type of service",
      "host unreachable for type of service", "communication administratively prohibited",
      "host precedence violation", "precedence cutoff in effect",
    ],
    5: [
      "for the network", "for the host", "for type of service and network",
      "for type of service and host",
    ],
    11: ["time to live exceeded in transit", "fragment reassembly time exceeded"],
    12: ["pointer indicates the error", "missing a required option", "bad length"],
  ]

  static let types6: [UInt8: String] = [
    1: "destination unreachable", 2: "packet too big", 3: "time exceeded",
    4: "parameter problem", 128: "echo request", 129: "echo reply",
    130: "multicast listener query", 131: "multicast listener report",
    132: "multicast listener done", 133: "router solicitation", 134: "router advertisement",
    135: "neighbor solicitation", 136: "neighbor advertisement", 137: "redirect",
    138: "router renumbering", 139: "node information query", 140: "node information response",
    143: "multicast listener report v2", 144: "home agent address discovery request",
    145: "home agent address discovery reply", 146: "mobile prefix solicitation",
    147: "mobile prefix advertisement", 148: "certification path solicitation",
    149: "certification path advertisement", 151: "multicast router advertisement",
    152: "multicast router solicitation", 153: "multicast router termination",
    155: "RPL control", 160: "extended echo request", 161: "extended echo reply",
  ]

  static let codes6: [UInt8: [String]] = [
    1: [
      "no route to destination", "communication administratively prohibited",
      "beyond scope of source address", "address unreachable", "port unreachable",
      "source address failed policy", "reject route to destination",
      "error in source routing header",
    ],
    3: ["hop limit exceeded in transit", "fragment reassembly time exceeded"],
    4: [
      "erroneous header field", "unrecognized next header", "unrecognized IPv6 option",
      "incomplete header chain in first fragment",
    ],
  ]
}
