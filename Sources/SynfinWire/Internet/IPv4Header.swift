/// An IPv4 header (RFC 791 §3.1).
///
/// ```
///  0                   1                   2                   3
/// |Version|  IHL  |Type of Service|          Total Length         |
/// |         Identification        |Flags|      Fragment Offset    |
/// |  Time to Live |    Protocol   |         Header Checksum       |
/// |                       Source Address                          |
/// |                    Destination Address                        |
/// |                    Options                    |    Padding    |
/// ```
public struct IPv4Header: Sendable {
  /// Bytes of a header without options.
  public static let minimumLength = 20

  /// The version nibble; 4 in an honest packet.
  public var version: UInt8
  /// Bytes of the header, 0 to 60; below 20 it is damaged.
  public var headerLength: Int
  /// "Type of Service": six bits DSCP (RFC 2474), two bits ECN (RFC 3168).
  public var typeOfService: UInt8
  /// Bytes of the packet, header included.
  public var totalLength: Int
  /// Names the datagram for reassembly.
  public var identification: UInt16
  /// Whether the reserved flag is set (RFC 3514 has plans for it).
  public var reservedFlag: Bool
  /// "Don't fragment".
  public var dontFragment: Bool
  /// "More fragments".
  public var moreFragments: Bool
  /// Where this piece begins in the datagram, in bytes (the field counts units of eight).
  public var fragmentOffset: Int
  /// Hops left.
  public var timeToLive: UInt8
  /// The payload's protocol.
  public var payloadProtocol: IPProtocol
  /// The checksum field.
  public var checksum: UInt16
  /// The sender.
  public var source: IPAddress
  /// The receiver.
  public var destination: IPAddress

  /// Whether the header at `offset`, whose first 20 bytes are there, has no options and is that of a whole datagram that
  /// ends within `room` bytes.
  @inline(__always)
  static func isPlain(_ bytes: RawSpan, at offset: Int, room: Int) -> Bool {
    // Version 4, five words; neither "more fragments" nor an offset.
    guard bytes.uint8(at: offset) == 0x45, bytes.uint16(at: offset &+ 6) & 0x3FFF == 0
    else { return false }
    let totalLength = Int(bytes.uint16(at: offset &+ 2))
    return totalLength >= minimumLength && totalLength <= room
  }

  /// Reads the header at `offset`; the caller knows that its first 20 bytes are there.
  @inline(__always)
  public init(_ bytes: RawSpan, at offset: Int) {
    // One check for all fields.
    self.init(bytes.extracting(offset..<offset &+ Self.minimumLength), atKnown: 0)
  }

  /// Reads the header where the compiler knows the offset and that the bytes are there.
  @inline(__always)
  init(_ bytes: RawSpan, atKnown offset: Int) {
    let first = bytes.uint8(at: offset)
    version = first >> 4
    headerLength = Int(first & 15) * 4
    typeOfService = bytes.uint8(at: offset &+ 1)
    totalLength = Int(bytes.uint16(at: offset &+ 2))
    identification = bytes.uint16(at: offset &+ 4)
    let fragment = bytes.uint16(at: offset &+ 6)
    reservedFlag = fragment & 0x8000 != 0
    dontFragment = fragment & 0x4000 != 0
    moreFragments = fragment & 0x2000 != 0
    fragmentOffset = Int(fragment & 0x1FFF) * 8
    timeToLive = bytes.uint8(at: offset &+ 8)
    payloadProtocol = IPProtocol(rawValue: bytes.uint8(at: offset &+ 9))
    checksum = bytes.uint16(at: offset &+ 10)
    source = IPAddress(ipv4: bytes.uint32(at: offset &+ 12))
    destination = IPAddress(ipv4: bytes.uint32(at: offset &+ 16))
  }

  /// What is known of the checksum of the header at `offset`, whose `length` bytes are all there.
  ///
  /// A field of 0 that does not fit is what the network card has yet to fill in.
  @inline(__always)
  static func checksumStatus(_ bytes: RawSpan, at offset: Int, length: Int) -> ChecksumStatus {
    var sum = InternetChecksum()
    sum.addTwenty(bytes, from: offset)
    if length > minimumLength {
      sum.add(bytes, from: offset + minimumLength, count: length - minimumLength)
    }
    if sum.folded == 0xFFFF { return .correct }
    return bytes.uint16(at: offset + 10) == 0 ? .offloaded : .wrong
  }
}

extension PacketWalk {
  mutating func ipv4(_ bytes: RawSpan, at offset: Int) {
    guard needs(IPv4Header.minimumLength, .ipv4, at: offset, bytes) else { return }
    let header = IPv4Header(bytes, at: offset)
    guard header.version == 4 else {
      stop(.version, .ipv4, at: offset, required: 4, available: Int(header.version))
      return
    }
    guard header.headerLength >= IPv4Header.minimumLength else {
      stop(.lengthTooSmall, .ipv4, at: offset, required: 20, available: header.headerLength)
      return
    }
    guard needs(header.headerLength, .ipv4, at: offset, bytes) else { return }
    layers.enter(.ipv4, at: offset, length: header.headerLength)
    ipOffset = offset
    guard let total = honestTotalLength(header, at: offset) else { return }
    packet.ip = InternetHeader(
      header, totalLength: total, at: offset, isToGroup: isToGroup,
      checksum: verifiesChecksums
        ? IPv4Header.checksumStatus(bytes, at: offset, length: header.headerLength) : .unverified)
    if header.headerLength > IPv4Header.minimumLength {
      if let last = endOfSourceRoute(bytes, at: offset, length: header.headerLength) {
        packet.ip.destination = last
      }
    }
    let payload = offset + header.headerLength
    let isFragment = header.moreFragments || header.fragmentOffset > 0
    if isFragment {
      packet.fragment.isFragment = true
      packet.fragment.moreFragments = header.moreFragments
      packet.fragment.offset = Int32(header.fragmentOffset)
      packet.fragment.identification = UInt32(header.identification)
      packet.fragment.headerOffset = Int32(truncatingIfNeeded: offset)
      packet.transport = .fragment
      enterPayload(bytes, at: payload)
    } else {
      transport(bytes, at: payload, header.payloadProtocol)
    }
  }

  /// Bytes of the packet by its total length, which must hold the header and lie inside the frame.
  ///
  /// 0 is what a segment looks like that the network card has yet to cut into packets: then the
  /// frame's length counts. A total length beyond the frame is noted; what is there counts.
  @inline(__always)
  private mutating func honestTotalLength(_ header: IPv4Header, at offset: Int) -> Int? {
    let room = packetEnd - offset
    guard header.totalLength != 0 else { return room }
    guard header.totalLength >= header.headerLength else {
      stop(
        .lengthTooSmall, .ipv4, at: offset, required: header.headerLength,
        available: header.totalLength)
      return nil
    }
    if header.totalLength > room {
      stop(
        .lengthTooLarge, .ipv4, at: offset, required: header.totalLength, available: room)
      return room
    }
    packetEnd = offset + header.totalLength
    return header.totalLength
  }

  /// Where a loose or strict source route (RFC 791 §3.1, options 131 and 137) ends; nil if none is left to go.
  ///
  /// Until then the destination field names the next hop, while the transport layer, its checksum too, means the last.
  private func endOfSourceRoute(
    _ bytes: RawSpan, at offset: Int, length: Int
  ) -> IPAddress? {
    var position = offset + IPv4Header.minimumLength
    let end = offset + length
    while position + 3 <= end {
      let type = bytes.uint8(at: position)
      if type == 0 { return nil }
      let size = type == 1 ? 1 : Int(bytes.uint8(at: position + 1))
      guard size > 0 else { return nil }
      if type == 131 || type == 137 {
        guard size >= 7, position + size <= end, Int(bytes.uint8(at: position + 2)) <= size
        else { return nil }
        return IPAddress(ipv4: bytes.uint32(at: position + size - 4))
      }
      position += size
    }
    return nil
  }
}
