/// Where the link layer ends and which protocol it says comes next.
struct LinkPayload {
  /// Bytes from the start of the packet.
  var offset: Int
  var type: EtherType
}

extension PacketWalk {
  /// Steps over the link-layer headers of a packet; nil if the walk ends there.
  mutating func linkLayer(_ bytes: RawSpan, _ linkType: LinkType) -> LinkPayload? {
    switch linkType {
    case .ethernet: ethernet(bytes, at: 0)
    case .linuxCooked: linuxCooked(bytes)
    case .linuxCookedV2: linuxCookedV2(bytes)
    case .null, .loop: bsdLoopback(bytes)
    case .raw, .rawBSD, .rawOpenBSD: rawIP(bytes, at: 0)
    case .ipv4: LinkPayload(offset: 0, type: .ipv4)
    case .ipv6: LinkPayload(offset: 0, type: .ipv6)
    case .ppp, .pppHDLC: ppp(bytes)
    case .pppEthernet: pppoe(bytes, at: 0)
    case .ciscoHDLC: ciscoHDLC(bytes)
    case .fddi: fddi(bytes)
    case .perPacketInformation: perPacketInformation(bytes)
    default: unknownLinkType(linkType)
    }
  }

  /// Raw IP: the version nibble is all there is to tell IPv4 from IPv6.
  mutating func rawIP(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(1, .ipv4, at: offset, bytes) else { return nil }
    switch bytes.uint8(at: offset) >> 4 {
    case 4: return LinkPayload(offset: offset, type: .ipv4)
    case 6: return LinkPayload(offset: offset, type: .ipv6)
    default: return LinkPayload(offset: offset, type: .unknown)
    }
  }

  private mutating func unknownLinkType(_ linkType: LinkType) -> LinkPayload? {
    stop(.linkType, .payload, at: 0, required: Int(linkType.rawValue), available: 0)
    return nil
  }
}
