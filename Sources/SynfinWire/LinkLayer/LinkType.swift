/// The link-layer header type of a packet: a `LINKTYPE_` value as capture files store it.
///
/// Source: the registry at tcpdump.org/linktypes and draft-ietf-opsawg-pcaplinktype.
@frozen
public struct LinkType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The number as it stands in the file, 0 to 65535.
  public var rawValue: UInt16

  /// Makes a link type from the number in a file.
  @inlinable
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// BSD loopback: a four-byte protocol family in the byte order of the capturing host.
  @inlinable public static var null: LinkType { LinkType(rawValue: 0) }
  /// Ethernet (DIX and IEEE 802.3).
  @inlinable public static var ethernet: LinkType { LinkType(rawValue: 1) }
  /// PPP, with or without the two bytes of HDLC-like framing (RFC 1662).
  @inlinable public static var ppp: LinkType { LinkType(rawValue: 9) }
  /// Raw IPv4 or IPv6 as some systems' `DLT_RAW` stores it.
  @inlinable public static var rawBSD: LinkType { LinkType(rawValue: 12) }
  /// Raw IPv4 or IPv6 as OpenBSD's `DLT_RAW` stores it.
  @inlinable public static var rawOpenBSD: LinkType { LinkType(rawValue: 14) }
  /// PPP in HDLC-like framing (RFC 1662) or Cisco's variant of it.
  @inlinable public static var pppHDLC: LinkType { LinkType(rawValue: 50) }
  /// PPP over Ethernet (RFC 2516) without the Ethernet header.
  @inlinable public static var pppEthernet: LinkType { LinkType(rawValue: 51) }
  /// Cisco HDLC (RFC 1547 §4.3.1).
  @inlinable public static var ciscoHDLC: LinkType { LinkType(rawValue: 104) }
  /// FDDI: a frame control byte, two addresses, then IEEE 802.2 logical link control.
  @inlinable public static var fddi: LinkType { LinkType(rawValue: 10) }
  /// Per-Packet Information: fields of the capturing tool before a packet of another link type.
  @inlinable public static var perPacketInformation: LinkType { LinkType(rawValue: 192) }
  /// Token ring (IEEE 802.5).
  @inlinable public static var tokenRing: LinkType { LinkType(rawValue: 6) }
  /// LLC over ATM (RFC 2684), under its BSD number.
  @inlinable public static var atm: LinkType { LinkType(rawValue: 11) }
  /// LLC over ATM (RFC 2684).
  @inlinable public static var atmClassic: LinkType { LinkType(rawValue: 100) }
  /// Frame relay (RFC 2427).
  @inlinable public static var frameRelay: LinkType { LinkType(rawValue: 107) }
  /// Packets inside of OpenBSD's IPsec.
  @inlinable public static var encapsulated: LinkType { LinkType(rawValue: 109) }
  /// Packets that OpenBSD's firewall logs.
  @inlinable public static var firewallLog: LinkType { LinkType(rawValue: 117) }
  /// IP over IEEE 1394 as macOS stores it.
  @inlinable public static var firewire: LinkType { LinkType(rawValue: 138) }
  /// ARCnet as BSD systems store it.
  @inlinable public static var arcnet: LinkType { LinkType(rawValue: 7) }
  /// ARCnet as Linux stores it, with an offset field.
  @inlinable public static var arcnetLinux: LinkType { LinkType(rawValue: 129) }
  /// IEEE 802.11 frames.
  @inlinable public static var ieee80211: LinkType { LinkType(rawValue: 105) }
  /// IEEE 802.11 frames behind a Prism monitor header.
  @inlinable public static var prism: LinkType { LinkType(rawValue: 119) }
  /// IEEE 802.11 frames behind a radiotap header.
  @inlinable public static var radiotap: LinkType { LinkType(rawValue: 127) }
  /// IEEE 802.11 frames behind an AVS header.
  @inlinable public static var avs: LinkType { LinkType(rawValue: 163) }
  /// Packets that the Linux firewall logs.
  @inlinable public static var nflog: LinkType { LinkType(rawValue: 239) }
  /// macOS's header with interface and process before a packet of another link type.
  @inlinable public static var pktap: LinkType { LinkType(rawValue: 258) }
  /// Raw IPv4 or IPv6; the version nibble tells which.
  @inlinable public static var raw: LinkType { LinkType(rawValue: 101) }
  /// OpenBSD loopback: a four-byte protocol family in network byte order.
  @inlinable public static var loop: LinkType { LinkType(rawValue: 108) }
  /// Linux "cooked" capture, version 1.
  @inlinable public static var linuxCooked: LinkType { LinkType(rawValue: 113) }
  /// Raw IPv4.
  @inlinable public static var ipv4: LinkType { LinkType(rawValue: 228) }
  /// Raw IPv6.
  @inlinable public static var ipv6: LinkType { LinkType(rawValue: 229) }
  /// Linux "cooked" capture, version 2.
  @inlinable public static var linuxCookedV2: LinkType { LinkType(rawValue: 276) }
}

extension LinkType: CustomStringConvertible {
  /// The registered name in upper case ("ETHERNET"), or "LINKTYPE 147" where none is known here.
  public var description: String {
    Self.names[rawValue] ?? "LINKTYPE \(rawValue)"
  }

  private static let names: [UInt16: String] = [
    0: "NULL", 1: "ETHERNET", 6: "IEEE802_5", 7: "ARCNET_BSD", 8: "SLIP", 9: "PPP", 10: "FDDI",
    11: "ATM_RFC1483", 12: "RAW", 14: "RAW", 50: "PPP_HDLC", 51: "PPP_ETHER", 100: "ATM_RFC1483",
    101: "RAW", 104: "C_HDLC",
    105: "IEEE802_11", 107: "FRELAY", 108: "LOOP", 109: "ENC", 113: "LINUX_SLL", 117: "PFLOG",
    119: "IEEE802_11_PRISM",
    127: "IEEE802_11_RADIOTAP", 129: "ARCNET_LINUX", 138: "APPLE_IP_OVER_IEEE1394", 140: "MTP2",
    141: "MTP3", 142: "SCCP",
    143: "DOCSIS", 163: "IEEE802_11_AVS", 187: "BLUETOOTH_HCI_H4", 189: "USB_LINUX", 192: "PPI",
    195: "IEEE802_15_4_WITHFCS", 220: "USB_LINUX_MMAPPED", 227: "CAN_SOCKETCAN", 228: "IPV4",
    229: "IPV6", 239: "NFLOG", 249: "USBPCAP", 251: "BLUETOOTH_LE_LL", 252: "WIRESHARK_UPPER_PDU",
    253: "NETLINK", 258: "PKTAP", 272: "NORDIC_BLE", 276: "LINUX_SLL2",
  ]
}
