extension PacketWalk {
  /// A data message of L2TP version 2 (RFC 2661 §3.1): flags, length if 0x4000, tunnel and session, sequence numbers if
  /// 0x0800, offset if 0x0200; then PPP.
  mutating func l2tp(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(2, .l2tp, at: offset, bytes) else { return nil }
    let flags = bytes.uint16(at: offset)
    guard flags & 0x800F == 2 else { return nil }
    let place = offset + (flags & 0x4000 != 0 ? 4 : 2)
    var end = place + 4 + (flags & 0x0800 != 0 ? 4 : 0)
    if flags & 0x0200 != 0 {
      guard needs(end + 2 - offset, .l2tp, at: offset, bytes) else { return nil }
      end += 2 + Int(bytes.uint16(at: end))
    }
    guard needs(end - offset, .l2tp, at: offset, bytes) else { return nil }
    layers.enter(.l2tp, at: offset, length: end - offset)
    tunnel.identifier = bytes.uint32(at: place)
    return LinkPayload(offset: end, type: .ppp)
  }

  /// LISP data (RFC 9300 §5.1): eight bytes of flags, nonce and status bits, then IP.
  mutating func lisp(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(8, .lisp, at: offset, bytes) else { return nil }
    layers.enter(.lisp, at: offset, length: 8)
    return rawIP(bytes, at: offset + 8)
  }

  /// A LISP control message that wraps another (RFC 9301 §5.8): type 8 in the high nibble of four bytes, then IP.
  mutating func lispControl(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(4, .lisp, at: offset, bytes), bytes.uint8(at: offset) >> 4 == 8 else { return nil }
    layers.enter(.lisp, at: offset, length: 4)
    return rawIP(bytes, at: offset + 4)
  }

  /// The data channel of CAPWAP (RFC 5415 §4.3): a preamble that tells plain from encrypted, the length of the header in
  /// words, flags, the first of which tells wireless frames from Ethernet.
  mutating func capwap(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(8, .capwap, at: offset, bytes), bytes.uint8(at: offset) == 0 else { return nil }
    let word = bytes.uint32(at: offset)
    let length = 4 * Int(word >> 19 & 0x1F)
    // Neither a fragment nor a keep-alive.
    guard word & 0x88 == 0, length >= 8, needs(length, .capwap, at: offset, bytes) else {
      return nil
    }
    layers.enter(.capwap, at: offset, length: length)
    guard word & 0x100 != 0 else {
      return LinkPayload(offset: offset + length, type: .ethernetFrame)
    }
    guard needs(length + 1, .capwap, at: offset, bytes) else { return nil }
    // Data frames of version 0 begin with 0x08, 0x18 and so on.
    let isSwapped = bytes.uint8(at: offset + length) & 0x0F != 0x08
    return ieee80211(bytes, at: offset + length, isSwapped: isSwapped)
  }

  /// The protocol of remote sniffers: version, type, kind of frame, then tags until one of type 1.
  mutating func tzsp(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(5, .tzsp, at: offset, bytes), bytes.uint8(at: offset) == 1 else { return nil }
    var end = offset + 4
    while bytes.uint8(at: end) != 1 {
      // Type 0 is padding, all others have a length.
      guard needs(end + 3 - offset, .tzsp, at: offset, bytes) else { return nil }
      end += bytes.uint8(at: end) == 0 ? 1 : 2 + Int(bytes.uint8(at: end + 1))
      guard needs(end + 1 - offset, .tzsp, at: offset, bytes) else { return nil }
    }
    layers.enter(.tzsp, at: offset, length: end + 1 - offset)
    switch bytes.uint16(at: offset + 2) {
    case 1: return LinkPayload(offset: end + 1, type: .ethernetFrame)
    case 18: return ieee80211(bytes, at: end + 1)
    case 119: return prism(bytes, at: end + 1)
    case 127: return avs(bytes, at: end + 1)
    default: return nil
    }
  }
}
