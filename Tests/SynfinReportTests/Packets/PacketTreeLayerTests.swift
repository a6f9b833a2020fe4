import SynfinLifecycle
import SynfinWire
import Testing

@testable import SynfinReport

/// A header in front of a datagram and what the tree says of it.
struct TreeRow: Sendable, CustomTestStringConvertible {
  var heading: String
  var linkType: LinkType
  var bytes: [UInt8]
  /// The beginning of a line below the heading, with single spaces.
  var line: String

  var testDescription: String { heading }

  /// A header of the link layer.
  init(_ heading: String, _ linkType: LinkType, _ header: String, _ line: String = "") {
    self.heading = heading
    self.linkType = linkType
    self.line = line
    bytes = hex(header) + PacketSamples.query
  }

  /// A header behind an IPv4 header.
  init(_ heading: String, protocol number: UInt8, _ header: String, _ line: String = "") {
    self.init(heading, .raw, "", line)
    let content = hex(header) + bytes
    bytes =
      [
        0x45, 0, 0, UInt8(20 + content.count), 0, 0, 0, 0, 64, number, 0, 0, 10, 0, 0, 1, 10, 0, 0,
        2,
      ]
      + content
  }

  /// A header behind a UDP header.
  init(_ heading: String, port: UInt16, _ header: String, _ line: String = "") {
    let length = UInt16(8 + hex(header).count + PacketSamples.query.count)
    let udp: [UInt16] = [50000, port, length, 0]
    let digits = udp.map { Digits.bare($0, 4) }.joined()
    self.init(
      heading, protocol: 17, digits + " " + hex(header).map { Digits.bare($0, 2) }.joined(), line)
  }

  private static let addresses = "020000000002 020000000001"
  private static let wireless = "0801 2C00 \(addresses) 020000000003 0000 AAAA03 000000 0800"

  static let all = links + tunnels

  static let links = [
    TreeRow("VN-Tag", .ethernet, "\(addresses) 8926 00C80007 0800", "Destination 200"),
    TreeRow(
      "VLAN tag (IEEE 802.1Q)", .ethernet, "\(addresses) 8100 0007 8926 00C80007 0800",
      "Type 0x8926 VN-Tag"),
    TreeRow(
      "VLAN tag (IEEE 802.1Q)", .ethernet, "\(addresses) 8100 0007 0028 AAAA03 000000 0800",
      "Length 40 bytes of payload"),
    TreeRow(
      "E-Tag (IEEE 802.1BR)", .ethernet, "\(addresses) 893F 0001 0002 0000 0800", "Channel 2"),
    TreeRow(
      "Provider backbone tag (IEEE 802.1ah)", .ethernet,
      "\(addresses) 88E7 00000100 \(addresses) 0800", "Service identifier 256"),
    TreeRow(
      "FabricPath", .ethernet, "\(addresses) 8903 0060 \(addresses) 0800", "Forwarding tag 1"),
    TreeRow(
      "MACsec (IEEE 802.1AE)", .ethernet, "\(addresses) 88E5 0022 00000009 0800",
      "Packet number 9"),
    TreeRow(
      "Network service header (RFC 8300)", .ethernet, "\(addresses) 894F 0FC20201 000100FF",
      "Service index 255"),
    TreeRow(
      "Pseudowire control word (RFC 4385)", .ethernet,
      "\(addresses) 8847 00010140 00000005 \(addresses) 0800", "Sequence number 5"),
    TreeRow(
      "Linux cooked capture v1", .linuxCooked,
      "0000 0001 0006 020000000001 0000 0004 AAAA03 000000 0800",
      "Protocol 0x0004 IEEE 802.2 LLC"),
    TreeRow("ARCnet", .arcnet, "0102F0", "Source 0x01"),
    TreeRow("Linux firewall log (NFLOG)", .nflog, "02000005 24000900", "Address family 2"),
    TreeRow("macOS packet tap (PKTAP)", .pktap, "0C000000 01000000 0C000000", "Link type 12"),
    TreeRow("Radiotap", .radiotap, "00000800 00000000 \(wireless)"),
    TreeRow("Prism monitor header", .prism, "44000000 0C000000 00000000 \(wireless)"),
    TreeRow("AVS monitor header", .avs, "80211001 0000000C 00000000 \(wireless)"),
    TreeRow("IEEE 802.11", .ieee80211, wireless, "Type 2 data"),
  ]

  static let tunnels = [
    TreeRow(
      "Enhanced GRE (RFC 2637)", protocol: 47, "3001 880B 0022 0009 0000000A 0021",
      "Protocol 0x880b PPP"),
    TreeRow(
      "Enhanced GRE (RFC 2637)", protocol: 47, "3001 880B 0022 0009 0000000A 0021",
      "Sequence number 10"),
    TreeRow(
      "Enhanced GRE (RFC 2637)", protocol: 47, "3081 880B 0022 0009 0000000A 0000000B 0021",
      "Acknowledgment number 11"),
    TreeRow(
      "Generic Routing Encapsulation (RFC 2784)", protocol: 47,
      "B000 0800 12340000 0000004D 00000005", "Sequence number 5"),
    TreeRow(
      "Generic Routing Encapsulation (RFC 2784)", protocol: 47, "1000 0800 00000006",
      "Sequence number 6"),
    TreeRow(
      "Generic Routing Encapsulation (RFC 2784)", protocol: 47, "8000 0800 12340000",
      "Checksum 0x1234"),
    TreeRow(
      "Generic Routing Encapsulation (RFC 2784)", protocol: 47,
      "1000 88BE 00000001 1064 0005 00000000 \(addresses) 0800", "Protocol 0x88be ERSPAN"),
    TreeRow(
      "Geneve (RFC 8926)", port: 6081, "0000655800002B00 \(addresses) 0800",
      "Protocol 0x6558 Ethernet"),
    TreeRow(
      "Internet Protocol version 4 (RFC 791)", protocol: 97, "3000 \(addresses) 0800",
      "Protocol 97 EtherIP"),
    // The inner datagram has no checksum either; both say so.
    TreeRow(
      "User Datagram Protocol (RFC 768)", port: 4789, "0800000000002A00 \(addresses) 0800",
      "Checksum 0x0000 none computed by the sender (RFC 768)"),
    TreeRow(
      "Frame 1", port: 4789, "0800000000002A00 \(addresses) 0800",
      "Inside VXLAN 42 10.0.0.1 → 10.0.0.2"),
    TreeRow(
      "Generic Routing Encapsulation (RFC 2784)", protocol: 47, "2000 0800 0000004D", "Key 77"),
    TreeRow(
      "Enhanced GRE (RFC 2637)", protocol: 47, "3001 880B 0022 0009 00000001 0021", "Call 9"),
    TreeRow(
      "Mirrored frame (ERSPAN)", protocol: 47,
      "1000 88BE 00000001 1064 0005 00000000 \(addresses) 0800", "Session 5"),
    TreeRow("Redirected by WCCP", protocol: 47, "0000 883E 00010000", "Service 1"),
    TreeRow("Ethernet in IP (RFC 3378)", protocol: 97, "3000 \(addresses) 0800"),
    TreeRow(
      "Layer 2 Tunnelling Protocol (RFC 2661)", port: 1701, "0002 0003 0004 FF030021",
      "Session 4"),
    TreeRow("Locator/ID Separation (RFC 9300)", port: 4341, "C000000100000001"),
    TreeRow(
      "CAPWAP data (RFC 5415)", port: 5247, "00104000 00000000 \(addresses) 0800",
      "Carries Ethernet frames"),
    TreeRow(
      "TaZmen Sniffer Protocol", port: 37008, "01000001 01 \(addresses) 0800",
      "Carries 1 Ethernet"),
    TreeRow(
      "Virtual Extensible LAN (RFC 7348)", port: 4789, "0800000000002A00 \(addresses) 0800",
      "Network identifier (VNI) 42"),
    TreeRow("VXLAN-GPE", port: 4790, "0C00000100002A00", "Next protocol 1 IPv4"),
    TreeRow("Geneve (RFC 8926)", port: 6081, "0000080000002B00", "Network identifier (VNI) 43"),
    TreeRow(
      "GPRS Tunnelling Protocol (3GPP TS 29.281)", port: 2152, "30FF00200000002A",
      "Tunnel endpoint (TEID) 0x0000002a"),
    TreeRow(
      "GPRS Tunnelling Protocol (3GPP TS 29.281)", port: 3386,
      "1EFF00200001000700000000 0000000000000000", "Flow label 7"),
    TreeRow(
      "Anything In Anything (AYIYA)", port: 5072, "00000104 00000000 00", "Next header 4 IPv4"),
  ]
}

@Suite struct PacketTreeLayerTests {
  @Test(arguments: TreeRow.all)
  func explains(_ row: TreeRow) throws {
    let lines = unsafe PacketTree.lines(
      bytes: row.bytes.span.bytes, linkType: row.linkType, number: 1,
      time: Timestamp(nanoseconds: 0), hasTime: true, verdict: PacketVerdict(),
      capturedLength: row.bytes.count, originalLength: row.bytes.count, zone: .utc)
    let start = try #require(lines.firstIndex { $0.hasPrefix(row.heading + ", ") })
    let below = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }
      .map { $0.split(separator: " ").joined(separator: " ") }
    #expect(row.line.isEmpty || below.contains { $0.hasPrefix(row.line) }, "\(below)")
    // The datagram behind it is there too.
    #expect(
      lines.contains {
        $0.hasPrefix("User Datagram Protocol") && $0.hasSuffix("\(row.bytes.count - 12)")
      })
  }
}
