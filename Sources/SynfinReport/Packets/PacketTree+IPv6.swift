import SynfinWire

extension LayerTree {
  mutating func ipv6(_ bytes: RawSpan, _ at: Int) {
    let header = IPv6Header(bytes, at: at)
    text.heading("Internet Protocol version 6 (RFC 8200)", extent(IPv6Header.length, at))
    text.field("Version", header.version)
    trafficClass("Traffic class", header.trafficClass)
    text.field(
      "Flow label", Digits.hex(header.flowLabel, 5), header.flowLabel == 0 ? "not labelled" : "")
    text.field(
      "Payload length", header.payloadLength,
      header.payloadLength == 0 ? "0: jumbogram, or to be cut by the network card" : "")
    text.field("Next header", header.nextHeader.rawValue, header.nextHeader.description)
    text.field("Hop limit", header.hopLimit, Self.hops(header.hopLimit))
    address("Source address", header.source)
    address("Destination address", header.destination)
  }

  mutating func extensionHeader(_ layer: Layer, _ bytes: RawSpan) {
    let at = layer.offset
    text.heading(Self.title(layer.kind), extent(layer.length, at))
    let next = IPProtocol(rawValue: bytes.uint8(at: at))
    text.field("Next header", next.rawValue, next.description)
    switch layer.kind {
    case .ipv6Fragment: fragmentHeader(bytes, at)
    case .ipv6Routing: routingHeader(bytes, at, layer.length)
    case .ipv6HopByHop, .ipv6DestinationOptions:
      text.field("Length", bytes.uint8(at: at + 1), "\(layer.length) bytes")
      ipv6Options(bytes, from: at + 2, to: at + layer.length)
    default:
      text.field("Length", bytes.uint8(at: at + 1), "\(layer.length) bytes")
    }
  }

  private static func title(_ kind: LayerKind) -> String {
    switch kind {
    case .ipv6HopByHop: "Hop-by-hop options (RFC 8200 §4.3)"
    case .ipv6Routing: "Routing header (RFC 8200 §4.4)"
    case .ipv6Fragment: "Fragment header (RFC 8200 §4.5)"
    case .ipv6DestinationOptions: "Destination options (RFC 8200 §4.6)"
    default: "Mobility header (RFC 6275 §6.1)"
    }
  }

  private mutating func fragmentHeader(_ bytes: RawSpan, _ at: Int) {
    let field = bytes.uint16(at: at + 2)
    text.field(
      "Fragment offset", field >> 3, "byte \(field & 0xFFF8) of the datagram's payload")
    text.field("More fragments", field & 1, field & 1 == 1 ? "others follow" : "last piece")
    text.field("Identification", Digits.hex(bytes.uint32(at: at + 4), 8))
  }

  private mutating func routingHeader(_ bytes: RawSpan, _ at: Int, _ length: Int) {
    text.field("Length", bytes.uint8(at: at + 1), "\(length) bytes")
    let type = bytes.uint8(at: at + 2)
    let names: [UInt8: String] = [
      0: "source route (deprecated by RFC 5095)", 2: "mobile IPv6", 3: "RPL source route",
      4: "segment routing (RFC 8754)",
    ]
    text.field("Routing type", type, names[type] ?? "")
    text.field("Segments left", bytes.uint8(at: at + 3))
  }

  /// Options in type, length, value form (RFC 8200 §4.2).
  private mutating func ipv6Options(_ bytes: RawSpan, from start: Int, to end: Int) {
    var offset = start
    while offset < end {
      let kind = bytes.uint8(at: offset)
      if kind == 0 {
        text.field("Pad1", "1 byte", depth: 2)
        offset += 1
        continue
      }
      guard offset + 2 <= end, offset + 2 + Int(bytes.uint8(at: offset + 1)) <= end else {
        text.warning("option \(kind) has a length that leaves the header")
        return
      }
      let length = Int(bytes.uint8(at: offset + 1))
      ipv6Option(kind, bytes, offset + 2, length)
      offset += 2 + length
    }
  }

  private mutating func ipv6Option(_ kind: UInt8, _ bytes: RawSpan, _ at: Int, _ length: Int) {
    switch (kind, length) {
    case (1, _): text.field("PadN", "\(length + 2) bytes", depth: 2)
    case (0x05, 2):
      let names = ["multicast listener discovery", "RSVP", "active networks"]
      let value = Int(bytes.uint16(at: at))
      text.field("Router alert", value, value < names.count ? names[value] : "", depth: 2)
    case (0xC2, 4):
      text.field("Jumbo payload", bytes.uint32(at: at), "bytes (RFC 2675)", depth: 2)
    default:
      let actions = ["skip it if unknown", "discard if unknown"]
      let action = kind >> 6 < 2 ? actions[Int(kind >> 6)] : "discard and report if unknown"
      text.field("Option " + Digits.hex(kind, 2), "\(length + 2) bytes", action, depth: 2)
    }
  }

  mutating func authentication(_ bytes: RawSpan, _ at: Int, _ length: Int) {
    text.heading("Authentication header (RFC 4302)", extent(length, at))
    let next = IPProtocol(rawValue: bytes.uint8(at: at))
    text.field("Next header", next.rawValue, next.description)
    text.field("Payload length", bytes.uint8(at: at + 1), "\(length) bytes of header")
    guard bytes.holds(12, at: at) else { return }
    text.field("SPI", Digits.hex(bytes.uint32(at: at + 4), 8), "security parameters index")
    text.field("Sequence number", bytes.uint32(at: at + 8))
    if length > 12 { text.field("Integrity check value", "\(length - 12) bytes") }
  }
}
