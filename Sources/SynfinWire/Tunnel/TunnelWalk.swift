// The way into tunnels. A tunnel is opened only if what it holds makes sense: an IP packet, or a frame with one, that
// leads to a transport header or is a fragment. Otherwise the packet stays what it was without the tunnel.

extension PacketWalk {
  /// Notes that a tunnel may begin at `offset`, behind the IP header or behind UDP.
  mutating func meet(_ kind: Tunnel.Kind, at offset: Int) {
    mouth = kind
    mouthOffset = offset
  }

  /// Opens the tunnel that the walk has met, or puts everything back as it was.
  mutating func enterTunnel(_ bytes: RawSpan) {
    let outside = self
    if packet.tunnels.count < TunnelList.limit, open(bytes), isWorthIt(outside) { return }
    self = outside
    mouth = .none
    enterPayload(bytes, at: mouthOffset)
  }

  private mutating func open(_ bytes: RawSpan) -> Bool {
    // Marks hold offsets of 16 bits; no honest packet has headers that long.
    guard ipOffset <= Int(UInt16.max) else { return false }
    let ip = packet.ip
    tunnel = Tunnel(
      mouth, ipVersion: ip.version, at: ipOffset, end: Int(ip.payloadOffset + ip.payloadLength),
      identifier: 0)
    let offset = mouthOffset
    isToGroup = false
    guard let inside = tunnelHeader(bytes, at: offset),
      let payload = networkLayer(bytes, from: inside),
      payload.type == .ipv4 || payload.type == .ipv6
    else { return false }
    mouth = .none
    packet.tunnels.append(tunnel)
    packet.ip = InternetHeader()
    packet.transport = .none
    hasRouteAhead = false
    decode(bytes, payload.type, at: payload.offset)
    return packet.ip.version != 0
  }

  /// Whether what lies inside tells more than what lies outside.
  ///
  /// A datagram of UDP belongs to a conversation; so it stays what the packet is if nothing inside does.
  private func isWorthIt(_ outside: PacketWalk) -> Bool {
    if mouth != .none { return true }
    return switch packet.transportKind {
    case .tcp, .udp, .icmp, .fragment: true
    case .none, .other: outside.packet.transportKind != .udp
    }
  }

  /// Reads the header of the tunnel and says what comes next; nil if it is none, or carries nothing.
  private mutating func tunnelHeader(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    switch tunnel.kind {
    case .none: nil
    case .ip: rawIP(bytes, at: offset)
    case .gre, .pptp, .erspan, .greInUDP: gre(bytes, at: offset)
    case .mpls, .mplsInUDP: labelled(bytes, at: offset)
    case .etherIP: etherIP(bytes, at: offset)
    case .ethernet: LinkPayload(offset: offset, type: .ethernetFrame)
    case .serviceHeader: LinkPayload(offset: offset, type: .serviceHeader)
    case .vxlan: vxlan(bytes, at: offset)
    case .vxlanGPE: vxlanGPE(bytes, at: offset)
    case .geneve: geneve(bytes, at: offset)
    case .gtp: gtp(bytes, at: offset)
    case .teredo: teredo(bytes, at: offset)
    case .ayiya: ayiya(bytes, at: offset)
    case .l2tp: l2tp(bytes, at: offset)
    case .lisp: lisp(bytes, at: offset)
    case .lispControl: lispControl(bytes, at: offset)
    case .capwap: capwap(bytes, at: offset)
    case .tzsp: tzsp(bytes, at: offset)
    }
  }

  private mutating func labelled(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard bytes.holds(4, at: offset) else { return nil }
    tunnel.identifier = bytes.uint32(at: offset) >> 12
    return LinkPayload(offset: offset, type: .mpls)
  }

  /// Ethernet in IP (RFC 3378 §3): version 3 in the high nibble of two bytes, the rest 0.
  private mutating func etherIP(_ bytes: RawSpan, at offset: Int) -> LinkPayload? {
    guard needs(2, .etherIP, at: offset, bytes), bytes.uint16(at: offset) == 0x3000 else {
      return nil
    }
    layers.enter(.etherIP, at: offset, length: 2)
    return LinkPayload(offset: offset + 2, type: .ethernetFrame)
  }
}

extension Tunnel.Kind {
  /// The tunnel that an IP protocol number announces; `none` for all others.
  init(_ number: IPProtocol) {
    switch number.rawValue {
    case 4, 41: self = .ip
    case 47: self = .gre
    case 97: self = .etherIP
    case 137: self = .mpls
    case 143: self = .ethernet
    case 145: self = .serviceHeader
    default: self = .none
    }
  }

  /// The tunnel that a UDP port stands for; `none` for nearly all.
  @inline(__always)
  init(port: UInt16) {
    // Nearly every port: the well-known ones below, those of clients above.
    guard (1701...6635).contains(port) || port == 37008 else {
      self = .none
      return
    }
    switch port {
    case 1701: self = .l2tp
    case 2123, 2152, 3386: self = .gtp
    case 3544: self = .teredo
    case 4341: self = .lisp
    case 4342: self = .lispControl
    case 4754: self = .greInUDP
    case 4789: self = .vxlan
    case 4790: self = .vxlanGPE
    case 5072: self = .ayiya
    case 5247: self = .capwap
    case 6081: self = .geneve
    case 6635: self = .mplsInUDP
    case 37008: self = .tzsp
    default: self = .none
    }
  }
}
