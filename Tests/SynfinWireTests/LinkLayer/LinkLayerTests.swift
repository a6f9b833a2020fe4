import Testing

@testable import SynfinWire

/// A link-layer header in front of an IP packet, and the layers that it should be taken for.
struct LinkRow: Sendable, CustomTestStringConvertible {
  var name: String
  var linkType: LinkType
  var header: [UInt8]
  var version: UInt8
  var layers: [LayerKind]

  init(
    _ name: String, _ linkType: LinkType, _ header: String, version: UInt8 = 4,
    _ layers: [LayerKind]
  ) {
    self.name = name
    self.linkType = linkType
    self.header = hex(header)
    self.version = version
    self.layers = layers
  }

  var testDescription: String { name }

  /// The header and a TCP segment of eight bytes behind it.
  var packet: [UInt8] {
    let segment = tcp(payload: Array("8 octets".utf8))
    return header + (version == 4 ? ipv4(6, segment) : ipv6(6, segment))
  }

  static let all =
    ethernet + cooked + loopback + raw + ppp + others + shims + wireless + wrapped + rare

  static let ethernet = [
    LinkRow(
      "Ethernet, IPv4", .ethernet,
      """
      02 00 00 00 00 02  # destination
      02 00 00 00 00 01  # source
      0800               # type
      """, [.ethernet]),
    LinkRow(
      "Ethernet, IPv6", .ethernet,
      "02 00 00 00 00 02  02 00 00 00 00 01  86DD", version: 6, [.ethernet]),
    LinkRow(
      "802.1Q", .ethernet,
      """
      02 00 00 00 00 02  02 00 00 00 00 01
      8100               # VLAN tag
      6064 0800          # priority 3, VLAN 100; type
      """, [.ethernet, .vlan]),
    LinkRow(
      "QinQ, 0x88A8", .ethernet,
      """
      02 00 00 00 00 02  02 00 00 00 00 01
      88A8 0001 8100     # service VLAN 1
      0002 86DD          # customer VLAN 2
      """, version: 6, [.ethernet, .vlan, .vlan]),
    LinkRow(
      "QinQ, 0x9100", .ethernet,
      """
      02 00 00 00 00 02  02 00 00 00 00 01
      9100 0001 9100     # two outer tags
      0002 8100
      0003 0800
      """, [.ethernet, .vlan, .vlan, .vlan]),
    LinkRow(
      "802.3 with SNAP", .ethernet,
      """
      02 00 00 00 00 02  02 00 00 00 00 01
      0038               # length 56
      AA AA 03           # SNAP, SNAP, unnumbered information
      000000 0800        # encapsulated Ethernet, IPv4
      """, [.ethernet, .llc]),
    LinkRow(
      "802.3 with SNAP of 802.1H", .ethernet,
      "02 00 00 00 00 02  02 00 00 00 00 01  0038  AA AA 03  0000F8 0800", [.ethernet, .llc]),
    LinkRow(
      "802.3 with VLAN tag and SNAP", .ethernet,
      """
      02 00 00 00 00 02  02 00 00 00 00 01
      8100 0007 0038     # VLAN 7, then a length
      AA AA 03 000000 0800
      """, [.ethernet, .vlan, .llc]),
    LinkRow(
      "802.3 with IP's own SAP", .ethernet,
      """
      02 00 00 00 00 02  02 00 00 00 00 01
      0033               # length 51
      06 06 03           # IP, IP, unnumbered information
      """, [.ethernet, .llc]),
    LinkRow(
      "MPLS, one label", .ethernet,
      """
      02 00 00 00 00 02  02 00 00 00 00 01  8847
      00010 1 40         # label 16, bottom of stack, TTL 64
      """, [.ethernet, .mpls]),
    LinkRow(
      "MPLS multicast, three labels, IPv6", .ethernet,
      """
      02 00 00 00 00 02  02 00 00 00 00 01  8848
      00010 0 40  00020 0 40  00030 1 40
      """, version: 6, [.ethernet, .mpls, .mpls, .mpls]),
    LinkRow(
      "PPPoE", .ethernet,
      """
      02 00 00 00 00 02  02 00 00 00 00 01  8864
      11 00 0001 0032    # version 1, type 1; session data; session 1; length 50
      0021               # PPP: IPv4
      """, [.ethernet, .pppoe, .ppp]),
    LinkRow(
      "PPPoE in a VLAN, IPv6", .ethernet,
      """
      02 00 00 00 00 02  02 00 00 00 00 01  8100 0005 8864
      11 00 0001 0046
      0057
      """, version: 6, [.ethernet, .vlan, .pppoe, .ppp]),
  ]

  static let cooked = [
    LinkRow(
      "Linux cooked v1", .linuxCooked,
      """
      0004 0001 0006     # sent by us; Ethernet; address of 6 bytes
      02 00 00 00 00 01 0000
      0800
      """, [.linuxCooked]),
    LinkRow(
      "Linux cooked v1 with VLAN tag", .linuxCooked,
      "0000 0001 0006  02 00 00 00 00 01 0000  8100  0064 86DD", version: 6,
      [.linuxCooked, .vlan]),
    LinkRow(
      "Linux cooked v1, LLC", .linuxCooked,
      """
      0000 0001 0006  02 00 00 00 00 01 0000
      0004               # 802.2 frame
      AA AA 03 000000 0800
      """, [.linuxCooked, .llc]),
    LinkRow(
      "Linux cooked v2", .linuxCookedV2,
      """
      0800 0000          # type; reserved
      00000003           # interface 3
      0001 00 06         # Ethernet; to us; address of 6 bytes
      02 00 00 00 00 01 0000
      """, [.linuxCookedV2]),
    LinkRow(
      "Linux cooked v2, IPv6", .linuxCookedV2,
      "86DD 0000  00000003  0001 04 06  02 00 00 00 00 01 0000", version: 6, [.linuxCookedV2]),
  ]

  static let loopback = [
    LinkRow("null, IPv4, little endian", .null, "02 00 00 00", [.bsdLoopback]),
    LinkRow("null, IPv4, big endian", .null, "00 00 00 02", [.bsdLoopback]),
    LinkRow("loop, IPv4", .loop, "00 00 00 02", [.bsdLoopback]),
    LinkRow("null, OpenBSD IPv6", .null, "18 00 00 00", version: 6, [.bsdLoopback]),
    LinkRow("null, FreeBSD IPv6", .null, "1C 00 00 00", version: 6, [.bsdLoopback]),
    LinkRow("null, Darwin IPv6", .null, "1E 00 00 00", version: 6, [.bsdLoopback]),
    LinkRow("null, Linux IPv6", .null, "0A 00 00 00", version: 6, [.bsdLoopback]),
    LinkRow("null, OpenBSD IPv6, big endian", .null, "00 00 00 18", version: 6, [.bsdLoopback]),
    LinkRow("null, FreeBSD IPv6, big endian", .null, "00 00 00 1C", version: 6, [.bsdLoopback]),
    LinkRow("null, Darwin IPv6, big endian", .null, "00 00 00 1E", version: 6, [.bsdLoopback]),
    LinkRow("loop, OpenBSD IPv6", .loop, "00 00 00 18", version: 6, [.bsdLoopback]),
    LinkRow("null, an Ethernet type", .null, "00 08 00 00", [.bsdLoopback]),
  ]

  static let raw = [
    LinkRow("raw, IPv4", .raw, "", []),
    LinkRow("raw, IPv6", .raw, "", version: 6, []),
    LinkRow("raw of BSD", .rawBSD, "", []),
    LinkRow("raw of OpenBSD", .rawOpenBSD, "", version: 6, []),
    LinkRow("IPv4", .ipv4, "", []),
    LinkRow("IPv6", .ipv6, "", version: 6, []),
  ]

  static let ppp = [
    LinkRow("PPP with framing", .ppp, "FF 03 0021", [.ppp]),
    LinkRow("PPP without framing", .ppp, "0021", [.ppp]),
    LinkRow("PPP, compressed protocol", .ppp, "21", [.ppp]),
    LinkRow("PPP with framing, compressed protocol", .pppHDLC, "FF 03 57", version: 6, [.ppp]),
    LinkRow("PPP in HDLC framing, IPv6", .pppHDLC, "FF 03 0057", version: 6, [.ppp]),
    LinkRow("PPP with MPLS", .ppp, "FF 03 0281  00010 1 40", [.ppp, .mpls]),
    LinkRow("Cisco HDLC as PPP, unicast", .pppHDLC, "0F 00 0800", [.ppp]),
    LinkRow("Cisco HDLC, multicast", .ciscoHDLC, "8F 00 86DD", version: 6, [.ppp]),
    LinkRow(
      "PPPoE alone", .pppEthernet, "11 00 0001 0032  0021", [.pppoe, .ppp]),
  ]

  static let others = [
    LinkRow(
      "FDDI", .fddi,
      """
      50                 # frame control: LLC
      02 00 00 00 00 02  # destination
      02 00 00 00 00 01  # source
      AA AA 03  000000 0800  # SNAP
      """, [.fddi, .llc]),
    LinkRow(
      "Per-packet information", .perPacketInformation,
      """
      00 00 0C00         # version, flags, length 12
      01000000           # link type Ethernet
      0200 0000          # a field without value
      02 00 00 00 00 02  02 00 00 00 00 01  86DD
      """, version: 6, [.perPacketInformation, .ethernet]),
  ]
}

@Suite("Link layers")
struct LinkLayerTests {
  @Test("finds the IP packet behind each header", arguments: LinkRow.all)
  func findsIP(row: LinkRow) throws {
    let packet = decode(row.packet, row.linkType)
    #expect(packet.issue == .none)
    #expect(packet.etherType == (row.version == 4 ? .ipv4 : .ipv6))
    #expect(packet.ip.version == row.version)
    let segment = try #require(packet.segment)
    #expect(segment.payloadLength == 8)
    #expect(segment.checksum == .correct)
  }

  @Test("lists each layer, without holes", arguments: LinkRow.all)
  func listsLayers(row: LinkRow) {
    let found = layers(row.packet, row.linkType)
    let network: LayerKind = row.version == 4 ? .ipv4 : .ipv6
    #expect(found.map(\.kind) == row.layers + [network, .tcp, .payload])
    var end = 0
    for layer in found {
      #expect(layer.offset == end)
      end += layer.length
    }
    #expect(end == row.packet.count)
  }

  @Test("says what the header names when it is not IP")
  func otherPayloads() {
    let arp = decode(ethernet(0x0806, [0, 1, 8, 0]))
    #expect(arp.etherType == .arp)
    #expect(arp.ip.version == 0)
    #expect(arp.issue == .none)
    #expect(layers(ethernet(0x0806, [0, 1, 8, 0])).map(\.kind) == [.ethernet, .payload])
    // IPX in 802.3 without LLC, spanning tree, an LLC frame with two control bytes.
    #expect(decode(ethernet(0x0026, hex("FF FF 00 22 00"))).etherType == .unknown)
    #expect(decode(ethernet(0x0026, hex("42 42 03 00 00"))).etherType == .unknown)
    let numbered = layers(ethernet(0x0008, hex("06 06 00 01  45 00 00 14")))
    #expect(numbered.map(\.length) == [14, 4, 4])
    // Between 1501 and 1535 lies neither a length nor a type.
    #expect(decode(ethernet(0x05DD, hex("AA AA 03 000000 0800 45"))).etherType.rawValue == 0x05DD)
    #expect(decode(hex("00 00 00 01 45"), .null).etherType == .unknown)
    #expect(decode(hex("C0 21 01"), .ppp).etherType == .unknown)
    #expect(decode(hex("8F 00 2000 02"), .ciscoHDLC).etherType.rawValue == 0x2000)
    #expect(decode(hex("8F 00 0035 02"), .ciscoHDLC).etherType == .unknown)
    #expect(decode(hex("00 00"), .raw).etherType == .unknown)
    // FDDI station management; a packet of 802.11 inside of per-packet information.
    #expect(decode(hex("41") + ethernet(0xAAAA, hex("03 000000 0800 45")), .fddi).ip.version == 0)
    #expect(decode(hex("00 00 0800 69000000 45"), .perPacketInformation).etherType == .unknown)
  }

  @Test("takes what lies behind an 802.3 frame's length for padding")
  func llcLength() {
    let frame = ethernet(0x0002, hex("AA AA 03 000000 0800") + ipv4(6, tcp()))
    let packet = decode(frame)
    #expect(packet.ip.version == 0)
    #expect(packet.issue == DecodeIssue(.short, .llc, at: 14, required: 3, available: 2))
    let snap = decode(ethernet(0x0007, hex("AA AA 03 000000 0800") + ipv4(6, tcp())))
    #expect(snap.issue == DecodeIssue(.short, .llc, at: 14, required: 8, available: 7))
  }

  @Test("takes a PPPoE frame's length for the packet's end")
  func pppoeLength() {
    let frame = ethernet(0x8864, hex("11 00 0001 0003  0021 45") + ipv4(6, tcp()))
    #expect(
      decode(frame).issue == DecodeIssue(.short, .ipv4, at: 22, required: 20, available: 1))
  }

  @Test("ends in PPPoE where Cisco HDLC would nest without end")
  func nesting() {
    let level = hex("11 00 0000 FFFF  0F 00 8864")
    let packet = decode(
      (0..<6000).flatMap { _ in level } + ipv4(6, tcp()), .pppEthernet, originalLength: 65000)
    #expect(packet.etherType == .unknown)
    #expect(packet.ip.version == 0)
  }

  @Test("names the link type that it does not know")
  func unknownLinkType() {
    let packet = decode([1, 2, 3], LinkType(rawValue: 147))
    #expect(packet.issue.reason == .linkType)
    #expect(packet.issue.description == "link type 147 is not decoded")
    #expect(LinkType(rawValue: 147).description == "LINKTYPE 147")
    #expect(LinkType.ethernet.description == "ETHERNET")
    #expect(LinkType.linuxCookedV2.description == "LINUX_SLL2")
  }
}

@Suite("Link-layer header values")
struct LinkHeaderTests {
  @Test("Ethernet")
  func ethernetHeader() {
    let bytes = hex("FF 01 02 03 04 05  06 07 08 09 0A 0B  0800")
    let header = unsafe EthernetHeader(bytes.span.bytes, at: 0)
    #expect(header.destination == 0xFF01_0203_0405)
    #expect(header.source == 0x0607_0809_0A0B)
    #expect(header.type == 0x0800)
  }

  @Test(
    "VLAN tag",
    arguments: [
      (hex("0064 0800"), UInt8(0), false, UInt16(100)),
      (hex("FFFF 0800"), 7, true, 4095),
      (hex("A001 0800"), 5, false, 1),
      (hex("1000 0800"), 0, true, 0),
    ])
  func vlanTag(bytes: [UInt8], priority: UInt8, dropEligible: Bool, identifier: UInt16) {
    let tag = unsafe VLANTag(bytes.span.bytes, at: 0)
    #expect(tag.priority == priority)
    #expect(tag.dropEligible == dropEligible)
    #expect(tag.identifier == identifier)
    #expect(tag.type == 0x0800)
  }

  @Test("Linux cooked, both versions")
  func cooked() {
    let one = hex("0004 0001 0006  02 00 00 00 00 01 0000  86DD")
    let header = unsafe LinuxCookedHeader(one.span.bytes, at: 0)
    #expect(header.packetType == 4)
    #expect(header.hardwareType == 1)
    #expect(header.addressLength == 6)
    #expect(header.address == 0x0200_0000_0001_0000)
    #expect(header.type == 0x86DD)
    #expect(header.interfaceIndex == nil)
    let two = hex("0800 0000  00000003  0304 01 FF  02 00 00 00 00 01 0000")
    let header2 = unsafe LinuxCookedHeader(version2: two.span.bytes, at: 0)
    #expect(header2.packetType == 1)
    #expect(header2.hardwareType == 0x0304)
    #expect(header2.addressLength == 8)
    #expect(header2.type == 0x0800)
    #expect(header2.interfaceIndex == 3)
  }

  @Test(
    "Ethernet type as text",
    arguments: [
      (UInt16(0x0800), "IPv4"), (0x86DD, "IPv6"), (0x0806, "ARP"), (0x8100, "802.1Q"),
      (0x88A8, "802.1ad"), (0x8847, "MPLS"), (0x8848, "MPLS"), (0x8864, "PPPoE"),
      (0x88CC, "LLDP"), (0x88E5, "MACsec"), (0x9100, "QinQ"), (0x6558, "Ethernet"),
      (0x880B, "PPP"), (0x88E7, "I-Tag"), (0x8903, "FabricPath"), (0x8926, "VN-Tag"),
      (0x893F, "E-Tag"), (0x894F, "NSH"), (0x88B5, "0x88b5"),
    ])
  func etherTypeText(number: UInt16, text: String) {
    #expect(EtherType(rawValue: number).description == text)
    #expect(EtherType(rawValue: number).isVLAN == [0x8100, 0x88A8, 0x9100].contains(number))
  }
}
