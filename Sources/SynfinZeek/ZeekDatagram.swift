internal import SynfinWire

/// An IP packet that Zeek would look into, with its lengths as Zeek takes them.
struct ZeekDatagram {
  let packet: Packet
  /// The protocol number of the payload.
  let ipProtocol: UInt8
  /// What the packet adds to the counts of IP bytes.
  let ipBytes: Int
  /// Where the payload begins.
  let offset: Int
  /// Bytes of the IP payload.
  let length: Int
  /// Bytes of it that can be looked at.
  let available: Int
  /// Whether all of the payload was captured.
  let isWhole: Bool

  /// Judges a packet; nil if Zeek drops it without a trace.
  init?(_ packet: Packet, _ bytes: RawSpan, ignoresChecksums: Bool) {
    let ip = packet.ip
    // A length field beyond the frame, or headers that were cut or contradict themselves.
    guard ip.version != 0, ip.payloadOffset > 0, !packet.hasUnusableHeader else { return nil }
    if !ignoresChecksums, ip.headerChecksum == .wrong || ip.headerChecksum == .offloaded {
      return nil
    }
    let header = Int(ip.payloadOffset) + Int(ip.payloadLength) - Int(ip.totalLength)
    guard header >= 0, bytes.holds(20, at: header) else { return nil }
    // The protocol and length fields as they stand there: what the sender's network card has yet to cut has no length.
    let hasLength = bytes.uint16(at: header + (ip.version == 4 ? 2 : 4)) != 0
    if ip.version == 4, !hasLength, !ignoresChecksums { return nil }
    self.packet = packet
    ipProtocol = ip.version == 4 ? bytes.uint8(at: header + 9) : ip.payloadProtocol.rawValue
    offset = Int(ip.payloadOffset)
    let captured = max(0, bytes.byteCount - offset)
    length = hasLength ? Int(ip.payloadLength) : min(captured, Int(ip.payloadLength))
    ipBytes = hasLength ? Int(ip.totalLength) : ip.version == 4 ? 0 : IPv6Header.length
    available = min(captured, length)
    isWhole = captured >= length
  }

  /// A datagram that was put together from fragments.
  ///
  /// - Parameter headerLength: bytes of the IP header without what made it a fragment.
  init(reassembled packet: Packet, _ bytes: RawSpan, headerLength: Int) {
    self.packet = packet
    ipProtocol = packet.ip.payloadProtocol.rawValue
    offset = Int(packet.ip.payloadOffset)
    length = Int(packet.ip.payloadLength)
    ipBytes = headerLength + length
    available = max(0, min(bytes.byteCount - offset, length))
    isWhole = true
  }

  /// Whether a transport header of this length can be read.
  func holds(_ count: Int) -> Bool { available >= count }
}

extension Packet {
  /// Whether the IP header is cut, contradicts itself, or claims more than the frame holds.
  fileprivate var hasUnusableHeader: Bool {
    guard issue.reason != .none else { return false }
    switch issue.layer {
    case .ipv4, .ipv6, .ipv6HopByHop, .ipv6Routing, .ipv6Fragment, .ipv6DestinationOptions,
      .ipv6Mobility:
      return true
    default: return false
    }
  }
}
