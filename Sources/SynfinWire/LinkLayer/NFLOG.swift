extension PacketWalk {
  /// Packets logged by the Linux firewall (tcpdump.org/linktypes, LINKTYPE_NFLOG): address family, version, resource,
  /// then attributes.
  ///
  /// Each has a length and a type in the byte order of the host, and is padded to four bytes. The last is the packet.
  mutating func nflog(_ bytes: RawSpan) -> LinkPayload? {
    guard needs(4, .nflog, at: 0, bytes) else { return nil }
    let family = bytes.uint8(at: 0)
    var offset = 4
    while true {
      guard needs(4, .nflog, at: offset, bytes) else { return nil }
      let (length, type) = attribute(bytes, at: offset)
      guard length >= 4 else {
        stop(.lengthTooSmall, .nflog, at: offset, required: 4, available: length)
        return nil
      }
      // NFULA_PAYLOAD
      if type == 9 {
        packetEnd = min(packetEnd, offset + length)
        layers.enter(.nflog, at: 0, length: offset + 4)
        return LinkPayload(
          offset: offset + 4, type: family == 2 ? .ipv4 : family == 10 ? .ipv6 : .unknown)
      }
      let padded = (length + 3) & ~3
      guard needs(padded, .nflog, at: offset, bytes) else { return nil }
      offset += padded
    }
  }

  /// Types are small numbers, so the order in which they are small is the right one.
  private func attribute(_ bytes: RawSpan, at offset: Int) -> (length: Int, type: UInt16) {
    let type = bytes.uint16(at: offset + 2)
    let length = bytes.uint16(at: offset)
    return type.byteSwapped < type
      ? (Int(length.byteSwapped), type.byteSwapped) : (Int(length), type)
  }
}
