internal import SynfinWire

/// A TCP segment with a good checksum, as the state machine sees it.
struct ZeekSegment: BitwiseCopyable {
  var flags = TCPFlags()
  var window: UInt16 = 0
  var sequence: UInt32 = 0
  var acknowledgment: UInt32 = 0
  /// Bytes of payload by the IP length.
  var length = 0
  /// Bytes of the TCP header.
  private(set) var headerLength: UInt8 = 0
  /// Whether all of the payload was captured.
  var isCaptured = false

  /// A segment of which nothing is known.
  init() {}

  /// Reads the fixed part of a TCP header; the caller knows that its 20 bytes are there.
  @inline(__always)
  init(_ bytes: RawSpan, _ datagram: borrowing ZeekDatagram) {
    let offset = datagram.offset
    sequence = bytes.uint32(at: offset + 4)
    acknowledgment = bytes.uint32(at: offset + 8)
    let word = bytes.uint16(at: offset + 12)
    headerLength = UInt8(truncatingIfNeeded: word >> 12) * 4
    flags = TCPFlags(rawValue: word)
    window = bytes.uint16(at: offset + 14)
    isCaptured = datagram.isWhole
    length = datagram.length - Int(headerLength)
  }

  /// Takes a plain one.
  @inline(__always)
  mutating func set(_ packet: borrowing PlainPacket, isCaptured: Bool) {
    flags = packet.flags
    window = packet.window
    sequence = UInt32(truncatingIfNeeded: packet.numbers >> 32)
    acknowledgment = UInt32(truncatingIfNeeded: packet.numbers)
    length = packet.payloadLength
    // Whatever options there are: they are all there, and nobody asks for more.
    headerLength = UInt8(truncatingIfNeeded: TCPHeader.minimumLength)
    self.isCaptured = isCaptured
  }

  /// Whether the header is shorter than the shortest.
  @inline(__always)
  var isDamaged: Bool { headerLength < TCPHeader.minimumLength }

  var isSYN: Bool { flags.contains(.syn) }
  var isFIN: Bool { flags.contains(.fin) }
  var isRST: Bool { flags.contains(.rst) }
  var isACK: Bool { flags.contains(.ack) }

  /// Whether it begins or ends something.
  @inline(__always)
  var isControl: Bool { !flags.isDisjoint(with: [.syn, .fin, .rst]) }

  /// Whether it is a SYN, with or without ACK, without data, and opens a window.
  @inline(__always)
  var isBareOpening: Bool {
    let others: TCPFlags = [.fin, .rst]
    return isSYN && flags.isDisjoint(with: others) && length == 0 && window != 0
      && !isDamaged
  }

  /// Numbers that it takes: an RST's payload is not part of the stream.
  @inline(__always)
  var sequenceLength: Int {
    (isRST ? 0 : length) + (isSYN ? 1 : 0) + (isFIN ? 1 : 0)
  }

  /// The number behind the last one that it takes.
  @inline(__always)
  var end: UInt32 { sequence &+ UInt32(truncatingIfNeeded: sequenceLength) }
}
