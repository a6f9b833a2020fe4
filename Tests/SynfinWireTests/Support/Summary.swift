@testable import SynfinWire

extension Packet {
  /// Every field in one line, to compare packets and to see how they differ.
  func summary(checksums: Bool = true) -> String {
    let header = checksums ? "\(ip.headerChecksum)" : ""
    return """
      \(etherType) v\(ip.version) ttl \(ip.timeToLive) tos \(ip.trafficClass) \
      \(ip.payloadProtocol) id \(ip.identification) df \(ip.dontFragment) \(header) \
      total \(ip.totalLength) payload \(ip.payloadLength) at \(ip.payloadOffset) \
      \(ip.source) > \(ip.destination) fragment \(fragment.isFragment) \
      \(fragment.moreFragments) \(fragment.offset) \(fragment.identification) \
      at \(fragment.headerOffset) to many \(ip.isToMany); \
      \(transportSummary(checksums: checksums)); \(issue); \((0..<tunnels.count).map { tunnels[$0] })
      """
  }

  private func transportSummary(checksums: Bool) -> String {
    switch transport {
    case .none: return "none"
    case .fragment: return "fragment"
    case .other(let number): return "\(number)"
    case .tcp(let segment): return segment.summary(checksums)
    case .udp(let datagram):
      return "udp \(datagram.sourcePort) \(datagram.destinationPort) \(datagram.payloadLength)"
        + (checksums ? " \(datagram.checksum)" : "")
    case .icmp(let message): return message.summary(checksums)
    }
  }
}

extension Segment {
  fileprivate func summary(_ checksums: Bool) -> String {
    let blocks = (0..<Int(options.sackCount)).map { options.sackBlocks[$0] }
    return """
      tcp \(sourcePort) \(destinationPort) \(sequenceNumber.rawValue) \
      \(acknowledgmentNumber.rawValue) \(flags.rawValue) \(window) \(urgentPointer) \
      \(dataOffset) \(payloadLength) options \(options.kinds.rawValue) \
      \(options.maximumSegmentSize) \(options.windowScale) \(options.timestampValue) \
      \(options.timestampEchoReply) \(options.fastOpenCookieLength) \
      \(options.multipathSubtypes) \(blocks)\(checksums ? " \(checksum)" : "")
      """
  }
}

extension ICMPMessage {
  fileprivate func summary(_ checksums: Bool) -> String {
    """
    icmp \(version) \(type) \(code) \(identifier) \(sequenceNumber) \(mtu) \(payloadLength) \
    quotes \(quoted.isKnown) \(quoted.payloadProtocol) \(quoted.source) \(quoted.destination) \
    \(quoted.sourcePort) \(quoted.destinationPort) \(quoted.sequenceNumber)\
    \(checksums ? " \(checksum)" : "")
    """
  }
}
