extension ZeekBrief {
  /// One side of it.
  struct Side: BitwiseCopyable {
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
  func summary(peerState: ZeekEndpointState, isTCP: Bool) -> ZeekRow.Summary {
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
