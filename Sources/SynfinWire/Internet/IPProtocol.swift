/// The protocol number of an IP packet's payload (RFC 791 "Protocol", RFC 8200 "Next Header").
@frozen
public struct IPProtocol: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The number in the header, 0 to 255.
  public var rawValue: UInt8

  /// Makes a protocol from the number in a header.
  @inlinable
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// IPv6 hop-by-hop options (RFC 8200 §4.3).
  @inlinable public static var hopByHop: IPProtocol { IPProtocol(rawValue: 0) }
  /// Internet Control Message Protocol (RFC 792).
  @inlinable public static var icmp: IPProtocol { IPProtocol(rawValue: 1) }
  /// Transmission Control Protocol (RFC 9293).
  @inlinable public static var tcp: IPProtocol { IPProtocol(rawValue: 6) }
  /// User Datagram Protocol (RFC 768).
  @inlinable public static var udp: IPProtocol { IPProtocol(rawValue: 17) }
  /// IPv6 routing header (RFC 8200 §4.4).
  @inlinable public static var routing: IPProtocol { IPProtocol(rawValue: 43) }
  /// IPv6 fragment header (RFC 8200 §4.5).
  @inlinable public static var fragment: IPProtocol { IPProtocol(rawValue: 44) }
  /// IP authentication header (RFC 4302), of IPv4 and IPv6.
  @inlinable public static var authentication: IPProtocol { IPProtocol(rawValue: 51) }
  /// ICMP for IPv6 (RFC 4443).
  @inlinable public static var icmpv6: IPProtocol { IPProtocol(rawValue: 58) }
  /// Nothing follows the IPv6 header (RFC 8200 §4.7).
  @inlinable public static var noNextHeader: IPProtocol { IPProtocol(rawValue: 59) }
  /// IPv6 destination options (RFC 8200 §4.6).
  @inlinable public static var destinationOptions: IPProtocol { IPProtocol(rawValue: 60) }
  /// IPv6 mobility header (RFC 6275 §6.1).
  @inlinable public static var mobility: IPProtocol { IPProtocol(rawValue: 135) }
}

extension IPProtocol: CustomStringConvertible {
  /// The keyword of the IANA registry where it is a common one, else the number.
  public var description: String {
    Self.keywords[rawValue] ?? "protocol \(rawValue)"
  }

  private static let keywords: [UInt8: String] = [
    0: "HOPOPT", 1: "ICMP", 2: "IGMP", 4: "IPv4", 6: "TCP", 8: "EGP", 17: "UDP", 41: "IPv6",
    43: "IPv6-Route", 44: "IPv6-Frag", 46: "RSVP", 47: "GRE", 50: "ESP", 51: "AH",
    58: "IPv6-ICMP", 59: "IPv6-NoNxt", 60: "IPv6-Opts", 88: "EIGRP", 89: "OSPF", 97: "EtherIP",
    103: "PIM", 112: "VRRP", 115: "L2TP", 132: "SCTP", 135: "Mobility", 136: "UDPLite",
    137: "MPLS-in-IP", 143: "Ethernet", 145: "NSH",
  ]
}
