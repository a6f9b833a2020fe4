import SynfinWire

extension LayerTree {
  /// The tunnels that the packet was sent through, the outermost first.
  mutating func path(_ bytes: RawSpan) {
    for index in 0..<packet.tunnels.count {
      let outer = packet.outer(index, in: bytes, verifiesChecksums: false)
      text.field(
        "Inside", TunnelText.name(packet.tunnels[index]),
        "\(outer.ip.source) → \(outer.ip.destination)")
    }
  }

  /// Tunnels on IP protocols of their own, and those of the wireless and the old world.
  mutating func tunnel(_ layer: Layer, _ bytes: RawSpan) {
    let at = layer.offset
    let length = layer.length
    switch layer.kind {
    case .gre: gre(bytes, at, length)
    case .erspan:
      text.heading("Mirrored frame (ERSPAN)", extent(length, at))
      let version = bytes.uint8(at: at) >> 4
      text.field("Version", version, version == 1 ? "type II" : "type III")
      text.field("VLAN", bytes.uint16(at: at) & 0xFFF)
      text.field("Session", bytes.uint16(at: at + 2) & 0x3FF)
    case .wccp:
      text.heading("Redirected by WCCP", extent(length, at))
      text.field("Service", bytes.uint8(at: at + 1))
    case .etherIP: text.heading("Ethernet in IP (RFC 3378)", extent(length, at))
    case .l2tp:
      text.heading("Layer 2 Tunnelling Protocol (RFC 2661)", extent(length, at))
      let place = at + (bytes.uint8(at: at) & 0x40 != 0 ? 4 : 2)
      text.field("Tunnel", bytes.uint16(at: place))
      text.field("Session", bytes.uint16(at: place + 2))
    case .lisp: text.heading("Locator/ID Separation (RFC 9300)", extent(length, at))
    case .capwap:
      text.heading("CAPWAP data (RFC 5415)", extent(length, at))
      let isWireless = bytes.uint32(at: at) & 0x100 != 0
      text.field("Carries", isWireless ? "wireless frames" : "Ethernet frames")
    default:
      text.heading("TaZmen Sniffer Protocol", extent(length, at))
      let number = bytes.uint16(at: at + 2)
      let names: [UInt16: String] = [
        1: "Ethernet", 18: "IEEE 802.11", 119: "Prism monitor header", 127: "AVS monitor header",
      ]
      text.field("Carries", number, names[number] ?? "unknown")
    }
  }

  private mutating func gre(_ bytes: RawSpan, _ at: Int, _ length: Int) {
    let flags = bytes.uint16(at: at)
    let isEnhanced = flags & 7 == 1
    text.heading(
      isEnhanced ? "Enhanced GRE (RFC 2637)" : "Generic Routing Encapsulation (RFC 2784)",
      extent(length, at))
    var names: [(UInt16, String)] = [
      (0x8000, "checksum"), (0x4000, "routing"), (0x2000, "key"), (0x1000, "sequence number"),
    ]
    if isEnhanced { names.append((0x0080, "acknowledgment")) }
    let present = names.filter { flags & $0.0 != 0 }.map(\.1).joined(separator: ", ")
    text.field("Flags", Digits.hex(flags, 4), present)
    greProtocol(bytes.uint16(at: at + 2))
    if isEnhanced {
      enhancedFields(bytes, at, flags)
    } else {
      plainFields(bytes, at, flags)
    }
  }

  private mutating func greProtocol(_ type: UInt16) {
    switch type {
    case 0: text.field("Protocol", Digits.hex(type, 4), "none: a keep-alive")
    // Access points of Aruba, as the decoder takes them.
    case 0x8200...0x8370 where type & 0xF == 0:
      text.field("Protocol", Digits.hex(type, 4), "IEEE 802.11 (Aruba)")
    default: etherType("Protocol", type)
    }
  }

  /// RFC 2784 §2 and RFC 2890 §2; with routing RFC 1701.
  private mutating func plainFields(_ bytes: RawSpan, _ at: Int, _ flags: UInt16) {
    if flags & 0x8000 != 0 { text.field("Checksum", Digits.hex(bytes.uint16(at: at + 4), 4)) }
    let key = at + (flags & 0xC000 != 0 ? 8 : 4)
    if flags & 0x2000 != 0 { text.field("Key", bytes.uint32(at: key)) }
    guard flags & 0x1000 != 0 else { return }
    text.field("Sequence number", bytes.uint32(at: key + (flags & 0x2000 != 0 ? 4 : 0)))
  }

  /// RFC 2637 §4.1.
  private mutating func enhancedFields(_ bytes: RawSpan, _ at: Int, _ flags: UInt16) {
    text.field("Payload length", bytes.uint16(at: at + 4))
    text.field("Call", bytes.uint16(at: at + 6))
    let hasSequence = flags & 0x1000 != 0
    if hasSequence { text.field("Sequence number", bytes.uint32(at: at + 8)) }
    guard flags & 0x0080 != 0 else { return }
    text.field(
      "Acknowledgment number", bytes.uint32(at: at + (hasSequence ? 12 : 8)),
      "the last packet received")
  }

  /// Tunnels over UDP.
  mutating func overlay(_ layer: Layer, _ bytes: RawSpan) {
    let at = layer.offset
    let length = layer.length
    switch layer.kind {
    case .vxlan, .vxlanGPE:
      text.heading(
        layer.kind == .vxlan ? "Virtual Extensible LAN (RFC 7348)" : "VXLAN-GPE",
        extent(length, at))
      text.field("Flags", Digits.hex(bytes.uint8(at: at), 2))
      if layer.kind == .vxlanGPE { nextProtocol(bytes.uint8(at: at + 3)) }
      text.field("Network identifier (VNI)", bytes.uint32(at: at + 4) >> 8)
    case .geneve:
      text.heading("Geneve (RFC 8926)", extent(length, at))
      text.field("Options", "\(length - 8) bytes")
      etherType("Protocol", bytes.uint16(at: at + 2))
      text.field("Network identifier (VNI)", bytes.uint32(at: at + 4) >> 8)
    case .gtp:
      text.heading("GPRS Tunnelling Protocol (3GPP TS 29.281)", extent(length, at))
      text.field("Message type", bytes.uint8(at: at + 1), "a user's packet")
      text.field("Length", bytes.uint16(at: at + 2))
      if bytes.uint8(at: at) & 0xE0 == 0 {
        text.field("Flow label", bytes.uint16(at: at + 6))
      } else {
        text.field("Tunnel endpoint (TEID)", Digits.hex(bytes.uint32(at: at + 4), 8))
      }
    case .teredo: text.heading("Teredo indications (RFC 4380)", extent(length, at))
    default:
      text.heading("Anything In Anything (AYIYA)", extent(length, at))
      let next = IPProtocol(rawValue: bytes.uint8(at: at + 3))
      text.field("Next header", next.rawValue, next.description)
    }
  }
}
