/// Where the link layer ends and which protocol it says comes next.
struct LinkPayload {
  /// Bytes from the start of the packet.
  var offset: Int
  var type: EtherType
}

extension PacketWalk {
  /// Steps over the link-layer headers of a packet; nil if the walk ends there.
  mutating func linkLayer(_ bytes: RawSpan, _ linkType: LinkType) -> LinkPayload? {
    guard linkType != .ethernet else { return ethernet(bytes, at: 0) }
    guard let first = firstHeader(bytes, linkType) else { return nil }
    return networkLayer(bytes, from: first)
  }

  /// Steps over the header that a link type says comes first.
  private mutating func firstHeader(_ bytes: RawSpan, _ linkType: LinkType) -> LinkPayload? {
    switch linkType {
    case .linuxCooked: linuxCooked(bytes)
    case .linuxCookedV2: linuxCookedV2(bytes)
    case .null, .loop: bsdLoopback(bytes, at: 0)
    case .raw, .rawBSD, .rawOpenBSD: rawIP(bytes, at: 0)
    case .ipv4: LinkPayload(offset: 0, type: .ipv4)
    case .ipv6: LinkPayload(offset: 0, type: .ipv6)
    case .ppp, .pppHDLC: ppp(bytes, at: 0)
    case .pppEthernet: pppoe(bytes, at: 0)
    case .ciscoHDLC: ciscoHDLC(bytes, at: 0)
    case .fddi: fddi(bytes)
    case .atmClassic, .atm: llc(bytes, at: 0, length: packetEnd)
    case .tokenRing: tokenRing(bytes)
    case .frameRelay: frameRelay(bytes)
    case .firewallLog: firewallLog(bytes)
    case .encapsulated: encapsulated(bytes)
    case .firewire: firewire(bytes)
    case .arcnet: arcnet(bytes, offsets: 0)
    case .arcnetLinux: arcnet(bytes, offsets: 2)
    case .ieee80211: ieee80211(bytes, at: 0)
    case .radiotap: radiotap(bytes, at: 0)
    case .prism: prism(bytes, at: 0)
    case .avs: avs(bytes, at: 0)
    case .nflog: nflog(bytes)
    case .perPacketInformation: perPacketInformation(bytes)
    case .pktap: pktap(bytes)
    default: unknownLinkType(linkType)
    }
  }

  /// Steps over what may stand between the first header and the network layer, each of which says what comes next:
  /// tags, labels, session headers, and whole frames in frames.
  ///
  /// A loop, so that frames in frames cannot exhaust the stack; each round goes forward in the packet.
  mutating func networkLayer(_ bytes: RawSpan, from first: LinkPayload) -> LinkPayload? {
    var here = first
    while true {
      if here.type == .ipv4 || here.type == .ipv6 || here.type == .unknown { return here }
      guard let next = shim(bytes, here) else { return nil }
      if next.offset <= here.offset { return next }
      here = next
    }
  }

  /// Steps over one header; the same place comes back where none is known.
  private mutating func shim(_ bytes: RawSpan, _ here: LinkPayload) -> LinkPayload? {
    let offset = here.offset
    switch here.type {
    case .vlan, .serviceVLAN, .oldServiceVLAN: return vlan(bytes, at: offset)
    case .mpls, .mplsMulticast: return mpls(bytes, at: offset)
    case .pppoeSession: return pppoe(bytes, at: offset)
    case .ppp: return ppp(bytes, at: offset)
    case .ethernetFrame: return ethernetHeader(bytes, at: offset)
    case .backboneTag: return backboneTag(bytes, at: offset)
    case .vnTag: return vnTag(bytes, at: offset)
    case .bridgeTag: return bridgeTag(bytes, at: offset)
    case .fabricPath: return fabricPath(bytes, at: offset)
    case .macsec: return macsec(bytes, at: offset)
    case .serviceHeader: return serviceHeader(bytes, at: offset)
    default:
      // IEEE 802.3 §3.2.6: up to 1500 a length, from 1536 on a type, between them nothing.
      let length = Int(here.type.rawValue)
      return length <= 1500 ? llc(bytes, at: offset, length: length) : here
    }
  }

  /// A type that must be one, not a length as it would be in Ethernet.
  func typed(_ number: UInt16, at offset: Int) -> LinkPayload {
    LinkPayload(offset: offset, type: number < 1536 ? .unknown : EtherType(rawValue: number))
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
