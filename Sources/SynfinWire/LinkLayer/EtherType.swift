/// The protocol that a link-layer header announces, as an Ethernet type (IEEE 802.3 §3.2.6).
@frozen
public struct EtherType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The number in the header.
  public var rawValue: UInt16

  /// Makes a type from the number in a header.
  @inlinable
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// Internet Protocol version 4 (RFC 894).
  @inlinable public static var ipv4: EtherType { EtherType(rawValue: 0x0800) }
  /// Address Resolution Protocol (RFC 826).
  @inlinable public static var arp: EtherType { EtherType(rawValue: 0x0806) }
  /// A customer VLAN tag (IEEE 802.1Q).
  @inlinable public static var vlan: EtherType { EtherType(rawValue: 0x8100) }
  /// Internet Protocol version 6 (RFC 2464).
  @inlinable public static var ipv6: EtherType { EtherType(rawValue: 0x86DD) }
  /// An MPLS label stack (RFC 3032 §5).
  @inlinable public static var mpls: EtherType { EtherType(rawValue: 0x8847) }
  /// An MPLS label stack of the multicast code point (RFC 5332 §3).
  @inlinable public static var mplsMulticast: EtherType { EtherType(rawValue: 0x8848) }
  /// A PPP over Ethernet session (RFC 2516 §4).
  @inlinable public static var pppoeSession: EtherType { EtherType(rawValue: 0x8864) }
  /// A service VLAN tag (IEEE 802.1ad, "QinQ").
  @inlinable public static var serviceVLAN: EtherType { EtherType(rawValue: 0x88A8) }
  /// The outer tag of stacked VLANs before IEEE 802.1ad.
  @inlinable public static var oldServiceVLAN: EtherType { EtherType(rawValue: 0x9100) }
  /// An Ethernet frame follows (RFC 1701, "transparent Ethernet bridging").
  @inlinable public static var ethernetFrame: EtherType { EtherType(rawValue: 0x6558) }
  /// PPP (RFC 7042's registry; in GRE RFC 2637).
  @inlinable public static var ppp: EtherType { EtherType(rawValue: 0x880B) }
  /// The service tag of provider backbone bridges (IEEE 802.1ah).
  @inlinable public static var backboneTag: EtherType { EtherType(rawValue: 0x88E7) }
  /// The security tag of MACsec (IEEE 802.1AE).
  @inlinable public static var macsec: EtherType { EtherType(rawValue: 0x88E5) }
  /// Cisco FabricPath.
  @inlinable public static var fabricPath: EtherType { EtherType(rawValue: 0x8903) }
  /// Cisco VN-Tag.
  @inlinable public static var vnTag: EtherType { EtherType(rawValue: 0x8926) }
  /// The E-Tag of bridge port extenders (IEEE 802.1BR).
  @inlinable public static var bridgeTag: EtherType { EtherType(rawValue: 0x893F) }
  /// The network service header (RFC 8300).
  @inlinable public static var serviceHeader: EtherType { EtherType(rawValue: 0x894F) }
  /// Stands for "no protocol known here"; the number is reserved in the registry.
  @inlinable public static var unknown: EtherType { EtherType(rawValue: 0xFFFF) }

  /// Whether a VLAN tag follows (IEEE 802.1Q, 802.1ad, and the older 0x9100).
  @inlinable
  public var isVLAN: Bool {
    self == .vlan || self == .serviceVLAN || self == .oldServiceVLAN
  }
}

extension EtherType: CustomStringConvertible {
  /// The protocol's name where it is a common one, else the number in hexadecimal.
  public var description: String {
    switch self {
    case .ipv4: "IPv4"
    case .arp: "ARP"
    case .ipv6: "IPv6"
    case .vlan: "802.1Q"
    case .serviceVLAN: "802.1ad"
    case .mpls, .mplsMulticast: "MPLS"
    case .pppoeSession: "PPPoE"
    case .oldServiceVLAN: "QinQ"
    case .ethernetFrame: "Ethernet"
    case .ppp: "PPP"
    case .backboneTag: "I-Tag"
    case .macsec: "MACsec"
    case .fabricPath: "FabricPath"
    case .vnTag: "VN-Tag"
    case .bridgeTag: "E-Tag"
    case .serviceHeader: "NSH"
    case EtherType(rawValue: 0x88CC): "LLDP"
    default: "0x" + String(rawValue, radix: 16)
    }
  }
}
