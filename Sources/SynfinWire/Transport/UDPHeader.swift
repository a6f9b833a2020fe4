/// A UDP header (RFC 768).
///
/// ```
///  0                   1                   2                   3
/// |          Source Port          |       Destination Port        |
/// |            Length             |           Checksum            |
/// ```
public struct UDPHeader: Sendable {
  /// Bytes of the header.
  public static let length = 8
  /// Where the checksum stands in the header.
  static let checksumField = 6

  /// The sender's port; 0 if it wants no answer.
  public var sourcePort: UInt16
  /// The receiver's port.
  public var destinationPort: UInt16
  /// Bytes of header and payload, at least 8; 0 in a jumbogram (RFC 2675 §4).
  public var length: Int
  /// The checksum field; 0 means that the sender computed none.
  public var checksum: UInt16

  /// Whether the header fits into `length` bytes and leads into no tunnel.
  @inline(__always)
  func isPlain(length: Int) -> Bool {
    self.length >= Self.length && self.length <= length
      && Tunnel.Kind(port: destinationPort) == .none && Tunnel.Kind(port: sourcePort) == .none
  }

  /// Reads the header at `offset`; the caller knows that its eight bytes are there.
  @inline(__always)
  public init(_ bytes: RawSpan, at offset: Int) {
    let words = bytes.uint64(at: offset)
    sourcePort = UInt16(truncatingIfNeeded: words >> 48)
    destinationPort = UInt16(truncatingIfNeeded: words >> 32)
    length = Int(words >> 16 & 0xFFFF)
    checksum = UInt16(truncatingIfNeeded: words)
  }
}

/// A UDP datagram as the tracker sees it.
public struct Datagram: Sendable, BitwiseCopyable {
  /// The sender's port.
  public var sourcePort: UInt16
  /// The receiver's port.
  public var destinationPort: UInt16
  /// Bytes of payload by the length field, whether captured or not.
  public var payloadLength: Int32
  /// What is known of the checksum.
  public var checksum: ChecksumStatus

  /// Makes a datagram from its fields; for tests and generators.
  public init(
    sourcePort: UInt16, destinationPort: UInt16, payloadLength: Int,
    checksum: ChecksumStatus = .unverified
  ) {
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.payloadLength = Int32(truncatingIfNeeded: payloadLength)
    self.checksum = checksum
  }

  /// A datagram of which nothing is known.
  init() {
    self.init(sourcePort: 0, destinationPort: 0, payloadLength: 0)
  }

  @inline(__always)
  init(_ header: UDPHeader, length: Int, checksum: ChecksumStatus) {
    sourcePort = header.sourcePort
    destinationPort = header.destinationPort
    payloadLength = Int32(truncatingIfNeeded: length &- UDPHeader.length)
    self.checksum = checksum
  }
}

extension PacketWalk {
  mutating func udp(_ bytes: RawSpan, at offset: Int) {
    guard needs(UDPHeader.length, .udp, at: offset, bytes) else { return }
    let header = UDPHeader(bytes, at: offset)
    layers.enter(.udp, at: offset, length: UDPHeader.length)
    guard let length = honestLength(header, at: offset) else { return }
    packetEnd = offset + length
    let checksum: ChecksumStatus =
      header.checksum == 0
      ? .absent
      : verifiesChecksums && header.length <= length
        ? transportChecksum(bytes, at: offset, length: length, field: UDPHeader.checksumField, .udp)
        : .unverified
    packet.setDatagram(Datagram(header, length: length, checksum: checksum))
    var tunnel = Tunnel.Kind(port: header.destinationPort)
    if tunnel == .none { tunnel = Tunnel.Kind(port: header.sourcePort) }
    if tunnel != .none, opensTunnels {
      meet(tunnel, at: offset + UDPHeader.length)
    } else {
      enterPayload(bytes, at: offset + UDPHeader.length)
    }
  }

  /// Bytes of the datagram: its length field, which must be at least 8 and fit into the IP packet.
  ///
  /// One that claims more is noted, and what is there counts. A field of 0 stands for "as long as
  /// the IP packet" (jumbograms, segmentation offload).
  private mutating func honestLength(_ header: UDPHeader, at offset: Int) -> Int? {
    let room = packetEnd - offset
    guard header.length != 0 else { return room }
    guard header.length >= UDPHeader.length else {
      stop(.lengthTooSmall, .udp, at: offset, required: 8, available: header.length)
      return nil
    }
    if header.length > room {
      stop(.lengthTooLarge, .udp, at: offset, required: header.length, available: room)
      return room
    }
    return header.length
  }
}
