internal import SynfinWire

// What each transport protocol means for its connection.

extension ZeekTracker {
  /// Takes a packet without the tunnels around it; the result is the place of its connection, which is left open.
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

  /// The place of the connection that a packet belongs to; made if there is none.
  private mutating func find(_ flow: ZeekFlow, parent: ZeekUID?, isFlipped: Bool) -> Int32 {
    guard let slot = table.find(flow) else { return add(flow, parent: parent, isFlipped: isFlipped) }
    addParent(parent, to: slot)
    return slot
  }

  private mutating func add(_ flow: ZeekFlow, parent: ZeekUID?, isFlipped: Bool) -> Int32 {
    let slot = table.add(
      flow, order: number << 8 | UInt64(begun), at: now,
      isFlipped: isFlipped && !flow.destination.isLimitedBroadcast)
    begun &+= 1
    addParent(parent, to: slot)
    return slot
  }

  @inline(__always)
  private mutating func addParent(_ parent: ZeekUID?, to slot: Int32) {
    if let parent { table.connections[table.open(slot)].addParent(parent) }
  }

  private mutating func takeTCP(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, _ parent: ZeekUID?
  ) -> Int32? {
    guard datagram.holds(TCPHeader.minimumLength) else { return nil }
    let header = TCPHeader(bytes, at: datagram.offset)
    let flow = ZeekFlow(datagram, .tcp, header.sourcePort, header.destinationPort)
    let isUsable = header.dataOffset >= TCPHeader.minimumLength
    let slot = findTCP(flow, header, isUsable: isUsable, parent)
    guard isUsable, datagram.holds(header.dataOffset) else { return slot }
    let isFromFirst = table.isFromFirst(flow, slot)
    let place = table.open(slot)
    if !ignoresChecksums, datagram.hasBadChecksum {
      table.connections[place].takeBadChecksum(isFromFirst: isFromFirst)
    } else {
      table.connections[place].take(
        ZeekSegment(header, datagram), isFromFirst: isFromFirst, ipBytes: datagram.ipBytes, now: now
      )
    }
    return slot
  }

  /// The place of the connection that a segment belongs to; made if there is none, or if the segment begins a new one.
  private mutating func findTCP(
    _ flow: ZeekFlow, _ header: TCPHeader, isUsable: Bool, _ parent: ZeekUID?
  ) -> Int32 {
    if isUsable, header.flags.contains(.syn), let slot = table.find(flow) {
      let place = table.open(slot)
      let isReused = table.connections[place].isReused(
        by: header.flags, sequence: header.sequenceNumber.rawValue)
      if isReused {
        table.end(slot)
        return add(flow, parent: parent, isFlipped: Self.isFlipped(header))
      }
    }
    return find(flow, parent: parent, isFlipped: Self.isFlipped(header))
  }

  /// Whether the ports say that the sender of a first segment is the responder.
  private static func isFlipped(_ header: TCPHeader) -> Bool {
    let (source, destination) = (header.sourcePort, header.destinationPort)
    let isSYN = header.flags.contains(.syn)
    guard !isSYN || header.flags.contains(.ack), ZeekServicePorts.isService(source, .tcp) else {
      return false
    }
    return !ZeekServicePorts.isService(destination, .tcp) || !isSYN && source < destination
  }

  private mutating func takeUDP(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, _ parent: ZeekUID?
  ) -> Int32? {
    guard datagram.holds(UDPHeader.length) else { return nil }
    let header = UDPHeader(bytes, at: datagram.offset)
    let flow = ZeekFlow(datagram, .udp, header.sourcePort, header.destinationPort)
    let isFlipped =
      ZeekServicePorts.isService(header.sourcePort, .udp)
      && !ZeekServicePorts.isService(header.destinationPort, .udp)
    let slot = find(flow, parent: parent, isFlipped: isFlipped)
    let isFromFirst = table.isFromFirst(flow, slot)
    let place = table.open(slot)
    if !ignoresChecksums, datagram.hasBadUDPChecksum(bytes) {
      table.connections[place].takeBadChecksum(isFromFirst: isFromFirst)
    } else {
      table.connections[place].take(
        ZeekMessage(header, datagram, bytes), isFromFirst: isFromFirst, ipBytes: datagram.ipBytes,
        now: now)
    }
    return slot
  }

  private mutating func takeICMP(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, _ parent: ZeekUID?
  ) -> Int32? {
    guard datagram.holds(ICMPMessage.headerLength) else { return nil }
    let type = bytes.uint8(at: datagram.offset)
    let code = bytes.uint8(at: datagram.offset + 1)
    let flow = ZeekFlow(datagram, icmpType: type, code: code)
    let slot = find(flow, parent: parent, isFlipped: false)
    let isFromFirst = table.isFromFirst(flow, slot)
    if ignoresChecksums || !datagram.hasBadChecksum {
      table.connections[table.open(slot)].takeBytes(
        datagram.length - ICMPMessage.headerLength, isFromFirst: isFromFirst,
        ipBytes: datagram.ipBytes, now: now)
    }
    return slot
  }

  /// A protocol that Zeek knows nothing of, but one that carries other packets.
  private mutating func takeOther(_ datagram: ZeekDatagram, _ parent: ZeekUID?) -> Int32? {
    guard !datagram.isCarrier else { return nil }
    let flow = ZeekFlow(datagram, .unknown, 0, 0)
    let slot = find(flow, parent: parent, isFlipped: false)
    let isFromFirst = table.isFromFirst(flow, slot)
    table.connections[table.open(slot)].takeBytes(
      0, isFromFirst: isFromFirst, ipBytes: datagram.ipBytes, now: now)
    return slot
  }
}

extension IPAddress {
  fileprivate var isLimitedBroadcast: Bool { version == 4 && low == 0xFFFF_FFFF }
}
