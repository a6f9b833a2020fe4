/// A connection of few packets in a fifth of the memory.
///
/// Most connections of a scan or a flood never get further than a packet or two, and wait for minutes for more. So a
/// connection is kept in brief until something happens that a brief one has no room for: data, an end, a repetition.
struct ZeekBrief: BitwiseCopyable {
  let start: Int64
  var last: Int64
  /// Deadlines; nothing has both an attempt and DNS.
  var inactivity: Int64
  var look: Int64
  var attemptOrDNS: Int64
  var letters: UInt64
  var seen: UInt32
  var inactivityTimeout: UInt32
  var first: Side
  var second: Side
  var letterCount: UInt8
  var flags: UInt8
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
  subscript(flag: ZeekFlags) -> Bool { ZeekFlags(rawValue: UInt16(flags))[flag] }

  @inline(__always)
  mutating func set(_ flag: ZeekFlags) {
    flags |= UInt8(truncatingIfNeeded: flag.rawValue)
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
  mutating func note(
    _ event: ZeekHistory.Event, _ letter: Unicode.Scalar, isOrig: Bool
  ) {
    let mask = isOrig ? event.rawValue : event.rawValue << 16
    guard seen & mask == 0 else { return }
    seen |= mask
    let byte = UInt64(UInt8(ascii: letter) | (isOrig ? 0 : 0x20))
    letters |= byte << (8 * UInt64(letterCount))
    letterCount += 1
  }

  var history: ZeekHistory {
    @inline(__always)
    get { ZeekHistory(count: Int32(letterCount), beginning: letters, seen: seen) }
  }

  /// When it is to be looked at next.
  @inline(__always)
  var earliest: Int64 { min(inactivity, look, attemptOrDNS) }

  @inline(__always)
  func deadlines(_ flow: ZeekFlow) -> ZeekDeadlines {
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
