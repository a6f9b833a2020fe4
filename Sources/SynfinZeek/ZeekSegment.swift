internal import SynfinWire

/// A TCP segment with a good checksum, as the state machine sees it.
struct ZeekSegment {
  let flags: TCPFlags
  let sequence: UInt32
  let acknowledgment: UInt32
  let window: UInt16
  /// Bytes of the TCP header; below 20 it is damaged.
  let headerLength: Int
  /// Bytes of payload by the IP length.
  let length: Int
  /// Whether all of the payload was captured.
  let isCaptured: Bool

  var isSYN: Bool { flags.contains(.syn) }
  var isFIN: Bool { flags.contains(.fin) }
  var isRST: Bool { flags.contains(.rst) }
  var isACK: Bool { flags.contains(.ack) }

  /// Numbers that it takes: an RST's payload is not part of the stream.
  @inline(__always)
  var sequenceLength: Int {
    (isRST ? 0 : length) + (isSYN ? 1 : 0) + (isFIN ? 1 : 0)
  }

  /// The number behind the last one that it takes.
  @inline(__always)
  var end: UInt32 { sequence &+ UInt32(truncatingIfNeeded: sequenceLength) }
}
