/// A connection of few packets in a fifth of the memory.
///
/// Most connections of a scan or a flood never get further than a packet or two, and wait for minutes for more. So a
/// connection is kept in brief until something happens that a brief one has no room for: data, an end, a repetition.
struct ZeekBrief: BitwiseCopyable {
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
  fileprivate let flags: Flags

  /// What fits of a connection; nil if it has more to remember.
  init?(_ connection: inout ZeekConnection, _ flow: ZeekFlow) {
    let isTCP = flow.transport == .tcp
    guard connection.parents.isEmpty, connection.shared.history.isShort,
      connection.shared.isBrief, connection.shared.deadlines.isBrief(isTCP: isTCP),
      let first = Side(connection.first), let second = Side(connection.second),
      let timeout = UInt32(exactly: connection.shared.inactivityTimeout)
    else { return nil }
    self.first = first
    self.second = second
    inactivityTimeout = timeout
    last = connection.shared.last
    inactivity = connection.shared.deadlines[.inactivity]
    look = connection.shared.deadlines[.look]
    attemptOrDNS = connection.shared.deadlines[isTCP ? .attempt : .dns]
    letters = connection.shared.history.beginning
    letterCount = UInt8(truncatingIfNeeded: connection.shared.history.count)
    seen = connection.shared.history.seen
    flags = Flags(&connection)
  }
}

// MARK: - What a brief connection can do by itself

extension ZeekBrief {
  var isClosedToTunnels: Bool { flags.contains(.closedToTunnels) }
  var isFirstOrig: Bool { flags.contains(.firstIsOrig) }

  /// Takes a UDP datagram with a good checksum; false, and nothing is done, if that needs the connection in full.
  @inline(__always)
  mutating func take(
    _ message: ZeekMessage, isFromFirst: Bool, respPort: UInt16, ipBytes: Int, now: Int64
  ) -> Bool {
    let looksInside =
      ZeekServicePorts.isDNS(respPort) ? !flags.contains(.seenDNS) : respPort == 123
    var history = ZeekHistory(count: Int32(letterCount), beginning: letters, seen: seen)
    _ = history.note(.data, "D", isOrig: isFromFirst == isFirstOrig)
    guard !looksInside, !flags.contains(.flippedByNTP), history.isShort,
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
        last: last, inactivityTimeout: Int64(inactivityTimeout), isActive: flags.contains(.active),
        isUnanswered: isFirstOrig
          ? ZeekSituation.isUnanswered(one, other) : ZeekSituation.isUnanswered(other, one),
        looksOver: one == .inactive && other == .inactive))
    inactivity = deadlines[.inactivity]
    look = deadlines[.look]
    attemptOrDNS = deadlines[flow.transport == .tcp ? .attempt : .dns]
    return (isOver, deadlines.next.due)
  }
}

extension ZeekConnection {
  /// The connection of a brief one in full.
  @inline(__always)
  init(_ brief: ZeekBrief, _ flow: ZeekFlow, start: Int64) {
    self.init(flow, start: start, isFlipped: !brief.flags.contains(.firstIsOrig))
    shared.last = brief.last
    shared.deadlines = brief.deadlines(flow)
    shared.history = ZeekHistory(
      count: Int32(brief.letterCount), beginning: brief.letters, seen: brief.seen)
    shared.inactivityTimeout = Int64(brief.inactivityTimeout)
    brief.flags.restore(&shared)
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
    init?(_ side: borrowing ZeekEndpoint) {
      guard side.isBrief, let packets = UInt8(exactly: side.packets),
        let ipBytes = UInt32(exactly: side.ipBytes),
        let datagramBytes = Int32(exactly: side.datagramBytes)
      else { return nil }
      self.packets = packets
      self.ipBytes = ipBytes
      self.datagramBytes = datagramBytes
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

  fileprivate struct Flags: OptionSet, BitwiseCopyable {
    let rawValue: UInt8

    static var firstIsOrig: Flags { Flags(rawValue: 1) }
    static var active: Flags { Flags(rawValue: 2) }
    static var partial: Flags { Flags(rawValue: 4) }
    static var seenOrig: Flags { Flags(rawValue: 8) }
    static var seenResp: Flags { Flags(rawValue: 16) }
    static var seenDNS: Flags { Flags(rawValue: 32) }
    static var closedToTunnels: Flags { Flags(rawValue: 64) }
    static var flippedByNTP: Flags { Flags(rawValue: 128) }

    init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    @inline(__always)
    init(_ connection: inout ZeekConnection) {
      var flags = Flags()
      if connection.first.isOrig { flags.insert(.firstIsOrig) }
      if connection.shared.isActive { flags.insert(.active) }
      if connection.shared.isPartial { flags.insert(.partial) }
      if connection.shared.hasSeenOrig { flags.insert(.seenOrig) }
      if connection.shared.hasSeenResp { flags.insert(.seenResp) }
      if connection.shared.hasSeenDNS { flags.insert(.seenDNS) }
      if connection.shared.isClosedToTunnels { flags.insert(.closedToTunnels) }
      if connection.shared.isNTPFlipped { flags.insert(.flippedByNTP) }
      self = flags
    }

    @inline(__always)
    func restore(_ shared: inout ZeekShared) {
      shared.isActive = contains(.active)
      shared.isPartial = contains(.partial)
      shared.hasSeenOrig = contains(.seenOrig)
      shared.hasSeenResp = contains(.seenResp)
      shared.hasSeenDNS = contains(.seenDNS)
      shared.isClosedToTunnels = contains(.closedToTunnels)
      shared.isNTPFlipped = contains(.flippedByNTP)
    }
  }
}

// MARK: - What a brief connection has no room for

extension ZeekEndpoint {
  /// Whether nothing is known of it but its state, its counts and three sequence numbers.
  @inline(__always)
  fileprivate var isBrief: Bool {
    reassembly.isBlank && !hasSentFIN && !isDone && lastWraps == 0 && acknowledgedWraps == 0
      && finNumber == 0 && notedSYN == 0 && notedFIN == 0 && notedReset == 0
      && badChecksums.isBlank && retransmissions.isBlank && zeroWindows.isBlank && gaps.isBlank
  }
}

extension ZeekShared {
  @inline(__always)
  fileprivate var isBrief: Bool {
    missedBytes == 0 && !isCloseDeferred && !isDeferredCloseRegular && !isNewlyEstablished
  }
}

extension ZeekDeadlines {
  @inline(__always)
  fileprivate func isBrief(isTCP: Bool) -> Bool {
    self[.delete] == .max && self[.lookAfterFirstClose] == .max
      && self[.lookAfterSecondClose] == .max && self[isTCP ? .dns : .attempt] == .max
  }
}
