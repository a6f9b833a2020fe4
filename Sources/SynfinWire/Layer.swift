/// One protocol layer of a packet.
public enum LayerKind: UInt8, Sendable, BitwiseCopyable {
  case ethernet, vlan, llc, linuxCooked, linuxCookedV2, bsdLoopback, ppp, mpls, pppoe
  case fddi, perPacketInformation, arcnet, nflog, pktap, linkHeader
  case radiotap, prism, avs, ieee80211
  case backboneTag, vnTag, bridgeTag, fabricPath, macsec, serviceHeader, controlWord
  case ipv4, ipv6, ipv6HopByHop, ipv6Routing, ipv6Fragment, ipv6DestinationOptions
  case ipv6Mobility, authentication
  case gre, erspan, wccp, etherIP, l2tp, lisp, capwap, tzsp
  case vxlan, vxlanGPE, geneve, gtp, teredo, ayiya
  case tcp, udp, icmp, icmpv6, payload
}

/// Where one layer's header lies in a packet.
public struct Layer: Sendable, BitwiseCopyable {
  /// Which protocol it is.
  public var kind: LayerKind
  /// Bytes from the start of the packet.
  public var offset: Int
  /// Bytes of the header; for `payload` those that were captured.
  public var length: Int
}

/// What watches the walk through the layers.
///
/// The walk is compiled once for the tracker, which wants no layers, and once for `synfin packets
/// -v`.
protocol LayerSink {
  mutating func enter(_ kind: LayerKind, at offset: Int, length: Int)
}

/// The sink that costs nothing.
struct NoLayers: LayerSink {
  @inline(__always)
  mutating func enter(_ kind: LayerKind, at offset: Int, length: Int) {}
}

/// The sink that keeps every layer.
struct LayerList: LayerSink {
  var layers: [Layer] = []

  mutating func enter(_ kind: LayerKind, at offset: Int, length: Int) {
    layers.append(Layer(kind: kind, offset: offset, length: length))
  }
}
