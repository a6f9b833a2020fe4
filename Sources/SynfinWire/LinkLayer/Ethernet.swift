/// An Ethernet header (IEEE 802.3 §3.1.1).
///
/// ```
/// 0                 6                 12        14
/// | destination MAC |   source MAC    |  type   |
/// ```
public struct EthernetHeader: Sendable {
  /// Bytes of the header, without VLAN tags.
  public static let length = 14

  /// The receiver's MAC address in the low 48 bits.
  public var destination: UInt64
  /// The sender's MAC address in the low 48 bits.
  public var source: UInt64
  /// The type, or the length of an IEEE 802.3 frame if it is below 1536.
  public var type: UInt16

  /// Reads the header at `offset`; the caller knows that its 14 bytes are there.
  public init(_ bytes: RawSpan, at offset: Int) {
    destination = UInt64(bytes.uint32(at: offset)) << 16 | UInt64(bytes.uint16(at: offset + 4))
    source = UInt64(bytes.uint16(at: offset + 6)) << 32 | UInt64(bytes.uint32(at: offset + 8))
    type = bytes.uint16(at: offset + 12)
  }

  /// Whether the frame at `offset` goes to a group of hosts: the first bit on the wire tells (IEEE 802.3 §3.2.3).
  @inline(__always)
  static func isToGroup(_ bytes: RawSpan, at offset: Int) -> Bool {
    bytes.uint8(at: offset) & 1 != 0
  }
}

/// A VLAN tag without the type before it (IEEE 802.1Q §9.6): priority, drop flag, identifier, and
/// the type after it.
public struct VLANTag: Sendable {
  /// Bytes of the tag from its control information to the type of what follows.
  public static let length = 4

  /// Priority code point, 0 to 7.
  public var priority: UInt8
  /// Drop eligible indicator.
  public var dropEligible: Bool
  /// VLAN identifier, 0 to 4095.
  public var identifier: UInt16
  /// The protocol of what follows.
  public var type: UInt16

  /// Reads the tag at `offset`; the caller knows that its four bytes are there.
  public init(_ bytes: RawSpan, at offset: Int) {
    let control = bytes.uint16(at: offset)
    priority = UInt8(control >> 13)
    dropEligible = control & 0x1000 != 0
    identifier = control & 0x0FFF
    type = bytes.uint16(at: offset + 2)
  }
}

extension PacketWalk {
  mutating func ethernet(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard let payload = ethernetHeader(bytes, at: offset) else { return nil }
    return payload.type == .ipv4 ? payload : networkLayer(bytes, from: payload)
  }

  @inline(__always)
  mutating func ethernetHeader(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(EthernetHeader.length, .ethernet, at: offset, bytes) else { return nil }
    layers.enter(.ethernet, at: offset, length: EthernetHeader.length)
    isToGroup = EthernetHeader.isToGroup(bytes, at: offset)
    return LinkPayload(
      offset: offset + EthernetHeader.length,
      type: EtherType(rawValue: bytes.uint16(at: offset + 12)))
  }

  mutating func vlan(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(VLANTag.length, .vlan, at: offset, bytes) else { return nil }
    layers.enter(.vlan, at: offset, length: VLANTag.length)
    return LinkPayload(
      offset: offset + VLANTag.length, type: EtherType(rawValue: bytes.uint16(at: offset + 2)))
  }

  /// IEEE 802.2 logical link control: SNAP (RFC 1042) names an Ethernet type; 0x06 is IP.
  mutating func llc(_ bytes: RawSpan, at offset: Int, length: Int) -> LinkPayload? {
    // IEEE 802.3 frames are padded too: what follows must fit into the length, not the frame.
    packetEnd = min(packetEnd, offset + length)
    guard needs(3, .llc, at: offset, bytes) else { return nil }
    let sap = bytes.uint16(at: offset)
    let control = bytes.uint8(at: offset + 2)
    if sap == 0xAAAA, control == 3 {
      guard needs(8, .llc, at: offset, bytes) else { return nil }
      layers.enter(.llc, at: offset, length: 8)
      let organization = bytes.uint32(at: offset + 2) & 0x00FF_FFFF
      // 0x0000F8 is what IEEE 802.1H bridges put there for types that they tunnel.
      let isKnown = organization == 0 || organization == 0xF8
      return isKnown
        ? typed(bytes.uint16(at: offset + 6), at: offset + 8)
        : LinkPayload(offset: offset + 8, type: .unknown)
    }
    // Unnumbered frames have one control byte, all others two (IEEE 802.2 §5.2).
    let header = control & 3 == 3 ? 3 : 4
    guard needs(header, .llc, at: offset, bytes) else { return nil }
    layers.enter(.llc, at: offset, length: header)
    let type: EtherType = sap == 0x0606 && control == 3 ? .ipv4 : .unknown
    return LinkPayload(offset: offset + header, type: type)
  }

  /// PPPoE session (RFC 2516 §4): version and type, code, session, length, then PPP.
  mutating func pppoe(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(6, .pppoe, at: offset, bytes) else { return nil }
    layers.enter(.pppoe, at: offset, length: 6)
    packetEnd = min(packetEnd, offset + 6 + Int(bytes.uint16(at: offset + 4)))
    guard bytes.uint8(at: offset + 1) == 0 else {
      return LinkPayload(offset: offset + 6, type: .unknown)
    }
    return pppProtocol(bytes, at: offset + 6)
  }
}
