/// The states of one side of a TCP connection, as Zeek names them.
enum ZeekEndpointState: UInt8, BitwiseCopyable {
  /// Nothing was seen of it.
  case inactive
  case synSent
  case synAckSent
  /// It spoke, but its SYN was not seen.
  case partial
  case established
  /// It sent a FIN.
  case closed
  case reset

  /// Whether the handshake is still going on.
  var isHandshake: Bool { self == .inactive || self == .synSent || self == .synAckSent }
  /// Whether it can be said to have taken no part.
  var isQuiet: Bool { self == .inactive || self == .partial }
}

/// One side of a connection: three lines of the cache, what most packets need in the first two.
struct ZeekEndpoint: ~Copyable {
  /// Whether it is the originator.
  var isOrig = false

  // MARK: TCP

  var state = ZeekEndpointState.inactive
  var previousState = ZeekEndpointState.inactive
  var hasSentFIN = false
  /// Whether its side of the connection is done: closed or reset, with nothing outstanding.
  var isDone = false
  private(set) var port: UInt16 = 0
  /// The number of its SYN, or of the one it must have sent.
  var start: UInt32 = 0
  /// The number behind the last one it used.
  var last: UInt32 = 0
  /// The highest number that the other side acknowledged.
  var acknowledged: UInt32 = 0
  /// How often the two went round the circle of 2³².
  var lastWraps: UInt32 = 0
  var acknowledgedWraps: UInt32 = 0
  var reassembly = ZeekReassembly()

  // MARK: Every protocol

  /// Good packets from it.
  var packets: UInt64 = 0
  /// Their IP total lengths.
  var ipBytes: UInt64 = 0
  /// Payload of UDP and ICMP; below 0 until the first good packet.
  var datagramBytes: Int64 = -1
  var badChecksums = ZeekScaledCount()

  // MARK: TCP, rarely

  /// The relative number behind its FIN.
  var finNumber: UInt64 = 0
  /// Relative numbers of the last ones that the history noted.
  var notedSYN: UInt64 = 0
  var notedFIN: UInt64 = 0
  var notedReset: UInt64 = 0
  var retransmissions = ZeekScaledCount()
  var zeroWindows = ZeekScaledCount()
  var gaps = ZeekScaledCount()
  // So that the other side begins where a line of the cache does.
  private let rest: (UInt64, UInt64, UInt64) = (0, 0, 0)

  /// Makes a side that has outgrown nothing a new one.
  @inline(__always)
  mutating func begin(port: UInt16, isOrig: Bool) {
    self.port = port
    self.isOrig = isOrig
    packets = 0
    ipBytes = 0
    datagramBytes = -1
    badChecksums = ZeekScaledCount()
    state = .inactive
    previousState = .inactive
    restart(at: 0, last: 0)
    lastWraps = 0
    acknowledgedWraps = 0
    finNumber = 0
    hasSentFIN = false
    isDone = false
    notedSYN = 0
    notedFIN = 0
    notedReset = 0
    retransmissions = ZeekScaledCount()
    zeroWindows = ZeekScaledCount()
    gaps = ZeekScaledCount()
    reassembly.begin()
  }

  @inline(__always)
  mutating func count(ipBytes: Int) {
    packets &+= 1
    self.ipBytes &+= UInt64(clamping: ipBytes)
  }

  @inline(__always)
  mutating func addDatagram(_ bytes: Int) {
    datagramBytes = datagramBytes < 0 ? Int64(bytes) : datagramBytes &+ Int64(bytes)
  }

  @inline(__always)
  mutating func enter(_ new: ZeekEndpointState) {
    guard new != state else { return }
    previousState = state
    state = new
  }

  /// Established, or closed out of that: only then a gap is one.
  @inline(__always)
  var isClean: Bool {
    state == .established || state == .closed && previousState == .established
  }
}

// MARK: - Sequence numbers

extension ZeekEndpoint {
  /// Starts the numbering at a SYN, or at the SYN that must have been.
  @inline(__always)
  mutating func restart(at number: UInt32, last: UInt32) {
    start = number
    acknowledged = number
    self.last = last
  }

  @inline(__always)
  mutating func moveLast(to number: UInt32) {
    if number < last { lastWraps &+= 1 }
    last = number
  }

  @inline(__always)
  mutating func moveAcknowledged(to number: UInt32) {
    if number < acknowledged { acknowledgedWraps &+= 1 }
    acknowledged = number
  }

  /// The relative number of a sequence number near the last one.
  @inline(__always)
  func relative(ofSequence number: UInt32) -> (number: UInt64, isBeforeStart: Bool) {
    relative(number, near: last, wraps: lastWraps)
  }

  /// The relative number of an acknowledgment of this side's bytes.
  @inline(__always)
  func relative(ofAcknowledgment number: UInt32) -> (number: UInt64, isBeforeStart: Bool) {
    relative(number, near: acknowledged, wraps: acknowledgedWraps)
  }

  @inline(__always)
  private func relative(
    _ number: UInt32, near other: UInt32, wraps: UInt32
  ) -> (number: UInt64, isBeforeStart: Bool) {
    var wraps = wraps
    let delta = Self.delta(number, other)
    if delta < 0, wraps > 0, number > other { wraps -= 1 }
    if delta > 0, number < other { wraps &+= 1 }
    guard wraps == 0 else { return (full(number, wraps) &- UInt64(start), false) }
    let distance = Self.delta(number, start)
    return (UInt64(bitPattern: Int64(distance)), distance < 0)
  }

  @inline(__always)
  private func full(_ number: UInt32, _ wraps: UInt32) -> UInt64 {
    UInt64(wraps) << 32 &+ UInt64(number)
  }

  /// How far one number lies behind another on the circle.
  static func delta(_ number: UInt32, _ other: UInt32) -> Int32 {
    Int32(bitPattern: number &- other)
  }

  /// Whether none of its bytes was acknowledged, but for the SYN.
  @inline(__always)
  var isUnacknowledged: Bool {
    let number = full(acknowledged, acknowledgedWraps)
    return number == UInt64(start) || number == UInt64(start) + 1
  }

  /// Payload by sequence numbers.
  @inline(__always)
  func size(peerState: ZeekEndpointState) -> UInt64 {
    // A half-open connection that was found out and aborted: its numbers say nothing.
    if previousState == .synSent, state == .reset, peerState == .inactive, !isUnacknowledged {
      return 0
    }
    let end = max(full(last, lastWraps), full(acknowledged, acknowledgedWraps))
    return Self.size(from: UInt64(start), to: end, hasSentFIN: hasSentFIN)
  }

  /// Payload between the number of a SYN and another one.
  @inline(__always)
  static func size(from start: UInt64, to end: UInt64, hasSentFIN: Bool) -> UInt64 {
    let size = end > start ? end - start : 0
    let withoutSYN = size > 0 ? size - 1 : 0
    return hasSentFIN && withoutSYN > 0 ? withoutSYN - 1 : withoutSYN
  }

  /// Whether something that it sent was neither captured nor acknowledged, so that its end has to wait.
  @inline(__always)
  func hasDataPending(peerHoldsData: Bool) -> Bool {
    if reassembly.hasGivenUp { return false }
    let delivered = UInt64(start) &+ reassembly.next
    let end = full(last, lastWraps)
    if end < delivered { return false }
    // A FIN takes one number, a RST none.
    if delivered != end, delivered != end &- 1 { return true }
    return state != .reset && peerHoldsData
  }
}
