internal import SynfinWire

// What each transport protocol means for its connection.

extension ZeekTracker {
  /// Takes a packet without the tunnels around it; the result is the place of its connection, which is left open.
  @inline(__always)
  mutating func take(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, parent: ZeekUID?
  ) -> Int32? {
    switch datagram.ipProtocol {
    case 6: takeTCP(datagram, bytes, parent)
    case 17: takeUDP(datagram, bytes, parent)
    case 1, 58: takeICMP(datagram, bytes, parent)
    default: takeOther(datagram, parent)
    }
  }

  /// The connection that a packet belongs to: the one that was found, or a new one if there is none.
  @inline(__always)
  private mutating func begin(
    unless found: ZeekMatch?, _ flow: ZeekFlow, parent: ZeekUID?,
    isFlipped: @autoclosure () -> Bool = false
  ) -> ZeekMatch {
    let match = found ?? ZeekMatch(slot: add(flow, isFlipped: isFlipped()), isForward: true)
    if let parent { table.connections[table.open(match.slot)].addParent(parent) }
    return match
  }

  private mutating func add(_ flow: ZeekFlow, isFlipped: Bool) -> Int32 {
    let order = number << 8 | UInt64(begun)
    begun &+= 1
    return table.add(
      flow, order: order, at: now,
      isFlipped: isFlipped && !flow.destination.isLimitedBroadcast)
  }

  /// Whether a packet comes from the sender of the connection's first packet.
  ///
  /// Of a connection of a socket with itself everything comes from the originator.
  @inline(__always)
  private mutating func isFromFirst(_ match: ZeekMatch, _ flow: ZeekFlow) -> Bool {
    flow.isLoop ? table.connections[table.open(match.slot)].first.isOrig : match.isForward
  }

  private mutating func takeTCP(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, _ parent: ZeekUID?
  ) -> Int32? {
    guard datagram.holds(TCPHeader.minimumLength) else { return nil }
    let flow = ZeekFlow(
      datagram, .tcp, bytes.uint16(at: datagram.offset), bytes.uint16(at: datagram.offset + 2))
    let segment = ZeekSegment(bytes, datagram)
    let isUsable = segment.headerLength >= TCPHeader.minimumLength
    var found = table.find(flow)
    if isUsable, segment.isSYN, let slot = found?.slot, isReused(slot, segment) {
      table.end(slot)
      found = nil
    }
    let match = begin(
      unless: found, flow, parent: parent, isFlipped: Self.isFlipped(flow, segment.flags))
    guard isUsable, datagram.holds(segment.headerLength) else { return match.slot }
    let isFromFirst = isFromFirst(match, flow)
    let place = table.open(match.slot)
    if !ignoresChecksums, datagram.hasBadChecksum {
      table.connections[place].takeBadChecksum(isFromFirst: isFromFirst)
    } else {
      table.connections[place].take(
        segment, isFromFirst: isFromFirst, ipBytes: datagram.ipBytes, now: now)
    }
    return match.slot
  }

  /// Whether a SYN begins another connection of the same sockets.
  private mutating func isReused(_ slot: Int32, _ segment: ZeekSegment) -> Bool {
    let place = table.open(slot)
    return table.connections[place].isReused(by: segment)
  }

  /// Whether the ports say that the sender of a first segment is the responder.
  private static func isFlipped(_ flow: ZeekFlow, _ flags: TCPFlags) -> Bool {
    let (source, destination) = (flow.sourcePort, flow.destinationPort)
    let isSYN = flags.contains(.syn)
    guard !isSYN || flags.contains(.ack), ZeekServicePorts.isService(source, .tcp) else {
      return false
    }
    return !ZeekServicePorts.isService(destination, .tcp) || !isSYN && source < destination
  }

  private mutating func takeUDP(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, _ parent: ZeekUID?
  ) -> Int32? {
    guard datagram.holds(UDPHeader.length) else { return nil }
    let flow = ZeekFlow(
      datagram, .udp, bytes.uint16(at: datagram.offset), bytes.uint16(at: datagram.offset + 2))
    let match = begin(
      unless: table.find(flow), flow, parent: parent,
      isFlipped: ZeekServicePorts.isService(flow.sourcePort, .udp)
        && !ZeekServicePorts.isService(flow.destinationPort, .udp))
    let isFromFirst = isFromFirst(match, flow)
    if !ignoresChecksums, datagram.hasBadUDPChecksum(bytes) {
      let place = table.open(match.slot)
      table.connections[place].takeBadChecksum(isFromFirst: isFromFirst)
    } else {
      take(ZeekMessage(datagram, bytes), match.slot, isFromFirst, datagram.ipBytes)
    }
    return match.slot
  }

  private mutating func take(
    _ message: ZeekMessage, _ slot: Int32, _ isFromFirst: Bool, _ ipBytes: Int
  ) {
    let isTaken = table.takeInBrief(
      message, slot, isFromFirst: isFromFirst, ipBytes: ipBytes, now: now)
    if isTaken { return }
    let place = table.open(slot)
    table.connections[place].take(message, isFromFirst: isFromFirst, ipBytes: ipBytes, now: now)
  }

  private mutating func takeICMP(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, _ parent: ZeekUID?
  ) -> Int32? {
    guard datagram.holds(ICMPMessage.headerLength) else { return nil }
    let type = bytes.uint8(at: datagram.offset)
    let code = bytes.uint8(at: datagram.offset + 1)
    let flow = ZeekFlow(datagram, icmpType: type, code: code)
    let match = begin(unless: table.find(flow), flow, parent: parent)
    let isFromFirst = isFromFirst(match, flow)
    if ignoresChecksums || !datagram.hasBadChecksum {
      table.connections[table.open(match.slot)].takeBytes(
        datagram.length - ICMPMessage.headerLength, isFromFirst: isFromFirst,
        ipBytes: datagram.ipBytes, now: now)
    }
    return match.slot
  }

  /// A protocol that Zeek knows nothing of, but one that carries other packets.
  private mutating func takeOther(_ datagram: ZeekDatagram, _ parent: ZeekUID?) -> Int32? {
    guard !datagram.isCarrier else { return nil }
    let flow = ZeekFlow(datagram, .unknown, 0, 0)
    let match = begin(unless: table.find(flow), flow, parent: parent)
    let isFromFirst = isFromFirst(match, flow)
    table.connections[table.open(match.slot)].takeBytes(
      0, isFromFirst: isFromFirst, ipBytes: datagram.ipBytes, now: now)
    return match.slot
  }
}

extension IPAddress {
  fileprivate var isLimitedBroadcast: Bool { version == 4 && low == 0xFFFF_FFFF }
}
