import Testing

@testable import SynfinWire

/// A chain of extension headers before TCP.
struct ExtensionRow: Sendable, CustomTestStringConvertible {
  var name: String
  var first: UInt8
  var bytes: [UInt8]
  var layers: [LayerKind]
  var checksum: ChecksumStatus = .correct

  var testDescription: String { name }

  var packet: [UInt8] {
    ethernet(0x86DD, ipv6(6, tcp(payload: [1, 2, 3]), extensions: bytes, first: first))
  }

  static let all = [
    ExtensionRow(name: "none", first: 6, bytes: [], layers: []),
    ExtensionRow(
      name: "hop-by-hop", first: 0,
      bytes: hex(
        """
        06 00      # TCP next; 8 bytes
        05 02 0000 # router alert
        01 00      # padding
        """), layers: [.ipv6HopByHop]),
    ExtensionRow(
      name: "destination options of 24 bytes", first: 60,
      bytes: hex("06 02 01 14") + [UInt8](repeating: 0, count: 20),
      layers: [.ipv6DestinationOptions]),
    ExtensionRow(
      name: "routing, at its end", first: 43,
      bytes: hex(
        """
        06 02 04 00  # TCP next; 24 bytes; type 4; no segments left
        00 00 0000   # last entry, flags, tag
        2001 0DB8 0000 0000 0000 0000 0000 0002
        """), layers: [.ipv6Routing]),
    // The checksum covers the last address of the route, here not that of the IP header.
    ExtensionRow(
      name: "routing, on its way", first: 43,
      bytes: hex("06 02 04 01  00 00 0000  2001 0DB8 0000 0000 0000 0000 0000 0003"),
      layers: [.ipv6Routing], checksum: .wrong),
    ExtensionRow(
      name: "destination options with a home address", first: 60,
      bytes: hex(
        """
        06 02 00 01 01 00  # TCP next; 24 bytes; padding of one byte, then of three
        C9 10              # home address
        2001 0DB8 0000 0000 0000 0000 0000 0009
        """), layers: [.ipv6DestinationOptions], checksum: .unverified),
    ExtensionRow(
      name: "atomic fragment", first: 44, bytes: hex("06 00 0000 DEADBEEF"),
      layers: [.ipv6Fragment]),
    ExtensionRow(
      name: "mobility", first: 135, bytes: hex("06 00 00 00 0000 0000"), layers: [.ipv6Mobility]),
    ExtensionRow(
      name: "authentication, 24 bytes", first: 51,
      bytes: hex("06 04 0000 00000001 00000002  00112233 44556677 8899AABB"),
      layers: [.authentication]),
    ExtensionRow(
      name: "all of them", first: 0,
      bytes: hex(
        """
        3C 00 0502 0000 0100   # hop-by-hop, then
        2B 00 0104 0000 0000   # destination options, then
        2C 00 0000 0000 0000   # routing, then
        33 00 0000 0000 0007   # fragment (atomic), then
        3C 02 0000 00000001 00000002 00000003  # authentication, then
        06 00 0104 0000 0000   # destination options
        """),
      layers: [
        .ipv6HopByHop, .ipv6DestinationOptions, .ipv6Routing, .ipv6Fragment, .authentication,
        .ipv6DestinationOptions,
      ]),
  ]
}

@Suite("IPv6 header")
struct IPv6HeaderTests {
  @Test("reads every field")
  func fields() {
    let bytes = hex(
      """
      6B 9A BC DE              # version 6, traffic class 0xB9, flow label 0xABCDE
      01 02 11 40              # payload length 258, UDP, hop limit 64
      2001 0DB8 0000 0000 0000 0000 0000 0001
      FE80 0000 0000 0000 0000 0000 0000 0002
      """)
    let header = unsafe IPv6Header(bytes.span.bytes, at: 0)
    #expect(header.version == 6)
    #expect(header.trafficClass == 0xB9)
    #expect(header.flowLabel == 0xABCDE)
    #expect(header.payloadLength == 258)
    #expect(header.nextHeader == .udp)
    #expect(header.hopLimit == 64)
    #expect(header.source.description == "2001:db8::1")
    #expect(header.destination.description == "fe80::2")
  }

  @Test("walks the extension headers", arguments: ExtensionRow.all)
  func extensions(row: ExtensionRow) {
    let packet = decode(row.packet)
    #expect(packet.issue == .none)
    #expect(packet.ip.payloadProtocol == .tcp)
    #expect(packet.ip.payloadOffset == Int32(54 + row.bytes.count))
    #expect(packet.ip.payloadLength == 23)
    #expect(packet.ip.totalLength == Int32(63 + row.bytes.count))
    #expect(packet.segment?.payloadLength == 3)
    #expect(packet.segment?.checksum == row.checksum)
    #expect(!packet.fragment.isFragment)
    let kinds = layers(row.packet).map(\.kind)
    #expect(kinds == [.ethernet, .ipv6] + row.layers + [.tcp, .payload])
  }

  @Test(
    "tells fragments",
    arguments: [
      (UInt16(0x0001), true, Int32(0)),  // the first
      (0x05A9, true, 1448),  // one in the middle
      (0x0B50, false, 2896),  // the last
      (0xFFF8, false, 65528),  // as far back as there is
    ])
  func fragments(field: UInt16, more: Bool, offset: Int32) {
    var header = hex("11 00 0000 DEADBEEF  # UDP next; offset and flag to come; identification")
    header.set(field, at: 2)
    let packet = decode(
      ethernet(0x86DD, ipv6(17, [1, 2, 3, 4, 5, 6, 7, 8], extensions: header, first: 44)))
    #expect(packet.isFragment)
    #expect(packet.fragment.moreFragments == more)
    #expect(packet.fragment.offset == offset)
    #expect(packet.fragment.identification == 0xDEAD_BEEF)
    #expect(packet.ip.payloadProtocol == .udp)
    #expect(packet.ip.payloadOffset == 62)
    #expect(packet.ip.payloadLength == 8)
  }

  @Test("decodes a reassembled datagram that begins with extension headers")
  func reassembled() {
    let datagram = hex("11 00 0104 0000 0000") + udp([UInt8](repeating: 0xAB, count: 2000))
    let first = ethernet(
      0x86DD,
      ipv6(
        60, Array(datagram[..<1448]),
        extensions: hex("3C 00 0001 DEADBEEF  # destination options next; first fragment"),
        first: 44))
    let second = ethernet(
      0x86DD,
      ipv6(
        60, Array(datagram[1448...]),
        extensions: hex("3C 00 05A8 DEADBEEF  # last fragment, from byte 1448 on"), first: 44))
    #expect(decode(first).ip.payloadProtocol == .destinationOptions)
    let whole = reassemble([first, second])
    #expect(whole?.packet.datagram?.payloadLength == 2000)
    #expect(whole?.packet.ip.payloadProtocol == .udp)
    #expect(whole?.packet.issue == DecodeIssue.none)
  }

  @Test("reads the length of a jumbogram from its option")
  func jumbogram() {
    let options = hex(
      """
      06 00          # TCP next; 8 bytes
      C2 04          # jumbo payload
      00 01 11 70    # 70000 bytes behind the IPv6 header
      """)
    var bytes = ipv6(6, tcp(), extensions: options, first: 0)
    bytes.set(0, at: 4)
    let packet = decode(bytes, .ipv6, originalLength: 70040)
    #expect(packet.issue == .none)
    #expect(packet.ip.totalLength == 70040)
    #expect(packet.segment?.payloadLength == 69972)
    let short = decode(bytes, .ipv6, originalLength: 70039)
    #expect(
      short.issue == DecodeIssue(.lengthTooLarge, .ipv6, at: 0, required: 70000, available: 69999))
    #expect(short.segment?.payloadLength == 69971)
  }

  @Test("takes a payload length of 0 for a segment yet to be cut")
  func zeroLength() {
    var bytes = ipv6(6, tcp(payload: [UInt8](repeating: 7, count: 3000)))
    bytes.set(0, at: 4)
    let packet = decode(ethernet(0x86DD, bytes))
    #expect(packet.issue == .none)
    #expect(packet.ip.totalLength == 3060)
    #expect(packet.segment?.payloadLength == 3000)
    #expect(packet.segment?.checksum == .correct)
  }

  @Test("finds nothing behind no-next-header")
  func noNextHeader() {
    let packet = decode(ethernet(0x86DD, ipv6(59, [])) + [0, 0, 0, 0, 0, 0])
    #expect(packet.otherProtocol == 59)
    #expect(packet.ip.payloadLength == 0)
    #expect(packet.ip.totalLength == 40)
    #expect(packet.issue == .none)
  }

  @Test("takes what lies behind the payload length for padding, and notes one beyond the frame")
  func payloadLength() {
    let frame = ethernet(0x86DD, ipv6(6, tcp(payload: [1])))
    let padded = decode(frame + [0, 0, 0])
    #expect(padded.segment?.payloadLength == 1)
    #expect(padded.segment?.checksum == .correct)
    var long = frame
    long.set(1000, at: 18)
    let packet = decode(long)
    #expect(
      packet.issue == DecodeIssue(.lengthTooLarge, .ipv6, at: 14, required: 1000, available: 21))
    #expect(packet.segment?.payloadLength == 1)
  }

  @Test("refuses what is no IPv6, or a chain without end")
  func damaged() {
    var bytes = ethernet(0x86DD, ipv6(6, tcp()))
    bytes[14] = 0x40
    #expect(decode(bytes).issue == DecodeIssue(.version, .ipv6, at: 14, required: 6, available: 4))
    let chain = (0..<30).flatMap { _ in hex("3C 00 0104 0000 0000") }
    let endless = decode(ethernet(0x86DD, ipv6(6, tcp(), extensions: chain, first: 60)))
    #expect(endless.issue.reason == .tooManyHeaders)
    #expect(endless.isWithoutTransport)
    // A header that says it is longer than the packet.
    let long = hex("06 FF 0104 0000 0000")
    #expect(
      decode(ethernet(0x86DD, ipv6(6, tcp(), extensions: long, first: 60))).issue
        == DecodeIssue(.short, .ipv6DestinationOptions, at: 54, required: 2048, available: 28))
  }

  @Test("keeps ICMP of IPv4 out of IPv6")
  func icmpOfIPv4() {
    #expect(
      decode(ethernet(0x86DD, ipv6(1, [8, 0, 0, 0], checksums: false))).otherProtocol == 1)
  }
}
