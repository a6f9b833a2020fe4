/// A connection of few packets in a fifth of the memory.
///
/// Most connections of a scan or a flood never get further than a packet or two, and wait for minutes for more. So a
/// connection is kept in brief until something happens that a brief one has no room for: data, an end, a repetition.
struct ZeekBrief: BitwiseCopyable {
  private let last: Int64
  /// Deadlines; nothing has both an attempt and DNS.
  private let inactivity: Int64
  private let look: Int64
  private let attemptOrDNS: Int64
  private let letters: UInt64
  private let seen: UInt32
  private let inactivityTimeout: UInt32
  private let first: Side
  private let second: Side
  private let letterCount: UInt8
  private let flags: Flags

  /// What fits of a connection; nil if it has more to remember.
  init?(_ connection: borrowing ZeekConnection, _ flow: ZeekFlow) {
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
    flags = Flags(connection)
  }

  /// The connection in full.
  func connection(_ flow: ZeekFlow, start: Int64) -> ZeekConnection {
    var shared = ZeekShared(start: start)
    shared.last = last
    shared.deadlines[.inactivity] = inactivity
    shared.deadlines[.look] = look
    shared.deadlines[flow.transport == .tcp ? .attempt : .dns] = attemptOrDNS
    shared.history = ZeekHistory(count: Int32(letterCount), beginning: letters, seen: seen)
    shared.inactivityTimeout = Int64(inactivityTimeout)
    flags.restore(&shared)
    var connection = ZeekConnection(flow, shared, isFlipped: !flags.contains(.firstIsOrig))
    first.restore(&connection.first)
    second.restore(&connection.second)
    return connection
  }
}

extension ZeekBrief {
  /// One side of it.
  private struct Side: BitwiseCopyable {
    private let ipBytes: UInt32
    private let datagramBytes: Int32
    private let start: UInt32
    private let last: UInt32
    private let acknowledged: UInt32
    private let packets: UInt8
    private let state: ZeekEndpointState
    private let previousState: ZeekEndpointState

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

  private struct Flags: OptionSet, BitwiseCopyable {
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

    init(_ connection: borrowing ZeekConnection) {
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
  fileprivate var isBrief: Bool {
    reassembly.isBlank && !hasSentFIN && !isDone && lastWraps == 0 && acknowledgedWraps == 0
      && finNumber == 0 && notedSYN == 0 && notedFIN == 0 && notedReset == 0
      && badChecksums.isBlank && retransmissions.isBlank && zeroWindows.isBlank && gaps.isBlank
  }
}

extension ZeekShared {
  fileprivate var isBrief: Bool {
    missedBytes == 0 && !isCloseDeferred && !isDeferredCloseRegular && !isNewlyEstablished
  }
}

extension ZeekDeadlines {
  fileprivate func isBrief(isTCP: Bool) -> Bool {
    self[.delete] == .max && self[.lookAfterFirstClose] == .max
      && self[.lookAfterSecondClose] == .max && self[isTCP ? .dns : .attempt] == .max
  }
}
