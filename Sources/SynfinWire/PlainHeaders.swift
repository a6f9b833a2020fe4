// The short way through nearly every packet: an Ethernet frame, tagged once at most, around a whole IP packet without
// options or extension headers, with TCP or UDP in it.
//
// What is anything else (cut within headers, damaged, a fragment, a tunnel) is left to `PacketWalk`, which says the
// same of plain packets and takes longer for it. Here every header stands at a constant place, so that one look at the
// length of the frame is enough for all fields, and each field is written once, to where it stays.

/// What takes the headers of a plain packet.
protocol PlainHeaders {
  /// Takes an IPv4 header without options, `offset` bytes into the packet.
  mutating func set(
    _ header: IPv4Header, at offset: Int, isToGroup: Bool, checksum: ChecksumStatus)
  /// Takes an IPv6 header that no extension headers follow, `offset` bytes into the packet.
  mutating func set(_ header: IPv6Header, at offset: Int, isToGroup: Bool)
  /// Takes a TCP header, whose options lie in `options`.
  mutating func set(
    _ header: TCPHeader, payloadLength: Int, _ frame: RawSpan, options: Range<Int>,
    checksum: ChecksumStatus)
  /// Takes what a UDP header says.
  mutating func set(_ datagram: Datagram)
}

extension PlainHeaders {
  /// Reads a plain packet; false, and nothing that was set counts, if it is none.
  @inline(__always)
  mutating func readPlain(
    _ bytes: RawSpan, originalLength: Int, verifiesChecksums: Bool
  ) -> Bool {
    guard bytes.byteCount >= Self.leastPlain else { return false }
    let type = Self.type(bytes)
    let room = max(originalLength, bytes.byteCount)
    let isToGroup = EthernetHeader.isToGroup(bytes, at: 0)
    if type != .ipv4, type.isVLAN { return readTagged(bytes, room: room, verifiesChecksums) }
    return readPlain(bytes, type, room: room, shift: 0, isToGroup, verifiesChecksums)
  }

  /// Bytes of a frame with the shortest headers that are plain.
  private static var leastPlain: Int {
    EthernetHeader.length + IPv4Header.minimumLength + UDPHeader.length
  }

  @inline(__always)
  private static func type(_ frame: RawSpan) -> EtherType {
    EtherType(rawValue: frame.uint16(at: EthernetHeader.length - 2))
  }

  /// Reads a plain packet behind a tag.
  @inline(never)
  private mutating func readTagged(
    _ bytes: RawSpan, room: Int, _ verifiesChecksums: Bool
  ) -> Bool {
    // Behind the tag all is as it would be without, the type included.
    let frame = bytes.extracting(droppingFirst: VLANTag.length)
    guard frame.byteCount >= Self.leastPlain else { return false }
    return readPlain(
      frame, Self.type(frame), room: room &- VLANTag.length, shift: VLANTag.length,
      EthernetHeader.isToGroup(bytes, at: 0), verifiesChecksums)
  }

  /// - Parameters:
  ///   - frame: the frame, without the first bytes of a tagged one.
  ///   - room: its bytes on the wire.
  ///   - shift: the bytes that it is without.
  @inline(__always)
  private mutating func readPlain(
    _ frame: RawSpan, _ type: EtherType, room: Int, shift: Int, _ isToGroup: Bool,
    _ verifiesChecksums: Bool
  ) -> Bool {
    let start = EthernetHeader.length
    switch type {
    case .ipv4:
      guard IPv4Header.isPlain(frame, at: start, room: room &- start) else { return false }
      let header = IPv4Header(frame, atKnown: start)
      set(
        header, at: start &+ shift, isToGroup: isToGroup,
        checksum: verifiesChecksums
          ? IPv4Header.checksumStatus(frame, at: start, length: IPv4Header.minimumLength)
          : .unverified)
      return readPayload(
        header.payloadProtocol, frame, at: start &+ IPv4Header.minimumLength,
        length: header.totalLength &- IPv4Header.minimumLength, addressBytes: 8, verifiesChecksums)
    case .ipv6:
      guard IPv6Header.isPlain(frame, at: start, room: room &- start) else { return false }
      let header = IPv6Header(frame, atKnown: start)
      set(header, at: start &+ shift, isToGroup: isToGroup)
      return readPayload(
        header.nextHeader, frame, at: start &+ IPv6Header.length, length: header.payloadLength,
        addressBytes: 32, verifiesChecksums)
    default: return false
    }
  }

  /// Reads the transport header at `offset`, before which stand the addresses, of an IP payload of `length` bytes.
  @inline(__always)
  private mutating func readPayload(
    _ number: IPProtocol, _ frame: RawSpan, at offset: Int, length: Int, addressBytes: Int,
    _ verifiesChecksums: Bool
  ) -> Bool {
    switch number {
    case .tcp:
      guard frame.byteCount >= offset &+ TCPHeader.minimumLength else { return false }
      let header = TCPHeader(frame, atKnown: offset)
      guard header.dataOffset >= TCPHeader.minimumLength, header.dataOffset <= length,
        header.dataOffset <= frame.byteCount &- offset
      else { return false }
      set(
        header, payloadLength: length &- header.dataOffset, frame,
        options: offset &+ TCPHeader.minimumLength..<offset &+ header.dataOffset,
        checksum: verifiesChecksums
          ? ChecksumStatus(
            frame, at: offset, length: length, field: TCPHeader.checksumField, .tcp,
            addressBytes: addressBytes) : .unverified)
    case .udp:
      guard frame.byteCount >= offset &+ UDPHeader.length else { return false }
      let header = UDPHeader(frame, at: offset)
      guard header.isPlain(length: length) else { return false }
      var checksum = header.checksum == 0 ? ChecksumStatus.absent : .unverified
      if verifiesChecksums, checksum != .absent {
        checksum = ChecksumStatus(
          frame, at: offset, length: header.length, field: UDPHeader.checksumField, .udp,
          addressBytes: addressBytes)
      }
      set(Datagram(header, length: header.length, checksum: checksum))
    default: return false
    }
    return true
  }
}

extension Packet: PlainHeaders {
  @inline(__always)
  mutating func set(
    _ header: IPv4Header, at offset: Int, isToGroup: Bool, checksum: ChecksumStatus
  ) {
    beginPlain(.ipv4)
    ip = InternetHeader(
      header, totalLength: header.totalLength, at: offset, isToGroup: isToGroup,
      checksum: checksum)
  }

  @inline(__always)
  mutating func set(_ header: IPv6Header, at offset: Int, isToGroup: Bool) {
    beginPlain(.ipv6)
    ip.setPlain(header, at: offset, isToGroup: isToGroup)
  }

  @inline(__always)
  private mutating func beginPlain(_ type: EtherType) {
    etherType = type
    tunnels.removeAll()
    fragment = Fragment()
    issue = .none
  }

  @inline(__always)
  mutating func set(
    _ header: TCPHeader, payloadLength: Int, _ frame: RawSpan, options: Range<Int>,
    checksum: ChecksumStatus
  ) {
    setSegment { segment in
      segment.set(header, payloadLength: payloadLength)
      segment.options.set(
        frame, from: options.lowerBound, to: options.upperBound, areCut: false)
      segment.checksum = checksum
    }
  }

  @inline(__always)
  mutating func set(_ datagram: Datagram) { setDatagram(datagram) }
}
