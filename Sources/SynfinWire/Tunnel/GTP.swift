extension PacketWalk {
  /// The user plane of GTP version 1 (3GPP TS 29.281 §5.1): version and flags, message type 255, length, tunnel
  /// identifier; four bytes more if one of three flags is set, and a chain of extension headers.
  mutating func gtp(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(8, .gtp, at: offset, bytes) else { return nil }
    let flags = bytes.uint8(at: offset)
    if flags & 0xF0 == 0x10 { return oldGTP(bytes, at: offset) }
    // Version 1 and "protocol type" 1; the message carries a packet.
    guard flags & 0xF0 == 0x30, bytes.uint8(at: offset + 1) == 255 else { return nil }
    var length = 8
    if flags & 7 != 0 {
      length = 12
      guard needs(length, .gtp, at: offset, bytes) else { return nil }
      if flags & 4 != 0 {
        guard let end = afterExtensions(bytes, at: offset) else { return nil }
        length = end - offset
      }
    }
    layers.enter(.gtp, at: offset, length: length)
    tunnel.identifier = bytes.uint32(at: offset + 4)
    packetEnd = min(packetEnd, offset + 8 + Int(bytes.uint16(at: offset + 2)))
    return rawIP(bytes, at: offset + length)
  }

  /// Version 0 (3GPP TS 09.60 §6): twenty bytes, of which the flow label names the tunnel.
  private mutating func oldGTP(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(20, .gtp, at: offset, bytes), bytes.uint8(at: offset + 1) == 255 else { return nil }
    layers.enter(.gtp, at: offset, length: 20)
    tunnel.identifier = UInt32(bytes.uint16(at: offset + 6))
    packetEnd = min(packetEnd, offset + 20 + Int(bytes.uint16(at: offset + 2)))
    return rawIP(bytes, at: offset + 20)
  }

  /// Each extension header has its length in words before it and the type of the next one behind it; type 0 ends.
  private mutating func afterExtensions(_ bytes: RawSpan, at offset: Int) -> Int? {
    var end = offset + 12
    while bytes.uint8(at: end - 1) != 0 {
      guard needs(end + 1 - offset, .gtp, at: offset, bytes) else { return nil }
      let length = 4 * Int(bytes.uint8(at: end))
      guard length > 0, needs(end + length - offset, .gtp, at: offset, bytes) else { return nil }
      end += length
    }
    return end
  }
}
