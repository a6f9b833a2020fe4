extension PacketWalk {
  /// MPLS label stack (RFC 3032): labels of four bytes until the bottom-of-stack bit; what follows has no type.
  mutating func mpls(_ bytes: RawSpan, at start: Int) -> LinkPayload? {
    var offset = start
    while true {
      guard needs(4, .mpls, at: offset, bytes) else { return nil }
      layers.enter(.mpls, at: offset, length: 4)
      let isBottom = bytes.uint8(at: offset + 2) & 1 != 0
      offset += 4
      if isBottom { return afterLabels(bytes, at: offset) }
    }
  }

  /// The first nibble tells IP from the control word of a pseudowire (RFC 4385 §3, RFC 4928 §3); Ethernet without one
  /// (RFC 4448) looks like anything and counts if its type is a known one.
  private mutating func afterLabels(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(1, .ipv4, at: offset, bytes) else { return nil }
    let nibble = bytes.uint8(at: offset) >> 4
    if nibble == 4 { return LinkPayload(offset: offset, type: .ipv4) }
    if nibble == 6 { return LinkPayload(offset: offset, type: .ipv6) }
    // RFC 5586 §2.1: a channel for operations beside the traffic.
    if nibble == 1 { return LinkPayload(offset: offset, type: .unknown) }
    let length = EthernetHeader.length + (nibble == 0 ? 4 : 0)
    guard needs(length, .ethernet, at: offset, bytes) else { return nil }
    if looksLikeEthernet(bytes, at: offset) {
      return LinkPayload(offset: offset, type: .ethernetFrame)
    }
    if nibble == 0, looksLikeEthernet(bytes, at: offset + 4) {
      layers.enter(.controlWord, at: offset, length: 4)
      return LinkPayload(offset: offset + 4, type: .ethernetFrame)
    }
    return LinkPayload(offset: offset, type: .unknown)
  }

  /// Whether an Ethernet header, which is there, has a type that is decoded.
  private func looksLikeEthernet(_ bytes: RawSpan, at offset: Int) -> Bool {
    switch EtherType(rawValue: bytes.uint16(at: offset + 12)) {
    case .ipv4, .ipv6, .arp, .vlan, .serviceVLAN, .mpls, .pppoeSession: return true
    default: return false
    }
  }
}
