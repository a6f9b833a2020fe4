@testable import SynfinWire

extension LinkRow {
  private static let addresses = "02 00 00 00 00 02  02 00 00 00 00 01"

  static let shims = [
    LinkRow(
      "VN-Tag and VLAN", .ethernet,
      """
      \(addresses)
      8926 80 C8 00 00   # towards the bridge, destination 200
      8100 0064 0800
      """, [.ethernet, .vnTag, .vlan]),
    LinkRow(
      "E-Tag", .ethernet,
      """
      \(addresses)
      893F 0001 0002 00 00  # ingress 1, channel 2
      86DD
      """, version: 6, [.ethernet, .bridgeTag]),
    LinkRow(
      "Provider backbone", .ethernet,
      """
      \(addresses)
      88A8 0001 88E7     # backbone VLAN 1, service tag
      00 000100          # service 256
      \(addresses) 8100 0064 0800
      """, [.ethernet, .vlan, .backboneTag, .ethernet, .vlan]),
    LinkRow(
      "FabricPath", .ethernet,
      """
      \(addresses)
      8903 0060          # forwarding tag 1, TTL 32
      \(addresses) 0800
      """, [.ethernet, .fabricPath, .ethernet]),
    LinkRow(
      "Network service header", .ethernet,
      """
      \(addresses)
      894F
      0FC2 02 01         # version 0, TTL 63, two words; metadata 2; IPv4
      000100 FF          # path 256, index 255
      """, [.ethernet, .serviceHeader]),
    LinkRow(
      "Pseudowire with control word", .ethernet,
      """
      \(addresses) 8847
      00010 1 40         # bottom of stack
      00000000           # control word
      \(addresses) 0800
      """, [.ethernet, .mpls, .controlWord, .ethernet]),
    LinkRow(
      "Pseudowire without control word", .ethernet,
      "\(addresses) 8847  00010 1 40  \(addresses) 86DD", version: 6,
      [.ethernet, .mpls, .ethernet]),
  ]

  private static let snap = "AA AA 03 000000 0800"

  static let wireless = [
    LinkRow(
      "802.11, to the network", .ieee80211,
      """
      08 01 2C00         # data, to DS; duration
      \(addresses)       # receiver, transmitter
      02 00 00 00 00 03  # destination
      0000               # sequence control
      \(snap)
      """, [.ieee80211, .llc]),
    LinkRow(
      "802.11, quality of service, from the network", .ieee80211,
      "88 02 2C00  \(addresses) 02 00 00 00 00 03  0000  0000  \(snap)", [.ieee80211, .llc]),
    LinkRow(
      "802.11, relayed", .ieee80211,
      "08 03 2C00  \(addresses) 02 00 00 00 00 03  0000 02 00 00 00 00 04  \(snap)",
      [.ieee80211, .llc]),
    LinkRow(
      "802.11, high throughput control", .ieee80211,
      "88 81 2C00  \(addresses) 02 00 00 00 00 03  0000  0000  00000000  \(snap)",
      [.ieee80211, .llc]),
    LinkRow(
      "802.11, several frames in one", .ieee80211,
      """
      88 02 2C00  \(addresses) 02 00 00 00 00 03  0000
      8000               # quality of service: aggregate
      \(addresses) 0038  # the first frame, 56 bytes
      \(snap)
      """, [.ieee80211, .llc]),
    LinkRow(
      "Radiotap", .radiotap,
      """
      00 00 0900         # version, padding, length 9
      02000000 00        # flags are there; none is set
      08 02 2C00  \(addresses) 02 00 00 00 00 03  0000  \(snap)
      """, [.radiotap, .ieee80211, .llc]),
    LinkRow(
      "Radiotap with two words and a clock, padded header", .radiotap,
      """
      00 00 1900
      03000080 00000000  # clock and flags; another word, which is empty
      00000000           # padding to eight bytes
      0000000000000000   # clock
      20                 # the header is padded to four bytes
      88 02 2C00  \(addresses) 02 00 00 00 00 03  0000  0000 0000  \(snap)
      """, [.radiotap, .ieee80211, .llc]),
    LinkRow(
      "Prism", .prism,
      "44000000 90000000" + String(repeating: "00", count: 136)
        + "08 01 2C00  \(addresses) 02 00 00 00 00 03  0000  \(snap)", [.prism, .ieee80211, .llc]),
    LinkRow(
      "AVS under the link type of Prism", .prism,
      "80211001 00000040" + String(repeating: "00", count: 56)
        + "08 01 2C00  \(addresses) 02 00 00 00 00 03  0000  \(snap)", [.avs, .ieee80211, .llc]),
    LinkRow(
      "AVS", .avs,
      "80211001 00000010 0000000000000000"
        + "08 01 2C00  \(addresses) 02 00 00 00 00 03  0000  \(snap)", [.avs, .ieee80211, .llc]),
  ]

  static let rare = [
    LinkRow(
      "OpenBSD's firewall log", .firewallLog,
      "0D 02 00 00" + String(repeating: "00", count: 12), [.linkHeader]),
    LinkRow(
      "Inside of OpenBSD's IPsec", .encapsulated, "18000000 00000001 00000000", version: 6,
      [.linkHeader]),
    LinkRow(
      "IEEE 1394", .firewire, String(repeating: "00", count: 16) + "86DD", version: 6, [.linkHeader]
    ),
    LinkRow(
      "Token ring", .tokenRing, "10 40 \(addresses) \(snap)", [.linkHeader, .llc]),
    LinkRow(
      "Token ring, through a bridge", .tokenRing,
      "10 40 02 00 00 00 00 02  82 00 00 00 00 01  C6 10 00 11 00 20  \(snap)", [.linkHeader, .llc]),
    LinkRow("Frame relay", .frameRelay, "1841 03 CC", [.linkHeader]),
    LinkRow("Frame relay, IPv6, padded", .frameRelay, "1841 03 00 8E", version: 6, [.linkHeader]),
    LinkRow("Frame relay with SNAP", .frameRelay, "1841 03 00 80 000000 0800", [.linkHeader]),
    LinkRow("Frame relay of Cisco", .frameRelay, "1841 0800", [.linkHeader]),
    LinkRow("ATM", .atm, snap, [.llc]),
    LinkRow("ATM, under its other number", .atmClassic, snap, [.llc]),
  ]

  static let wrapped = [
    LinkRow("ARCnet, RFC 1051", .arcnet, "01 02 F0", [.arcnet]),
    LinkRow("ARCnet, RFC 1201", .arcnet, "01 02 D4 00 0001", [.arcnet]),
    LinkRow("ARCnet of Linux, IPv6", .arcnetLinux, "01 02 0000 C4 00 0001", version: 6, [.arcnet]),
    LinkRow(
      "ARCnet of Linux, exception packet", .arcnetLinux,
      "01 02 0000 D4 FF FFFF  D4 00 0001", [.arcnet]),
    LinkRow(
      "Firewall log", .nflog,
      """
      02 00 0005         # IPv4, version 0, group 5
      0800 0100 08000100 # packet header
      0500 0A00 61 000000  # prefix "a", padded
      3400 0900          # payload, 52 bytes
      """, [.nflog]),
    LinkRow(
      "Firewall log of a big-endian host", .nflog, "0A 00 0005  004C 0009", version: 6, [.nflog]),
    LinkRow(
      "Packet tap, Ethernet", .pktap,
      """
      10000000 01000000 01000000 00000000  # length 16, a packet, Ethernet
      \(addresses) 0800
      """, [.pktap, .ethernet]),
    LinkRow(
      "Packet tap, raw IP", .pktap, "0C000000 01000000 0C000000", version: 6, [.pktap]),
    LinkRow(
      "802.11 in per-packet information", .perPacketInformation,
      "00 00 0800 69000000  08 01 2C00  \(addresses) 02 00 00 00 00 03  0000  \(snap)",
      [.perPacketInformation, .ieee80211, .llc]),
  ]
}
