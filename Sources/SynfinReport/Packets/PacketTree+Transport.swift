import SynfinLifecycle
import SynfinWire

extension LayerTree {
  /// Source and destination port with range and service.
  mutating func ports(_ source: UInt16, _ destination: UInt16, _ transport: TransportProtocol) {
    port("Source port", source, transport)
    port("Destination port", destination, transport)
  }

  private mutating func port(_ name: String, _ port: UInt16, _ transport: TransportProtocol) {
    var meaning = PortClass(port: port).rawValue
    if !numeric, let service = ServiceName.lookup(port: port, transport: transport) {
      meaning += ": " + service
    }
    text.field(name, port, meaning)
  }

  mutating func udp(_ bytes: RawSpan, _ at: Int) {
    let header = UDPHeader(bytes, at: at)
    text.heading("User Datagram Protocol (RFC 768)", extent(UDPHeader.length, at))
    ports(header.sourcePort, header.destinationPort, .udp)
    text.field("Length", header.length, udpLength(header))
    guard case .udp(let datagram) = packet.transport else {
      text.field("Checksum", Digits.hex(header.checksum, 4))
      return
    }
    checksum("Checksum", header.checksum, datagram.checksum)
    if datagram.checksum == .absent, packet.ip.version == 6, !isOuter {
      text.warning("IPv6 demands a UDP checksum (RFC 8200 §8.1), except of tunnels (RFC 6935)")
    }
  }

  private func udpLength(_ header: UDPHeader) -> String {
    switch header.length {
    case 0: "0: as long as the IP packet (jumbogram, RFC 2675, or offload)"
    case ..<UDPHeader.length: "impossible: the header alone has 8 bytes"
    default: "8 header + \(header.length - UDPHeader.length) payload"
    }
  }

  mutating func icmp(_ bytes: RawSpan, _ at: Int, _ length: Int) {
    guard case .icmp(let message) = packet.transport else { return }
    let isV6 = message.version == 6
    text.heading(
      isV6 ? "ICMPv6 (RFC 4443)" : "Internet Control Message Protocol (RFC 792)",
      extent(length, at))
    text.field(
      "Type", message.type,
      ICMPText.typeName(version: message.version, type: message.type) ?? "unknown")
    text.field(
      "Code", message.code,
      ICMPText.codeName(version: message.version, type: message.type, code: message.code) ?? "")
    checksum("Checksum", bytes.uint16(at: at + 2), message.checksum)
    if message.role == .echoRequest || message.role == .echoReply {
      text.field("Identifier", message.identifier, "which program's ping")
      text.field("Sequence number", message.sequenceNumber, "which of its requests")
    }
    if message.mtu > 0 { text.field("MTU", message.mtu, "largest packet the next link takes") }
    if message.quoted.isKnown { quotation(message.quoted) }
  }

  /// The packet that an error quotes: the one that its receiver once sent.
  private mutating func quotation(_ quoted: QuotedPacket) {
    text.field("Quoted packet", quoted.payloadProtocol.description, "what the error is about")
    let hasPorts = quoted.payloadProtocol == .tcp || quoted.payloadProtocol == .udp
    text.field(
      "Source", EndpointText.text(quoted.source, port: hasPorts ? quoted.sourcePort : nil),
      depth: 2)
    text.field(
      "Destination",
      EndpointText.text(quoted.destination, port: hasPorts ? quoted.destinationPort : nil),
      depth: 2)
    if quoted.payloadProtocol == .tcp {
      text.field("Sequence number", quoted.sequenceNumber, depth: 2)
    }
    if !hasPorts { text.field("Identifier", quoted.sourcePort, depth: 2) }
    if verdict.isQuote { text.field("Belongs to", "#\(verdict.connection)", depth: 2) }
  }
}
