internal import SynfinWire

// What each transport protocol means for its connection.

extension ZeekTracker {
  /// Takes a packet without the tunnels around it; the result is the place of its connection.
  mutating func take(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, parent: ZeekUID?
  ) -> Int? {
    let slot: Int?
    switch datagram.ipProtocol {
    case 6: slot = takeTCP(datagram, bytes, parent)
    case 17: slot = takeUDP(datagram, bytes, parent)
    case 1, 58: slot = takeICMP(datagram, bytes, parent)
    default: slot = takeOther(datagram, parent)
    }
    if let slot { table.setTimer(slot) }
    return slot
  }

  /// The place of the connection that a packet belongs to; made if there is none, or if the packet begins a new one.
  private mutating func find(
    _ flow: ZeekFlow, parent: ZeekUID?, isFlipped: Bool,
    isReuse: (borrowing ZeekConnection) -> Bool = { _ in false }
  ) -> Int {
    var place = table.find(flow.key)
    if let slot = place, isReuse(table[slot]) {
      table.end(slot)
      place = nil
    }
    let slot =
      place
      ?? table.add(
        flow, uid: ZeekUID(flow, number: number, time: now), at: now,
        isFlipped: isFlipped && !flow.destination.isLimitedBroadcast)
    table[slot].addParent(parent)
    return slot
  }

  private mutating func takeTCP(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, _ parent: ZeekUID?
  ) -> Int? {
    guard datagram.holds(TCPHeader.minimumLength) else { return nil }
    let header = TCPHeader(bytes, at: datagram.offset)
    let flow = ZeekFlow(datagram, .tcp, header.sourcePort, header.destinationPort)
    let isUsable = header.dataOffset >= TCPHeader.minimumLength
    let slot = find(flow, parent: parent, isFlipped: Self.isFlipped(header)) {
      isUsable && $0.isReused(by: header.flags, sequence: header.sequenceNumber.rawValue)
    }
    guard isUsable, datagram.holds(header.dataOffset) else { return slot }
    let isFromFirst = table[slot].isFromFirst(flow)
    if !ignoresChecksums, datagram.hasBadTCPChecksum {
      table[slot].takeBadChecksum(isFromFirst: isFromFirst)
    } else {
      table[slot].take(
        ZeekSegment(header, datagram), isFromFirst: isFromFirst, ipBytes: datagram.ipBytes, now: now
      )
    }
    return slot
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
  ) -> Int? {
    guard datagram.holds(UDPHeader.length) else { return nil }
    let header = UDPHeader(bytes, at: datagram.offset)
    let flow = ZeekFlow(datagram, .udp, header.sourcePort, header.destinationPort)
    let isFlipped =
      ZeekServicePorts.isService(header.sourcePort, .udp)
      && !ZeekServicePorts.isService(header.destinationPort, .udp)
    let slot = find(flow, parent: parent, isFlipped: isFlipped)
    let isFromFirst = table[slot].isFromFirst(flow)
    if !ignoresChecksums, datagram.hasBadUDPChecksum(bytes) {
      table[slot].takeBadChecksum(isFromFirst: isFromFirst)
    } else {
      table[slot].take(
        ZeekMessage(header, datagram, bytes), isFromFirst: isFromFirst, ipBytes: datagram.ipBytes,
        now: now)
    }
    return slot
  }

  private mutating func takeICMP(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, _ parent: ZeekUID?
  ) -> Int? {
    guard datagram.holds(ICMPMessage.headerLength) else { return nil }
    let type = bytes.uint8(at: datagram.offset)
    let code = bytes.uint8(at: datagram.offset + 1)
    let flow = ZeekFlow(datagram, icmpType: type, code: code)
    let slot = find(flow, parent: parent, isFlipped: false)
    let isFromFirst = table[slot].isFromFirst(flow)
    if ignoresChecksums || !datagram.hasBadICMPChecksum {
      table[slot].takeBytes(
        datagram.length - ICMPMessage.headerLength, isFromFirst: isFromFirst,
        ipBytes: datagram.ipBytes, now: now)
    }
    return slot
  }

  /// A protocol that Zeek knows nothing of, but one that carries other packets.
  private mutating func takeOther(_ datagram: ZeekDatagram, _ parent: ZeekUID?) -> Int? {
    guard !datagram.isCarrier else { return nil }
    let flow = ZeekFlow(datagram, .unknown, 0, 0)
    let slot = find(flow, parent: parent, isFlipped: false)
    let isFromFirst = table[slot].isFromFirst(flow)
    table[slot].takeBytes(
      0, isFromFirst: isFromFirst, ipBytes: datagram.ipBytes, now: now)
    return slot
  }
}

extension IPAddress {
  fileprivate var isLimitedBroadcast: Bool { version == 4 && low == 0xFFFF_FFFF }
}
