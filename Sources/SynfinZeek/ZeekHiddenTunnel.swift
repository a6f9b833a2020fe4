internal import SynfinWire

/// A tunnel that the decoder left closed and Zeek opens: on a port that promises none, recognised by its first bytes, or
/// one that holds nothing but a protocol unknown to both.
struct ZeekHiddenTunnel {
  /// Where the inner packet begins in the UDP payload.
  let offset: Int
  /// How it begins.
  let linkType: LinkType
  /// Whether the inner packet has to be as long as the rest of the payload.
  private let isExact: Bool

  /// Whether there may be a tunnel in a datagram, whichever of its ports is the server's.
  @inline(__always)
  static func isPossible(
    _ datagram: borrowing ZeekDatagram, _ flow: ZeekFlow, _ bytes: RawSpan
  ) -> Bool {
    if isTunnelPort(flow.sourcePort) || isTunnelPort(flow.destinationPort) { return true }
    // What is recognised anywhere has at least these bytes, and one of three beginnings.
    guard datagram.holds(UDPHeader.length + 8) else { return false }
    let start = bytes.uint32(at: datagram.udpPayload.lowerBound)
    guard start >> 28 == 6 || start >> 17 == 0 || start >> 8 & 0xFFFF == 0x5211 else {
      return false
    }
    return isAnywhere(bytes.extracting(datagram.udpPayload))
  }

  @inline(never)
  private static func isAnywhere(_ payload: RawSpan) -> Bool {
    ZeekHiddenTunnel(anywhere: payload) != nil
  }

  private static func isTunnelPort(_ port: UInt16) -> Bool { port == 4789 || port == 6081 }

  /// Looks for a tunnel in the payload of a conversation with this server port; nil if there is none.
  init?(_ payload: RawSpan, port: UInt16) {
    switch port {
    case 4789: self.init(vxlan: payload)
    case 6081: self.init(geneve: payload)
    case 2123, 2152, 3544, 4754, 5072: return nil
    default: self.init(anywhere: payload)
    }
  }

  private init(_ offset: Int, _ linkType: LinkType, isExact: Bool = false) {
    self.offset = offset
    self.linkType = linkType
    self.isExact = isExact
  }

  private init?(anywhere payload: RawSpan) {
    if let offset = Self.teredo(payload) {
      self.init(offset, .raw, isExact: true)
    } else if let offset = Self.ayiya(payload) {
      self.init(offset, .raw)
    } else {
      return nil
    }
  }

  /// VXLAN (RFC 7348 §5): the flag 0x08, then Ethernet behind eight bytes.
  private init?(vxlan payload: RawSpan) {
    guard payload.holds(22, at: 0), payload.uint8(at: 0) & 8 != 0 else { return nil }
    self.init(8, .ethernet)
  }

  /// Geneve (RFC 8926 §3.4): version 0, options, Ethernet type.
  private init?(geneve payload: RawSpan) {
    guard payload.holds(8, at: 0), payload.uint8(at: 0) & 0xC0 == 0 else { return nil }
    let length = 8 + 4 * Int(payload.uint8(at: 0) & 0x3F)
    guard payload.holds(20, at: length) else { return nil }
    switch payload.uint16(at: 2) {
    case 0x6558: self.init(length, .ethernet)
    case 0x0800, 0x86DD: self.init(length, .raw)
    default: return nil
    }
  }

  /// Whether the tunnel holds what it promises; an empty IPv6 packet may have anything behind it.
  func isWellFormed(_ inner: Packet, _ payload: RawSpan) -> Bool {
    guard isExact else { return true }
    guard inner.ip.version == 6, !inner.hasUnusableHeader else { return false }
    let end = Int(inner.ip.payloadOffset) + Int(inner.ip.payloadLength)
    return end == payload.byteCount - offset || inner.ip.payloadProtocol == .noNextHeader
  }

  /// Teredo (RFC 4380 §5.1.1): IPv6 with an address of 2001::/32, or behind an authentication or an origin indication.
  private static func teredo(_ payload: RawSpan) -> Int? {
    guard payload.byteCount >= 40 else { return nil }
    if payload.uint8(at: 0) >> 4 == 6 {
      let isTeredo =
        payload.uint32(at: 8) == 0x2001_0000 || payload.uint32(at: 24) == 0x2001_0000
      return isTeredo ? 0 : nil
    }
    var offset = 0
    if payload.uint16(at: 0) == 1 {
      // Lengths of identifier and value, both, nonce of eight bytes, confirmation.
      offset = 13 + Int(payload.uint8(at: 2)) + Int(payload.uint8(at: 3))
    }
    guard payload.holds(48, at: offset), payload.uint16(at: offset) == 0,
      payload.uint8(at: offset + 8) >> 4 == 6
    else { return nil }
    return offset + 8
  }

  /// AYIYA (draft-massar-v6ops-ayiya §3) with the signature and the authentication that everybody uses.
  private static func ayiya(_ payload: RawSpan) -> Int? {
    guard payload.holds(8, at: 0), payload.uint8(at: 1) == 0x52, payload.uint8(at: 2) == 0x11,
      payload.uint8(at: 3) == 4 || payload.uint8(at: 3) == 41
    else { return nil }
    let identity = 1 << Int(payload.uint8(at: 0) >> 4)
    let length = 8 + identity + 20
    return payload.holds(1, at: length) ? length : nil
  }
}
