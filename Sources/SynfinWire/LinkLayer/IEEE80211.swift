extension PacketWalk {
  /// An IEEE 802.11 frame (§9.2): frame control, duration, three or four addresses, sequence control, and for "quality
  /// of service" data two bytes more; then logical link control.
  ///
  /// Frames that are no data, or encrypted, have nothing to follow. Some access points swap the two bytes of frame
  /// control in what they tunnel.
  mutating func ieee80211(
    _ bytes: RawSpan, at offset: Int, padsHeader: Bool = false, isSwapped: Bool = false
  ) -> LinkPayload? {
    guard needs(2, .ieee80211, at: offset, bytes) else { return nil }
    let control = bytes.uint8(at: isSwapped ? offset + 1 : offset)
    let flags = bytes.uint8(at: isSwapped ? offset : offset + 1)
    let isData = control & 0x0F == 0x08 && control & 0x40 == 0
    guard isData else { return notData(bytes, at: offset) }
    let hasQuality = control & 0x80 != 0
    let isRelayed = flags & 3 == 3
    var length = (isRelayed ? 30 : 24) + (hasQuality ? 2 : 0)
    // §9.2.4.1.10: the high-throughput control field.
    if hasQuality, flags & 0x80 != 0 { length += 4 }
    guard needs(length, .ieee80211, at: offset, bytes) else { return nil }
    isToGroup = bytes.uint8(at: offset + (flags & 1 != 0 ? 16 : 4)) & 1 != 0
    if padsHeader { length = (length + 3) & ~3 }
    // §9.3.2.2.2: several frames share a header; the first counts, behind two addresses and a length.
    let isAggregate = hasQuality && bytes.uint8(at: offset + (isRelayed ? 30 : 24)) & 0x80 != 0
    if isAggregate { length += 14 }
    guard needs(length, .ieee80211, at: offset, bytes) else { return nil }
    layers.enter(.ieee80211, at: offset, length: length)
    if flags & 0x40 != 0 { return LinkPayload(offset: offset + length, type: .unknown) }
    let end = offset + length
    return llc(
      bytes, at: end,
      length: isAggregate ? Int(bytes.uint16(at: end - 2)) : max(0, packetEnd - end))
  }

  private mutating func notData(_ bytes: RawSpan, at offset: Int) -> LinkPayload {
    layers.enter(.ieee80211, at: offset, length: 2)
    return LinkPayload(offset: offset + 2, type: .unknown)
  }

  /// Radiotap (radiotap.org): version, padding, length, a chain of words that say which fields follow; all in
  /// little-endian order.
  mutating func radiotap(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(8, .radiotap, at: offset, bytes) else { return nil }
    let length = Int(bytes.uint16(at: offset + 2).byteSwapped)
    guard length >= 8 else {
      stop(.lengthTooSmall, .radiotap, at: offset, required: 8, available: length)
      return nil
    }
    guard needs(length, .radiotap, at: offset, bytes) else { return nil }
    layers.enter(.radiotap, at: offset, length: length)
    let flags = radiotapFlags(bytes, at: offset, length: length)
    // A frame check sequence at the end is no payload.
    if flags & 0x10 != 0 { packetEnd = max(offset + length, packetEnd - 4) }
    return ieee80211(bytes, at: offset + length, padsHeader: flags & 0x20 != 0)
  }

  /// The flags field, which stands behind the clock if there is one; 0 if there is none.
  private func radiotapFlags(_ bytes: RawSpan, at offset: Int, length: Int) -> UInt8 {
    let present = bytes.uint32(at: offset + 4).byteSwapped
    guard present & 2 != 0 else { return 0 }
    var position = 8
    // Bit 31 says that another word follows.
    while position + 4 <= length, bytes.uint8(at: offset + position - 1) & 0x80 != 0 {
      position += 4
    }
    if present & 1 != 0 { position = (position + 7) & ~7 + 8 }
    return position < length ? bytes.uint8(at: offset + position) : 0
  }

  /// The header of Prism monitors: message code, length of the header, name of the device, values.
  ///
  /// Some drivers put an AVS header under the same link type.
  mutating func prism(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(8, .prism, at: offset, bytes) else { return nil }
    if bytes.uint32(at: offset) >> 12 == 0x80211 { return avs(bytes, at: offset) }
    // In the byte order of the host; the length is a small number.
    let number = bytes.uint32(at: offset + 4)
    return monitored(bytes, .prism, Int(min(number, number.byteSwapped)), at: offset)
  }

  /// The header of the AVS project: version and length, then values.
  mutating func avs(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(8, .avs, at: offset, bytes) else { return nil }
    return monitored(bytes, .avs, Int(bytes.uint32(at: offset + 4)), at: offset)
  }

  private mutating func monitored(
    _ bytes: RawSpan, _ kind: LayerKind, _ length: Int, at offset: Int
  ) -> LinkPayload? {
    guard length >= 8 else {
      stop(.lengthTooSmall, kind, at: offset, required: 8, available: length)
      return nil
    }
    guard needs(length, kind, at: offset, bytes) else { return nil }
    layers.enter(kind, at: offset, length: length)
    return ieee80211(bytes, at: offset + length)
  }
}
