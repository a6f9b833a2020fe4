import SynfinWire

/// What the two ends of a plain connection have in common.
struct PlainCourse {
  private(set) var firstPacket: UInt64 = 0
  private(set) var lastPacket: UInt64 = 0
  private(set) var start = Timestamp(nanoseconds: 0)
  private(set) var last = Timestamp(nanoseconds: 0)
  private(set) var longestIdle: Int64 = 0
  var completeness: UInt8 = 0
  var isOffloaded = false
  var handshake = Handshake()
  var teardown = Teardown()
  private(set) var firstCloser = Side.client
  private(set) var resetBy = Side.client
  var turns = Turns()

  /// Begins with the first packet, and forgets those of another.
  @inline(__always)
  mutating func begin(at start: (packet: UInt64, time: Timestamp)) {
    firstPacket = start.packet
    lastPacket = start.packet
    self.start = start.time
    last = start.time
    longestIdle = 0
    completeness = 1
    isOffloaded = false
    handshake = Handshake()
    handshake.syn = start.packet
    handshake.synTime = start.time
    teardown = Teardown()
    turns = Turns()
  }

  /// Counts a further segment, which is the last one then; in a journal none comes before another in time.
  @inline(__always)
  mutating func count(_ segment: JournalGlance) {
    longestIdle = max(longestIdle, segment.step)
    last.nanoseconds &+= segment.step
    lastPacket &+= segment.packets
    if segment.isOffloaded { isOffloaded = true }
  }

  /// Notes that the last segment has a FIN.
  mutating func noteFin(_ segment: JournalGlance, isFirst: Bool) {
    guard isFirst else {
      teardown.secondFin = lastPacket
      return
    }
    firstCloser = segment.sender
    teardown.firstFin = lastPacket
    teardown.begin = last
  }

  /// Notes that the last segment acknowledged a FIN.
  mutating func noteFinAcknowledgment(_ segment: JournalGlance) {
    if segment.sender == firstCloser {
      teardown.secondFinAck = lastPacket
    } else {
      teardown.firstFinAck = lastPacket
    }
    teardown.end = last
  }

  /// Notes that the last segment is an RST.
  mutating func end(_ segment: JournalGlance) {
    completeness |= segment.flags.contains(.ack) ? 32 | 4 : 32
    resetBy = segment.sender
    teardown.reset = lastPacket
    teardown.end = last
  }
}
