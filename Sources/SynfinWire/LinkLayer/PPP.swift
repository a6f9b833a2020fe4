extension PacketWalk {
  /// PPP (RFC 1661 §2), with or without the address and control bytes of HDLC-like framing (RFC 1662 §3.1), and Cisco's
  /// HDLC, whose address byte is 0x0F or 0x8F and whose protocol is an Ethernet type.
  mutating func ppp(_ bytes: RawSpan, at start: Int) -> LinkPayload? {
    guard needs(2, .ppp, at: start, bytes) else { return nil }
    let first = bytes.uint16(at: start)
    if first == 0x0F00 || first == 0x8F00 {
      guard needs(4, .ppp, at: start, bytes) else { return nil }
      layers.enter(.ppp, at: start, length: 4)
      return afterEtherType(
        bytes, EtherType(rawValue: bytes.uint16(at: start + 2)), at: start + 4)
    }
    let framing = first == 0xFF03 ? 2 : 0
    guard needs(framing + 1, .ppp, at: start, bytes) else { return nil }
    // RFC 1661 §6.5: a protocol number may be compressed to its odd low byte.
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
    default: return LinkPayload(offset: next, type: .unknown)
    }
  }
}
