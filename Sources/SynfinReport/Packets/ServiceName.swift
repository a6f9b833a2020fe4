public import SynfinLifecycle

/// Names of the services behind port numbers.
///
/// A selection of the IANA Service Name and Transport Protocol Port Number Registry: those that
/// captures show, and a few unregistered ones that everybody knows.
public enum ServiceName {
  /// The service's name, such as "https" for TCP port 443.
  ///
  /// - Returns: nil if the table has no name for the port.
  public static func lookup(port: UInt16, transport: TransportProtocol) -> String? {
    switch transport {
    case .tcp: ServiceTable.tcp[port]
    case .udp: ServiceTable.udp[port]
    case .icmp: nil
    }
  }
}
