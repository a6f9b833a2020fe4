import SynfinWire

/// What the two ends of a plain connection have in common.
struct PlainCourse {
  private(set) var firstPacket: UInt64 = 0
  private(set) var lastPacket: UInt64 = 0
  private(set) var start = Timestamp(nanoseconds: 0)
  private(set) var last = Timestamp(nanoseconds: 0)
  private(set) var longestIdle: Int64 = 0
  var completeness: UInt8 = 0
  private(set) var isOffloaded = false
  var handshake = Handshake()
  var teardown = Teardown()
  private(set) var firstCloser = Side.client
  private(set) var resetBy = Side.client
  var turns = Turns()

  /// Takes the first segment.
  mutating func begin(_ arrival: inout Arrival) {
    firstPacket = arrival.packet
    start = arrival.time
    last = arrival.time
    handshake.syn = arrival.packet
    handshake.synTime = arrival.time
    completeness = 1
    count(&arrival)
  }

  /// Counts a segment; in a journal none comes before another in time.
  @inline(__always)
  mutating func count(_ arrival: inout Arrival) {
    longestIdle = max(longestIdle, arrival.time.nanoseconds &- last.nanoseconds)
    last = arrival.time
    lastPacket = arrival.packet
    if arrival.segment.checksum == .offloaded { isOffloaded = true }
  }

  /// Notes a FIN.
  mutating func noteFin(_ arrival: inout Arrival, isFirst: Bool) {
    guard isFirst else {
      teardown.secondFin = arrival.packet
      return
    }
    firstCloser = arrival.sender
    teardown.firstFin = arrival.packet
    teardown.begin = arrival.time
  }

  /// Notes that a FIN was acknowledged.
  mutating func noteFinAcknowledgment(_ arrival: inout Arrival) {
    if arrival.sender == firstCloser {
      teardown.secondFinAck = arrival.packet
    } else {
      teardown.firstFinAck = arrival.packet
    }
    teardown.end = arrival.time
  }

  /// Notes an RST.
  mutating func end(_ arrival: inout Arrival) {
    completeness |= arrival.flags.contains(.ack) ? 32 | 4 : 32
    resetBy = arrival.sender
    teardown.reset = arrival.packet
    teardown.end = arrival.time
  }
}
