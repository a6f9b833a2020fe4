import SynfinWire

extension LayerTree {
  mutating func ethernet(_ bytes: RawSpan, _ at: Int) {
    let header = EthernetHeader(bytes, at: at)
    text.heading("Ethernet (IEEE 802.3)", extent(EthernetHeader.length, at))
    address("Destination", header.destination)
    address("Source", header.source)
    typeOrLength(header.type)
  }

  private mutating func address(_ name: String, _ value: UInt64) {
    text.field(name, Self.macText(value), Self.macKind(value))
  }

  /// The six bytes of a MAC address, separated by colons.
  static func macText(_ value: UInt64) -> String {
    (0..<6).map { Digits.bare(value >> UInt64(40 - 8 * $0) & 255, 2) }.joined(separator: ":")
  }

  /// What the first byte's two low bits say (IEEE 802 §8.2): group, and locally administered.
  static func macKind(_ value: UInt64) -> String {
    if value == 0xFFFF_FFFF_FFFF { return "broadcast: every station" }
    if value == 0 { return "all zero: no address (loopback)" }
    let kind = value >> 40 & 1 == 1 ? "multicast" : "unicast"
    // RFC 9542 §2.1.4 and §2.2.
    if value >> 8 == 0x00_00_5E_00_53 || value >> 8 == 0x01_00_5E_90_10 {
      return kind + ", for documentation (RFC 9542)"
    }
    let isLocal = value >> 41 & 1 == 1
    return kind + (isLocal ? ", locally administered" : ", globally unique (vendor-assigned)")
  }

  /// An Ethernet type, or the length that stands in its place (IEEE 802.3 §3.2.6).
  mutating func typeOrLength(_ value: UInt16) {
    if value < 1536 {
      text.field("Length", value, "bytes of payload; what follows it is padding")
    } else {
      etherType("Type", value)
    }
  }

  mutating func etherType(_ name: String, _ value: UInt16) {
    let type = EtherTypeName.text(EtherType(rawValue: value))
    text.field(name, Digits.hex(value, 4), type.hasPrefix("EtherType") ? "unknown" : type)
  }

  mutating func vlan(_ bytes: RawSpan, _ at: Int) {
    let tag = VLANTag(bytes, at: at)
    text.heading("VLAN tag (IEEE 802.1Q)", extent(VLANTag.length, at))
    let classes = [
      "best effort", "background", "excellent effort", "critical applications", "video", "voice",
      "internetwork control", "network control",
    ]
    text.field("Priority (PCP)", tag.priority, classes[Int(tag.priority & 7)])
    text.field(
      "Drop eligible (DEI)", tag.dropEligible ? 1 : 0, tag.dropEligible ? "may be dropped" : "no")
    let meaning: [UInt16: String] = [
      0: "priority tag, no VLAN", 1: "default VLAN", 4095: "reserved",
    ]
    text.field("VLAN identifier (VID)", tag.identifier, meaning[tag.identifier] ?? "")
    typeOrLength(tag.type)
  }

  mutating func llc(_ bytes: RawSpan, _ at: Int, _ length: Int) {
    text.heading("Logical link control (IEEE 802.2)", extent(length, at))
    text.field("DSAP", Digits.hex(bytes.uint8(at: at), 2))
    text.field("SSAP", Digits.hex(bytes.uint8(at: at + 1), 2))
    text.field("Control", Digits.hex(bytes.uint8(at: at + 2), 2))
    guard length == 8 else { return }
    text.field("SNAP organization", Digits.hex(bytes, from: at + 3, count: 3))
    etherType("SNAP protocol", bytes.uint16(at: at + 6))
  }

  mutating func linuxCooked(
    _ bytes: RawSpan, _ at: Int, _ header: LinuxCookedHeader, _ length: Int
  ) {
    let version = header.interfaceIndex == nil ? 1 : 2
    text.heading("Linux cooked capture v\(version)", extent(length, at))
    let types = [
      "to this host", "broadcast", "multicast", "between other hosts", "sent by this host",
    ]
    let type = Int(header.packetType)
    text.field("Packet type", type, type < types.count ? types[type] : "unknown")
    let hardware: [UInt16: String] = [
      1: "Ethernet", 512: "PPP", 768: "IP tunnel", 772: "loopback", 801: "802.11",
      803: "802.11 radiotap", 65534: "none (tunnel)",
    ]
    text.field("ARPHRD type", header.hardwareType, hardware[header.hardwareType] ?? "")
    if let index = header.interfaceIndex { text.field("Interface index", index) }
    if header.addressLength == 6 {
      address("Source", header.address >> 16)
    } else {
      text.field("Source", "\(header.addressLength) bytes")
    }
    if header.type == 4 {
      text.field("Protocol", Digits.hex(header.type, 4), "IEEE 802.2 LLC")
    } else {
      etherType("Protocol", header.type)
    }
  }

  mutating func bsdLoopback(_ bytes: RawSpan, _ at: Int) {
    text.heading("BSD loopback", extent(4, at))
    let number = bytes.uint32(at: at)
    let family = number > 0xFFFF ? number.byteSwapped : number
    let names: [UInt32: String] = [2: "IPv4", 10: "IPv6", 24: "IPv6", 28: "IPv6", 30: "IPv6"]
    text.field("Address family", family, names[family] ?? "unknown")
  }

  mutating func ppp(_ bytes: RawSpan, _ at: Int, _ length: Int) {
    text.heading("Point-to-Point Protocol (RFC 1661)", extent(length, at))
    if length >= 3 || bytes.uint8(at: at) == 0xFF && length > 2 {
      text.field("Address", Digits.hex(bytes.uint8(at: at), 2))
      text.field("Control", Digits.hex(bytes.uint8(at: at + 1), 2))
    }
    let number =
      length == 1 || length == 3
      ? UInt16(bytes.uint8(at: at + length - 1)) : bytes.uint16(at: at + length - 2)
    let names: [UInt16: String] = [
      0x0021: "IPv4", 0x0057: "IPv6", 0x8021: "IP control protocol",
      0x8057: "IPv6 control protocol", 0xC021: "link control protocol",
      0xC023: "password authentication", 0xC223: "CHAP", 0x0281: "MPLS", 0x0283: "MPLS",
      0x0800: "IPv4", 0x86DD: "IPv6",
    ]
    text.field("Protocol", Digits.hex(number, 4), names[number] ?? "")
  }

  mutating func fddi(_ bytes: RawSpan, _ at: Int) {
    text.heading("FDDI", extent(13, at))
    text.field("Frame control", Digits.hex(bytes.uint8(at: at), 2))
  }

  mutating func perPacketInformation(_ bytes: RawSpan, _ at: Int, _ length: Int) {
    text.heading("Per-Packet Information", extent(length, at))
    let type = UInt16(truncatingIfNeeded: bytes.uint32(at: at + 4).byteSwapped)
    text.field("Link type", type, "\(LinkType(rawValue: type))")
  }

  mutating func mpls(_ bytes: RawSpan, _ at: Int) {
    let entry = bytes.uint32(at: at)
    text.heading("MPLS label (RFC 3032)", extent(4, at))
    let reserved: [UInt32: String] = [
      0: "IPv4 explicit null", 1: "router alert", 2: "IPv6 explicit null", 3: "implicit null",
    ]
    text.field("Label", entry >> 12, reserved[entry >> 12] ?? "")
    text.field("Traffic class", entry >> 9 & 7)
    let isLast = entry >> 8 & 1 == 1
    text.field("Bottom of stack", isLast ? 1 : 0, isLast ? "last label" : "more follow")
    text.field("Time to live", entry & 255, "hops left")
  }

  mutating func pppoe(_ bytes: RawSpan, _ at: Int) {
    text.heading("PPP over Ethernet (RFC 2516)", extent(6, at))
    let first = bytes.uint8(at: at)
    text.field("Version / type", "\(first >> 4) / \(first & 15)")
    let code = bytes.uint8(at: at + 1)
    text.field("Code", Digits.hex(code, 2), code == 0 ? "session data" : "discovery")
    text.field("Session", Digits.hex(bytes.uint16(at: at + 2), 4))
    text.field("Length", bytes.uint16(at: at + 4), "bytes of PPP")
  }

  /// The address resolution protocol over Ethernet and IPv4 (RFC 826).
  mutating func arp(_ bytes: RawSpan, _ at: Int, _ length: Int) {
    text.heading("Address Resolution Protocol (RFC 826)", extent(length, at))
    let operation = bytes.uint16(at: at + 6)
    let names: [UInt16: String] = [
      1: "request: who has the target address?", 2: "reply: it is at the sender's address",
      3: "reverse request", 4: "reverse reply",
    ]
    text.field("Operation", operation, names[operation] ?? "unknown")
    guard bytes.uint16(at: at) == 1, bytes.uint16(at: at + 2) == 0x0800,
      bytes.uint16(at: at + 4) == 0x0604, bytes.holds(28, at: at)
    else { return }
    address("Sender hardware", bytes.uint64(at: at + 8) >> 16)
    text.field("Sender protocol", IPAddress(ipv4: bytes.uint32(at: at + 14)).description)
    let target = bytes.uint64(at: at + 18) >> 16
    text.field(
      "Target hardware", Self.macText(target),
      operation == 1 && target == 0 ? "unknown: it is asked for" : Self.macKind(target))
    text.field("Target protocol", IPAddress(ipv4: bytes.uint32(at: at + 24)).description)
  }
}
