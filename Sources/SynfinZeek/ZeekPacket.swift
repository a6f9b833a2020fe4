internal import SynfinWire

/// A packet on its way to its connection: what is needed of it.
struct ZeekPacket: BitwiseCopyable {
  /// What it holds.
  enum Kind: UInt8, BitwiseCopyable {
    /// Nothing that belongs to a connection: it only moves the time.
    case nothing
    case segment, datagram
    /// ICMP or a protocol that Zeek does not know, of which only the bytes are counted.
    case bytes
  }

  var kind = Kind.nothing
  var hasBadChecksum = false
  /// Whether the header of a segment can be read with its options.
  var isHeaderWhole = false
  /// The hash of the flow.
  var hash: UInt32 = 0
  /// Where in the table the connection may be.
  var position: UInt32 = 0
  /// Microseconds since 1970-01-01 UTC.
  var time: Int64 = 0
  /// Its number in the capture.
  var number: UInt64 = 0
  /// What it adds to the counts of IP bytes.
  var ipBytes = 0
  var flow = ZeekFlow()
  /// Has a meaning only with the kind `segment`.
  var segment = ZeekSegment()
  /// Has a meaning only with the kind `datagram`; of other bytes the length alone.
  var message = ZeekMessage()

  /// Whether it is a good SYN, with or without ACK, without data, and opens a window.
  @inline(__always)
  var isBareOpening: Bool {
    isHeaderWhole && !hasBadChecksum && segment.isBareOpening
  }
}

extension ZeekPacket {
  /// Takes a plain segment.
  @inline(__always)
  mutating func set(
    _ plain: borrowing PlainPacket, isCaptured: Bool, ignoresChecksums: Bool
  ) {
    kind = .segment
    ipBytes = Int(plain.ipBytes)
    segment.set(plain, isCaptured: isCaptured)
    isHeaderWhole = true
    let checksum = plain.checksum
    hasBadChecksum = !ignoresChecksums && checksum.isBad
    flow = ZeekFlow(plain)
  }

  /// Takes what a packet without tunnels holds; false if that belongs to no connection.
  @inline(__always)
  mutating func set(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, ignoresChecksums: Bool
  ) -> Bool {
    ipBytes = datagram.ipBytes
    return switch datagram.ipProtocol {
    case 6: setSegment(datagram, bytes, ignoresChecksums: ignoresChecksums)
    case 17: setDatagram(datagram, bytes, ignoresChecksums: ignoresChecksums)
    case 1, 58: setICMP(datagram, bytes, ignoresChecksums: ignoresChecksums)
    default: setOther(datagram)
    }
  }

  @inline(__always)
  private mutating func setSegment(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, ignoresChecksums: Bool
  ) -> Bool {
    guard datagram.holds(TCPHeader.minimumLength) else { return false }
    kind = .segment
    segment = ZeekSegment(bytes, datagram)
    isHeaderWhole = datagram.holds(Int(segment.headerLength))
    hasBadChecksum = !ignoresChecksums && datagram.hasBadChecksum
    flow = ZeekFlow(
      datagram, .tcp, bytes.uint16(at: datagram.offset), bytes.uint16(at: datagram.offset + 2))
    return true
  }

  @inline(__always)
  private mutating func setDatagram(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, ignoresChecksums: Bool
  ) -> Bool {
    guard datagram.holds(UDPHeader.length) else { return false }
    kind = .datagram
    message = ZeekMessage(datagram, bytes)
    hasBadChecksum = !ignoresChecksums && datagram.hasBadUDPChecksum(bytes)
    flow = ZeekFlow(
      datagram, .udp, bytes.uint16(at: datagram.offset), bytes.uint16(at: datagram.offset + 2))
    return true
  }

  @inline(never)
  private mutating func setICMP(
    _ datagram: ZeekDatagram, _ bytes: RawSpan, ignoresChecksums: Bool
  ) -> Bool {
    guard datagram.holds(ICMPMessage.headerLength) else { return false }
    kind = .bytes
    message.length = datagram.length - ICMPMessage.headerLength
    hasBadChecksum = !ignoresChecksums && datagram.hasBadChecksum
    flow = ZeekFlow(
      datagram, icmpType: bytes.uint8(at: datagram.offset),
      code: bytes.uint8(at: datagram.offset + 1))
    return true
  }

  /// A protocol that Zeek knows nothing of, but one that carries other packets.
  @inline(never)
  private mutating func setOther(_ datagram: ZeekDatagram) -> Bool {
    guard !datagram.isCarrier else { return false }
    kind = .bytes
    message.length = 0
    hasBadChecksum = false
    flow = ZeekFlow(datagram, .unknown, 0, 0)
    return true
  }
}
