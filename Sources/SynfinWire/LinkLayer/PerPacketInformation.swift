extension PacketWalk {
  /// Per-Packet Information (tcpdump.org/linktypes, LINKTYPE_PPI): version, flags, length of the header, link type
  /// of the packet behind it; all in little-endian order.
  mutating func perPacketInformation(_ bytes: RawSpan) -> LinkPayload? {
    guard needs(8, .perPacketInformation, at: 0, bytes) else { return nil }
    let length = Int(bytes.uint16(at: 2).byteSwapped)
    guard length >= 8 else {
      stop(.lengthTooSmall, .perPacketInformation, at: 0, required: 8, available: length)
      return nil
    }
    guard needs(length, .perPacketInformation, at: 0, bytes) else { return nil }
    layers.enter(.perPacketInformation, at: 0, length: length)
    return wrapped(bytes, bytes.uint32(at: 4).byteSwapped, at: length)
  }

  /// macOS's PKTAP (tcpdump.org/linktypes, LINKTYPE_PKTAP): length of the header, record type, link type of the packet
  /// behind it, then what the kernel knows of interface and process; all in little-endian order.
  mutating func pktap(_ bytes: RawSpan) -> LinkPayload? {
    guard needs(12, .pktap, at: 0, bytes) else { return nil }
    let length = Int(bytes.uint32(at: 0).byteSwapped)
    guard length >= 12 else {
      stop(.lengthTooSmall, .pktap, at: 0, required: 12, available: length)
      return nil
    }
    guard needs(length, .pktap, at: 0, bytes) else { return nil }
    layers.enter(.pktap, at: 0, length: length)
    return wrapped(bytes, bytes.uint32(at: 8).byteSwapped, at: length)
  }

  /// A packet of another link type behind a capturing tool's header; headers that wrap again are not in use.
  private mutating func wrapped(
    _ bytes: RawSpan, _ type: UInt32, at offset: Int
  ) -> LinkPayload? {
    switch LinkType(rawValue: UInt16(clamping: type)) {
    case .ethernet: LinkPayload(offset: offset, type: .ethernetFrame)
    case .raw, .rawBSD, .rawOpenBSD: rawIP(bytes, at: offset)
    case .null, .loop: bsdLoopback(bytes, at: offset)
    case .ppp, .pppHDLC: ppp(bytes, at: offset)
    case .ieee80211: ieee80211(bytes, at: offset)
    case .radiotap: radiotap(bytes, at: offset)
    default: LinkPayload(offset: offset, type: .unknown)
    }
  }
}
