/// An ICMP message (RFC 792) or an ICMPv6 message (RFC 4443) as the tracker sees it.
///
/// ```
///  0                   1                   2                   3
/// |     Type      |     Code      |           Checksum            |
/// |  identifier, MTU or pointer   |   sequence number, next MTU   |
/// |  the quoted packet, or data                                   |
/// ```
public struct ICMPMessage: Sendable, BitwiseCopyable {
  /// Bytes of the header.
  public static let headerLength = 8

  /// What the message is for, as far as the tracker cares.
  public enum Role: UInt8, Sendable, BitwiseCopyable {
    case echoRequest, echoReply
    case destinationUnreachable, packetTooBig, timeExceeded, parameterProblem, redirect
    case sourceQuench
    case other
  }

  /// 4 for ICMP, 6 for ICMPv6.
  public var version: UInt8
  /// The type field.
  public var type: UInt8
  /// The code field.
  public var code: UInt8
  /// What is known of the checksum.
  public var checksum: ChecksumStatus = .unverified
  /// The identifier of an echo message.
  public var identifier: UInt16
  /// The sequence number of an echo message.
  public var sequenceNumber: UInt16
  /// The MTU of "fragmentation needed" (RFC 1191 §4) or "packet too big", in bytes; 0 if none.
  public var mtu: UInt32 = 0
  /// Bytes behind the header by the IP length.
  public var payloadLength: Int32 = 0
  /// The packet that an error quotes.
  public var quoted = QuotedPacket()

  /// Makes a message from its fields; for tests and generators.
  public init(
    version: UInt8, type: UInt8, code: UInt8, identifier: UInt16 = 0, sequenceNumber: UInt16 = 0
  ) {
    self.version = version
    self.type = type
    self.code = code
    self.identifier = identifier
    self.sequenceNumber = sequenceNumber
  }

  /// What the type means.
  public var role: Role {
    switch (version, type) {
    case (4, 0): .echoReply
    case (4, 8): .echoRequest
    case (4, 3): code == 4 ? .packetTooBig : .destinationUnreachable
    case (4, 4): .sourceQuench
    case (4, 5): .redirect
    case (4, 11): .timeExceeded
    case (4, 12): .parameterProblem
    case (6, 1): .destinationUnreachable
    case (6, 2): .packetTooBig
    case (6, 3): .timeExceeded
    case (6, 4): .parameterProblem
    case (6, 128): .echoRequest
    case (6, 129): .echoReply
    default: .other
    }
  }

  /// Whether the message quotes the packet that caused it.
  public var isError: Bool {
    switch role {
    case .echoRequest, .echoReply, .other: false
    default: true
    }
  }

  /// Whether the message says "port unreachable" (ICMP 3/3, ICMPv6 1/4).
  public var isPortUnreachable: Bool {
    version == 4 ? type == 3 && code == 3 : type == 1 && code == 4
  }
}

/// The start of a packet that an ICMP error quotes: enough to know its flow.
public struct QuotedPacket: Sendable, BitwiseCopyable {
  /// Whether addresses, protocol and ports were there.
  public var isKnown = false
  /// The protocol of the quoted packet.
  public var payloadProtocol = IPProtocol(rawValue: 0)
  /// The quoted packet's sender, to whom the error goes.
  public var source = IPAddress.none
  /// The quoted packet's receiver.
  public var destination = IPAddress.none
  /// The sender's port, or the identifier of a quoted echo message.
  public var sourcePort: UInt16 = 0
  /// The receiver's port.
  public var destinationPort: UInt16 = 0
  /// The TCP sequence number, where it was quoted.
  public var sequenceNumber: UInt32 = 0

  /// A quotation of which nothing is known.
  public init() {}

  /// Reads the IP header at `offset` and the first four to eight bytes of what follows.
  ///
  /// A quoted packet is old news: its checksums and lengths are not judged.
  init(_ bytes: RawSpan, at offset: Int, version: UInt8) {
    if version == 4 {
      readIPv4(bytes, at: offset)
    } else {
      readIPv6(bytes, at: offset)
    }
  }

  private mutating func readIPv4(_ bytes: RawSpan, at offset: Int) {
    guard bytes.holds(IPv4Header.minimumLength, at: offset) else { return }
    let header = IPv4Header(bytes, at: offset)
    guard header.version == 4, header.headerLength >= 20, header.fragmentOffset == 0 else {
      return
    }
    source = header.source
    destination = header.destination
    readPorts(bytes, at: offset + header.headerLength, header.payloadProtocol)
  }

  private mutating func readIPv6(_ bytes: RawSpan, at offset: Int) {
    guard bytes.holds(IPv6Header.length, at: offset) else { return }
    let header = IPv6Header(bytes, at: offset)
    guard header.version == 6 else { return }
    source = header.source
    destination = header.destination
    var next = header.nextHeader
    var position = offset + IPv6Header.length
    // Extension headers are rare in quotations; a few are enough.
    for _ in 0..<4 {
      switch next {
      case .hopByHop, .routing, .destinationOptions:
        guard bytes.holds(8, at: position) else { return }
        next = IPProtocol(rawValue: bytes.uint8(at: position))
        position += (Int(bytes.uint8(at: position + 1)) + 1) * 8
      case .fragment:
        guard bytes.holds(8, at: position), bytes.uint16(at: position + 2) & 0xFFF8 == 0
        else { return }
        next = IPProtocol(rawValue: bytes.uint8(at: position))
        position += 8
      default:
        readPorts(bytes, at: position, next)
        return
      }
    }
  }

  private mutating func readPorts(_ bytes: RawSpan, at offset: Int, _ number: IPProtocol) {
    payloadProtocol = number
    switch number {
    case .tcp, .udp:
      guard bytes.holds(4, at: offset) else { return }
      sourcePort = bytes.uint16(at: offset)
      destinationPort = bytes.uint16(at: offset + 2)
      if number == .tcp, bytes.holds(8, at: offset) {
        sequenceNumber = bytes.uint32(at: offset + 4)
      }
      isKnown = true
    case .icmp, .icmpv6:
      // Only echo messages have an identifier.
      guard bytes.holds(8, at: offset) else { return }
      let type = bytes.uint8(at: offset)
      guard number == .icmp ? type == 8 || type == 0 : type == 128 || type == 129 else { return }
      sourcePort = bytes.uint16(at: offset + 4)
      isKnown = true
    default: break
    }
  }
}

extension PacketWalk {
  mutating func icmp(_ bytes: RawSpan, at offset: Int, version: UInt8) {
    let layer: LayerKind = version == 4 ? .icmp : .icmpv6
    // Type, code and checksum are all that every message has.
    guard needs(4, layer, at: offset, bytes) else { return }
    var message = ICMPMessage(
      version: version, type: bytes.uint8(at: offset), code: bytes.uint8(at: offset + 1))
    let length = packetEnd - offset
    message.payloadLength = Int32(truncatingIfNeeded: max(0, length - ICMPMessage.headerLength))
    if bytes.holds(8, at: offset), length >= 8 {
      message.identifier = bytes.uint16(at: offset + 4)
      message.sequenceNumber = bytes.uint16(at: offset + 6)
      readError(&message, bytes, at: offset)
    }
    if verifiesChecksums {
      message.checksum = icmpChecksum(bytes, at: offset, length: length, version: version)
    }
    layers.enter(layer, at: offset, length: min(8, length, bytes.byteCount - offset))
    packet.transport = .icmp(message)
    enterPayload(bytes, at: offset + 8)
  }

  private func readError(_ message: inout ICMPMessage, _ bytes: RawSpan, at offset: Int) {
    guard message.isError else { return }
    if message.role == .packetTooBig {
      message.mtu =
        message.version == 4 ? UInt32(message.sequenceNumber) : bytes.uint32(at: offset + 4)
    }
    // Behind the packet's end lies padding, which quotes nothing.
    let inside = bytes.extracting(0..<min(packetEnd, bytes.byteCount))
    message.quoted = QuotedPacket(inside, at: offset + 8, version: message.version)
  }

  /// ICMP sums the message alone (RFC 792), ICMPv6 adds a pseudo-header (RFC 4443 §2.3).
  private func icmpChecksum(
    _ bytes: RawSpan, at offset: Int, length: Int, version: UInt8
  ) -> ChecksumStatus {
    if version == 6 {
      return transportChecksum(bytes, at: offset, length: length, field: 2, .icmpv6)
    }
    guard bytes.holds(length, at: offset) else { return .unverified }
    var sum = InternetChecksum()
    sum.add(bytes, from: offset, count: length)
    return sum.folded == 0xFFFF ? .correct : .wrong
  }
}
