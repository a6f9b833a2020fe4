public import SynfinLifecycle
public import SynfinWire

/// The machine record of one packet.
public enum PacketJSON {
  /// Writes one object; the caller ends the line.
  ///
  /// - Parameters:
  ///   - number: its number in the capture, from 1.
  ///   - hasTime: whether the capture gives it a time; the field is left out if not.
  ///   - capturedLength: bytes that were captured.
  ///   - originalLength: bytes on the wire.
  public static func write(
    into json: inout JSONWriter, number: UInt64, time: Timestamp, hasTime: Bool, packet: Packet,
    verdict: PacketVerdict, capturedLength: Int, originalLength: Int
  ) {
    json.beginObject()
    json.number(number, "number")
    if hasTime { json.time(time, "time") }
    json.string(ProtocolName.text(packet, verdict), "protocol")
    writeConnection(verdict, into: &json)
    let transport = verdict.effectiveTransport(of: packet)
    writeEnds(packet, transport, into: &json)
    switch transport {
    case .tcp(let segment): writeSegment(segment, verdict, into: &json)
    case .udp(let datagram): writeDatagram(datagram, into: &json)
    case .icmp(let message): writeMessage(message, into: &json)
    case .fragment, .other, .none: break
    }
    if !packet.tunnels.isEmpty { writeTunnels(packet.tunnels, into: &json) }
    if packet.fragment.isFragment { writeFragment(packet.fragment, into: &json) }
    json.number(capturedLength, "captured")
    json.number(originalLength, "length")
    if packet.issue.reason != .none { json.string(packet.issue.description, "issue") }
    json.endObject()
  }

  private static func writeConnection(_ verdict: PacketVerdict, into json: inout JSONWriter) {
    guard verdict.connection > 0 else { return }
    // An ICMP error is an event of the connection that it quotes, not a packet of its stream.
    if !verdict.isQuote, verdict.stream >= 0 { json.number(verdict.stream, "stream") }
    json.number(verdict.connection, "connection")
  }

  private static func writeEnds(
    _ packet: Packet, _ transport: Transport, into json: inout JSONWriter
  ) {
    guard packet.ip.version != 0 else { return }
    var ports: (source: UInt16, destination: UInt16)?
    switch transport {
    case .tcp(let segment): ports = (segment.sourcePort, segment.destinationPort)
    case .udp(let datagram): ports = (datagram.sourcePort, datagram.destinationPort)
    default: break
    }
    json.address(packet.ip.source, "source")
    if let ports { json.number(ports.source, "source_port") }
    json.address(packet.ip.destination, "destination")
    if let ports { json.number(ports.destination, "destination_port") }
  }

  private static func writeSegment(
    _ segment: Segment, _ verdict: PacketVerdict, into json: inout JSONWriter
  ) {
    json.beginArray("flags")
    for bit in 0..<TCPFlags.named where segment.flags.rawValue >> bit & 1 == 1 {
      json.word(TCPFlags.name(bit: bit))
    }
    json.endArray()
    json.number(segment.sequenceNumber.rawValue, "seq")
    json.number(segment.acknowledgmentNumber.rawValue, "ack")
    json.number(segment.window, "window")
    json.number(segment.payloadLength, "payload")
    json.beginArray("analysis")
    if verdict.labels.rawValue != 0 {
      for (label, name) in AnalysisLabels.all where verdict.labels.contains(label) {
        json.word(name)
      }
    }
    json.endArray()
    if let cause = verdict.cause { json.string(cause.rawValue, "cause") }
    if !segment.options.kinds.isEmpty { writeOptions(segment, into: &json) }
    writeChecksum(segment.checksum, into: &json)
  }

  private static func writeOptions(_ segment: Segment, into json: inout JSONWriter) {
    let options = segment.options
    json.beginObject("options")
    if options.has(.maximumSegmentSize) { json.number(options.maximumSegmentSize, "mss") }
    if options.has(.windowScale) { json.number(options.windowScale, "window_scale") }
    if options.has(.sackPermitted) { json.boolean(true, "sack_permitted") }
    if options.has(.sack) { writeSACK(options, into: &json) }
    if let block = segment.duplicateBlock {
      json.beginArray("dsack")
      json.number(block.left.rawValue)
      json.number(block.right.rawValue)
      json.endArray()
    }
    if options.has(.timestamps) {
      json.number(options.timestampValue, "timestamp_value")
      json.number(options.timestampEchoReply, "timestamp_echo_reply")
    }
    if options.has(.fastOpen) {
      json.number(options.fastOpenCookieLength, "fast_open_cookie_bytes")
    }
    if options.has(.multipath) { json.boolean(true, "multipath") }
    if options.has(.md5Signature) { json.boolean(true, "md5_signature") }
    if options.has(.authentication) { json.boolean(true, "authentication") }
    if options.has(.userTimeout) { json.boolean(true, "user_timeout") }
    if options.has(.malformed) { json.boolean(true, "malformed") }
    json.endObject()
  }

  private static func writeSACK(_ options: TCPOptions, into json: inout JSONWriter) {
    json.beginArray("sack")
    for index in 0..<Int(min(options.sackCount, 4)) {
      json.beginArray()
      json.number(options.sackBlocks[index].left.rawValue)
      json.number(options.sackBlocks[index].right.rawValue)
      json.endArray()
    }
    json.endArray()
  }

  private static func writeDatagram(_ datagram: Datagram, into json: inout JSONWriter) {
    json.number(datagram.payloadLength, "payload")
    writeChecksum(datagram.checksum, into: &json)
  }

  private static func writeMessage(_ message: ICMPMessage, into json: inout JSONWriter) {
    json.number(message.type, "type")
    json.number(message.code, "code")
    json.number(message.payloadLength, "payload")
    if message.role == .echoRequest || message.role == .echoReply {
      json.number(message.identifier, "identifier")
      json.number(message.sequenceNumber, "echo_sequence")
    }
    if message.mtu > 0 { json.number(message.mtu, "mtu") }
    writeChecksum(message.checksum, into: &json)
  }

  private static func writeTunnels(_ tunnels: TunnelList, into json: inout JSONWriter) {
    json.beginArray("tunnels")
    for index in 0..<tunnels.count {
      json.beginObject()
      json.word(tunnels[index].kind.name, "kind")
      if let identifier = tunnels[index].knownIdentifier { json.number(identifier, "id") }
      json.endObject()
    }
    json.endArray()
  }

  private static func writeFragment(_ fragment: Fragment, into json: inout JSONWriter) {
    json.beginObject("fragment")
    json.number(fragment.identification, "identification")
    json.number(fragment.offset, "offset")
    json.boolean(fragment.moreFragments, "more")
    json.endObject()
  }

  /// Says only what is worth a remark: a good checksum is the rule.
  private static func writeChecksum(_ status: ChecksumStatus, into json: inout JSONWriter) {
    switch status {
    case .wrong: json.word("wrong", "checksum")
    case .offloaded: json.word("offloaded", "checksum")
    case .absent: json.word("absent", "checksum")
    case .correct, .unverified: break
    }
  }
}
