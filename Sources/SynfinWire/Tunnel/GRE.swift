extension PacketWalk {
  /// Generic routing encapsulation (RFC 2784 §2, RFC 2890; version 1: RFC 2637 §4.1).
  ///
  /// ```
  ///  0                   1                   2                   3
  /// |C|R|K|S|s|Recur|A| Flags | Ver |         Protocol Type         |
  /// |      Checksum (optional)      |       Offset (optional)       |
  /// |                         Key (optional)                        |
  /// |                   Sequence Number (optional)                  |
  /// |           Routing (optional), Acknowledgment (version 1)      |
  /// ```
  mutating func gre(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(4, .gre, at: offset, bytes) else { return nil }
    let flags = bytes.uint16(at: offset)
    let type = bytes.uint16(at: offset + 2)
    switch flags & 7 {
    case 0: return plainGRE(bytes, flags, type, at: offset)
    // RFC 2637 §4.1: the key is a must, PPP the one payload.
    case 1 where flags & 0x2000 != 0 && type == EtherType.ppp.rawValue:
      return enhancedGRE(bytes, flags, at: offset)
    default: return nil
    }
  }

  private mutating func plainGRE(
    _ bytes: RawSpan, _ flags: UInt16, _ type: UInt16, at offset: Int
  ) -> LinkPayload? {
    let hasKey = flags & 0x2000 != 0
    let hasSequence = flags & 0x1000 != 0
    // RFC 1701: checksum and offset are both there if one of the two is used.
    let keyOffset = offset + (flags & 0xC000 != 0 ? 8 : 4)
    var end = keyOffset + (hasKey ? 4 : 0) + (hasSequence ? 4 : 0)
    guard needs(end - offset, .gre, at: offset, bytes) else { return nil }
    if hasKey { tunnel.identifier = bytes.uint32(at: keyOffset) }
    // RFC 1701: source routes, each with family, offset and length, until one of length 0.
    while flags & 0x4000 != 0 {
      guard needs(end + 4 - offset, .gre, at: offset, bytes) else { return nil }
      let length = Int(bytes.uint8(at: end + 3))
      end += 4 + length
      if length == 0 { break }
    }
    guard needs(end - offset, .gre, at: offset, bytes) else { return nil }
    layers.enter(.gre, at: offset, length: end - offset)
    return afterGRE(bytes, type, hasSequence, at: end)
  }

  private mutating func afterGRE(
    _ bytes: RawSpan, _ type: UInt16, _ hasSequence: Bool, at offset: Int
  ) -> LinkPayload? {
    switch type {
    // Without a sequence number it is type I, which has no header of its own.
    case 0x88BE where !hasSequence:
      tunnel.kind = .erspan
      return LinkPayload(offset: offset, type: .ethernetFrame)
    case 0x88BE, 0x22EB: return erspan(bytes, at: offset)
    case 0x883E: return wccp(bytes, at: offset)
    // PPP and Cisco HDLC under their other numbers.
    case 0x8881, 0x88D2: return LinkPayload(offset: offset, type: .ppp)
    // Access points of Aruba: a range of numbers, one for each queue.
    case 0x8200...0x8370 where type & 0xF == 0: return ieee80211(bytes, at: offset)
    default: return typed(type, at: offset)
    }
  }

  /// The version of the point-to-point tunnelling protocol: the key is payload length and call identifier.
  private mutating func enhancedGRE(
    _ bytes: RawSpan, _ flags: UInt16, at offset: Int
  ) -> LinkPayload? {
    let hasSequence = flags & 0x1000 != 0
    let length = 8 + (hasSequence ? 4 : 0) + (flags & 0x0080 != 0 ? 4 : 0)
    guard needs(length, .gre, at: offset, bytes) else { return nil }
    layers.enter(.gre, at: offset, length: length)
    tunnel.kind = .pptp
    tunnel.identifier = UInt32(bytes.uint16(at: offset + 6))
    // Without a sequence number it only acknowledges.
    guard hasSequence else { return nil }
    packetEnd = min(packetEnd, offset + length + Int(bytes.uint16(at: offset + 4)))
    return LinkPayload(offset: offset + length, type: .ppp)
  }

  /// A mirrored frame (draft-foschiano-erspan §4): version, VLAN and session, then for type II an index, for type III a
  /// time stamp and flags, the last of which says that eight bytes of the platform follow.
  private mutating func erspan(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(8, .erspan, at: offset, bytes) else { return nil }
    let version = bytes.uint8(at: offset) >> 4
    var length = 8
    var isFrame = true
    if version == 2 {
      guard needs(12, .erspan, at: offset, bytes) else { return nil }
      let flags = bytes.uint16(at: offset + 10)
      length = flags & 1 != 0 ? 20 : 12
      // The frame type: 0 Ethernet, 2 IP.
      isFrame = flags >> 10 & 0x1F != 2
    } else if version != 1 {
      return nil
    }
    guard needs(length, .erspan, at: offset, bytes) else { return nil }
    layers.enter(.erspan, at: offset, length: length)
    tunnel.kind = .erspan
    tunnel.identifier = UInt32(bytes.uint16(at: offset + 2) & 0x3FF)
    return isFrame
      ? LinkPayload(offset: offset + length, type: .ethernetFrame)
      : rawIP(bytes, at: offset + length)
  }

  /// Redirected by a router to a cache (draft-wilson-wrec-wccp-v2 §4.12): IP, in version 2 behind four bytes.
  private mutating func wccp(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(1, .wccp, at: offset, bytes) else { return nil }
    if bytes.uint8(at: offset) >> 4 == 4 { return LinkPayload(offset: offset, type: .ipv4) }
    guard needs(4, .wccp, at: offset, bytes) else { return nil }
    layers.enter(.wccp, at: offset, length: 4)
    return rawIP(bytes, at: offset + 4)
  }
}
