/// The control bits of a TCP header (RFC 9293 §3.1, RFC 3168, RFC 3540) and the reserved bits, 12
/// in all.
public struct TCPFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// The low 12 bits of the word that begins with the data offset.
  public let rawValue: UInt16

  /// Makes flags from the low 12 bits of the word that begins with the data offset.
  @inlinable
  public init(rawValue: UInt16) {
    self.rawValue = rawValue & 0x0FFF
  }

  /// No more data from the sender (RFC 9293 §3.1).
  @inlinable public static var fin: TCPFlags { TCPFlags(rawValue: 1) }
  /// Synchronize sequence numbers (RFC 9293 §3.1).
  @inlinable public static var syn: TCPFlags { TCPFlags(rawValue: 2) }
  /// Reset the connection (RFC 9293 §3.1).
  @inlinable public static var rst: TCPFlags { TCPFlags(rawValue: 4) }
  /// Hand the data to the application now (RFC 9293 §3.9.1.2).
  @inlinable public static var psh: TCPFlags { TCPFlags(rawValue: 8) }
  /// The acknowledgment number counts (RFC 9293 §3.1).
  @inlinable public static var ack: TCPFlags { TCPFlags(rawValue: 16) }
  /// The urgent pointer counts (RFC 9293 §3.8.2).
  @inlinable public static var urg: TCPFlags { TCPFlags(rawValue: 32) }
  /// ECN-Echo: the sender saw congestion, or in a SYN can do ECN (RFC 3168 §6.1).
  @inlinable public static var ece: TCPFlags { TCPFlags(rawValue: 64) }
  /// Congestion window reduced (RFC 3168 §6.1).
  @inlinable public static var cwr: TCPFlags { TCPFlags(rawValue: 128) }
  /// Accurate ECN (RFC 9768), once the nonce sum of RFC 3540.
  @inlinable public static var ae: TCPFlags { TCPFlags(rawValue: 256) }

  /// The names of the flags that are set, in the order of their bits.
  public var names: [String] {
    (0..<Self.named).filter { rawValue >> $0 & 1 == 1 }.map { Self.name(bit: $0).description }
  }

  /// How many of the lowest bits have names.
  public static var named: Int { 9 }

  /// The name of the flag at a bit, 0 being the lowest.
  public static func name(bit: Int) -> StaticString {
    switch bit {
    case 0: "FIN"
    case 1: "SYN"
    case 2: "RST"
    case 3: "PSH"
    case 4: "ACK"
    case 5: "URG"
    case 6: "ECE"
    case 7: "CWR"
    default: "AE"
    }
  }
}

/// The fixed part of a TCP header (RFC 9293 §3.1).
///
/// ```
///  0                   1                   2                   3
/// |          Source Port          |       Destination Port        |
/// |                        Sequence Number                        |
/// |                    Acknowledgment Number                      |
/// |Offset| Rsrvd |C|E|U|A|P|R|S|F|            Window             |
/// |           Checksum            |         Urgent Pointer        |
/// |                    Options                    |    Padding    |
/// ```
public struct TCPHeader: Sendable {
  /// Bytes of a header without options.
  public static let minimumLength = 20
  /// Where the checksum stands in the header.
  static let checksumField = 16

  /// The sender's port.
  public var sourcePort: UInt16
  /// The receiver's port.
  public var destinationPort: UInt16
  /// The number of the first octet, or of the SYN.
  public var sequenceNumber: SequenceNumber
  /// The next octet expected from the peer; has a meaning only with the ACK flag.
  public var acknowledgmentNumber: SequenceNumber
  /// Bytes of the header, 0 to 60; below 20 it is damaged.
  public var dataOffset: Int
  /// Control bits.
  public var flags: TCPFlags
  /// Octets that the sender is ready to receive, before scaling.
  public var window: UInt16
  /// The checksum field.
  public var checksum: UInt16
  /// The urgent pointer; has a meaning only with the URG flag.
  public var urgentPointer: UInt16

  /// Reads the header at `offset`; the caller knows that its first 20 bytes are there.
  @inline(__always)
  public init(_ bytes: RawSpan, at offset: Int) {
    // One check for all fields.
    self.init(bytes.extracting(offset..<offset &+ Self.minimumLength), atKnown: 0)
  }

  /// Reads the header where the compiler knows the offset and that the bytes are there.
  @inline(__always)
  init(_ bytes: RawSpan, atKnown offset: Int) {
    sourcePort = bytes.uint16(at: offset)
    destinationPort = bytes.uint16(at: offset &+ 2)
    sequenceNumber = SequenceNumber(bytes.uint32(at: offset &+ 4))
    acknowledgmentNumber = SequenceNumber(bytes.uint32(at: offset &+ 8))
    let word = bytes.uint16(at: offset &+ 12)
    dataOffset = Int(word >> 12) * 4
    flags = TCPFlags(rawValue: word)
    window = bytes.uint16(at: offset &+ 14)
    checksum = bytes.uint16(at: offset &+ 16)
    urgentPointer = bytes.uint16(at: offset &+ 18)
  }
}

/// A TCP segment as the tracker sees it.
public struct Segment: Sendable, BitwiseCopyable {
  /// The sender's port.
  public var sourcePort: UInt16
  /// The receiver's port.
  public var destinationPort: UInt16
  /// The number of the first octet, or of the SYN.
  public var sequenceNumber: SequenceNumber
  /// The next octet expected from the peer; has a meaning only with the ACK flag.
  public var acknowledgmentNumber: SequenceNumber
  /// Octets of payload by the IP length, whether captured or not.
  public var payloadLength: Int32
  /// Control bits.
  public var flags: TCPFlags
  /// Octets that the sender is ready to receive, before scaling.
  public var window: UInt16
  /// The urgent pointer.
  public var urgentPointer: UInt16
  /// Bytes of the header, 20 to 60.
  public var dataOffset: UInt8
  /// What is known of the checksum.
  public var checksum: ChecksumStatus
  /// The options that the tracker needs.
  public var options: TCPOptions

  /// Makes a segment from its fields; for tests and generators.
  public init(
    sourcePort: UInt16, destinationPort: UInt16, sequenceNumber: SequenceNumber,
    acknowledgmentNumber: SequenceNumber = SequenceNumber(0), flags: TCPFlags,
    window: UInt16 = 65535, payloadLength: Int = 0, options: TCPOptions = TCPOptions(),
    checksum: ChecksumStatus = .unverified
  ) {
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.sequenceNumber = sequenceNumber
    self.acknowledgmentNumber = acknowledgmentNumber
    self.payloadLength = Int32(truncatingIfNeeded: payloadLength)
    self.flags = flags
    self.window = window
    urgentPointer = 0
    dataOffset = UInt8(TCPHeader.minimumLength)
    self.checksum = checksum
    self.options = options
  }

  /// A segment of which nothing is known.
  init() {
    self.init(sourcePort: 0, destinationPort: 0, sequenceNumber: SequenceNumber(0), flags: [])
  }

  /// Takes what the fixed part of a header says.
  @inline(__always)
  mutating func set(_ header: TCPHeader, payloadLength: Int) {
    sourcePort = header.sourcePort
    destinationPort = header.destinationPort
    sequenceNumber = header.sequenceNumber
    acknowledgmentNumber = header.acknowledgmentNumber
    self.payloadLength = Int32(truncatingIfNeeded: payloadLength)
    flags = header.flags
    window = header.window
    urgentPointer = header.urgentPointer
    dataOffset = UInt8(truncatingIfNeeded: header.dataOffset)
  }

  /// Numbers of the sequence space that the segment takes: its payload, one for SYN, one for FIN
  /// (RFC 9293 §3.4).
  public var sequenceLength: Int {
    Int(payloadLength) + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
  }

  /// The number after the last one that the segment takes.
  public var endSequenceNumber: SequenceNumber { sequenceNumber + sequenceLength }
}

extension PacketWalk {
  mutating func tcp(_ bytes: RawSpan, at offset: Int) {
    guard needs(TCPHeader.minimumLength, .tcp, at: offset, bytes) else { return }
    let header = TCPHeader(bytes, at: offset)
    guard header.dataOffset >= TCPHeader.minimumLength else {
      stop(.lengthTooSmall, .tcp, at: offset, required: 20, available: header.dataOffset)
      return
    }
    let length = packetEnd - offset
    guard header.dataOffset <= length else {
      stop(.short, .tcp, at: offset, required: header.dataOffset, available: length)
      return
    }
    let captured = min(header.dataOffset, bytes.byteCount - offset)
    layers.enter(.tcp, at: offset, length: captured)
    if captured < header.dataOffset {
      stop(.cut, .tcp, at: offset, required: header.dataOffset, available: captured)
    }
    let checksum =
      verifiesChecksums
      ? transportChecksum(bytes, at: offset, length: length, field: TCPHeader.checksumField, .tcp)
      : .unverified
    packet.setSegment { segment in
      segment.set(header, payloadLength: length - header.dataOffset)
      segment.checksum = checksum
      segment.options.set(
        bytes, from: offset + TCPHeader.minimumLength, to: offset + captured,
        areCut: captured < header.dataOffset)
    }
    enterPayload(bytes, at: offset + header.dataOffset)
  }

  /// Verifies the checksum of TCP, UDP or ICMPv6, unless the address that it covers is not the one in the header.
  func transportChecksum(
    _ bytes: RawSpan, at offset: Int, length: Int, field: Int, _ number: IPProtocol
  ) -> ChecksumStatus {
    if hasRouteAhead { return .unverified }
    return ChecksumStatus(
      bytes, at: offset, length: length, field: field, number, addresses: packet.ip.addressSum)
  }
}
