extension PacketWalk {
  /// VXLAN (RFC 7348 §5): flags, of which 0x08 says that the identifier counts, 24 bits of identifier; the rest is
  /// reserved, and ignored by the receiver.
  mutating func vxlan(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(8, .vxlan, at: offset, bytes), bytes.uint8(at: offset) & 0x08 != 0 else {
      return nil
    }
    layers.enter(.vxlan, at: offset, length: 8)
    tunnel.identifier = bytes.uint32(at: offset + 4) >> 8
    return LinkPayload(offset: offset + 8, type: .ethernetFrame)
  }

  /// VXLAN with a protocol (draft-ietf-nvo3-vxlan-gpe §3): version in two bits, the flag 0x04 says that the number of the
  /// protocol counts.
  mutating func vxlanGPE(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(8, .vxlanGPE, at: offset, bytes), bytes.uint8(at: offset) & 0x30 == 0 else {
      return nil
    }
    layers.enter(.vxlanGPE, at: offset, length: 8)
    tunnel.identifier = bytes.uint32(at: offset + 4) >> 8
    let hasProtocol = bytes.uint8(at: offset) & 0x04 != 0
    return LinkPayload(
      offset: offset + 8,
      type: hasProtocol ? Self.serviceType(bytes.uint8(at: offset + 3)) : .ethernetFrame)
  }

  /// Geneve (RFC 8926 §3.4): version 0, length of the options in words, Ethernet type, 24 bits of identifier.
  mutating func geneve(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(8, .geneve, at: offset, bytes), bytes.uint8(at: offset) & 0xC0 == 0 else {
      return nil
    }
    let length = 8 + 4 * Int(bytes.uint8(at: offset) & 0x3F)
    guard needs(length, .geneve, at: offset, bytes) else { return nil }
    layers.enter(.geneve, at: offset, length: length)
    tunnel.identifier = bytes.uint32(at: offset + 4) >> 8
    return typed(bytes.uint16(at: offset + 2), at: offset + length)
  }
}
