import SynfinWire

extension LayerTree {
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
      text.field("Carries", bytes.uint16(at: at + 2))
    }
  }

  private mutating func gre(_ bytes: RawSpan, _ at: Int, _ length: Int) {
    let flags = bytes.uint16(at: at)
    let isEnhanced = flags & 7 == 1
    text.heading(
      isEnhanced ? "Enhanced GRE (RFC 2637)" : "Generic Routing Encapsulation (RFC 2784)",
      extent(length, at))
    let names: [(UInt16, String)] = [
      (0x8000, "checksum"), (0x4000, "routing"), (0x2000, "key"), (0x1000, "sequence number"),
      (0x0080, "acknowledgment"),
    ]
    let present = names.filter { flags & $0.0 != 0 }.map(\.1).joined(separator: ", ")
    text.field("Flags", Digits.hex(flags, 4), present)
    etherType("Protocol", bytes.uint16(at: at + 2))
    let key = at + (flags & 0xC000 != 0 ? 8 : 4)
    guard flags & 0x2000 != 0 else { return }
    if isEnhanced {
      text.field("Payload length", bytes.uint16(at: at + 4))
      text.field("Call", bytes.uint16(at: at + 6))
    } else {
      text.field("Key", bytes.uint32(at: key))
    }
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
      if layer.kind == .vxlanGPE { text.field("Next protocol", bytes.uint8(at: at + 3)) }
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
      text.field("Next header", bytes.uint8(at: at + 3))
    }
  }
}
