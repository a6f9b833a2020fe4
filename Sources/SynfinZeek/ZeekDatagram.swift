internal import SynfinWire

/// How the bytes of a packet came together.
struct ZeekAssembly {
  /// Whether they are a datagram put together from fragments, of which only the beginning is kept.
  var isReassembled = false
  /// Of such a datagram itself, not of what it carries: bytes of the IP header without what made it a fragment.
  var headerLength: Int?
  /// Tunnels around the bytes.
  var depth = 0
}

/// An IP packet that Zeek would look into, with its lengths as Zeek takes them.
struct ZeekDatagram: BitwiseCopyable {
  let source: IPAddress
  let destination: IPAddress
  /// 4 or 6.
  let version: UInt8
  /// What is known of the checksum of TCP, UDP or ICMP.
  let checksum: ChecksumStatus
  /// The protocol number of the payload.
  let ipProtocol: UInt8
  /// What the packet adds to the counts of IP bytes.
  let ipBytes: Int
  /// Where the payload begins.
  let offset: Int
  /// Bytes of the IP payload.
  let length: Int
  /// Bytes of it that can be looked at.
  let available: Int
  /// Whether all of the payload was captured.
  let isWhole: Bool

  /// Judges a packet; nil if Zeek drops it without a trace.
  @inline(__always)
  init?(
    _ packet: inout Packet, _ bytes: RawSpan, _ assembly: ZeekAssembly, ignoresChecksums: Bool
  ) {
    let ip = packet.ip
    guard ip.version != 0, ip.payloadOffset > 0, !packet.issue.isOfHeader else { return nil }
    // Of a network card's checksum to be filled in, Zeek sees only that it is wrong.
    if !ignoresChecksums, ip.headerChecksum == .wrong || ip.headerChecksum == .offloaded {
      return nil
    }
    source = ip.source
    destination = ip.destination
    version = ip.version
    checksum = packet.checksum()
    offset = Int(ip.payloadOffset)
    let captured = max(0, bytes.byteCount - offset)
    if let headerLength = assembly.headerLength {
      ipProtocol = ip.payloadProtocol.rawValue
      length = max(0, Int(ip.payloadLength))
      ipBytes = headerLength + length
    } else {
      guard let fields = ZeekLengthFields(ip, bytes) else { return nil }
      // What the sender's network card has yet to cut into packets has no length.
      if ip.version == 4, !fields.hasLength, !ignoresChecksums { return nil }
      ipProtocol = fields.ipProtocol
      let claimed = max(0, Int(ip.payloadLength))
      length = fields.hasLength ? claimed : min(captured, claimed)
      ipBytes =
        fields.hasLength ? Int(ip.totalLength) : ip.version == 4 ? 0 : IPv6Header.length
    }
    available = min(captured, length)
    isWhole = captured >= length || assembly.isReassembled
  }

  /// Makes that of a plain UDP datagram.
  @inline(__always)
  init(_ packet: borrowing PlainPacket, _ bytes: RawSpan) {
    source = packet.source
    destination = packet.destination
    version = source.version
    checksum = packet.checksum
    ipProtocol = IPProtocol.udp.rawValue
    ipBytes = Int(packet.ipBytes)
    let header = version == 4 ? IPv4Header.minimumLength : IPv6Header.length
    offset = packet.ipOffset(bytes) + header
    length = ipBytes - header
    let captured = bytes.byteCount - offset
    available = min(captured, length)
    isWhole = captured >= length
  }

  /// Whether a transport header of this length can be read.
  @inline(__always)
  func holds(_ count: Int) -> Bool { available >= count }
}

/// What an IP header says where a decoded packet says what is true.
private struct ZeekLengthFields {
  /// Whether the length field is not 0.
  let hasLength: Bool
  /// Of IPv4 the protocol field, of IPv6 what lies behind the extension headers.
  let ipProtocol: UInt8

  @inline(__always)
  init?(_ ip: InternetHeader, _ bytes: RawSpan) {
    let header = Int(ip.payloadOffset) + Int(ip.payloadLength) - Int(ip.totalLength)
    guard bytes.holds(20, at: header) else { return nil }
    hasLength = bytes.uint16(at: header + (ip.version == 4 ? 2 : 4)) != 0
    ipProtocol = ip.version == 4 ? bytes.uint8(at: header + 9) : ip.payloadProtocol.rawValue
  }
}

extension Packet {
  /// Whether the IP header is cut, contradicts itself, or claims more than the frame holds.
  var hasUnusableHeader: Bool { issue.isOfHeader }
}

extension DecodeIssue {
  /// Whether it makes an IP header useless.
  @inline(__always)
  fileprivate var isOfHeader: Bool {
    guard reason != .none else { return false }
    switch layer {
    case .ipv4, .ipv6, .ipv6HopByHop, .ipv6Routing, .ipv6Fragment, .ipv6DestinationOptions,
      .ipv6Mobility:
      return true
    default: return false
    }
  }
}

extension PlainPacket {
  /// Where the IP header is.
  @inline(__always)
  func ipOffset(_ bytes: RawSpan) -> Int {
    // If there is a tag, its type stands where that of IP would.
    let type = bytes.uint16(at: EthernetHeader.length - 2)
    let isTagged = type != (source.version == 4 ? EtherType.ipv4 : .ipv6).rawValue
    return EthernetHeader.length + (isTagged ? VLANTag.length : 0)
  }

  /// Whether Zeek drops it without a trace.
  @inline(__always)
  var hasBadHeaderChecksum: Bool { headerChecksum == .wrong || headerChecksum == .offloaded }
}
