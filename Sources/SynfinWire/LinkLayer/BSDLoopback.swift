extension PacketWalk {
  /// BSD loopback: a four-byte address family (tcpdump.org/linktypes, LINKTYPE_NULL and
  /// LINKTYPE_LOOP).
  ///
  /// The byte order is that of the capturing host, which the file does not always share. Families
  /// are small numbers, so the order in which the number is small is the right one. IPv4 is 2
  /// everywhere; IPv6 is 24, 28, 30 or 10, depending on the system.
  mutating func bsdLoopback(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(4, .bsdLoopback, at: offset, bytes) else { return nil }
    layers.enter(.bsdLoopback, at: offset, length: 4)
    let number = bytes.uint32(at: offset)
    let family = number > 0xFFFF ? number.byteSwapped : number
    switch family {
    case 2: return LinkPayload(offset: offset + 4, type: .ipv4)
    case 10, 24, 28, 30: return LinkPayload(offset: offset + 4, type: .ipv6)
    // Some writers put an Ethernet type there.
    case 0x0800: return LinkPayload(offset: offset + 4, type: .ipv4)
    case 0x86DD: return LinkPayload(offset: offset + 4, type: .ipv6)
    default: return LinkPayload(offset: offset + 4, type: .unknown)
    }
  }
}
