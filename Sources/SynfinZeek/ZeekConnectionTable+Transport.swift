internal import SynfinWire

// What each transport protocol means for its connection.

extension ZeekConnectionTable {
  /// Takes a packet; the result is the place of its connection, which is left open.
  ///
  /// The packet stays as it is, but of one that is only borrowed the compiler makes a copy.
  @inline(__always)
  mutating func take(_ packet: inout ZeekPacket, parent: ZeekUID?) -> Int32? {
    switch packet.kind {
    case .nothing: nil
    case .segment: takeTCP(&packet, parent)
    case .datagram: takeUDP(&packet, parent)
    case .bytes: takeBytes(&packet, parent)
    }
  }

  /// The connection that a packet belongs to: the one that was found, or a new one if there is none.
  @inline(__always)
  private mutating func begin(
    unless found: ZeekMatch?, _ packet: inout ZeekPacket, parent: ZeekUID?, isFlipped: Bool
  ) -> ZeekMatch {
    let match: ZeekMatch
    if let found {
      match = found
    } else {
      match = ZeekMatch(slot: add(&packet, isFlipped: isFlipped), isForward: true)
    }
    if let parent { connections[open(match.slot)].addParent(parent) }
    return match
  }

  /// Whether a packet comes from the sender of the connection's first packet.
  ///
  /// Of a connection of a socket with itself everything comes from the originator.
  @inline(__always)
  private mutating func isFromFirst(_ match: ZeekMatch, _ flow: ZeekFlow) -> Bool {
    flow.isLoop ? connections[open(match.slot)].first.isOrig : match.isForward
  }

  @inline(__always)
  private mutating func takeTCP(_ packet: inout ZeekPacket, _ parent: ZeekUID?) -> Int32? {
    let isUsable = !packet.segment.isDamaged
    var found = find(&packet)
    // Most connections begin with a bare SYN, and many get no further than its answer.
    let isBare = usesBriefs && parent == nil && packet.isBareOpening
    if isUsable, packet.segment.isSYN, let match = found {
      if isBare, packet.segment.isACK, answerInBrief(&packet, match) { return match.slot }
      if isReused(match.slot, packet.segment) {
        end(match.slot)
        found = nil
      }
    }
    if found == nil, isBare, !packet.segment.isACK {
      return add(&packet, ZeekBrief(opening: &packet))
    }
    let isFlipped = found == nil ? Self.isFlipped(packet.flow, packet.segment.flags) : false
    let match = begin(unless: found, &packet, parent: parent, isFlipped: isFlipped)
    guard isUsable, packet.isHeaderWhole else { return match.slot }
    let isFromFirst = isFromFirst(match, packet.flow)
    let place = open(match.slot)
    if packet.hasBadChecksum {
      connections[place].takeBadChecksum(isFromFirst: isFromFirst)
    } else {
      connections[place].take(
        packet.segment, isFromFirst: isFromFirst, ipBytes: packet.ipBytes, now: packet.time)
    }
    return match.slot
  }

  /// Whether a SYN begins another connection of the same sockets.
  private mutating func isReused(_ slot: Int32, _ segment: ZeekSegment) -> Bool {
    let place = open(slot)
    return connections[place].isReused(by: segment)
  }

  /// Whether the ports say that the sender of a first segment is the responder.
  private static func isFlipped(_ flow: ZeekFlow, _ flags: TCPFlags) -> Bool {
    let (source, destination) = (flow.sourcePort, flow.destinationPort)
    let isSYN = flags.contains(.syn)
    guard !isSYN || flags.contains(.ack), ZeekServicePorts.isService(source, .tcp),
      !flow.destination.isLimitedBroadcast
    else { return false }
    return !ZeekServicePorts.isService(destination, .tcp) || !isSYN && source < destination
  }

  /// Whether the ports say that the sender of a first datagram is the responder.
  private static func isFlipped(_ flow: ZeekFlow) -> Bool {
    ZeekServicePorts.isService(flow.sourcePort, .udp)
      && !ZeekServicePorts.isService(flow.destinationPort, .udp)
      && !flow.destination.isLimitedBroadcast
  }

  @inline(__always)
  private mutating func takeUDP(_ packet: inout ZeekPacket, _ parent: ZeekUID?) -> Int32? {
    let found = find(&packet)
    let isFlipped = found == nil ? Self.isFlipped(packet.flow) : false
    if found == nil, usesBriefs, parent == nil, !packet.hasBadChecksum,
      let brief = ZeekBrief(beginning: &packet, isFlipped: isFlipped)
    {
      return add(&packet, brief)
    }
    let match = begin(unless: found, &packet, parent: parent, isFlipped: isFlipped)
    let isFromFirst = isFromFirst(match, packet.flow)
    if packet.hasBadChecksum {
      connections[open(match.slot)].takeBadChecksum(isFromFirst: isFromFirst)
    } else if !takeInBrief(&packet, match.slot, isFromFirst: isFromFirst) {
      connections[open(match.slot)].take(
        packet.message, isFromFirst: isFromFirst, ipBytes: packet.ipBytes, now: packet.time)
    }
    return match.slot
  }

  /// Counts the bytes of a packet of which nothing else is known.
  @inline(never)
  private mutating func takeBytes(_ packet: inout ZeekPacket, _ parent: ZeekUID?) -> Int32? {
    let found = find(&packet)
    let match = begin(unless: found, &packet, parent: parent, isFlipped: false)
    let isFromFirst = isFromFirst(match, packet.flow)
    if !packet.hasBadChecksum {
      connections[open(match.slot)].takeBytes(
        packet.message.length, isFromFirst: isFromFirst, ipBytes: packet.ipBytes, now: packet.time)
    }
    return match.slot
  }
}

extension IPAddress {
  fileprivate var isLimitedBroadcast: Bool { version == 4 && low == 0xFFFF_FFFF }
}
