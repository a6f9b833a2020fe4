import SynfinLifecycle
import SynfinWire

/// Addresses with ports as text: 192.0.2.1:443, [2001:db8::1]:https.
enum EndpointText {
  /// An address and a port.
  static func text(_ address: IPAddress, port: UInt16?) -> String {
    TextBuffer.string { write(address, port: port, into: &$0) }
  }

  /// Writes an address and a port.
  ///
  /// - Parameter service: the name to show in place of the port's number.
  static func write(
    _ address: IPAddress, port: UInt16?, service: String? = nil, into text: inout TextBuffer
  ) {
    guard let port else { return text.append(address) }
    if address.version == 6 { text.append(UInt8(ascii: "[")) }
    text.append(address)
    if address.version == 6 { text.append(UInt8(ascii: "]")) }
    text.append(UInt8(ascii: ":"))
    if let service { text.append(string: service) } else { text.append(UInt64(port)) }
  }

  /// The ports of a transport header with the service that is named at one end only, the server's.
  ///
  /// Without a connection the server's end is the one whose port is a known service's, the
  /// receiver's if both are: a client's port may look like a service by accident.
  static func ports(
    of header: Transport, _ verdict: PacketVerdict, numeric: Bool
  ) -> (source: Port, destination: Port) {
    let transport: TransportProtocol
    var ports: (source: Port, destination: Port)
    switch header {
    case .tcp(let segment):
      transport = .tcp
      ports = (Port(number: segment.sourcePort), Port(number: segment.destinationPort))
    case .udp(let datagram):
      transport = .udp
      ports = (Port(number: datagram.sourcePort), Port(number: datagram.destinationPort))
    default: return (Port(), Port())
    }
    if numeric { return ports }
    ports.destination.find(transport)
    if verdict.connection > 0 ? verdict.sender == .server : ports.destination.service == nil {
      ports.destination.service = nil
      ports.source.find(transport)
    }
    return ports
  }

  /// A port with the name that stands for it.
  struct Port {
    /// Nil where the protocol has no ports.
    var number: UInt16?
    /// Nil to show the number.
    var service: String?

    fileprivate mutating func find(_ transport: TransportProtocol) {
      service = number.flatMap { ServiceName.lookup(port: $0, transport: transport) }
    }
  }
}
