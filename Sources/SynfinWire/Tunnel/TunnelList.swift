/// One tunnel that a packet was sent through: where its outer IP packet lies and what names it.
///
/// The outer addresses and ports are not kept; `Packet.outer` reads them again for those who ask.
public struct Tunnel: Sendable, BitwiseCopyable {
  /// The protocol that wraps one packet into another.
  public enum Kind: UInt8, Sendable, BitwiseCopyable {
    /// No tunnel.
    case none
    /// IP directly in IP: 4in4, 6in4, 4in6, 6in6 (RFC 2003, RFC 4213, RFC 2473).
    case ip
    /// Generic routing encapsulation (RFC 2784), NVGRE (RFC 7637) too.
    case gre
    /// The enhanced GRE of the point-to-point tunnelling protocol (RFC 2637).
    case pptp
    /// Mirrored Ethernet frames in GRE (ERSPAN types I to III).
    case erspan
    /// MPLS in IP (RFC 4023).
    case mpls
    /// Ethernet in IP (RFC 3378).
    case etherIP
    /// Layer 2 tunnelling protocol (RFC 2661).
    case l2tp
    /// GRE in UDP (RFC 8086).
    case greInUDP
    /// MPLS in UDP (RFC 7510).
    case mplsInUDP
    /// Virtual extensible LAN (RFC 7348).
    case vxlan
    /// VXLAN with a protocol field (draft-ietf-nvo3-vxlan-gpe).
    case vxlanGPE
    /// Generic network virtualization encapsulation (RFC 8926).
    case geneve
    /// GPRS tunnelling protocol, user plane (3GPP TS 29.281).
    case gtp
    /// IPv6 in UDP through NATs (RFC 4380).
    case teredo
    /// Anything in anything (draft-massar-v6ops-ayiya).
    case ayiya
    /// Locator/identifier separation (RFC 9300).
    case lisp
    /// A control message of LISP in another (RFC 9301).
    case lispControl
    /// Wireless frames between access point and controller (RFC 5415).
    case capwap
    /// Remote captures of a sniffer (TZSP).
    case tzsp
    /// Ethernet behind an IPv6 routing header (RFC 8986).
    case ethernet
    /// Behind a network service header (RFC 8300).
    case serviceHeader

    /// The name in machine formats.
    public var name: StaticString {
      switch self {
      case .none: "none"
      case .ip: "ip"
      case .gre: "gre"
      case .pptp: "pptp"
      case .erspan: "erspan"
      case .mpls: "mpls"
      case .etherIP: "etherip"
      case .ethernet: "ethernet"
      case .serviceHeader: "nsh"
      case .l2tp: "l2tp"
      case .greInUDP: "gre_in_udp"
      case .mplsInUDP: "mpls_in_udp"
      case .vxlan: "vxlan"
      case .vxlanGPE: "vxlan_gpe"
      case .geneve: "geneve"
      case .gtp: "gtp"
      case .teredo: "teredo"
      case .ayiya: "ayiya"
      case .lisp: "lisp"
      case .lispControl: "lisp_control"
      case .capwap: "capwap"
      case .tzsp: "tzsp"
      }
    }

    /// Whether the header always has an identifier, so that 0 is one.
    var hasIdentifier: Bool {
      switch self {
      case .pptp, .erspan, .mpls, .l2tp, .mplsInUDP, .vxlan, .vxlanGPE, .geneve, .gtp: true
      default: false
      }
    }

    /// Whether the tunnel is carried in UDP, so that the outer packet has ports.
    public var isInUDP: Bool {
      switch self {
      case .none, .ip, .gre, .pptp, .erspan, .mpls, .etherIP, .ethernet, .serviceHeader: false
      default: true
      }
    }
  }

  /// The protocol that wraps.
  public var kind: Kind = .none
  /// 4 or 6: the version of the outer IP header.
  public var ipVersion: UInt8 = 0
  private var offset: UInt16 = 0
  /// Where the outer IP packet ends on the wire, in bytes from the start of the packet.
  public var end: Int32 = 0
  /// The number that tells tunnels between the same two hosts apart: VNI, GRE key, call, session, TEID or
  /// MPLS label; 0 if there is none.
  public var identifier: UInt32 = 0

  init() {}

  init(_ kind: Kind, ipVersion: UInt8, at offset: Int, end: Int, identifier: UInt32) {
    self.kind = kind
    self.ipVersion = ipVersion
    self.offset = UInt16(clamping: offset)
    self.end = Int32(truncatingIfNeeded: end)
    self.identifier = identifier
  }

  /// The identifier where there is one.
  public var knownIdentifier: UInt32? {
    kind.hasIdentifier || identifier != 0 ? identifier : nil
  }

  /// Where the outer IP header begins, in bytes from the start of the packet.
  public var ipOffset: Int32 { Int32(offset) }
}

/// The tunnels of a packet, the outermost first; empty for nearly all packets.
public struct TunnelList: Sendable, BitwiseCopyable {
  /// The most tunnels that are opened; what lies deeper stays the payload of the last one.
  public static let limit = 4

  private var depth: UInt8 = 0
  private var first = Tunnel()
  private var second = Tunnel()
  private var third = Tunnel()
  private var fourth = Tunnel()

  /// No tunnel.
  public init() {}

  /// How many tunnels there are, 0 to 4.
  public var count: Int { Int(depth) }
  /// Whether the packet was sent without a tunnel.
  public var isEmpty: Bool { depth == 0 }

  /// The tunnel at a depth from 0, the outermost; one of kind `none` beyond the last.
  public subscript(index: Int) -> Tunnel {
    guard index < depth else { return Tunnel() }
    return switch index {
    case 0: first
    case 1: second
    case 2: third
    case 3: fourth
    default: Tunnel()
    }
  }

  mutating func append(_ tunnel: Tunnel) {
    switch depth {
    case 0: first = tunnel
    case 1: second = tunnel
    case 2: third = tunnel
    case 3: fourth = tunnel
    default: return
    }
    depth += 1
  }

  /// Makes it empty; what it held is not looked at any more.
  @inline(__always)
  mutating func removeAll() { depth = 0 }

  /// Only the first tunnels of the list.
  func prefix(_ count: Int) -> TunnelList {
    var list = TunnelList()
    for index in 0..<min(max(count, 0), self.count) { list.append(self[index]) }
    return list
  }
}

extension Packet {
  /// Decodes the outer packet of a tunnel again, with the addresses and ports between which it runs.
  ///
  /// - Parameters:
  ///   - index: the tunnel's place in `tunnels`, 0 for the outermost.
  ///   - bytes: the captured bytes that this packet was decoded from.
  ///   - verifiesChecksums: whether checksums are computed; they stay `unverified` otherwise.
  /// - Returns: the packet around that tunnel, with the tunnels around it alone; one of which nothing is known if
  ///   there is no such tunnel.
  public func outer(
    _ index: Int, in bytes: RawSpan, verifiesChecksums: Bool = true
  ) -> Packet {
    let tunnel = tunnels[index]
    guard tunnel.kind != .none else { return Packet() }
    var walk = PacketWalk(
      originalLength: Int(tunnel.end), captured: 0, layers: NoLayers(),
      verifiesChecksums: verifiesChecksums)
    walk.packet.tunnels = tunnels.prefix(index)
    walk.opensTunnels = false
    walk.packet.etherType = tunnel.ipVersion == 6 ? .ipv6 : .ipv4
    walk.decode(bytes, walk.packet.etherType, at: Int(tunnel.ipOffset))
    return walk.packet
  }
}
