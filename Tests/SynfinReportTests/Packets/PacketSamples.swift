import SynfinWire

/// Bytes from annotated hexadecimal: everything behind "#" on a line is a remark.
func hex(_ text: String) -> [UInt8] {
  var digits = ""
  for line in text.split(separator: "\n") {
    digits += line.prefix { $0 != "#" }.filter(\.isHexDigit)
  }
  var bytes: [UInt8] = []
  var rest = digits[...]
  while let byte = UInt8(rest.prefix(2), radix: 16) {
    bytes.append(byte)
    rest = rest.dropFirst(2)
  }
  return bytes
}

/// Packets built by hand; checksums are right unless a name says otherwise.
enum PacketSamples {
  /// A bare acknowledgement with SACK blocks.
  static func acknowledgment(sack blocks: [(UInt32, UInt32)], number: UInt32) -> Packet {
    var segment = Segment(
      sourcePort: 51514, destinationPort: 443, sequenceNumber: SequenceNumber(1),
      acknowledgmentNumber: SequenceNumber(number), flags: .ack)
    segment.options.kinds = .sack
    segment.options.sackCount = UInt8(blocks.count)
    for (index, block) in blocks.enumerated() {
      segment.options.sackBlocks[index] = SACKBlock(
        left: SequenceNumber(block.0), right: SequenceNumber(block.1))
    }
    var packet = Packet()
    packet.ip.version = 4
    packet.transport = .tcp(segment)
    return packet
  }

  /// The SYN of a client at 192.0.2.1 to a web server at 192.0.2.2.
  static let syn = hex(
    """
    02 00 00 00 00 02  00 00 5e 00 53 01  08 00      # to a local address, from a vendor's, IPv4
    45 00 00 3c  12 34 40 00  40 06 a4 84            # length 60, don't fragment, TTL 64, TCP
    c0 00 02 01  c0 00 02 02                         # 192.0.2.1 to 192.0.2.2
    c9 3a 01 bb  12 34 56 78  00 00 00 00            # 51514 to 443, sequence 305419896
    a0 02 fa f0  95 05 00 00                         # offset 10, SYN, window 64240
    02 04 05 b4  04 02  08 0a 00 00 00 64 00 00 00 00  01  03 03 07  # MSS, SACK, TS, NOP, scale
    """)

  /// A UDP datagram of four bytes to port 53 whose sender computed no checksum.
  static let query = hex(
    """
    45 00 00 20  00 01 00 00  3f 11 f7 c8            # length 32, TTL 63, UDP
    c0 00 02 01  c0 00 02 02
    d4 31 00 35  00 0c 00 00                         # 54321 to 53, length 12, no checksum
    de ad be ef
    """)

  /// An ICMP "fragmentation needed" from a router, with MTU 1400, about a segment of the client's.
  static let tooBig = hex(
    """
    45 00 00 38  00 00 00 00  ff 01 36 c5            # length 56, TTL 255, ICMP
    c0 00 02 fe  c0 00 02 01                         # 192.0.2.254 to 192.0.2.1
    03 04 74 f9  00 00 05 78                         # type 3, code 4, MTU 1400
    45 00 05 dc  00 00 40 00  40 06 00 00            # the packet that was too big
    c0 00 02 01  c0 00 02 02
    c9 3a 01 bb  12 34 56 79                         # its ports and sequence number
    """)

  /// An ARP request.
  static let arp = hex(
    """
    ff ff ff ff ff ff  00 00 5e 00 53 01  08 06      # broadcast, ARP
    00 01 08 00 06 04 00 01                          # Ethernet, IPv4, request
    00 00 5e 00 53 01  c0 00 02 01                   # sender
    00 00 00 00 00 00  c0 00 02 02                   # target
    """)

  /// An IPv6 fragment behind a hop-by-hop header with a router alert.
  static let fragment6 = hex(
    """
    6b 00 00 01  00 18 00 40                         # class 0xb0, label 1, length 24, hop-by-hop
    20 01 0d b8 00 00 00 00  00 00 00 00 00 00 00 01 # 2001:db8::1
    ff 02 00 00 00 00 00 00  00 00 00 00 00 00 00 16 # ff02::16
    2c 00  05 02 00 00  01 00                        # next: fragment; router alert; PadN
    11 00  00 01  00 00 00 07                        # UDP, offset 0, more, identification 7
    d4 31 00 35  00 20 00 00                         # the first eight bytes of a datagram
    """)

  static func decode(_ bytes: [UInt8], _ linkType: LinkType) -> Packet {
    unsafe Packet.decode(bytes.span.bytes, linkType: linkType, originalLength: bytes.count)
  }
}
