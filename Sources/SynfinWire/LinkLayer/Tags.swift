// Tags between the addresses of an Ethernet frame and its type, and frames that wrap frames.

extension PacketWalk {
  /// The service tag of a provider backbone (IEEE 802.1ah): priority, flags and a 24-bit service identifier, then the
  /// customer's frame.
  mutating func backboneTag(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(4, .backboneTag, at: offset, bytes) else { return nil }
    layers.enter(.backboneTag, at: offset, length: 4)
    return LinkPayload(offset: offset + 4, type: .ethernetFrame)
  }

  /// Cisco's VN-Tag: direction, pointer, destination, looped, version and source in four bytes, then the type.
  mutating func vnTag(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    tag(bytes, .vnTag, 4, at: offset)
  }

  /// The E-Tag (IEEE 802.1BR): priority, ingress and egress channel in six bytes, then the type.
  mutating func bridgeTag(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    tag(bytes, .bridgeTag, 6, at: offset)
  }

  private mutating func tag(
    _ bytes: RawSpan, _ kind: LayerKind, _ size: Int, at offset: Int
  ) -> LinkPayload? {
    guard needs(size + 2, kind, at: offset, bytes) else { return nil }
    layers.enter(kind, at: offset, length: size + 2)
    return LinkPayload(
      offset: offset + size + 2, type: EtherType(rawValue: bytes.uint16(at: offset + size)))
  }

  /// Cisco FabricPath: ten bits of forwarding tag and six of time to live behind a type of its own, then the frame.
  mutating func fabricPath(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(2, .fabricPath, at: offset, bytes) else { return nil }
    layers.enter(.fabricPath, at: offset, length: 2)
    return LinkPayload(offset: offset + 2, type: .ethernetFrame)
  }

  /// The security tag of MACsec (IEEE 802.1AE §9.3): flags, short length, packet number, and a channel identifier if
  /// the flag 0x20 is set.
  ///
  /// Frames that are only authenticated, neither encrypted (0x08) nor changed (0x04), go on with their type; sixteen
  /// bytes at the end of the frame prove it.
  mutating func macsec(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(6, .macsec, at: offset, bytes) else { return nil }
    let flags = bytes.uint8(at: offset)
    let length = flags & 0x20 != 0 ? 14 : 6
    guard needs(length, .macsec, at: offset, bytes) else { return nil }
    guard flags & 0x0C == 0 else {
      layers.enter(.macsec, at: offset, length: length)
      return LinkPayload(offset: offset + length, type: .unknown)
    }
    guard needs(length + 2, .macsec, at: offset, bytes) else { return nil }
    layers.enter(.macsec, at: offset, length: length + 2)
    // §9.7: below 48 the bytes between the tag and the check value are told, as padding may follow.
    let short = Int(bytes.uint8(at: offset + 1) & 0x3F)
    let end = short > 0 ? offset + length + short : packetEnd - 16
    packetEnd = min(packetEnd, max(end, offset + length + 2))
    return LinkPayload(
      offset: offset + length + 2, type: EtherType(rawValue: bytes.uint16(at: offset + length)))
  }

  /// The network service header (RFC 8300 §2): version, time to live, length in words, kind of metadata, protocol of
  /// what follows, the path, metadata.
  mutating func serviceHeader(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(8, .serviceHeader, at: offset, bytes) else { return nil }
    let length = Int(bytes.uint16(at: offset) & 0x3F) * 4
    guard length >= 8 else {
      stop(.lengthTooSmall, .serviceHeader, at: offset, required: 8, available: length)
      return nil
    }
    guard needs(length, .serviceHeader, at: offset, bytes) else { return nil }
    layers.enter(.serviceHeader, at: offset, length: length)
    let type = Self.serviceType(bytes.uint8(at: offset + 3))
    return LinkPayload(offset: offset + length, type: type)
  }

  /// The protocol numbers that the network service header and VXLAN-GPE share (RFC 8300 §11.2.5).
  static func serviceType(_ number: UInt8) -> EtherType {
    switch number {
    case 1: .ipv4
    case 2: .ipv6
    case 3: .ethernetFrame
    case 4: .serviceHeader
    case 5: .mpls
    default: .unknown
    }
  }
}
