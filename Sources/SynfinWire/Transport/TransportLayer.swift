extension PacketWalk {
  /// Decodes the transport header at `offset`, the last layer unless it is that of a tunnel.
  mutating func transport(_ bytes: RawSpan, at offset: Int, _ number: IPProtocol) {
    switch number {
    case .tcp: tcp(bytes, at: offset)
    case .udp: udp(bytes, at: offset)
    case .icmp where packet.ip.version == 4: icmp(bytes, at: offset, version: 4)
    case .icmpv6 where packet.ip.version == 6: icmp(bytes, at: offset, version: 6)
    case .authentication where packet.ip.version == 4: authentication(bytes, at: offset)
    default:
      packet.transport = .other(number)
      let tunnel = Tunnel.Kind(number)
      if tunnel != .none, opensTunnels {
        meet(tunnel, at: offset)
      } else {
        enterPayload(bytes, at: offset)
      }
    }
  }

  /// The IP authentication header over IPv4 (RFC 4302 §2): next header, length in units of four
  /// beyond the first eight bytes.
  private mutating func authentication(_ bytes: RawSpan, at offset: Int) {
    guard needs(12, .authentication, at: offset, bytes) else { return }
    let length = (Int(bytes.uint8(at: offset + 1)) + 2) * 4
    guard needs(length, .authentication, at: offset, bytes) else { return }
    layers.enter(.authentication, at: offset, length: length)
    let next = IPProtocol(rawValue: bytes.uint8(at: offset))
    packet.ip.payloadProtocol = next
    packet.ip.payloadOffset = Int32(truncatingIfNeeded: offset + length)
    packet.ip.payloadLength = Int32(truncatingIfNeeded: packetEnd - offset - length)
    if next == .authentication {
      stop(.tooManyHeaders, .authentication, at: offset, required: 1, available: 2)
    } else {
      transport(bytes, at: offset + length, next)
    }
  }
}
