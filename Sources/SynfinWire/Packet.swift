/// A decoded packet: a plain value that has let go of the packet's bytes.
///
/// What was not found is the value that says so (`none`, 0), never a guess.
public struct Packet: Sendable, BitwiseCopyable {
  /// What the link layer says comes next.
  public var etherType: EtherType = .unknown
  /// The IP header; `version` is 0 if there is none.
  public var ip = InternetHeader()
  /// The fragment that this packet is; `isFragment` is false for whole datagrams.
  public var fragment = Fragment()
  /// The transport header.
  public var transport: Transport = .none
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
    var walk = PacketWalk(
      originalLength: originalLength, captured: bytes.byteCount, layers: NoLayers(),
      verifiesChecksums: verifiesChecksums)
    walk.run(bytes, linkType)
    return walk.packet
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

  /// Decodes the transport header of a datagram put together from fragments.
  ///
  /// - Parameters:
  ///   - header: the first bytes of the datagram's payload, as many as are known.
  ///   - length: bytes of the whole payload.
  public mutating func decodeReassembled(_ header: RawSpan, length: Int) {
    var walk = PacketWalk(
      originalLength: length, captured: 0, layers: NoLayers(), verifiesChecksums: false)
    walk.packet = self
    walk.packet.fragment = Fragment()
    if ip.version == 6 {
      // The part that was cut into fragments may begin with extension headers (RFC 8200 §4.5).
      walk.extensionHeaders(header, at: 0, ip.payloadProtocol)
    } else {
      walk.transport(header, at: 0, ip.payloadProtocol)
    }
    transport = walk.packet.transport
    issue = walk.packet.issue
    ip.payloadProtocol = walk.packet.ip.payloadProtocol
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
}
