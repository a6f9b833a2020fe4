@testable import SynfinWire

/// Where the checksum field stands in a transport header.
private let checksumOffsets: [UInt8: Int] = [1: 2, 6: 16, 17: 6, 58: 2]

/// Sets the checksum of a transport header unless its field already holds something.
private func fillChecksum(
  _ payload: [UInt8], _ number: UInt8, addresses: some Collection<UInt8>
) -> [UInt8] {
  guard let field = checksumOffsets[number], payload.count >= field + 2,
    payload.uint16(at: field) == 0
  else { return payload }
  let pseudo =
    number == 1
    ? 0 : referencePseudoHeaderSum(addresses: addresses, length: payload.count, number: number)
  var filled = payload
  filled.set(~referenceSum(payload, startingWith: pseudo), at: field)
  return filled
}

/// An IPv4 packet from 192.0.2.1 to 198.51.100.7 around a payload, with correct checksums.
func ipv4(
  _ number: UInt8, _ payload: [UInt8], options: [UInt8] = [], fragment: UInt16 = 0x4000,
  checksums: Bool = true
) -> [UInt8] {
  var header = hex(
    """
    45 00 00 00  # version 4, 5 words; TOS; total length to come
    12 34 40 00  # identification; don't fragment
    40 00 00 00  # TTL 64; protocol and checksum to come
    C0 00 02 01  # 192.0.2.1
    C6 33 64 07  # 198.51.100.7
    """)
  let addresses = header[12..<20]
  header += options
  header[0] = 0x40 | UInt8(header.count / 4)
  header[9] = number
  header.set(UInt16(header.count + payload.count), at: 2)
  header.set(fragment, at: 6)
  header.set(~referenceSum(header), at: 10)
  return header + (checksums ? fillChecksum(payload, number, addresses: addresses) : payload)
}

/// An IPv6 packet from 2001:db8::1 to 2001:db8::2 around a payload, with correct checksums.
func ipv6(
  _ number: UInt8, _ payload: [UInt8], extensions: [UInt8] = [], first: UInt8? = nil,
  checksums: Bool = true
) -> [UInt8] {
  var header = hex(
    """
    60 0A BC DE              # version 6, traffic class 0, flow label 0xABCDE
    00 00 00 40              # payload length and next header to come; hop limit 64
    2001 0DB8 0000 0000 0000 0000 0000 0001
    2001 0DB8 0000 0000 0000 0000 0000 0002
    """)
  header.set(UInt16(extensions.count + payload.count), at: 4)
  header[6] = first ?? number
  let filled =
    checksums ? fillChecksum(payload, number, addresses: header[8..<40]) : payload
  return header + extensions + filled
}

/// A TCP segment 49320 → 8080, sequence number 1000, with options and payload.
func tcp(options: [UInt8] = [], payload: [UInt8] = [], flags: UInt8 = 0x18) -> [UInt8] {
  var header = hex(
    """
    C0A8 1F90    # 49320 → 8080
    000003E8     # sequence number 1000
    000007D0     # acknowledgment number 2000
    50 00 0200   # data offset and flags to come; window 512
    0000 0000    # checksum to come; urgent pointer
    """)
  header += options
  precondition(options.count % 4 == 0, "TCP options fill whole words")
  header[12] = UInt8(header.count / 4) << 4
  header[13] = flags
  return header + payload
}

/// A UDP datagram 5353 → 53 with a payload.
func udp(_ payload: [UInt8] = Array("query".utf8)) -> [UInt8] {
  var header = hex("14E9 0035  0000 0000  # 5353 → 53; length and checksum to come")
  header.set(UInt16(8 + payload.count), at: 4)
  return header + payload
}

/// An Ethernet frame around a payload.
func ethernet(_ type: UInt16 = 0x0800, _ payload: [UInt8]) -> [UInt8] {
  var header = hex("02 00 00 00 00 02  02 00 00 00 00 01  00 00  # to, from, type to come")
  header.set(type, at: 12)
  return header + payload
}

/// Decodes bytes that were captured whole, unless told otherwise.
func decode(
  _ bytes: [UInt8], _ linkType: LinkType = .ethernet, originalLength: Int? = nil,
  verifiesChecksums: Bool = true
) -> Packet {
  unsafe Packet.decode(
    bytes.span.bytes, linkType: linkType, originalLength: originalLength ?? bytes.count,
    verifiesChecksums: verifiesChecksums)
}

/// The layers of a packet.
func layers(
  _ bytes: [UInt8], _ linkType: LinkType = .ethernet, originalLength: Int? = nil
) -> [Layer] {
  unsafe Packet.decodeLayers(
    bytes.span.bytes, linkType: linkType, originalLength: originalLength ?? bytes.count
  ).layers
}

/// The datagram that Ethernet frames with its fragments make, and how many it took; nil if one is missing.
///
/// `captured` bytes of each frame are there.
func reassemble(
  _ frames: [[UInt8]], captured: Int = .max
) -> (packet: Packet, fragments: UInt32)? {
  var reassembly = FragmentReassembly()
  var whole: (packet: Packet, fragments: UInt32)?
  for (index, frame) in frames.enumerated() {
    let bytes = Array(frame.prefix(captured))
    let packet = decode(bytes, originalLength: frame.count)
    whole = unsafe reassembly.add(
      packet, bytes.span.bytes, number: UInt64(index + 1), at: Timestamp(nanoseconds: 0))
  }
  return whole
}

extension Packet {
  /// The segment, if there is one.
  var segment: Segment? { if case .tcp(let segment) = transport { segment } else { nil } }
  /// The datagram, if there is one.
  var datagram: Datagram? { if case .udp(let datagram) = transport { datagram } else { nil } }
  /// The ICMP message, if there is one.
  var icmp: ICMPMessage? { if case .icmp(let message) = transport { message } else { nil } }
  /// The number of a protocol that is not decoded, if there is one.
  var otherProtocol: UInt8? {
    if case .other(let number) = transport { number.rawValue } else { nil }
  }
  /// Whether it is a piece of a datagram.
  var isFragment: Bool { if case .fragment = transport { true } else { false } }
  /// Whether no transport header was found.
  var isWithoutTransport: Bool { if case .none = transport { true } else { false } }
}
