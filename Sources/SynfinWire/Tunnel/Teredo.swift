extension PacketWalk {
  /// Teredo (RFC 4380 §5.1.1): IPv6, behind an authentication and an origin indication if they are there.
  mutating func teredo(_ bytes: RawSpan, at start: Int) -> LinkPayload? {
    var offset = start
    guard needs(8, .teredo, at: offset, bytes) else { return nil }
    if bytes.uint16(at: offset) == 1 {
      // Lengths of identifier and value, both, nonce of eight bytes, confirmation.
      let length = 13 + Int(bytes.uint8(at: offset + 2)) + Int(bytes.uint8(at: offset + 3))
      guard needs(length + 1, .teredo, at: offset, bytes) else { return nil }
      offset += length
    }
    if bytes.holds(2, at: offset), bytes.uint16(at: offset) == 0 { offset += 8 }
    guard needs(1, .teredo, at: offset, bytes), bytes.uint8(at: offset) >> 4 == 6 else {
      return nil
    }
    if offset > start { layers.enter(.teredo, at: start, length: offset - start) }
    return LinkPayload(offset: offset, type: .ipv6)
  }

  /// AYIYA (draft-massar-v6ops-ayiya §3): kinds and lengths of identity and signature, authentication, operation (1:
  /// forward), next header, time; identity; signature.
  mutating func ayiya(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(8, .ayiya, at: offset, bytes) else { return nil }
    let identity = 1 << Int(bytes.uint8(at: offset) >> 4)
    let signature = 4 * Int(bytes.uint8(at: offset + 1) >> 4)
    let length = 8 + identity + signature
    guard bytes.uint8(at: offset + 2) & 0x0F == 1, needs(length, .ayiya, at: offset, bytes) else {
      return nil
    }
    layers.enter(.ayiya, at: offset, length: length)
    switch bytes.uint8(at: offset + 3) {
    case 4, 41: return rawIP(bytes, at: offset + length)
    default: return nil
    }
  }
}
