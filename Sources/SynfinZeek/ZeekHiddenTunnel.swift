internal import SynfinWire

/// A tunnel in a UDP conversation on a port that promises none, recognised by its first bytes as Zeek does.
struct ZeekHiddenTunnel {
  /// Where the inner packet begins in the UDP payload.
  let offset: Int
  /// Whether the inner packet has to be as long as the rest of the payload.
  private let isExact: Bool

  /// Looks for Teredo and AYIYA; nil if the payload is neither.
  init?(_ payload: RawSpan) {
    if let offset = Self.teredo(payload) {
      self.offset = offset
      isExact = true
    } else if let offset = Self.ayiya(payload) {
      self.offset = offset
      isExact = false
    } else {
      return nil
    }
  }

  /// Whether Zeek looks at a port's conversations for one: it does not where a port stands for a tunnel.
  static func isPossible(at port: UInt16) -> Bool {
    switch port {
    case 2123, 2152, 3544, 4754, 4789, 5072, 6081: false
    default: true
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
