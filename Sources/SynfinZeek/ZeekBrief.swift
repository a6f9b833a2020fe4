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
  fileprivate let inactivityTimeout: UInt32
  fileprivate var first: Side
  fileprivate var second: Side
  fileprivate var letterCount: UInt8
  fileprivate let flags: UInt8

  /// What is to be remembered of a connection for which there is room.
  @inline(__always)
  init(_ connection: inout ZeekConnection, isTCP: Bool) {
    first = Side(connection.first)
    second = Side(connection.second)
    inactivityTimeout = UInt32(truncatingIfNeeded: connection.shared.inactivityTimeout)
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
    let looksInside =
      ZeekServicePorts.isDNS(respPort) ? !self[.seenDNS] : respPort == 123
    var history = ZeekHistory(count: Int32(letterCount), beginning: letters, seen: seen)
    _ = history.note(.data, "D", isOrig: isFromFirst == isFirstOrig)
    guard !looksInside, !self[.flippedByNTP], history.isShort,
      isFromFirst
        ? first.count(message.length, ipBytes: ipBytes)
        : second.count(message.length, ipBytes: ipBytes)
    else { return false }
    letters = history.beginning
    letterCount = UInt8(truncatingIfNeeded: history.count)
    seen = history.seen
    last = now
    return true
  }

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
    shared.inactivityTimeout = Int64(brief.inactivityTimeout)
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
    private let start: UInt32
    private let last: UInt32
    private let acknowledged: UInt32
    private var packets: UInt8
    let state: ZeekEndpointState
    private let previousState: ZeekEndpointState

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

// MARK: - What a brief connection has no room for

extension ZeekBrief {
  /// Whether there is room for all that is to be remembered of a connection.
  @inline(__always)
  static func hasRoom(for connection: inout ZeekConnection, isTCP: Bool) -> Bool {
    connection.parents.isEmpty && connection.shared.isBrief(isTCP: isTCP)
      && connection.first.isBrief && connection.second.isBrief
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
      && inactivityTimeout <= UInt32.max && deadlines.isBrief(isTCP: isTCP)
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
