// Link layers that few captures have, each a header of fixed shape before IP or logical link control.

extension PacketWalk {
  /// Packets that OpenBSD's firewall logs (tcpdump.org/linktypes, LINKTYPE_PFLOG): length of the header without padding
  /// to four bytes, address family, what the firewall knows.
  mutating func firewallLog(_ bytes: RawSpan) -> LinkPayload? {
    guard needs(4, .linkHeader, at: 0, bytes) else { return nil }
    let length = (Int(bytes.uint8(at: 0)) + 3) & ~3
    return afterHeader(bytes, length, Self.family(UInt32(bytes.uint8(at: 1))))
  }

  /// Packets inside of OpenBSD's IPsec (LINKTYPE_ENC): address family in the byte order of the host, index, flags.
  mutating func encapsulated(_ bytes: RawSpan) -> LinkPayload? {
    guard needs(12, .linkHeader, at: 0, bytes) else { return nil }
    let number = bytes.uint32(at: 0)
    return afterHeader(bytes, 12, Self.family(min(number, number.byteSwapped)))
  }

  /// IP over IEEE 1394 as macOS stores it: two addresses of eight bytes, Ethernet type.
  mutating func firewire(_ bytes: RawSpan) -> LinkPayload? {
    guard needs(18, .linkHeader, at: 0, bytes) else { return nil }
    return afterHeader(bytes, 18, typed(bytes.uint16(at: 16), at: 18).type)
  }

  /// Token ring (IEEE 802.5 §3.2): access and frame control, two addresses, the way through bridges if the source
  /// address's first bit says so, logical link control.
  mutating func tokenRing(_ bytes: RawSpan) -> LinkPayload? {
    guard needs(14, .linkHeader, at: 0, bytes) else { return nil }
    isToGroup = bytes.uint8(at: 2) & 0x80 != 0
    var length = 14
    if bytes.uint8(at: 8) & 0x80 != 0 {
      guard needs(16, .linkHeader, at: 0, bytes) else { return nil }
      length += max(2, Int(bytes.uint8(at: 14) & 0x1F))
    }
    // Frame type 01: logical link control.
    guard bytes.uint8(at: 1) & 0xC0 == 0x40 else { return afterHeader(bytes, length, .unknown) }
    guard afterHeader(bytes, length, .unknown) != nil else { return nil }
    return llc(bytes, at: length, length: packetEnd - length)
  }

  /// Frame relay (RFC 2427 §3): an address of two bytes, a control byte, a protocol number; or as Cisco does it, an
  /// Ethernet type behind the address.
  mutating func frameRelay(_ bytes: RawSpan) -> LinkPayload? {
    guard needs(4, .linkHeader, at: 0, bytes) else { return nil }
    guard bytes.uint8(at: 2) == 3 else {
      return afterHeader(bytes, 4, typed(bytes.uint16(at: 2), at: 4).type)
    }
    // A byte of padding may stand before the number.
    let place = bytes.uint8(at: 3) == 0 ? 4 : 3
    guard needs(place + 1, .linkHeader, at: 0, bytes) else { return nil }
    switch bytes.uint8(at: place) {
    case 0xCC: return afterHeader(bytes, place + 1, .ipv4)
    case 0x8E: return afterHeader(bytes, place + 1, .ipv6)
    case 0x80:
      guard needs(place + 6, .linkHeader, at: 0, bytes) else { return nil }
      let organization = bytes.uint32(at: place) & 0x00FF_FFFF
      let type = typed(bytes.uint16(at: place + 4), at: place + 6).type
      return afterHeader(bytes, place + 6, organization == 0 ? type : .unknown)
    default: return afterHeader(bytes, place + 1, .unknown)
    }
  }

  /// The address families that BSD systems use (see `bsdLoopback`).
  private static func family(_ number: UInt32) -> EtherType {
    switch number {
    case 2: .ipv4
    case 10, 24, 28, 30: .ipv6
    default: .unknown
    }
  }

  private mutating func afterHeader(
    _ bytes: RawSpan, _ length: Int, _ type: EtherType
  ) -> LinkPayload? {
    guard length > 0, needs(length, .linkHeader, at: 0, bytes) else { return nil }
    layers.enter(.linkHeader, at: 0, length: length)
    return LinkPayload(offset: length, type: type)
  }
}
