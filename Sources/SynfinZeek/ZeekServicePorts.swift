/// The ports that Zeek takes for those of servers (`likely_server_ports` of its default scripts).
enum ZeekServicePorts {
  static func isService(_ port: UInt16, _ transport: ZeekTransport) -> Bool {
    switch transport {
    case .tcp: isTCPService(port)
    case .udp: isUDPService(port)
    case .icmp, .unknown: false
    }
  }

  private static func isTCPService(_ port: UInt16) -> Bool {
    switch port {
    case 21, 22, 25, 53, 79, 80, 81, 88, 135, 139, 143, 389, 443, 445, 465, 502, 514, 563, 585, 587,
      614, 631, 636, 989, 990, 992, 993, 995, 1080, 1434, 1883, 2811, 3128, 3268, 3306, 3389, 5222,
      5223, 5269, 5432, 6379, 6666...6669, 8000, 8080, 8888, 20000:
      true
    default: false
    }
  }

  private static func isUDPService(_ port: UInt16) -> Bool {
    switch port {
    case 53, 67, 88, 123, 137, 161, 162, 389, 443, 514, 1812, 2123, 2152, 3389, 3544, 4011, 4754,
      4789, 5060, 5072, 5353, 5355, 6081, 20000:
      true
    default: false
    }
  }

  /// Whether Zeek's DNS analyzer looks at the UDP conversations with this server port.
  static func isDNS(_ port: UInt16) -> Bool {
    port == 53 || port == 137 || port == 5353 || port == 5355
  }

  /// Whether a TCP connection to this server port may be silent for an hour (`port_inactivity_timeouts`).
  static func isInteractive(_ port: UInt16) -> Bool {
    port == 21 || port == 22 || port == 23 || port == 513
  }
}
