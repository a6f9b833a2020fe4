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
    // Ethernet alone is in use where addresses of IP matter; the others do not nest.
    guard bytes.uint32(at: 4).byteSwapped == UInt32(LinkType.ethernet.rawValue) else {
      return LinkPayload(offset: length, type: .unknown)
    }
    return ethernet(bytes, at: length)
  }
}
