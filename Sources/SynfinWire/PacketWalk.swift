/// The walk through the layers of one packet: what is known so far and how far the packet reaches.
///
/// Each layer is an extension of it in the file of that layer.
struct PacketWalk<Sink: LayerSink> {
  var packet: Packet
  var layers: Sink
  /// Where the packet ends on the wire, in bytes from its start.
  ///
  /// Length fields of the headers can only lower it: what lies behind is padding.
  var packetEnd: Int
  /// Whether checksums are computed.
  let verifiesChecksums: Bool
  /// Whether a source route still changes the destination address that the checksums of TCP, UDP
  /// and ICMPv6 cover (RFC 8200 §8.1, RFC 1122 §3.2.1.8).
  var hasRouteAhead = false
  /// Whether the link layer sends the frame to a group of hosts or to all.
  var isToGroup = false
  /// Where the last IP header begins.
  var ipOffset = 0
  /// Whether packets inside of packets are looked for.
  var opensTunnels = true
  /// The tunnel that may begin at `mouthOffset`, and is to be opened next.
  var mouth = Tunnel.Kind.none
  var mouthOffset = 0
  /// The tunnel that is being opened.
  var tunnel = Tunnel()

  init(originalLength: Int, captured: Int, layers: Sink, verifiesChecksums: Bool) {
    packet = Packet()
    packetEnd = wireEnd(originalLength: originalLength, captured: captured)
    self.layers = layers
    self.verifiesChecksums = verifiesChecksums
  }

  /// Whether `count` bytes at `offset` were captured; notes why not.
  @inline(__always)
  mutating func needs(
    _ count: Int, _ layer: LayerKind, at offset: Int, _ bytes: RawSpan
  ) -> Bool {
    if bytes.holds(count, at: offset), offset + count <= packetEnd { return true }
    let isShort = offset + count > packetEnd
    stop(
      isShort ? .short : .cut, layer, at: offset, required: count,
      available: max(0, (isShort ? packetEnd : bytes.byteCount) - offset))
    return false
  }

  /// Notes an issue; the first one stays.
  mutating func stop(
    _ reason: DecodeIssue.Reason, _ layer: LayerKind, at offset: Int, required: Int, available: Int
  ) {
    guard packet.issue.reason == .none else { return }
    packet.issue = DecodeIssue(reason, layer, at: offset, required: required, available: available)
  }

  mutating func run(_ bytes: RawSpan, _ linkType: LinkType) {
    guard let payload = linkLayer(bytes, linkType) else { return }
    network(bytes, payload.type, at: payload.offset)
  }

  /// Decodes the packet that a link layer or a tunnel announces, and the packets in it.
  mutating func network(_ bytes: RawSpan, _ type: EtherType, at offset: Int) {
    packet.etherType = type
    decode(bytes, type, at: offset)
    // A loop with a bound of its own, the number of tunnels.
    while mouth != .none { enterTunnel(bytes) }
  }

  /// Decodes one IP packet.
  mutating func decode(_ bytes: RawSpan, _ type: EtherType, at offset: Int) {
    switch type {
    case .ipv4: ipv4(bytes, at: offset)
    case .ipv6: ipv6(bytes, at: offset)
    default: enterPayload(bytes, at: offset)
    }
  }

  mutating func enterPayload(_ bytes: RawSpan, at offset: Int) {
    let captured = min(packetEnd, bytes.byteCount) - offset
    if captured > 0 { layers.enter(.payload, at: offset, length: captured) }
  }
}

/// Where a packet ends on the wire, in bytes from its start.
///
/// Offsets and lengths of a packet are kept in 32 bits: what a file claims beyond that is cut.
@inline(__always)
func wireEnd(originalLength: Int, captured: Int) -> Int {
  min(max(originalLength, captured), Int(Int32.max))
}
