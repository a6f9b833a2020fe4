import SynfinLifecycle
import SynfinWire

/// The name of what a packet carries, in lower case as the machine formats have it.
enum ProtocolName {
  /// "tcp", "udp", "icmp", "icmpv6", "fragment", another protocol's keyword, or "other".
  static func text(_ packet: Packet, _ verdict: PacketVerdict) -> String {
    switch verdict.effectiveTransport(of: packet) {
    case .tcp: "tcp"
    case .udp: "udp"
    case .icmp(let message): message.version == 6 ? "icmpv6" : "icmp"
    case .fragment: "fragment"
    case .other(let number): word(number)
    case .none where packet.ip.version == 0: word(packet.etherType)
    // Where nothing of the transport header is there, its number in the IP header is all one knows.
    case .none: packet.issue.available > 0 ? word(packet.ip.payloadProtocol) : "other"
    }
  }

  private static func word(_ number: IPProtocol) -> String {
    switch number {
    case .icmpv6: return "icmpv6"
    case .noNextHeader: return "other"
    default:
      let keyword = number.description
      return keyword.contains(" ") ? "other" : keyword.lowercased()
    }
  }

  private static func word(_ type: EtherType) -> String {
    guard type != .unknown else { return "other" }
    let name = EtherTypeName.text(type)
    return name.contains(" ") ? "other" : name.lowercased()
  }
}

/// Names of Ethernet types beyond those that are decoded.
enum EtherTypeName {
  /// The name where there is a common one, else "EtherType 0x88b5".
  static func text(_ type: EtherType) -> String {
    if let name = names[type.rawValue] { return name }
    let known = type.description
    return known.hasPrefix("0x") ? "EtherType " + known : known
  }

  private static let names: [UInt16: String] = [
    0x0842: "WoL", 0x22EB: "ERSPAN-III", 0x22F0: "AVTP", 0x22F3: "TRILL", 0x6003: "DECnet",
    0x8035: "RARP", 0x809B: "AppleTalk", 0x8137: "IPX", 0x8808: "PAUSE", 0x8809: "LACP",
    0x883E: "WCCP", 0x8848: "MPLS-multicast", 0x8863: "PPPoE-discovery", 0x8881: "CDMA2000",
    0x888E: "EAPOL", 0x8892: "PROFINET", 0x88A2: "ATAoE", 0x88A4: "EtherCAT", 0x88BE: "ERSPAN",
    0x88D2: "CDMA2000", 0x88F7: "PTP", 0x8902: "CFM", 0x8906: "FCoE", 0x8914: "FIP",
    0x893A: "IEEE1905", 0x9000: "loopback-test",
  ]
}
