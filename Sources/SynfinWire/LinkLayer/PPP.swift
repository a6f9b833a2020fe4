extension PacketWalk {
  /// PPP with or without the address and control bytes of HDLC-like framing (RFC 1662 §3.1).
  ///
  /// Cisco's HDLC comes under the same link types; its address byte is 0x0F or 0x8F.
  mutating func ppp(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(2, .ppp, at: offset, bytes) else { return nil }
    switch bytes.uint16(at: offset) {
    case 0x0F00, 0x8F00: return ciscoHDLC(bytes, at: offset)
    case 0xFF03: return pppProtocol(bytes, at: offset, framing: 2)
    default: return pppProtocol(bytes, at: offset)
    }
  }

  /// Cisco HDLC: an address byte, a byte of 0, an Ethernet type (RFC 1547 §4.3.1).
  mutating func ciscoHDLC(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(4, .ppp, at: offset, bytes) else { return nil }
    layers.enter(.ppp, at: offset, length: 4)
    return typed(bytes.uint16(at: offset + 2), at: offset + 4)
  }

  /// The PPP protocol number (RFC 1661 §2) behind `framing` bytes.
  mutating func pppProtocol(
    _ bytes: RawSpan, at start: Int, framing: Int = 0
  ) -> LinkPayload? {
    guard needs(framing + 1, .ppp, at: start, bytes) else { return nil }
    // RFC 1661 §6.5: a number may be compressed to its low byte, the only odd one.
    let isCompressed = bytes.uint8(at: start + framing) & 1 != 0
    let length = framing + (isCompressed ? 1 : 2)
    guard needs(length, .ppp, at: start, bytes) else { return nil }
    layers.enter(.ppp, at: start, length: length)
    let number =
      isCompressed
      ? UInt16(bytes.uint8(at: start + framing)) : bytes.uint16(at: start + framing)
    let next = start + length
    switch number {
    case 0x0021: return LinkPayload(offset: next, type: .ipv4)
    case 0x0057: return LinkPayload(offset: next, type: .ipv6)
    // RFC 3032 §4.3: MPLS, unicast and multicast.
    case 0x0281, 0x0283: return LinkPayload(offset: next, type: .mpls)
    default: return LinkPayload(offset: next, type: .unknown)
    }
  }
}
