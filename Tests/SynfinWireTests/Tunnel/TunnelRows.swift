@testable import SynfinWire

/// A tunnel header between an outer IP packet and an inner one, and what it should be taken for.
struct TunnelRow: Sendable {
  /// What the tunnel carries.
  enum Inside: Sendable { case ipv4, ipv6, frame }

  var name: String
  var kind: Tunnel.Kind
  var identifier: UInt32?
  /// The outer IP packet's protocol.
  var number: UInt8
  /// The outer UDP port; 0 without UDP.
  var port: UInt16 = 0
  var header: [UInt8]
  var inside: Inside
  /// The layers between the outer transport and the inner IP header.
  var layers: [LayerKind]
  var outerVersion: UInt8 = 4

  /// A tunnel on an IP protocol of its own.
  init(
    _ name: String, _ kind: Tunnel.Kind, _ identifier: UInt32?, number: UInt8, _ header: String,
    _ inside: Inside, _ layers: [LayerKind], outer: UInt8 = 4
  ) {
    self.name = name
    self.kind = kind
    self.identifier = identifier
    self.number = number
    self.header = hex(header)
    self.inside = inside
    self.layers = layers
    outerVersion = outer
  }

  /// A tunnel in UDP.
  init(
    _ name: String, _ kind: Tunnel.Kind, _ identifier: UInt32?, port: UInt16, _ header: String,
    _ inside: Inside, _ layers: [LayerKind]
  ) {
    self.init(name, kind, identifier, number: 17, header, inside, layers)
    self.port = port
  }

  /// The innermost IP packet or frame: a TCP segment with eight bytes, 48 or 68 bytes of IP.
  var content: [UInt8] {
    let segment = tcp(payload: Array("8 octets".utf8))
    switch inside {
    case .ipv4: return innerIPv4(6, segment)
    case .ipv6: return ipv6(6, segment)
    case .frame: return ethernet(0x0800, innerIPv4(6, segment))
    }
  }

  /// The payload of the outer IP packet.
  var payload: [UInt8] {
    port == 0 ? header + content : udp(port: port, header + content)
  }

  var packet: [UInt8] {
    outerVersion == 4
      ? ethernet(0x0800, ipv4(number, payload)) : ethernet(0x86DD, ipv6(number, payload))
  }

  static let all = directly + generic + overlays + others

  static let directly = [
    TunnelRow("4in4", .ip, nil, number: 4, "", .ipv4, []),
    TunnelRow("6in4", .ip, nil, number: 41, "", .ipv6, []),
    TunnelRow("4in6", .ip, nil, number: 4, "", .ipv4, [], outer: 6),
    TunnelRow("6in6", .ip, nil, number: 41, "", .ipv6, [], outer: 6),
    TunnelRow(
      "MPLS in IP", .mpls, 16, number: 137, "00010 0 40 00020 1 40", .ipv4, [.mpls, .mpls]),
    TunnelRow("Ethernet in IP", .etherIP, nil, number: 97, "3000", .frame, [.etherIP, .ethernet]),
    TunnelRow("Ethernet in IPv6", .ethernet, nil, number: 143, "", .frame, [.ethernet], outer: 6),
    TunnelRow(
      "NSH in IP", .serviceHeader, nil, number: 145, "0FC2 02 03 000100 FF", .frame,
      [.serviceHeader, .ethernet]),
  ]

  static let generic = [
    TunnelRow("GRE", .gre, nil, number: 47, "0000 0800", .ipv4, [.gre]),
    TunnelRow("GRE over IPv6, IPv6", .gre, nil, number: 47, "0000 86DD", .ipv6, [.gre], outer: 6),
    TunnelRow(
      "GRE with checksum, key and sequence number", .gre, 77, number: 47,
      "B000 0800  0000 0000  0000004D  00000001", .ipv4, [.gre]),
    TunnelRow(
      "GRE with source routes", .gre, nil, number: 47,
      """
      4000 0800  0000 0000
      0800 00 04 C0000201   # IPv4, offset 0, four bytes
      0000 00 00            # the end
      """, .ipv4, [.gre]),
    TunnelRow(
      "GRE with Ethernet", .gre, 0x01_0203_04, number: 47, "2000 6558  01020304", .frame,
      [.gre, .ethernet]),
    TunnelRow(
      "PPTP", .pptp, 9, number: 47,
      """
      3081 880B          # key, sequence number, acknowledgment; version 1; PPP
      0032 0009          # 50 bytes, call 9
      00000001 00000002
      0021               # PPP: IPv4
      """, .ipv4, [.gre, .ppp]),
    TunnelRow("ERSPAN I", .erspan, 0, number: 47, "0000 88BE", .frame, [.gre, .ethernet]),
    TunnelRow(
      "ERSPAN II", .erspan, 5, number: 47, "1000 88BE 00000001  1064 0005 00000000", .frame,
      [.gre, .erspan, .ethernet]),
    TunnelRow(
      "ERSPAN III with the platform's part", .erspan, 5, number: 47,
      "1000 22EB 00000001  2064 0005 00000000 0000 0001  0000000000000000", .frame,
      [.gre, .erspan, .ethernet]),
    TunnelRow(
      "ERSPAN III, IP", .erspan, 6, number: 47,
      "1000 22EB 00000001  2064 0006 00000000 0000 0800", .ipv4, [.gre, .erspan]),
    TunnelRow("WCCP", .gre, nil, number: 47, "0000 883E", .ipv4, [.gre]),
    TunnelRow("WCCP 2", .gre, nil, number: 47, "0000 883E 00 01 0000", .ipv4, [.gre, .wccp]),
    TunnelRow(
      "GRE with 802.11", .gre, nil, number: 47,
      """
      0000 8200
      08 01 2C00  02 00 00 00 00 02  02 00 00 00 00 01  02 00 00 00 00 03  0000
      AA AA 03 000000 0800
      """, .ipv4, [.gre, .ieee80211, .llc]),
  ]

  static let overlays = [
    TunnelRow(
      "VXLAN", .vxlan, 42, port: 4789,
      """
      08 000000          # the identifier counts
      00002A 00          # 42
      """, .frame, [.vxlan, .ethernet]),
    TunnelRow(
      "VXLAN-GPE", .vxlanGPE, 42, port: 4790, "0C 0000 02 00002A 00", .ipv6, [.vxlanGPE]),
    TunnelRow(
      "VXLAN-GPE with NSH", .vxlanGPE, 42, port: 4790,
      "0C 0000 04 00002A 00  0FC2 02 01 000100 FF", .ipv4, [.vxlanGPE, .serviceHeader]),
    TunnelRow(
      "Geneve with options", .geneve, 43, port: 6081,
      """
      02 00 6558         # eight bytes of options, Ethernet
      00002B 00
      0001 80 01 00000000
      """, .frame, [.geneve, .ethernet]),
    TunnelRow("Geneve with IP", .geneve, 0, port: 6081, "0000 0800 000000 00", .ipv4, [.geneve]),
    TunnelRow(
      "GTP", .gtp, 0x2A, port: 2152, "30 FF 0030 0000002A", .ipv4, [.gtp]),
    TunnelRow(
      "GTP with sequence number and extensions", .gtp, 0x2A, port: 2152,
      """
      36 FF 0040 0000002A
      0001 00 85         # sequence number 1; a container follows
      01 0000 40         # one word; another header
      02 00000000 0000 00   # two words; the last
      """, .ipv4, [.gtp]),
    TunnelRow(
      "GTP, version 0", .gtp, 7, port: 3386,
      "1E FF 0044  0001 0007  FF FFFFFF  4200012143658709", .ipv6, [.gtp]),
    TunnelRow("Teredo", .teredo, nil, port: 3544, "", .ipv6, []),
    TunnelRow(
      "Teredo with authentication and origin", .teredo, nil, port: 3544,
      """
      0001 00 00 0102030405060708 00  # no identifier, no value, nonce, confirmation
      0000 8235 FFFFFFFE              # origin
      """, .ipv6, [.teredo]),
    TunnelRow(
      "AYIYA", .ayiya, nil, port: 5072,
      """
      41 52 11 29 4FE0C7B2            # 16 bytes of identity, 20 of signature; forward IPv6
      20010DB8000000000000000000000001
      0000000000000000000000000000000000000000
      """, .ipv6, [.ayiya]),
    TunnelRow("GRE in UDP", .greInUDP, nil, port: 4754, "0000 0800", .ipv4, [.gre]),
    TunnelRow("MPLS in UDP", .mplsInUDP, 16, port: 6635, "00010 1 40", .ipv6, [.mpls]),
  ]

  static let others = [
    TunnelRow(
      "L2TP with length, sequence numbers and offset", .l2tp, 0x0003_0004, port: 1701,
      """
      4A02 0000 0003 0004  # length, which is not judged; tunnel 3, session 4
      0001 0000            # sequence numbers
      0002 0000            # offset 2
      FF03 0021
      """, .ipv4, [.l2tp, .ppp]),
    TunnelRow("LISP", .lisp, nil, port: 4341, "C000000100000001", .ipv4, [.lisp]),
    TunnelRow("LISP in LISP control", .lispControl, nil, port: 4342, "80000000", .ipv6, [.lisp]),
    TunnelRow(
      "CAPWAP, Ethernet", .capwap, nil, port: 5247, "00 10 40 00 00000000", .frame,
      [.capwap, .ethernet]),
    TunnelRow(
      "CAPWAP, wireless with swapped frame control", .capwap, nil, port: 5247,
      """
      00 10 43 00 00000000
      01 08 2C00  02 00 00 00 00 02  02 00 00 00 00 01  02 00 00 00 00 03  0000
      AA AA 03 000000 0800
      """, .ipv4, [.capwap, .ieee80211, .llc]),
    TunnelRow(
      "TZSP", .tzsp, nil, port: 37008, "01 00 0001  00  0A 01 C4  01", .frame, [.tzsp, .ethernet]),
  ]
}

/// An IPv4 packet as `ipv4` makes it, from 10.0.0.1 to 10.0.0.2.
func innerIPv4(_ number: UInt8, _ payload: [UInt8], fragment: UInt16 = 0x4000) -> [UInt8] {
  var packet = ipv4(number, payload, fragment: fragment, checksums: false)
  packet.replaceSubrange(12..<20, with: [10, 0, 0, 1, 10, 0, 0, 2])
  packet.set(0, at: 10)
  packet.set(~referenceSum(packet[..<20]), at: 10)
  guard number == 6, fragment == 0x4000 else { return packet }
  let pseudo = referencePseudoHeaderSum(
    addresses: packet[12..<20], length: payload.count, number: number)
  packet.set(~referenceSum(packet[20...], startingWith: pseudo), at: 36)
  return packet
}

/// A UDP datagram from port 50000.
func udp(port: UInt16, _ payload: [UInt8]) -> [UInt8] {
  var datagram = udp(payload)
  datagram.set(50000, at: 0)
  datagram.set(port, at: 2)
  return datagram
}
