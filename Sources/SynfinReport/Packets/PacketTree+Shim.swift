import SynfinWire

// Headers of capturing tools and of rarer link layers, and tags between link and network layer.

extension LayerTree {
  mutating func capturedLink(_ layer: Layer, _ bytes: RawSpan) {
    let at = layer.offset
    switch layer.kind {
    case .arcnet:
      text.heading("ARCnet", extent(layer.length, at))
      text.field("Source", Digits.hex(bytes.uint8(at: at), 2))
      text.field("Destination", Digits.hex(bytes.uint8(at: at + 1), 2))
    case .linkHeader: text.heading("Link-layer header", extent(layer.length, at))
    case .nflog:
      text.heading("Linux firewall log (NFLOG)", extent(layer.length, at))
      text.field("Address family", bytes.uint8(at: at))
    case .pktap:
      text.heading("macOS packet tap (PKTAP)", extent(layer.length, at))
      let type = UInt16(truncatingIfNeeded: bytes.uint32(at: at + 8).byteSwapped)
      text.field("Link type", type, "\(LinkType(rawValue: type))")
    case .radiotap: text.heading("Radiotap", extent(layer.length, at))
    case .prism: text.heading("Prism monitor header", extent(layer.length, at))
    case .avs: text.heading("AVS monitor header", extent(layer.length, at))
    default: wireless(bytes, at, layer.length)
    }
  }

  private mutating func wireless(_ bytes: RawSpan, _ at: Int, _ length: Int) {
    text.heading("IEEE 802.11", extent(length, at))
    let control = bytes.uint8(at: at)
    let flags = bytes.uint8(at: at + 1)
    let kinds = ["management", "control", "data", "extension"]
    text.field("Type", control >> 2 & 3, kinds[Int(control >> 2 & 3)])
    text.field("Subtype", control >> 4)
    text.field("Flags", Digits.hex(flags, 2), flags & 0x40 != 0 ? "encrypted" : "")
    guard length >= 24 else { return }
    for index in 0..<3 {
      let address = bytes.uint64(at: at + 4 + 6 * index) >> 16
      text.field("Address \(index + 1)", Self.macText(address), Self.macKind(address))
    }
  }

  /// What follows a network service header or VXLAN-GPE, which number it alike (RFC 8300 §2.2).
  mutating func nextProtocol(_ number: UInt8) {
    let names = ["", "IPv4", "IPv6", "Ethernet", "NSH", "MPLS"]
    text.field("Next protocol", number, Int(number) < names.count ? names[Int(number)] : "unknown")
  }

  mutating func shim(_ layer: Layer, _ bytes: RawSpan) {
    let at = layer.offset
    let length = layer.length
    switch layer.kind {
    case .backboneTag:
      text.heading("Provider backbone tag (IEEE 802.1ah)", extent(length, at))
      text.field("Service identifier", bytes.uint32(at: at) & 0xFF_FFFF)
    case .vnTag:
      text.heading("VN-Tag", extent(length, at))
      let tag = bytes.uint32(at: at)
      text.field("Destination", tag >> 16 & 0x3FFF)
      text.field("Source", tag & 0xFFF)
      typeOrLength(bytes.uint16(at: at + 4))
    case .bridgeTag:
      text.heading("E-Tag (IEEE 802.1BR)", extent(length, at))
      text.field("Ingress channel", bytes.uint16(at: at) & 0xFFF)
      text.field("Channel", bytes.uint16(at: at + 2) & 0xFFF)
      typeOrLength(bytes.uint16(at: at + 6))
    case .fabricPath:
      text.heading("FabricPath", extent(length, at))
      text.field("Forwarding tag", bytes.uint16(at: at) >> 6)
      text.field("Time to live", bytes.uint16(at: at) & 63, "hops left")
    case .macsec:
      text.heading("MACsec (IEEE 802.1AE)", extent(length, at))
      let flags = bytes.uint8(at: at)
      text.field("Flags", Digits.hex(flags, 2), flags & 8 != 0 ? "encrypted" : "in the clear")
      text.field("Packet number", bytes.uint32(at: at + 2))
    case .serviceHeader:
      text.heading("Network service header (RFC 8300)", extent(length, at))
      nextProtocol(bytes.uint8(at: at + 3))
      text.field("Service path", bytes.uint32(at: at + 4) >> 8)
      text.field("Service index", bytes.uint8(at: at + 7))
    default:
      text.heading("Pseudowire control word (RFC 4385)", extent(length, at))
      text.field("Sequence number", bytes.uint16(at: at + 2))
    }
  }
}
