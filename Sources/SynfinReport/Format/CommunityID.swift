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
    let (client, server) = (record.client.address, record.server.address)
    let isOrdered =
      client == server ? clientPort <= serverPort : IPAddress.precedes(client, server)
    var message = Message()
    message.append(seed)
    message.append(isOrdered ? client : server)
    message.append(isOrdered ? server : client)
    message.append(UInt16(protocolNumber(record)) << 8)
    message.append(isOrdered ? clientPort : serverPort)
    message.append(isOrdered ? serverPort : clientPort)
    return TextBuffer.string { text in
      text.append("1:")
      base64(message.hash, into: &text)
    }
  }

  /// What is hashed: at most 40 bytes, in network byte order.
  private struct Message {
    private var bytes = [40 of UInt8](repeating: 0)
    private var count = 0

    var hash: [5 of UInt32] { SHA1.hash(bytes.span.extracting(first: count)) }

    mutating func append(_ number: UInt16) {
      bytes[count] = UInt8(number >> 8)
      bytes[count + 1] = UInt8(number & 0xFF)
      count += 2
    }

    mutating func append(_ address: IPAddress) {
      if address.version == 6 { append(address.high, from: 48) }
      append(address.low, from: address.version == 6 ? 48 : 16)
    }

    private mutating func append(_ number: UInt64, from first: UInt64) {
      for shift in stride(from: Int(first), through: 0, by: -16) {
        append(UInt16(truncatingIfNeeded: number >> UInt64(shift)))
      }
    }
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

  /// The 160 bits of a hash in Base64 (RFC 4648 §4): 27 digits and a sign for the bits that are missing.
  private static func base64(_ hash: [5 of UInt32], into text: inout TextBuffer) {
    for place in 0..<27 {
      let (word, bit) = (place * 6).quotientAndRemainder(dividingBy: 32)
      let pair = UInt64(hash[word]) << 32 | UInt64(word < 4 ? hash[word + 1] : 0)
      text.append(digit(UInt8(truncatingIfNeeded: pair >> UInt64(58 - bit) & 63)))
    }
    text.append(UInt8(ascii: "="))
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    switch value {
    case ..<26: UInt8(ascii: "A") + value
    case ..<52: UInt8(ascii: "a") + value - 26
    case ..<62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }
}
