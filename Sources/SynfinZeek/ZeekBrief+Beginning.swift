// What begins in brief, without ever having been a connection in full; each step is what `ZeekTCP` and `ZeekConnection.take`
// would make of the same packet.

extension ZeekBrief {
  /// A connection of which nothing is known but its beginning, as `ZeekConnection.begin` makes one.
  @inline(__always)
  private init(start: Int64, isFlipped: Bool) {
    self.start = start
    last = start
    inactivity = start + ZeekTimeout.other
    inactivityTimeout = UInt32(truncatingIfNeeded: ZeekTimeout.other)
    look = .max
    attemptOrDNS = .max
    letters = isFlipped ? UInt64(UInt8(ascii: "^")) : 0
    letterCount = isFlipped ? 1 : 0
    seen = 0
    first = Side()
    second = Side()
    flags = 0
    set(.active)
    if !isFlipped { set(.firstIsOrig) }
  }

  /// A conversation that begins with a UDP datagram with a good checksum; nil if that needs a connection in full.
  @inline(__always)
  init?(beginning packet: inout ZeekPacket, isFlipped: Bool) {
    self.init(start: packet.time, isFlipped: isFlipped)
    let respPort = isFlipped ? packet.flow.sourcePort : packet.flow.destinationPort
    if ZeekServicePorts.isDNS(respPort) { attemptOrDNS = start + ZeekTimeout.dns }
    guard
      take(
        packet.message, isFromFirst: true, respPort: respPort, ipBytes: packet.ipBytes, now: start)
    else { return nil }
  }

  /// A connection that begins with a bare SYN.
  @inline(__always)
  init(opening packet: inout ZeekPacket) {
    self.init(start: packet.time, isFlipped: false)
    look = start + ZeekTimeout.firstLook
    attemptOrDNS = start + ZeekTimeout.attempt
    note(.syn, "S", isOrig: true)
    set(.seenOrig)
    first.open(packet.segment, ipBytes: packet.ipBytes, .synSent)
  }

  /// Takes a bare SYN+ACK that answers a bare SYN; false, and nothing is done, if that is not what it does.
  @inline(__always)
  mutating func answer(_ packet: inout ZeekPacket, isFromFirst: Bool, respPort: UInt16) -> Bool {
    let acknowledgment = packet.segment.acknowledgment
    guard !isFromFirst, isFirstOrig, letterCount == 1, letters == UInt64(UInt8(ascii: "S")),
      first.state == .synSent, second.isBlank, acknowledgment == first.start &+ 1,
      acknowledgment != 0, !ZeekServicePorts.isInteractive(respPort)
    else { return false }
    last = packet.time
    note(.syn, "H", isOrig: false)
    set(.seenResp)
    first.enter(.established)
    first.acknowledged = acknowledgment
    second.open(packet.segment, ipBytes: packet.ipBytes, .established)
    inactivityTimeout = UInt32(truncatingIfNeeded: ZeekTimeout.established)
    inactivity = last + ZeekTimeout.established
    return true
  }
}
