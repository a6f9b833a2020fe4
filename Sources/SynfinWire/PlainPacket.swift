// The short way through nearly every packet: an Ethernet frame, tagged once at most, around a whole IP packet without
// options or extension headers, with TCP or UDP in it.
//
// What is anything else (cut within headers, damaged, a fragment, a tunnel) is left to `PacketWalk`, which says the
// same of plain packets and takes longer for it. Each layer is looked at as a span of its own, so that its fields stand
// at constant places and one look at its length is enough.

extension Packet {
  /// Decodes a plain packet in place; false, with nothing decided, if it is none.
  @inline(__always)
  mutating func decodePlain(
    _ frame: RawSpan, originalLength: Int, verifiesChecksums: Bool
  ) -> Bool {
    guard frame.byteCount >= EthernetHeader.length + VLANTag.length else { return false }
    var offset = EthernetHeader.length
    etherType = EtherType(rawValue: frame.uint16(at: EthernetHeader.length - 2))
    if etherType.isVLAN {
      offset += VLANTag.length
      etherType = EtherType(rawValue: frame.uint16(at: EthernetHeader.length + VLANTag.length - 2))
    }
    let isToGroup = EthernetHeader.isToGroup(frame, at: 0)
    let room = max(originalLength, frame.byteCount) &- offset
    let bytes = frame.extracting(droppingFirst: offset)
    let headerLength: Int
    switch etherType {
    case .ipv4:
      guard IPv4Header.isPlain(bytes, room: room) else { return false }
      headerLength = IPv4Header.minimumLength
      let header = IPv4Header(bytes, at: 0)
      ip = InternetHeader(
        header, totalLength: header.totalLength, at: offset, isToGroup: isToGroup,
        checksum: .unverified)
      // Only now, and the same below: what is read before a sum would have to be put aside for it.
      if verifiesChecksums {
        ip.headerChecksum = IPv4Header.checksumStatus(bytes, at: 0, length: headerLength)
      }
    case .ipv6:
      guard IPv6Header.isPlain(bytes, room: room) else { return false }
      headerLength = IPv6Header.length
      let header = IPv6Header(bytes, at: 0)
      let start = offset &+ headerLength
      ip = InternetHeader(header, isToGroup: isToGroup)
      ip.totalLength = Int32(truncatingIfNeeded: headerLength &+ header.payloadLength)
      ip.setPayload(header.nextHeader, from: start, to: start &+ header.payloadLength)
    default: return false
    }
    tunnels = TunnelList()
    fragment = Fragment()
    issue = .none
    let payload = bytes.extracting(droppingFirst: headerLength)
    let length = Int(ip.payloadLength)
    switch ip.payloadProtocol {
    case .tcp:
      guard TCPHeader.isPlain(payload, length: length) else { return false }
      setPlainSegment(payload, length: length, verifiesChecksums: verifiesChecksums)
    case .udp:
      guard UDPHeader.isPlain(payload, length: length) else { return false }
      setPlainDatagram(payload, verifiesChecksums: verifiesChecksums)
    default: return false
    }
    return true
  }

  @inline(never)
  private mutating func setPlainSegment(
    _ bytes: RawSpan, length: Int, verifiesChecksums: Bool
  ) {
    let checksum =
      verifiesChecksums
      ? ChecksumStatus(
        bytes, at: 0, length: length, field: TCPHeader.checksumField, .tcp,
        addresses: ip.addressSum)
      : .unverified
    let header = TCPHeader(bytes, at: 0)
    setSegment(
      header, payloadLength: length &- header.dataOffset, checksum, bytes,
      optionsFrom: TCPHeader.minimumLength, to: header.dataOffset, areCut: false)
  }

  @inline(never)
  private mutating func setPlainDatagram(_ bytes: RawSpan, verifiesChecksums: Bool) {
    let header = UDPHeader(bytes, at: 0)
    let checksum: ChecksumStatus =
      header.checksum == 0
      ? .absent
      : verifiesChecksums
        ? ChecksumStatus(
          bytes, at: 0, length: header.length, field: UDPHeader.checksumField, .udp,
          addresses: ip.addressSum) : .unverified
    transport = .udp(Datagram(header, length: header.length, checksum: checksum))
  }
}
