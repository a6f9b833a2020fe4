import SynfinWire

extension LayerTree {
  mutating func ipv4(_ bytes: RawSpan, _ at: Int) {
    let header = IPv4Header(bytes, at: at)
    text.heading("Internet Protocol version 4 (RFC 791)", extent(header.headerLength, at))
    text.field("Version", header.version)
    text.field("IHL", header.headerLength / 4, "\(header.headerLength) bytes of header")
    trafficClass("Type of service", header.typeOfService)
    let payload = header.totalLength - header.headerLength
    text.field(
      "Total length", header.totalLength,
      header.totalLength == 0
        ? "0: to be cut into packets by the network card"
        : "\(header.headerLength) header + \(payload) payload")
    text.field("Identification", Digits.hex(header.identification, 4), "\(header.identification)")
    fragmentation(header)
    text.field("Time to live", header.timeToLive, Self.hops(header.timeToLive))
    text.field("Protocol", header.payloadProtocol.rawValue, header.payloadProtocol.description)
    checksum("Header checksum", header.checksum, packet.ip.headerChecksum)
    address("Source address", header.source)
    address("Destination address", header.destination)
    if header.headerLength > 20 {
      ipv4Options(bytes, from: at + 20, to: min(at + header.headerLength, bytes.byteCount))
    }
  }

  /// Class and scope of an address in words.
  mutating func address(_ name: String, _ value: IPAddress) {
    var meaning = value.scope.rawValue
    if let letter = value.addressClass { meaning = "class \(letter), " + meaning }
    text.field(name, value.description, meaning)
  }

  /// The two fields of the former type of service: DSCP (RFC 2474) and ECN (RFC 3168).
  mutating func trafficClass(_ name: String, _ value: UInt8) {
    text.field(name, Digits.hex(value, 2))
    text.field("DSCP", value >> 2, DSCPName.text(value >> 2), depth: 2)
    let ecn = [
      "Not-ECT: not ECN-capable", "ECT(1): ECN-capable (L4S)", "ECT(0): ECN-capable",
      "CE: congestion experienced",
    ]
    text.field("ECN", value & 3, ecn[Int(value & 3)], depth: 2)
  }

  /// Hosts start at 64, 128 or 255, so the difference tells how far a packet came.
  static func hops(_ timeToLive: UInt8) -> String {
    let start = timeToLive <= 64 ? 64 : timeToLive <= 128 ? 128 : 255
    let passed = start - Int(timeToLive)
    if passed == 0 { return "fresh: no router passed (senders start at \(start))" }
    return "hops left; \(passed) passed if the sender started at \(start)"
  }

  private mutating func fragmentation(_ header: IPv4Header) {
    let bits = (header.reservedFlag ? 4 : 0) | (header.dontFragment ? 2 : 0)
    text.field("Flags", Digits.hex(bits | (header.moreFragments ? 1 : 0), 1))
    if header.reservedFlag { text.field("Reserved", 1, "must be zero", depth: 2) }
    text.field(
      "Don't fragment", header.dontFragment ? 1 : 0,
      header.dontFragment ? "routers must drop, not cut (path MTU discovery)" : "may be cut",
      depth: 2)
    text.field(
      "More fragments", header.moreFragments ? 1 : 0,
      header.moreFragments ? "others follow" : "last or only piece", depth: 2)
    text.field(
      "Fragment offset", header.fragmentOffset / 8,
      "byte \(header.fragmentOffset) of the datagram's payload")
  }

  /// The options behind the fixed header (RFC 791 §3.1 and the IANA registry).
  private mutating func ipv4Options(_ bytes: RawSpan, from start: Int, to end: Int) {
    text.field("Options", "\(end - start) bytes")
    var offset = start
    while offset < end {
      let kind = bytes.uint8(at: offset)
      guard kind > 1 else {
        text.field(kind == 0 ? "End of options" : "No operation", "1 byte", depth: 2)
        if kind == 0 { return }
        offset += 1
        continue
      }
      guard offset + 1 < end, bytes.uint8(at: offset + 1) >= 2,
        offset + Int(bytes.uint8(at: offset + 1)) <= end
      else {
        text.warning("option \(kind) has a length that leaves the header")
        return
      }
      let length = Int(bytes.uint8(at: offset + 1))
      text.field(
        IPv4OptionName.text(kind), "\(length) bytes",
        ipv4OptionMeaning(kind, bytes, offset, length), depth: 2)
      offset += length
    }
  }

  private func ipv4OptionMeaning(
    _ kind: UInt8, _ bytes: RawSpan, _ at: Int, _ length: Int
  ) -> String {
    switch kind {
    case 7 where length >= 3, 131 where length >= 3, 137 where length >= 3:
      let pointer = Int(bytes.uint8(at: at + 2))
      let addresses = stride(from: 3, to: length - 3, by: 4).map {
        IPAddress(ipv4: bytes.uint32(at: at + $0)).description
      }
      return "pointer \(pointer): " + addresses.joined(separator: ", ")
    case 68 where length >= 4:
      let field = bytes.uint8(at: at + 3)
      return "pointer \(bytes.uint8(at: at + 2)), overflow \(field >> 4), flag \(field & 15)"
    case 148 where length == 4:
      return bytes.uint16(at: at + 2) == 0 ? "routers shall examine the packet" : "reserved value"
    default:
      return kind & 0x80 != 0 ? "copied into every fragment" : ""
    }
  }
}

/// Names of IPv4 options.
enum IPv4OptionName {
  /// The name, or "Option 152".
  static func text(_ kind: UInt8) -> String {
    names[kind] ?? "Option \(kind)"
  }

  private static let names: [UInt8: String] = [
    7: "Record route", 11: "MTU probe", 12: "MTU reply", 25: "Quick start", 68: "Timestamp",
    82: "Traceroute", 130: "Security", 131: "Loose source route", 133: "Extended security",
    134: "Commercial security", 136: "Stream identifier", 137: "Strict source route",
    147: "Address extension", 148: "Router alert", 149: "Selective broadcast",
  ]
}

/// Names of differentiated services code points (the IANA registry).
enum DSCPName {
  /// The name and its use, or "unassigned".
  static func text(_ value: UInt8) -> String {
    if let name = names[value] { return name }
    if value & 7 == 0 { return "CS\(value >> 3): class selector" }
    let (group, drop) = (value >> 3, value >> 1 & 3)
    if (1...4).contains(group), (1...3).contains(drop), value & 1 == 0 {
      return "AF\(group)\(drop): assured forwarding"
    }
    return "unassigned"
  }

  private static let names: [UInt8: String] = [
    0: "default (best effort)", 1: "LE: lower effort", 8: "CS1: low-priority data",
    44: "VOICE-ADMIT", 45: "NQB: non-queue-building", 46: "EF: expedited forwarding",
    48: "CS6: network control",
  ]
}
