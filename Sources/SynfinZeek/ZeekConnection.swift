/// What became of one connection.
///
/// The two sides are kept in the order of their first packet and know which of them is the originator, so that a change
/// of the roles moves nothing. Apart from the history's letters, 16 KiB of runs for each side and a few parents of
/// tunnels at most, it is of fixed size: eight lines of the cache, of which most packets need five (`usualLines`).
struct ZeekConnection: ~Copyable {
  /// Parents of a tunnelled connection that are kept.
  private static let parentLimit = 16

  var shared = ZeekShared()
  private(set) var parents: [ZeekUID] = []
  /// The sender of the first packet.
  var first = ZeekEndpoint()
  var second = ZeekEndpoint()

  /// The lines of the cache that most packets need: what both sides have in common but for deadlines, and of each side
  /// the numbers and the runs.
  static var usualLines: (shared: Range<Int>, first: Range<Int>, second: Range<Int>) {
    (0..<1, 2..<4, 5..<7)
  }
  /// Those that a deadline needs beside them.
  static var deadlineLines: Range<Int> { 1..<2 }

  /// Makes a connection that has outgrown nothing a new one.
  mutating func begin(_ flow: ZeekFlow, now: Int64, isFlipped: Bool) {
    clear(flow, start: now, isFlipped: isFlipped)
    if isFlipped { shared.history.addFlip() }
    shared.setInactivityTimeout(ZeekTimeout.other)
    if flow.transport == .tcp {
      shared.deadlines[.look] = now + ZeekTimeout.firstLook
    }
    if flow.transport == .udp, ZeekServicePorts.isDNS(respPort) {
      shared.deadlines[.dns] = now + ZeekTimeout.dns
    }
  }

  /// Makes a connection that has outgrown nothing one of which nothing is known but its flow and its beginning.
  @inline(__always)
  mutating func clear(_ flow: ZeekFlow, start: Int64, isFlipped: Bool) {
    first.begin(port: flow.sourcePort, isOrig: !isFlipped)
    second.begin(port: flow.destinationPort, isOrig: isFlipped)
    shared.begin(start)
  }

  @inline(__always)
  var respPort: UInt16 { first.isOrig ? second.port : first.port }

  mutating func addParent(_ uid: ZeekUID?) {
    guard let uid, parents.count < Self.parentLimit, !parents.contains(uid) else { return }
    parents.append(uid)
  }

  /// Changes the roles.
  mutating func flip() {
    ZeekShared.flip(&first, &second, &shared)
  }
}

/// What both sides of a connection have in common.
struct ZeekShared {
  /// Microseconds since 1970-01-01 UTC.
  private(set) var start: Int64 = 0
  /// The time of the last good packet.
  var last: Int64 = 0
  var history = ZeekHistory()
  /// Bytes of the gaps of both sides.
  var missedBytes: UInt64 = 0
  var flags = ZeekFlags.active
  /// Microseconds: an hour at most.
  var inactivityTimeout: UInt32 = 0
  /// These begin a line of the cache.
  var deadlines = ZeekDeadlines()

  /// Makes what has outgrown nothing new.
  @inline(__always)
  mutating func begin(_ start: Int64) {
    self.start = start
    last = start
    history.begin(count: 0, beginning: 0, seen: 0)
    deadlines = ZeekDeadlines()
    inactivityTimeout = 0
    missedBytes = 0
    flags = .active
  }

  mutating func setInactivityTimeout(_ timeout: Int64) {
    guard timeout != inactivityTimeout else { return }
    inactivityTimeout = UInt32(timeout)
    deadlines[.inactivity] = last + timeout
  }

  /// Changes the roles of two sides.
  static func flip(
    _ left: inout ZeekEndpoint, _ right: inout ZeekEndpoint, _ shared: inout ZeekShared
  ) {
    swapRoles(&left, &right, &shared)
    shared.history.addFlip()
  }

  static func swapRoles(
    _ left: inout ZeekEndpoint, _ right: inout ZeekEndpoint, _ shared: inout ZeekShared
  ) {
    left.isOrig.toggle()
    right.isOrig.toggle()
    (shared.hasSeenOrig, shared.hasSeenResp) = (shared.hasSeenResp, shared.hasSeenOrig)
    shared.isPartial = false
  }
}

extension ZeekShared {
  // MARK: TCP

  /// Whether Zeek's analyzer still waits for an end.
  var isActive: Bool {
    @inline(__always)
    get { flags[.active] }
    @inline(__always)
    set { flags[.active] = newValue }
  }
  /// Whether the beginning was not captured.
  var isPartial: Bool {
    @inline(__always)
    get { flags[.partial] }
    @inline(__always)
    set { flags[.partial] = newValue }
  }
  var hasSeenOrig: Bool {
    @inline(__always)
    get { flags[.seenOrig] }
    @inline(__always)
    set { flags[.seenOrig] = newValue }
  }
  var hasSeenResp: Bool {
    @inline(__always)
    get { flags[.seenResp] }
    @inline(__always)
    set { flags[.seenResp] = newValue }
  }
  /// Whether a side's end waits for its outstanding data.
  var isCloseDeferred: Bool {
    @inline(__always)
    get { flags[.closeDeferred] }
    @inline(__always)
    set { flags[.closeDeferred] = newValue }
  }
  /// Whether that end is to count as a regular one.
  var isDeferredCloseRegular: Bool {
    @inline(__always)
    get { flags[.deferredCloseRegular] }
    @inline(__always)
    set { flags[.deferredCloseRegular] = newValue }
  }
  /// Whether the handshake was completed by the packet at hand.
  var isNewlyEstablished: Bool {
    @inline(__always)
    get { flags[.newlyEstablished] }
    @inline(__always)
    set { flags[.newlyEstablished] = newValue }
  }

  // MARK: Applications

  /// Whether a first DNS message was seen.
  var hasSeenDNS: Bool {
    @inline(__always)
    get { flags[.seenDNS] }
    @inline(__always)
    set { flags[.seenDNS] = newValue }
  }
  /// Whether a packet was not what its tunnel promised: Zeek opens no other after that.
  var isClosedToTunnels: Bool {
    @inline(__always)
    get { flags[.closedToTunnels] }
    @inline(__always)
    set { flags[.closedToTunnels] = newValue }
  }
  /// Whether NTP changed the roles.
  var isNTPFlipped: Bool {
    @inline(__always)
    get { flags[.flippedByNTP] }
    @inline(__always)
    set { flags[.flippedByNTP] = newValue }
  }
}

// MARK: - Time

extension ZeekConnection {
  /// Does what the earliest deadline demands; whether the connection ends.
  ///
  /// All in one function, because the compiler would copy the whole connection for one that only reads.
  @inline(__always)
  mutating func look(at now: Int64) -> Bool {
    let (one, other) = (first.state, second.state)
    let isUnanswered =
      first.isOrig
      ? ZeekSituation.isUnanswered(one, other) : ZeekSituation.isUnanswered(other, one)
    let looksOver =
      first.isDone && second.isDone || one == .inactive && other == .inactive
      || (first.isDone || second.isDone)
        && (one == .reset || other == .reset || one == .inactive || other == .inactive)
    return shared.deadlines.look(
      at: now,
      ZeekSituation(
        last: shared.last, inactivityTimeout: Int64(shared.inactivityTimeout),
        isActive: shared.isActive, isUnanswered: isUnanswered, looksOver: looksOver))
  }
}

/// What matters of a connection when a deadline comes.
struct ZeekSituation: BitwiseCopyable {
  /// The time of the last good packet.
  let last: Int64
  let inactivityTimeout: Int64
  /// Whether Zeek's TCP analyzer still waits for an end.
  let isActive: Bool
  /// Whether it is an attempt without an answer.
  let isUnanswered: Bool
  /// Whether silence means that it has ended, or that it never began.
  let looksOver: Bool

  static func isUnanswered(_ orig: ZeekEndpointState, _ resp: ZeekEndpointState) -> Bool {
    (orig == .synSent || orig == .synAckSent) && resp == .inactive
  }
}
