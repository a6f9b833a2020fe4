public import SynfinWire

/// Rebuilds the connections of a capture as Zeek sees them, row by row of its conn.log.
///
/// Rows come out as connections end, in the order of their ends; what is left at the end of the capture comes in the
/// order of the first packets. Time is that of the packets, in microseconds as Zeek has it.
public struct ZeekTracker: ~Copyable {
  /// The rows of the connections that have ended since they were last taken.
  public private(set) var rows: [ZeekRow] = []

  let ignoresChecksums: Bool
  var reassembly = FragmentReassembly()
  /// The packet at hand.
  private(set) var number: UInt64 = 0
  private(set) var now: Int64 = 0
  private var connections: [ZeekConnection?] = []
  private var free: [Int] = []
  private var index: [ZeekFlowKey: Int] = [:]
  private var timers = ZeekTimers()
  private var nextID: UInt64 = 0

  /// Makes a tracker without connections.
  ///
  /// - Parameter ignoresChecksums: whether packets with a wrong checksum count like others (Zeek's `-C`).
  public init(ignoresChecksums: Bool = false) {
    self.ignoresChecksums = ignoresChecksums
  }

  /// Takes the next packet of the capture.
  ///
  /// - Parameters:
  ///   - packet: the packet, decoded with its checksums.
  ///   - bytes: the bytes that it was decoded from.
  ///   - number: its number, from 1.
  ///   - time: when it was captured.
  public mutating func process(
    _ packet: Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) {
    self.number = number
    now = Self.microseconds(time)
    runTimers()
    takeLayers(packet, bytes, from: 0, parent: nil, ZeekAssembly())
  }

  /// Forgets the rows that have been taken.
  public mutating func removeRows() {
    rows.removeAll(keepingCapacity: true)
  }

  /// Ends all connections, as they stand.
  public mutating func finish() {
    let left = connections.compactMap { $0 }.sorted { $0.id < $1.id }
    rows += left.map(\.row)
    connections = []
    index = [:]
  }

  /// Nanoseconds are cut off, as Zeek's reader does.
  private static func microseconds(_ time: Timestamp) -> Int64 {
    let (quotient, remainder) = time.nanoseconds.quotientAndRemainder(dividingBy: 1000)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

// MARK: - Connections

extension ZeekTracker {
  /// The place of the connection that a packet belongs to; made if there is none, or if the packet begins a new one.
  private mutating func find(
    _ flow: ZeekFlow, parent: ZeekUID?, isFlipped: Bool, isReuse: (ZeekConnection) -> Bool
  ) -> Int {
    if let slot = index[flow.key] {
      if let connection = connections[slot], !isReuse(connection) {
        connections[slot]?.addParent(parent)
        return slot
      }
      end(slot)
    }
    nextID += 1
    var connection = ZeekConnection(
      id: nextID, flow: flow, uid: ZeekUID(flow, number: number, time: now), now: now,
      isFlipped: isFlipped && !flow.destination.isLimitedBroadcast)
    connection.addParent(parent)
    let slot = free.popLast() ?? connections.count
    if slot == connections.count { connections.append(connection) } else { connections[slot] = connection }
    index[flow.key] = slot
    return slot
  }

  /// What a connection and the tunnels in it have to do with each other.
  func tunnelMouth(_ slot: Int) -> (uid: ZeekUID, port: UInt16, isClosed: Bool)? {
    guard let connection = connections[slot] else { return nil }
    return (connection.uid, connection.respPort, connection.shared.isClosedToTunnels)
  }

  /// Notes that what a connection carries is no tunnel.
  mutating func closeToTunnels(_ slot: Int) {
    connections[slot]?.shared.isClosedToTunnels = true
  }

  private mutating func end(_ slot: Int) {
    guard let connection = connections[slot] else { return }
    rows.append(connection.row)
    index[connection.key] = nil
    connections[slot] = nil
    free.append(slot)
  }

  private mutating func runTimers() {
    while let entry = timers.next(at: now) {
      guard let connection = connections[entry.slot], connection.id == entry.connection,
        connection.timerDue == entry.due
      else { continue }
      connections[entry.slot]!.timerDue = .max
      if connections[entry.slot]!.look(at: now) { end(entry.slot) } else { setTimer(entry.slot) }
    }
  }

  /// Makes sure that a connection is looked at when its next deadline comes.
  private mutating func setTimer(_ slot: Int) {
    let due = connections[slot]!.shared.deadlines.next.due
    guard due < connections[slot]!.timerDue else { return }
    connections[slot]!.timerDue = due
    timers.add(ZeekTimers.Entry(due: due, connection: connections[slot]!.id, slot: slot))
  }
}

// MARK: - Packets

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
    if let slot { setTimer(slot) }
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
    let isFromFirst = connections[slot]!.isFromFirst(flow)
    if !ignoresChecksums, datagram.hasBadTCPChecksum {
      connections[slot]!.takeBadChecksum(isFromFirst: isFromFirst)
    } else {
      connections[slot]!.take(
        ZeekSegment(header, datagram), isFromFirst: isFromFirst, ipBytes: datagram.ipBytes, now: now)
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
    let slot = find(flow, parent: parent, isFlipped: isFlipped) { _ in false }
    let isFromFirst = connections[slot]!.isFromFirst(flow)
    if !ignoresChecksums, datagram.hasBadUDPChecksum(bytes) {
      connections[slot]!.takeBadChecksum(isFromFirst: isFromFirst)
    } else {
      connections[slot]!.take(
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
    let slot = find(flow, parent: parent, isFlipped: false) { _ in false }
    let isFromFirst = connections[slot]!.isFromFirst(flow)
    if ignoresChecksums || !datagram.hasBadICMPChecksum {
      connections[slot]!.takeBytes(
        datagram.length - ICMPMessage.headerLength, isFromFirst: isFromFirst,
        ipBytes: datagram.ipBytes, now: now)
    }
    return slot
  }

  /// A protocol that Zeek knows nothing of, but one that carries other packets.
  private mutating func takeOther(_ datagram: ZeekDatagram, _ parent: ZeekUID?) -> Int? {
    guard !datagram.isCarrier else { return nil }
    let flow = ZeekFlow(datagram, .unknown, 0, 0)
    let slot = find(flow, parent: parent, isFlipped: false) { _ in false }
    let isFromFirst = connections[slot]!.isFromFirst(flow)
    connections[slot]!.takeBytes(
      0, isFromFirst: isFromFirst, ipBytes: datagram.ipBytes, now: now)
    return slot
  }
}

extension IPAddress {
  fileprivate var isLimitedBroadcast: Bool { version == 4 && low == 0xFFFF_FFFF }
}
