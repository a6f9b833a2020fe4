// The short way through nearly every packet: an Ethernet frame, tagged once at most, around a whole IP packet without
// options or extension headers, with TCP or UDP in it.
//
// What is anything else (cut within headers, damaged, a fragment, a tunnel) is left to `PacketWalk`, which says the
// same of plain packets and takes longer for it. Here every header stands at a constant place, so that one look at the
// length of the frame is enough for all fields, and each field is written once, to where it stays.

extension Packet {
  /// Decodes a plain packet in place; false, with nothing decided, if it is none.
  @inline(__always)
  mutating func decodePlain(
    _ bytes: RawSpan, originalLength: Int, verifiesChecksums: Bool
  ) -> Bool {
    guard bytes.byteCount >= Self.leastPlain else { return false }
    etherType = EtherType(rawValue: bytes.uint16(at: EthernetHeader.length - 2))
    let room = max(originalLength, bytes.byteCount)
    let isToGroup = EthernetHeader.isToGroup(bytes, at: 0)
    if etherType != .ipv4, etherType.isVLAN {
      return decodeTagged(bytes, room: room, isToGroup, verifiesChecksums)
    }
    return decodePlain(bytes, room: room, shift: 0, isToGroup, verifiesChecksums)
  }

  /// Bytes of a frame with the shortest headers that are plain.
  private static var leastPlain: Int {
    EthernetHeader.length + IPv4Header.minimumLength + UDPHeader.length
  }

  /// Decodes a plain packet behind a tag.
  @inline(never)
  private mutating func decodeTagged(
    _ bytes: RawSpan, room: Int, _ isToGroup: Bool, _ verifiesChecksums: Bool
  ) -> Bool {
    // Behind the tag all is as it would be without, the type included.
    let frame = bytes.extracting(droppingFirst: VLANTag.length)
    guard frame.byteCount >= Self.leastPlain else { return false }
    etherType = EtherType(rawValue: frame.uint16(at: EthernetHeader.length - 2))
    return decodePlain(
      frame, room: room &- VLANTag.length, shift: VLANTag.length, isToGroup, verifiesChecksums)
  }

  /// - Parameters:
  ///   - frame: the frame, without the first bytes of a tagged one.
  ///   - room: its bytes on the wire.
  ///   - shift: the bytes that it is without.
  @inline(__always)
  private mutating func decodePlain(
    _ frame: RawSpan, room: Int, shift: Int, _ isToGroup: Bool, _ verifiesChecksums: Bool
  ) -> Bool {
    let start = EthernetHeader.length
    tunnels.removeAll()
    fragment = Fragment()
    issue = .none
    switch etherType {
    case .ipv4:
      guard IPv4Header.isPlain(frame, at: start, room: room &- start) else { return false }
      ip.setPlain(IPv4Header(frame, atKnown: start), at: start &+ shift, isToGroup: isToGroup)
      if verifiesChecksums {
        ip.headerChecksum = IPv4Header.checksumStatus(
          frame, at: start, length: IPv4Header.minimumLength)
      }
      return decodePlainPayload(
        frame, at: start &+ IPv4Header.minimumLength, addressBytes: 8, verifiesChecksums)
    case .ipv6:
      guard IPv6Header.isPlain(frame, at: start, room: room &- start) else { return false }
      ip.setPlain(IPv6Header(frame, atKnown: start), at: start &+ shift, isToGroup: isToGroup)
      return decodePlainPayload(
        frame, at: start &+ IPv6Header.length, addressBytes: 32, verifiesChecksums)
    default: return false
    }
  }

  /// Decodes the transport header at `offset`, before which stand the addresses.
  @inline(__always)
  private mutating func decodePlainPayload(
    _ frame: RawSpan, at offset: Int, addressBytes: Int, _ verifiesChecksums: Bool
  ) -> Bool {
    let length = Int(ip.payloadLength)
    switch ip.payloadProtocol {
    case .tcp:
      guard frame.byteCount >= offset &+ TCPHeader.minimumLength else { return false }
      let header = TCPHeader(frame, atKnown: offset)
      guard header.dataOffset >= TCPHeader.minimumLength, header.dataOffset <= length,
        header.dataOffset <= frame.byteCount &- offset
      else { return false }
      setSegment { segment in
        segment.set(header, payloadLength: length &- header.dataOffset)
        segment.options.set(
          frame, from: offset &+ TCPHeader.minimumLength, to: offset &+ header.dataOffset,
          areCut: false)
      }
      if verifiesChecksums {
        verifySegment(
          ChecksumStatus(
            frame, at: offset, length: length, field: TCPHeader.checksumField, .tcp,
            addressBytes: addressBytes))
      }
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
      setDatagram(Datagram(header, length: header.length, checksum: checksum))
    default: return false
    }
    return true
  }
}
