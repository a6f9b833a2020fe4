/// The ports that are known to belong to servers, to tell the client where no handshake does.
enum ServicePorts {
  /// Whether a port is a known service's: a system port (RFC 6335 §6), or a registered one that is
  /// in wide use.
  static func contains(_ port: UInt16) -> Bool {
    port > 0 && (port < 1024 || bits[Int(port >> 6)] >> UInt64(port & 63) & 1 == 1)
  }

  /// A bit for each port.
  private static let bits: [UInt64] = {
    var bits = [UInt64](repeating: 0, count: 1024)
    for port in registered { bits[Int(port >> 6)] |= 1 << UInt64(port & 63) }
    return bits
  }()

  private static let registered: [UInt16] = [
    1080, 1194, 1433, 1434, 1521, 1701, 1723, 1812, 1813, 1883, 1900, 2049, 2082, 2083, 2123, 2152,
    2181, 2375, 2376, 2379, 2380, 3000, 3128, 3260, 3268, 3269, 3306, 3389, 3478, 3544, 4500, 4789,
    5004, 5005, 5060, 5061, 5222, 5223, 5269, 5353, 5355, 5432, 5601, 5672, 5671, 5900, 5985, 5986,
    6081, 6379, 6443, 6514, 6667, 6697, 7000, 7001, 8000, 8008, 8080, 8081, 8086, 8088, 8443, 8883,
    8888, 9000, 9042, 9090, 9092, 9100, 9200, 9300, 10050, 10051, 11211, 15672, 20000, 25565, 26379,
    27017, 50000, 51820,
  ]

  /// Whether the sender of a packet is more likely the server: its port is a known service's and
  /// the other's is not, or both are and its own is the lower.
  static func pointToSender(_ source: UInt16, _ destination: UInt16) -> Bool {
    guard contains(source), source < destination || !contains(destination) else { return false }
    return true
  }
}
