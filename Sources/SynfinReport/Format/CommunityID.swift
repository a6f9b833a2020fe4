internal import SynfinLifecycle
internal import SynfinWire

/// The Community ID of a flow, version 1, by which Zeek, Suricata and others name the same flow.
///
/// Source: github.com/corelight/community-id-spec. "1:" and the Base64 of the SHA-1 of seed, both addresses, protocol,
/// a zero, and both ports, the lower socket first.
enum CommunityID {
  /// The ID of a record's flow; tools agree on it only with the same seed.
  static func text(for record: ConnectionRecord, seed: UInt16 = 0) -> String {
    let (clientPort, serverPort) = ports(record)
    let client = bytes(record.client.address)
    let server = bytes(record.server.address)
    let isOrdered =
      client == server ? clientPort <= serverPort : client.lexicographicallyPrecedes(server)
    let addresses = isOrdered ? client + server : server + client
    let sockets = isOrdered ? [clientPort, serverPort] : [serverPort, clientPort]
    let message =
      networkOrder(seed) + addresses + [protocolNumber(record), 0] + sockets.flatMap(networkOrder)
    return "1:" + base64(SHA1.hash(message))
  }

  /// Of ICMP the "ports" are the type of the request and that of its reply.
  private static func ports(_ record: ConnectionRecord) -> (UInt16, UInt16) {
    if let client = record.client.port, let server = record.server.port {
      return (client, server)
    }
    return record.client.address.version == 6 ? (128, 129) : (8, 0)
  }

  private static func protocolNumber(_ record: ConnectionRecord) -> UInt8 {
    switch record.transport {
    case .tcp: IPProtocol.tcp.rawValue
    case .udp: IPProtocol.udp.rawValue
    case .icmp:
      record.client.address.version == 6
        ? IPProtocol.icmpv6.rawValue : IPProtocol.icmp.rawValue
    }
  }

  private static func bytes(_ address: IPAddress) -> [UInt8] {
    let low = (0..<8).map { UInt8(truncatingIfNeeded: address.low >> UInt64(56 - 8 * $0)) }
    guard address.version == 6 else { return Array(low[4...]) }
    return (0..<8).map { UInt8(truncatingIfNeeded: address.high >> UInt64(56 - 8 * $0)) } + low
  }

  private static func networkOrder(_ number: UInt16) -> [UInt8] {
    [UInt8(number >> 8), UInt8(number & 0xFF)]
  }

  /// Base64 with padding (RFC 4648 §4).
  static func base64(_ data: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: data.count, by: 3) {
      let group = data[start..<min(start + 3, data.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for place in 0..<4 {
        text.append(
          place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)] : "=")
      }
    }
    return text
  }
}
