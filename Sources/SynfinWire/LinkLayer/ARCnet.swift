extension PacketWalk {
  /// ARCnet: source, destination, `offsets` bytes that tell where the data lies in the card's buffer, protocol.
  ///
  /// RFC 1201 §2.2 puts a split flag and a sequence number behind its protocols, and a second header behind a flag
  /// of 0xFF; RFC 1051 puts nothing.
  mutating func arcnet(_ bytes: RawSpan, offsets: Int) -> LinkPayload? {
    let place = 2 + offsets
    guard needs(place + 1, .arcnet, at: 0, bytes) else { return nil }
    // The address 0 stands for everybody.
    isToGroup = bytes.uint8(at: 1) == 0
    let number = bytes.uint8(at: place)
    guard number != 0xF0, number != 0xF1 else {
      layers.enter(.arcnet, at: 0, length: place + 1)
      return LinkPayload(offset: place + 1, type: number == 0xF0 ? .ipv4 : .arp)
    }
    guard needs(place + 4, .arcnet, at: 0, bytes) else { return nil }
    var length = place + 4
    if bytes.uint8(at: place + 1) == 0xFF {
      length += 4
      guard needs(length, .arcnet, at: 0, bytes) else { return nil }
    }
    layers.enter(.arcnet, at: 0, length: length)
    // Pieces of a split packet are not put together.
    guard bytes.uint8(at: length - 3) == 0 else {
      return LinkPayload(offset: length, type: .unknown)
    }
    return LinkPayload(offset: length, type: Self.arcnetType(number))
  }

  private static func arcnetType(_ number: UInt8) -> EtherType {
    switch number {
    case 0xD4: .ipv4
    case 0xD5: .arp
    case 0xC4: .ipv6
    default: .unknown
    }
  }
}
