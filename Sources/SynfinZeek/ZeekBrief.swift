/// A connection of few packets in a fifth of the memory.
///
/// Most connections of a scan or a flood never get further than a packet or two, and wait for minutes for more. So a
/// connection is kept in brief until something happens that a brief one has no room for: data, an end, a repetition.
struct ZeekBrief: BitwiseCopyable {
  let start: Int64
  fileprivate var last: Int64
  /// Deadlines; nothing has both an attempt and DNS.
  fileprivate var inactivity: Int64
  fileprivate var look: Int64
  fileprivate var attemptOrDNS: Int64
  fileprivate var letters: UInt64
  fileprivate var seen: UInt32
  fileprivate var inactivityTimeout: UInt32
  fileprivate var first: Side
  fileprivate var second: Side
  fileprivate var letterCount: UInt8
  fileprivate var flags: UInt8
  // So that it fills two lines of the cache and begins where one does.
  private let rest: (UInt64, UInt64) = (0, 0)

  /// What is to be remembered of a connection for which there is room.
  @inline(__always)
  init(_ connection: inout ZeekConnection, isTCP: Bool) {
    first = Side(connection.first)
    second = Side(connection.second)
    inactivityTimeout = connection.shared.inactivityTimeout
    start = connection.shared.start
    last = connection.shared.last
    inactivity = connection.shared.deadlines[.inactivity]
    look = connection.shared.deadlines[.look]
    attemptOrDNS = connection.shared.deadlines[isTCP ? .attempt : .dns]
    letters = connection.shared.history.beginning
    letterCount = UInt8(truncatingIfNeeded: connection.shared.history.count)
    seen = connection.shared.history.seen
    flags =
      UInt8(truncatingIfNeeded: connection.shared.flags.rawValue)
      | (connection.first.isOrig ? UInt8(truncatingIfNeeded: ZeekFlags.firstIsOrig.rawValue) : 0)
  }

  @inline(__always)
  fileprivate subscript(flag: ZeekFlags) -> Bool { ZeekFlags(rawValue: UInt16(flags))[flag] }

  @inline(__always)
  fileprivate mutating func set(_ flag: ZeekFlags) {
    flags |= UInt8(truncatingIfNeeded: flag.rawValue)
  }
}

// MARK: - Beginnings

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

// MARK: - What a brief connection can do by itself

extension ZeekBrief {
  var isClosedToTunnels: Bool { self[.closedToTunnels] }
  var isFirstOrig: Bool { self[.firstIsOrig] }

  /// Takes a UDP datagram with a good checksum; false, and nothing is done, if that needs the connection in full.
  @inline(__always)
  mutating func take(
    _ message: ZeekMessage, isFromFirst: Bool, respPort: UInt16, ipBytes: Int, now: Int64
  ) -> Bool {
    let isOrig = isFromFirst == isFirstOrig
    guard letterCount < 8, !flips(message, isOrig: isOrig, respPort: respPort),
      isFromFirst
        ? first.count(message.length, ipBytes: ipBytes)
        : second.count(message.length, ipBytes: ipBytes)
    else { return false }
    note(.data, "D", isOrig: isOrig)
    if ZeekServicePorts.isDNS(respPort), message.isDNSResponse != nil { set(.seenDNS) }
    last = now
    return true
  }

  /// Whether a message changes the roles, as it does in `ZeekConnection.take`.
  @inline(__always)
  private func flips(_ message: ZeekMessage, isOrig: Bool, respPort: UInt16) -> Bool {
    if ZeekServicePorts.isDNS(respPort) {
      return !self[.seenDNS] && isOrig && !message.isToMany && message.isDNSResponse == true
    }
    return respPort == 123 && !self[.flippedByNTP] && message.ntpMode == (isOrig ? 4 : 3)
  }

  /// Notes an event, for the letter of which there is room, as `ZeekHistory.note` does.
  @inline(__always)
  private mutating func note(
    _ event: ZeekHistory.Event, _ letter: Unicode.Scalar, isOrig: Bool
  ) {
    let mask = isOrig ? event.rawValue : event.rawValue << 16
    guard seen & mask == 0 else { return }
    seen |= mask
    let byte = UInt64(UInt8(ascii: letter) | (isOrig ? 0 : 0x20))
    letters |= byte << (8 * UInt64(letterCount))
    letterCount += 1
  }

  fileprivate var history: ZeekHistory {
    @inline(__always)
    get { ZeekHistory(count: Int32(letterCount), beginning: letters, seen: seen) }
  }

  /// When it is to be looked at next.
  @inline(__always)
  var earliest: Int64 { min(inactivity, look, attemptOrDNS) }

  @inline(__always)
  fileprivate func deadlines(_ flow: ZeekFlow) -> ZeekDeadlines {
    var deadlines = ZeekDeadlines()
    deadlines[.inactivity] = inactivity
    deadlines[.look] = look
    deadlines[flow.transport == .tcp ? .attempt : .dns] = attemptOrDNS
    deadlines.hasChanged = false
    return deadlines
  }

  /// Does what the earliest deadline demands; whether the connection ends, and if not, when to look again.
  @inline(__always)
  mutating func look(at now: Int64, _ flow: ZeekFlow) -> (isOver: Bool, due: Int64) {
    var deadlines = deadlines(flow)
    let (one, other) = (first.state, second.state)
    let isOver = deadlines.look(
      at: now,
      ZeekSituation(
        last: last, inactivityTimeout: Int64(inactivityTimeout), isActive: self[.active],
        isUnanswered: isFirstOrig
          ? ZeekSituation.isUnanswered(one, other) : ZeekSituation.isUnanswered(other, one),
        looksOver: one == .inactive && other == .inactive))
    inactivity = deadlines[.inactivity]
    look = deadlines[.look]
    attemptOrDNS = deadlines[flow.transport == .tcp ? .attempt : .dns]
    return (isOver, deadlines.earliest)
  }
}

extension ZeekConnection {
  /// Makes a connection that has outgrown nothing that of a brief one.
  mutating func unfold(_ brief: borrowing ZeekBrief, _ flow: ZeekFlow) {
    clear(flow, start: brief.start, isFlipped: !brief.isFirstOrig)
    shared.last = brief.last
    shared.deadlines = brief.deadlines(flow)
    shared.history.begin(
      count: Int32(brief.letterCount), beginning: brief.letters, seen: brief.seen)
    shared.inactivityTimeout = brief.inactivityTimeout
    shared.flags = ZeekFlags(rawValue: UInt16(brief.flags) & ~ZeekFlags.firstIsOrig.rawValue)
    brief.first.restore(&first)
    brief.second.restore(&second)
  }
}

extension ZeekBrief {
  /// One side of it.
  fileprivate struct Side: BitwiseCopyable {
    private var ipBytes: UInt32
    private var datagramBytes: Int32
    private(set) var start: UInt32
    private var last: UInt32
    var acknowledged: UInt32
    private var packets: UInt8
    private(set) var state: ZeekEndpointState
    private var previousState: ZeekEndpointState

    /// A side of which nothing is known.
    @inline(__always)
    init() {
      packets = 0
      ipBytes = 0
      datagramBytes = -1
      start = 0
      last = 0
      acknowledged = 0
      state = .inactive
      previousState = .inactive
    }

    @inline(__always)
    init(_ side: borrowing ZeekEndpoint) {
      packets = UInt8(truncatingIfNeeded: side.packets)
      ipBytes = UInt32(truncatingIfNeeded: side.ipBytes)
      datagramBytes = Int32(truncatingIfNeeded: side.datagramBytes)
      start = side.start
      last = side.last
      acknowledged = side.acknowledged
      state = side.state
      previousState = side.previousState
    }

    /// Whether nothing was seen of it.
    @inline(__always)
    var isBlank: Bool { packets == 0 && state == .inactive }

    @inline(__always)
    mutating func enter(_ new: ZeekEndpointState) {
      previousState = state
      state = new
    }

    /// Begins with a bare SYN, with or without ACK.
    @inline(__always)
    mutating func open(_ segment: ZeekSegment, ipBytes: Int, _ state: ZeekEndpointState) {
      start = segment.sequence
      acknowledged = start
      last = start &+ 1
      packets = 1
      self.ipBytes = UInt32(clamping: ipBytes)
      enter(state)
    }

    /// Counts a datagram; false if that does not fit.
    @inline(__always)
    mutating func count(_ bytes: Int, ipBytes: Int) -> Bool {
      guard packets < .max, ipBytes >= 0,
        let sum = Int32(exactly: Int(max(datagramBytes, 0)) + bytes),
        let ipSum = UInt32(exactly: Int(self.ipBytes) + ipBytes)
      else { return false }
      packets += 1
      datagramBytes = sum
      self.ipBytes = ipSum
      return true
    }

    @inline(__always)
    func restore(_ side: inout ZeekEndpoint) {
      side.packets = UInt64(packets)
      side.ipBytes = UInt64(ipBytes)
      side.datagramBytes = Int64(datagramBytes)
      side.restart(at: start, last: last)
      side.acknowledged = acknowledged
      side.state = state
      side.previousState = previousState
    }
  }
}

// MARK: - Rows

extension ZeekBrief {
  /// The connection's row as things stand.
  @inline(__always)
  func row(_ entry: borrowing ZeekEntry) -> ZeekRow {
    let isTCP = entry.flow.transport == .tcp
    return ZeekRow(
      entry, start: start, last: last, first.summary(peerState: second.state, isTCP: isTCP),
      second.summary(peerState: first.state, isTCP: isTCP), isFirstOrig: isFirstOrig, history)
  }
}

extension ZeekBrief.Side {
  @inline(__always)
  fileprivate func summary(peerState: ZeekEndpointState, isTCP: Bool) -> ZeekRow.Summary {
    ZeekRow.Summary(
      state: state, bytes: isTCP ? size(peerState: peerState) : UInt64(max(datagramBytes, 0)),
      hasDatagrams: datagramBytes >= 0, packets: UInt64(packets), ipBytes: UInt64(ipBytes))
  }

  /// Payload by sequence numbers.
  @inline(__always)
  private func size(peerState: ZeekEndpointState) -> UInt64 {
    let (start, last, acknowledged) = (UInt64(start), UInt64(last), UInt64(acknowledged))
    let isUnacknowledged = acknowledged == start || acknowledged == start + 1
    return previousState == .synSent && state == .reset && peerState == .inactive
      && !isUnacknowledged
      ? 0 : ZeekEndpoint.size(from: start, to: max(last, acknowledged), hasSentFIN: false)
  }
}

// MARK: - What a brief connection has no room for

extension ZeekBrief {
  /// Whether there is room for all that is to be remembered of a connection.
  @inline(__always)
  static func hasRoom(for connection: inout ZeekConnection, isTCP: Bool) -> Bool {
    connection.parents.isEmpty && connection.shared.isBrief(isTCP: isTCP)
      && connection.first.isBrief && connection.second.isBrief && !isUnderWay(&connection)
  }

  /// Whether more is to be expected that a brief connection has no room for: a handshake is complete.
  @inline(__always)
  private static func isUnderWay(_ connection: inout ZeekConnection) -> Bool {
    connection.first.state == .established && connection.second.state == .established
      && connection.first.packets + connection.second.packets > 2
  }
}

extension ZeekEndpoint {
  /// Whether nothing is known of it but its state, its counts and three sequence numbers.
  @inline(__always)
  fileprivate var isBrief: Bool {
    // All at once: a branch for each would take longer.
    let numbers = finNumber | notedSYN | notedFIN | notedReset
    let counts = badChecksums.count | retransmissions.count | zeroWindows.count | gaps.count
    let wraps = lastWraps | acknowledgedWraps
    return numbers | UInt64(counts | wraps) == 0 && !hasSentFIN && !isDone
      && packets <= UInt8.max && ipBytes <= UInt32.max && datagramBytes <= Int32.max
      && reassembly.isBlank
  }
}

extension ZeekShared {
  @inline(__always)
  fileprivate func isBrief(isTCP: Bool) -> Bool {
    history.isShort && missedBytes == 0 && flags.rawValue <= UInt8.max
      && deadlines.isBrief(isTCP: isTCP)
  }
}

extension ZeekDeadlines {
  @inline(__always)
  fileprivate func isBrief(isTCP: Bool) -> Bool {
    let rare = min(
      self[.delete], self[.lookAfterFirstClose], self[.lookAfterSecondClose],
      self[isTCP ? .dns : .attempt])
    return rare == .max
  }
}
