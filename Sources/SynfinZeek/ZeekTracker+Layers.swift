internal import SynfinWire

// The layers of IP in one packet: tunnels, fragments, and at last what belongs to a connection.

extension ZeekTracker {
  /// Takes a packet's tunnels from a depth on, and then the packet inside.
  ///
  /// - Parameters:
  ///   - depth: how many of the tunnels have had their turn.
  ///   - parent: the tunnel that they were in.
  mutating func takeLayers(
    _ packet: Packet, _ bytes: RawSpan, from depth: Int, parent: ZeekUID?, _ assembly: ZeekAssembly
  ) {
    var parent = parent
    var assembly = assembly
    for index in depth..<max(depth, packet.tunnels.count) {
      let layer = ZeekTunnel(packet, index, bytes, assembly)
      let isTooDeep = assembly.depth + index >= TunnelList.limit
      guard let uid = enter(layer, bytes, parent: parent, assembly), !isTooDeep else { return }
      parent = uid
      assembly.headerLength = nil
    }
    takeInside(packet, bytes, parent: parent, assembly)
  }

  /// Takes what is left of a packet when its tunnels have had their turn.
  mutating func takeInside(
    _ packet: Packet, _ bytes: RawSpan, parent: ZeekUID?, _ assembly: ZeekAssembly
  ) {
    if packet.fragment.isFragment {
      takeFragment(packet, bytes, parent: parent, assembly)
    } else if let datagram = datagram(packet, bytes, assembly) {
      takeInnermost(datagram, bytes, parent: parent, depth: assembly.depth + packet.tunnels.count)
    }
  }

  private mutating func takeInnermost(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, parent: ZeekUID?, depth: Int
  ) {
    guard let slot = take(datagram, bytes, parent: parent) else { return }
    let tunnel = datagram.isUDP ? hiddenTunnel(datagram, slot, bytes, depth: depth) : nil
    table.settle(slot)
    if let tunnel { open(tunnel, datagram, slot, bytes, depth: depth) }
  }

  /// Looks for a tunnel in a UDP datagram that the decoder left closed.
  private mutating func hiddenTunnel(
    _ datagram: ZeekDatagram, _ slot: Int32, _ bytes: RawSpan, depth: Int
  ) -> ZeekHiddenTunnel? {
    guard depth < TunnelList.limit, opensTunnels(slot, datagram, bytes) else { return nil }
    return ZeekHiddenTunnel(
      bytes.extracting(datagram.udpPayload), port: table.respPort(slot))
  }

  private mutating func open(
    _ tunnel: ZeekHiddenTunnel, _ datagram: ZeekDatagram, _ slot: Int32, _ bytes: RawSpan,
    depth: Int
  ) {
    let payload = bytes.extracting(datagram.udpPayload)
    let inside = payload.extracting(tunnel.offset..<payload.byteCount)
    let inner = Packet.decode(inside, linkType: tunnel.linkType, originalLength: inside.byteCount)
    guard tunnel.isWellFormed(inner, payload) else { return closeToTunnels(slot) }
    takeLayers(
      inner, inside, from: 0, parent: table.uid(slot), ZeekAssembly(depth: depth + 1))
  }

  private mutating func closeToTunnels(_ slot: Int32) {
    table.connections[table.open(slot)].shared.isClosedToTunnels = true
    table.settle(slot)
  }

  private mutating func datagram(
    _ packet: Packet, _ bytes: RawSpan, _ assembly: ZeekAssembly
  ) -> ZeekDatagram? {
    var packet = packet
    return ZeekDatagram(&packet, bytes, assembly, ignoresChecksums: ignoresChecksums)
  }

  /// Takes a packet without the tunnels around it; the result is the place of its connection, which is left open.
  private mutating func take(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, parent: ZeekUID?
  ) -> Int32? {
    var packet = ZeekPacket()
    guard packet.set(datagram, bytes, ignoresChecksums: ignoresChecksums) else { return nil }
    packet.number = number
    packet.time = now
    packet.hash = table.hash(packet.flow)
    packet.position = packet.hash
    return table.take(&packet, parent: parent)
  }

  /// Takes the packet around a tunnel; the result names the tunnel, nil if Zeek does not look inside.
  private mutating func enter(
    _ tunnel: ZeekTunnel, _ bytes: RawSpan, parent: ZeekUID?, _ assembly: ZeekAssembly
  ) -> ZeekUID? {
    guard let outer = datagram(tunnel.outer, bytes, assembly) else { return nil }
    let ends = tunnel.outer.ip
    guard tunnel.kind.isInUDP else {
      guard tunnel.isKnown else {
        // What carries packets for us is just another protocol for Zeek.
        if let slot = take(outer, bytes, parent: parent) { table.settle(slot) }
        return nil
      }
      return tunnel.isWellFormed
        ? ZeekUID(tunnelBetween: ends.source, and: ends.destination) : nil
    }
    guard let slot = take(outer, bytes, parent: parent) else { return nil }
    let isOpened =
      tunnel.isKnown && opensTunnels(slot, outer, bytes)
      && tunnel.isExpected(at: table.respPort(slot))
    table.settle(slot)
    guard isOpened else { return nil }
    guard tunnel.isWellFormed else {
      closeToTunnels(slot)
      return nil
    }
    // The tunnel of GRE is that of the two hosts, in UDP too.
    return tunnel.kind == .greInUDP
      ? ZeekUID(tunnelBetween: ends.source, and: ends.destination) : table.uid(slot)
  }

  /// Whether Zeek would open a tunnel in a datagram of this conversation.
  private mutating func opensTunnels(
    _ slot: Int32, _ datagram: ZeekDatagram, _ bytes: RawSpan
  ) -> Bool {
    !table.isClosedToTunnels(slot)
      && (ignoresChecksums || !datagram.hasBadUDPChecksum(bytes))
  }

  /// Takes a fragment, and the datagram that it completes.
  private mutating func takeFragment(
    _ packet: Packet, _ bytes: RawSpan, parent: ZeekUID?, _ assembly: ZeekAssembly
  ) {
    guard let fragment = datagram(packet, bytes, assembly) else { return }
    guard fragment.isWhole else {
      // Of a datagram that cannot be put together, the beginning at least is one.
      if packet.fragment.offset == 0, let slot = take(fragment, bytes, parent: parent) {
        table.settle(slot)
      }
      return
    }
    let time = Timestamp(nanoseconds: now &* 1000)
    guard let whole = reassembly.add(packet, bytes, number: number, at: time)?.packet,
      whole.tunnels.count > packet.tunnels.count || !whole.fragment.isFragment
    else { return }
    let fragmentHeader = packet.ip.version == 6 ? 8 : 0
    let header = Int(packet.ip.totalLength - packet.ip.payloadLength) - fragmentHeader
    let joined = reassembly.bytes
    // The span is used within this call alone, while `joined` lives.
    unsafe takeLayers(
      whole, joined.span.bytes, from: packet.tunnels.count, parent: parent,
      ZeekAssembly(isReassembled: true, headerLength: header, depth: assembly.depth))
  }
}

/// A tunnel as Zeek sees it: the packet around it, and what it thinks of the packet inside.
struct ZeekTunnel {
  let kind: Tunnel.Kind
  let outer: Packet
  /// Where the outer IP payload ends, where the inner packet ends, and where the captured bytes do.
  private let outerEnd: Int
  private let innerEnd: Int
  private let captured: Int
  private let isOutermost: Bool
  private let isBubble: Bool

  init(_ packet: Packet, _ index: Int, _ bytes: RawSpan, _ assembly: ZeekAssembly) {
    let tunnels = packet.tunnels
    kind = tunnels[index].kind
    var outer = packet.outer(index, in: bytes)
    // An issue of a packet belongs to the layer in which it was found.
    if packet.hasUnusableHeader, packet.issue.offset == tunnels[index].ipOffset {
      outer.issue = packet.issue
    }
    self.outer = outer
    let inner = index + 1 < tunnels.count ? packet.outer(index + 1, in: bytes).ip : packet.ip
    outerEnd = Int(outer.ip.payloadOffset) + Int(outer.ip.payloadLength)
    innerEnd = Int(inner.payloadOffset) + Int(inner.payloadLength)
    captured = assembly.isReassembled ? outerEnd : bytes.byteCount
    isOutermost = index == 0
    isBubble = inner.payloadProtocol == .noNextHeader
  }

  /// Whether Zeek opens tunnels of this kind.
  var isKnown: Bool {
    switch kind {
    case .ip, .gre, .pptp, .erspan, .greInUDP, .vxlan, .geneve, .gtp, .teredo, .ayiya: true
    default: false
    }
  }

  /// Whether Zeek looks for it in the conversations with this server port.
  func isExpected(at port: UInt16) -> Bool {
    switch kind {
    case .vxlan: port == 4789
    case .geneve: port == 6081
    case .gtp: port == 2152 || port == 2123
    case .greInUDP: port == 4754
    // These are recognised by what they hold.
    case .teredo, .ayiya: true
    default: false
    }
  }

  /// Whether the packet inside is as long as the tunnel says, where Zeek asks that.
  var isWellFormed: Bool {
    switch kind {
    case .ip, .pptp: innerEnd == (isOutermost ? captured : min(outerEnd, captured))
    case .gtp: innerEnd == min(outerEnd, captured)
    case .teredo: innerEnd == min(outerEnd, captured) || isBubble && innerEnd <= captured
    case .gre, .erspan, .greInUDP: innerEnd <= captured
    default: true
    }
  }
}
