import SynfinLifecycle
import SynfinWire

/// Addresses with ports as text: 192.0.2.1:443, [2001:db8::1]:https.
enum EndpointText {
  /// An address and a port.
  ///
  /// - Parameter service: the name to show in place of the port's number.
  static func text(_ address: IPAddress, port: UInt16?, service: String? = nil) -> String {
    guard let port else { return address.description }
    let host = address.version == 6 ? "[\(address)]" : address.description
    return "\(host):\(service ?? String(port))"
  }

  /// Sender and receiver of a packet; the service is named at one end only, the server's.
  ///
  /// Without a connection the server's end is the one whose port is a known service's, the
  /// receiver's if both are: a client's port may look like a service by accident.
  static func ends(
    of packet: Packet, _ verdict: PacketVerdict, numeric: Bool
  ) -> (source: String, destination: String) {
    let ports: (UInt16, UInt16, TransportProtocol)
    switch verdict.effectiveTransport(of: packet) {
    case .tcp(let segment): ports = (segment.sourcePort, segment.destinationPort, .tcp)
    case .udp(let datagram): ports = (datagram.sourcePort, datagram.destinationPort, .udp)
    default: return (packet.ip.source.description, packet.ip.destination.description)
    }
    var names: (String?, String?) = (nil, nil)
    if !numeric {
      names.0 = ServiceName.lookup(port: ports.0, transport: ports.2)
      names.1 = ServiceName.lookup(port: ports.1, transport: ports.2)
      if verdict.connection > 0 ? verdict.sender == .server : names.1 == nil {
        names.1 = nil
      } else {
        names.0 = nil
      }
    }
    return (
      text(packet.ip.source, port: ports.0, service: names.0),
      text(packet.ip.destination, port: ports.1, service: names.1)
    )
  }
}
