/// An IPv6 header (RFC 8200 §3).
///
/// ```
///  0                   1                   2                   3
/// |Version| Traffic Class |           Flow Label                  |
/// |         Payload Length        |  Next Header  |   Hop Limit   |
/// |                    Source Address (16)                        |
/// |                 Destination Address (16)                      |
/// ```
public struct IPv6Header: Sendable {
  /// Bytes of the header.
  public static let length = 40

  /// The version nibble; 6 in an honest packet.
  public var version: UInt8
  /// Six bits DSCP (RFC 2474), two bits ECN (RFC 3168).
  public var trafficClass: UInt8
  /// The flow label, 20 bits (RFC 6437).
  public var flowLabel: UInt32
  /// Bytes behind this header, extension headers included; 0 in a jumbogram (RFC 2675).
  public var payloadLength: Int
  /// The protocol of what follows.
  public var nextHeader: IPProtocol
  /// Hops left.
  public var hopLimit: UInt8
  /// The sender.
  public var source: IPAddress
  /// The receiver.
  public var destination: IPAddress

  /// Whether a header is there at `offset` whose payload is as long as it says and ends within `room` bytes.
  @inline(__always)
  static func isPlain(_ bytes: RawSpan, at offset: Int, room: Int) -> Bool {
    guard bytes.byteCount >= offset &+ length, bytes.uint8(at: offset) >> 4 == 6 else {
      return false
    }
    let payloadLength = Int(bytes.uint16(at: offset &+ 4))
    return payloadLength > 0 && length &+ payloadLength <= room
  }

  /// Reads the header at `offset`; the caller knows that its 40 bytes are there.
  @inline(__always)
  public init(_ bytes: RawSpan, at offset: Int) {
    // One check for all fields.
    self.init(bytes.extracting(offset..<offset &+ Self.length), atKnown: 0)
  }

  /// Reads the header where the compiler knows the offset and that the bytes are there.
  @inline(__always)
  init(_ bytes: RawSpan, atKnown offset: Int) {
    let first = bytes.uint32(at: offset)
    version = UInt8(first >> 28)
    trafficClass = UInt8(truncatingIfNeeded: first >> 20)
    flowLabel = first & 0x000F_FFFF
    payloadLength = Int(bytes.uint16(at: offset &+ 4))
    nextHeader = IPProtocol(rawValue: bytes.uint8(at: offset &+ 6))
    hopLimit = bytes.uint8(at: offset &+ 7)
    source = IPAddress(
      ipv6High: bytes.uint64(at: offset &+ 8), low: bytes.uint64(at: offset &+ 16))
    destination = IPAddress(
      ipv6High: bytes.uint64(at: offset &+ 24), low: bytes.uint64(at: offset &+ 32))
  }
}

extension PacketWalk {
  mutating func ipv6(_ bytes: RawSpan, at offset: Int) {
    guard needs(IPv6Header.length, .ipv6, at: offset, bytes) else { return }
    let header = IPv6Header(bytes, at: offset)
    guard header.version == 6 else {
      stop(.version, .ipv6, at: offset, required: 6, available: Int(header.version))
      return
    }
    layers.enter(.ipv6, at: offset, length: IPv6Header.length)
    packet.ip = InternetHeader(header, isToGroup: isToGroup)
    ipOffset = offset
    limitToPayloadLength(header, bytes, at: offset)
    packet.ip.totalLength = Int32(truncatingIfNeeded: packetEnd - offset)
    extensionHeaders(bytes, at: offset + IPv6Header.length, header.nextHeader)
  }

  /// Lowers the packet's end to what the payload length says.
  ///
  /// A length of 0 is a jumbogram, whose hop-by-hop option has the length, or a segment that the
  /// network card has yet to cut.
  private mutating func limitToPayloadLength(
    _ header: IPv6Header, _ bytes: RawSpan, at offset: Int
  ) {
    var length = header.payloadLength
    if length == 0 {
      if header.nextHeader == .noNextHeader {
        packetEnd = offset + IPv6Header.length
        return
      }
      guard header.nextHeader == .hopByHop,
        let jumbo = jumboPayloadLength(bytes, at: offset + IPv6Header.length)
      else { return }
      length = jumbo
    }
    let end = offset + IPv6Header.length + length
    if end > packetEnd {
      stop(
        .lengthTooLarge, .ipv6, at: offset, required: length,
        available: packetEnd - offset - IPv6Header.length)
    } else {
      packetEnd = end
    }
  }

  /// The jumbo payload option (RFC 2675 §2): type 0xC2, length 4, a 32-bit length.
  ///
  /// Alignment 4n+2 puts it first in the hop-by-hop header wherever it is used in practice.
  private func jumboPayloadLength(_ bytes: RawSpan, at offset: Int) -> Int? {
    guard bytes.holds(8, at: offset), bytes.uint16(at: offset + 2) == 0xC204 else { return nil }
    return Int(bytes.uint32(at: offset + 4))
  }

  /// Walks the chain of extension headers (RFC 8200 §4) to the transport header.
  mutating func extensionHeaders(
    _ bytes: RawSpan, at start: Int, _ first: IPProtocol
  ) {
    var offset = start
    var next = first
    let limit = 24
    for _ in 0..<limit {
      guard let kind = next.extensionHeaderKind else {
        reachPayload(bytes, at: offset, next)
        return
      }
      guard needs(8, kind, at: offset, bytes) else { return }
      let length = extensionHeaderLength(kind, bytes.uint8(at: offset + 1))
      guard needs(length, kind, at: offset, bytes) else { return }
      layers.enter(kind, at: offset, length: length)
      next = IPProtocol(rawValue: bytes.uint8(at: offset))
      if kind == .ipv6Fragment { ipv6Fragment(bytes, at: offset) }
      // RFC 6275 §6.3: the checksum covers the home address in place of the source.
      if kind == .ipv6DestinationOptions, hasHomeAddress(bytes, at: offset, length: length) {
        hasRouteAhead = true
      }
      if kind == .ipv6Routing { ipv6Routing(bytes, at: offset, length: length) }
      offset += length
      // Only the first fragment holds the rest of the chain.
      if packet.fragment.isFragment {
        reachPayload(bytes, at: offset, next)
        return
      }
    }
    stop(.tooManyHeaders, .ipv6, at: offset, required: limit, available: limit)
  }

  /// The routing header (RFC 8200 §4.4): while segments are left, the destination field names the next hop; the
  /// transport layer, its checksum too, means the last (§8.1).
  ///
  /// Types 0 and 2 list the way in order, type 4 (RFC 8754) backwards. Of other types only the fact is known.
  private mutating func ipv6Routing(_ bytes: RawSpan, at offset: Int, length: Int) {
    guard bytes.uint8(at: offset + 3) != 0 else { return }
    let count = (length - 8) / 16
    let index: Int
    switch bytes.uint8(at: offset + 2) {
    case 0, 2: index = count - 1
    case 4: index = 0
    default: index = -1
    }
    guard index >= 0, index < count else {
      hasRouteAhead = true
      return
    }
    let address = offset + 8 + 16 * index
    packet.ip.destination = IPAddress(
      ipv6High: bytes.uint64(at: address), low: bytes.uint64(at: address + 8))
  }

  /// Whether destination options hold a home address (RFC 6275 §6.3, option type 201).
  private func hasHomeAddress(_ bytes: RawSpan, at offset: Int, length: Int) -> Bool {
    var position = offset + 2
    while position + 2 <= offset + length {
      let type = bytes.uint8(at: position)
      if type == 201 { return true }
      // RFC 8200 §4.2: type 0 is one byte of padding, all others have a length.
      position += type == 0 ? 1 : 2 + Int(bytes.uint8(at: position + 1))
    }
    return false
  }

  /// Bytes of an extension header: units of eight beyond the first eight, but units of four beyond
  /// the first eight in the authentication header (RFC 4302 §2.2), and always eight in the fragment
  /// header.
  private func extensionHeaderLength(_ kind: LayerKind, _ field: UInt8) -> Int {
    switch kind {
    case .ipv6Fragment: 8
    case .authentication: (Int(field) + 2) * 4
    default: (Int(field) + 1) * 8
    }
  }

  /// The fragment header (RFC 8200 §4.5).
  ///
  /// One that is first and last at once is a whole datagram (RFC 6946).
  private mutating func ipv6Fragment(_ bytes: RawSpan, at offset: Int) {
    let field = bytes.uint16(at: offset + 2)
    guard field & 0xFFF9 != 0 else { return }
    packet.fragment.isFragment = true
    packet.fragment.moreFragments = field & 1 != 0
    packet.fragment.offset = Int32(field & 0xFFF8)
    packet.fragment.identification = bytes.uint32(at: offset + 4)
    packet.fragment.headerOffset = Int32(truncatingIfNeeded: ipOffset)
  }

  private mutating func reachPayload(_ bytes: RawSpan, at offset: Int, _ next: IPProtocol) {
    packet.ip.setPayload(next, from: offset, to: packetEnd)
    if packet.fragment.isFragment {
      packet.transport = .fragment
      enterPayload(bytes, at: offset)
    } else {
      transport(bytes, at: offset, next)
    }
  }
}

extension IPProtocol {
  /// The layer of an IPv6 extension header; nil for what ends the chain.
  fileprivate var extensionHeaderKind: LayerKind? {
    switch self {
    case .hopByHop: .ipv6HopByHop
    case .routing: .ipv6Routing
    case .fragment: .ipv6Fragment
    case .destinationOptions: .ipv6DestinationOptions
    case .mobility: .ipv6Mobility
    case .authentication: .authentication
    default: nil
    }
  }
}
