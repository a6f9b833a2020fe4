internal import SynfinWire

// How Zeek reads the transport headers.

extension ZeekFlow {
  /// The "ports" of an ICMP message are its type and the type of its counterpart, or the code if it has none.
  init(_ datagram: ZeekDatagram, icmpType type: UInt8, code: UInt8) {
    let counterpart = Self.counterpart(of: type, isVersion6: datagram.ipProtocol == 58)
    self.init(
      datagram, .icmp, UInt16(type), UInt16(counterpart ?? code), isOneWay: counterpart == nil)
  }

  private static func counterpart(of type: UInt8, isVersion6: Bool) -> UInt8? {
    isVersion6 ? counterpartOfICMPv6(type) : counterpartOfICMP(type)
  }

  private static func counterpartOfICMP(_ type: UInt8) -> UInt8? {
    switch type {
    case 8: 0
    case 0: 8
    // Timestamp, information and address mask requests, each with its reply.
    case 13, 15, 17: type + 1
    case 14, 16, 18: type - 1
    // A router solicitation has its answer, a router advertisement no question.
    case 10: 9
    default: nil
    }
  }

  private static func counterpartOfICMPv6(_ type: UInt8) -> UInt8? {
    switch type {
    // Echo, router and neighbor discovery, node information, home agent discovery.
    case 128, 133, 135, 139, 144: type + 1
    case 129, 134, 136, 140, 145: type - 1
    // Multicast listener query and report.
    case 130: 131
    case 131: 130
    default: nil
    }
  }
}

extension ZeekDatagram {
  var isUDP: Bool { ipProtocol == IPProtocol.udp.rawValue }

  /// Where the captured payload of UDP is.
  var udpPayload: Range<Int> { offset + UDPHeader.length..<offset + available }

  /// Zeek takes no segment for a good one because a network card would have filled in the checksum.
  @inline(__always)
  var hasBadChecksum: Bool { checksum.isBad }

  /// Over IPv6 the checksum is not optional, except for VXLAN.
  @inline(__always)
  func hasBadUDPChecksum(_ bytes: RawSpan) -> Bool {
    guard isWhole, holds(UDPHeader.length) else { return false }
    if checksum == .absent { return version == 6 && !isVXLAN(bytes) }
    // The sum goes over the IP payload: another length in the UDP header makes it wrong.
    return checksum.isBad || checksum == .correct && udpLength(bytes) != length
  }

  /// The length field of a UDP header, which is there.
  @inline(__always)
  func udpLength(_ bytes: RawSpan) -> Int { Int(bytes.uint16(at: offset + 4)) }

  private func isVXLAN(_ bytes: RawSpan) -> Bool {
    // Room for VXLAN and Ethernet behind the UDP header, and the flag of a valid network identifier.
    bytes.uint16(at: offset + 2) == 4789 && length > 30 && bytes.uint8(at: offset + 8) & 8 != 0
  }

  /// Whether the protocol carries packets, which have rows of their own, or ends the way of Zeek.
  var isCarrier: Bool {
    switch ipProtocol {
    case 4, 41, 47, IPProtocol.noNextHeader.rawValue: true
    // Over IPv6, ESP and the mobility header end the chain of headers.
    case 50, IPProtocol.mobility.rawValue: version == 6
    default: false
    }
  }
}

extension Packet {
  /// What is known of the checksum in the transport header.
  ///
  /// Mutating, though it only reads: the compiler copies all of a borrowed packet for a call.
  @inline(__always)
  mutating func checksum() -> ChecksumStatus {
    switch transportKind {
    case .tcp: segment.checksum
    case .udp: datagram.checksum
    case .none, .fragment, .icmp, .other: checksumOfMessage()
    }
  }

  @inline(never)
  private mutating func checksumOfMessage() -> ChecksumStatus {
    if case .icmp(let message) = transport { message.checksum } else { .unverified }
  }
}

extension ChecksumStatus {
  @inline(__always)
  var isBad: Bool { self == .wrong || self == .offloaded }
}
