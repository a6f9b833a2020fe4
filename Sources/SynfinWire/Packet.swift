/// A decoded packet: a plain value that has let go of the packet's bytes.
///
/// What was not found is the value that says so (`none`, 0), never a guess.
public struct Packet: Sendable, BitwiseCopyable {
  /// What the link layer says comes next.
  public var etherType: EtherType = .unknown
  /// The IP header; `version` is 0 if there is none.
  public var ip = InternetHeader()
  /// The tunnels that the packet was sent through; the layers below are those of the innermost packet.
  public var tunnels = TunnelList()
  /// The fragment that this packet is; `isFragment` is false for whole datagrams.
  public var fragment = Fragment()
  /// What the transport layer is.
  public private(set) var transportKind = Transport.Kind.none
  // Each header has a place of its own, where it is written once and read without a copy; `transportKind` says which
  // one counts.
  /// The TCP segment; has a meaning only with the kind `tcp`.
  public private(set) var segment = Segment()
  /// The UDP datagram; has a meaning only with the kind `udp`.
  public private(set) var datagram = Datagram()
  private var message = ICMPMessage(version: 0, type: 0, code: 0)
  private var otherProtocol = IPProtocol(rawValue: 0)
  /// Why the decoding ended early; `DecodeIssue.none` if it did not.
  public var issue: DecodeIssue = .none

  /// A packet of which nothing is known.
  public init() {}

  /// Decodes the layers of a captured packet.
  ///
  /// - Parameters:
  ///   - bytes: the captured bytes from the link-layer header on.
  ///   - linkType: the link-layer header's type.
  ///   - originalLength: bytes on the wire; at least as many as captured, at most 2³¹ − 1.
  ///   - verifiesChecksums: whether checksums are computed; they stay `unverified` otherwise.
  public static func decode(
    _ bytes: RawSpan, linkType: LinkType, originalLength: Int, verifiesChecksums: Bool = true
  ) -> Packet {
    var packet = Packet()
    packet.decode(
      bytes, linkType: linkType, originalLength: originalLength,
      verifiesChecksums: verifiesChecksums)
    return packet
  }

  /// Decodes the layers of a captured packet into this one, whatever it was before.
  ///
  /// - Parameters:
  ///   - bytes: the captured bytes from the link-layer header on.
  ///   - linkType: the link-layer header's type.
  ///   - originalLength: bytes on the wire; at least as many as captured, at most 2³¹ − 1.
  ///   - verifiesChecksums: whether checksums are computed; they stay `unverified` otherwise.
  public mutating func decode(
    _ bytes: RawSpan, linkType: LinkType, originalLength: Int, verifiesChecksums: Bool = true
  ) {
    if linkType == .ethernet,
      readPlain(bytes, originalLength: originalLength, verifiesChecksums: verifiesChecksums)
    {
      return
    }
    walk(
      bytes, linkType: linkType, originalLength: originalLength,
      verifiesChecksums: verifiesChecksums)
  }

  /// Decodes a packet of any kind, plain or not.
  @inline(never)
  mutating func walk(
    _ bytes: RawSpan, linkType: LinkType, originalLength: Int, verifiesChecksums: Bool
  ) {
    var walk = PacketWalk(
      originalLength: originalLength, captured: bytes.byteCount, layers: NoLayers(),
      verifiesChecksums: verifiesChecksums)
    walk.run(bytes, linkType)
    self = walk.packet
  }

  /// Decodes a packet and lists where each layer lies, for printing it.
  public static func decodeLayers(
    _ bytes: RawSpan, linkType: LinkType, originalLength: Int
  ) -> (packet: Packet, layers: [Layer]) {
    var walk = PacketWalk(
      originalLength: originalLength, captured: bytes.byteCount, layers: LayerList(),
      verifiesChecksums: true)
    walk.run(bytes, linkType)
    return (walk.packet, walk.layers.layers)
  }

  /// Decodes a datagram put together from fragments, of which this packet is the first.
  ///
  /// - Parameters:
  ///   - bytes: this packet's bytes with the header corrected and the rest of the payload in place.
  ///   - end: where the datagram ends.
  ///   - ipBytes: bytes of all fragments with their headers.
  func decodedDatagram(_ bytes: RawSpan, end: Int, ipBytes: Int32) -> Packet {
    var walk = PacketWalk(
      originalLength: end, captured: 0, layers: NoLayers(), verifiesChecksums: false)
    walk.packet.tunnels = tunnels
    walk.network(bytes, ip.version == 6 ? .ipv6 : .ipv4, at: Int(fragment.headerOffset))
    if walk.packet.tunnels.count == tunnels.count {
      // What the wire carried, not what a datagram in one piece would take.
      walk.packet.ip.totalLength = ipBytes
      walk.packet.ip.headerChecksum = ip.headerChecksum
      walk.packet.ip.isToMany = ip.isToMany
    }
    return walk.packet
  }
}

extension Packet {
  /// The transport header.
  public var transport: Transport {
    @inline(__always)
    get {
      switch transportKind {
      case .none: .none
      case .fragment: .fragment
      case .tcp: .tcp(segment)
      case .udp: .udp(datagram)
      case .icmp: .icmp(message)
      case .other: .other(otherProtocol)
      }
    }
    set {
      switch newValue {
      case .none: transportKind = .none
      case .fragment: transportKind = .fragment
      case .tcp(let segment): (transportKind, self.segment) = (.tcp, segment)
      case .udp(let datagram): (transportKind, self.datagram) = (.udp, datagram)
      case .icmp(let message): (transportKind, self.message) = (.icmp, message)
      case .other(let number): (transportKind, otherProtocol) = (.other, number)
      }
    }
  }

  /// Makes it a packet with a segment, which `body` writes in place.
  @inline(__always)
  mutating func setSegment(_ body: (inout Segment) -> Void) {
    transportKind = .tcp
    body(&segment)
  }

  /// Makes it a packet with a datagram.
  @inline(__always)
  mutating func setDatagram(_ datagram: Datagram) {
    transportKind = .udp
    self.datagram = datagram
  }
}

/// The transport layer of a packet.
public enum Transport: Sendable, BitwiseCopyable {
  /// No IP packet, or one whose transport header is damaged or was not captured.
  case none
  /// A piece of a datagram, which waits for the others.
  case fragment
  /// A TCP segment.
  case tcp(Segment)
  /// A UDP datagram.
  case udp(Datagram)
  /// An ICMP or ICMPv6 message.
  case icmp(ICMPMessage)
  /// Another protocol.
  case other(IPProtocol)

  /// Which of them it is.
  public enum Kind: UInt8, Sendable, BitwiseCopyable {
    case none, fragment, tcp, udp, icmp, other
  }
}
