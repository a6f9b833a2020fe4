extension PacketWalk {
  /// FDDI (ISO 9314-2): frame control, destination and source address, 13 bytes, then logical link control.
  mutating func fddi(_ bytes: RawSpan) -> LinkPayload? {
    let length = 13
    guard needs(length, .fddi, at: 0, bytes) else { return nil }
    layers.enter(.fddi, at: 0, length: length)
    // Frames that carry logical link control have the frame control 0101xxxx.
    guard bytes.uint8(at: 0) & 0xF0 == 0x50 else {
      return LinkPayload(offset: length, type: .unknown)
    }
    return llc(bytes, at: length, length: packetEnd - length)
  }
}
