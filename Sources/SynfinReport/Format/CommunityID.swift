internal import SynfinLifecycle
internal import SynfinWire

/// The Community ID of a flow, version 1, by which Zeek, Suricata and others name the same flow.
///
/// Source: github.com/corelight/community-id-spec. "1:" and the Base64 of the SHA-1 of seed, both addresses, protocol,
/// a zero, and both ports, the lower socket first.
enum CommunityID {
  /// Base64 of a hash (RFC 4648 §4).
  typealias Digits = [28 of UInt8]

  /// What is hashed of a record's flow; tools agree on an ID only with the same seed.
  static func message(of record: inout ConnectionRecord, seed: UInt16) -> SHA1.Block {
    let (clientPort, serverPort) = ports(&record)
    let (client, server) = (record.client.address, record.server.address)
    let isOrdered =
      client == server ? clientPort <= serverPort : IPAddress.precedes(client, server)
    let (low, high) = isOrdered ? (client, server) : (server, client)
    let ports = isOrdered ? (clientPort, serverPort) : (serverPort, clientPort)
    let end = UInt32(ports.0) << 16 | UInt32(ports.1)
    let number = UInt32(protocolNumber(&record)) << 8
    return low.version == 4
      ? message4(
        seed, UInt32(truncatingIfNeeded: low.low), UInt32(truncatingIfNeeded: high.low), number, end
      )
      : message6(seed, low, high, number, end)
  }

  // The seed has two bytes, so that all that follows begins in the middle of a word. Behind the message are a one bit,
  // zeros and its length in bits (RFC 3174 §4).

  private static func message4(
    _ seed: UInt16, _ low: UInt32, _ high: UInt32, _ number: UInt32, _ ports: UInt32
  ) -> SHA1.Block {
    [
      SHA1.Words(
        UInt32(seed) << 16 | low >> 16, low << 16 | high >> 16, high << 16 | number, ports),
      SHA1.Words(0x8000_0000, 0, 0, 0), SHA1.Words(), SHA1.Words(0, 0, 0, 16 * 8),
    ]
  }

  private static func message6(
    _ seed: UInt16, _ low: IPAddress, _ high: IPAddress, _ number: UInt32, _ ports: UInt32
  ) -> SHA1.Block {
    /// The word that begins with the last 16 bits of one number and goes on with the first 48 of the next.
    func seam(_ first: UInt64, _ second: UInt64) -> UInt32 {
      UInt32(truncatingIfNeeded: first << 16 | second >> 48)
    }
    func middle(_ number: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: number >> 16) }
    return [
      SHA1.Words(
        seam(UInt64(seed), low.high), middle(low.high), seam(low.high, low.low), middle(low.low)),
      SHA1.Words(
        seam(low.low, high.high), middle(high.high), seam(high.high, high.low), middle(high.low)),
      SHA1.Words(seam(high.low, 0) | number, ports, 0x8000_0000, 0),
      SHA1.Words(0, 0, 0, 40 * 8),
    ]
  }

  /// Of ICMP the "ports" are the type of the request and that of its reply.
  private static func ports(_ record: inout ConnectionRecord) -> (UInt16, UInt16) {
    if let client = record.client.port, let server = record.server.port {
      return (client, server)
    }
    return record.client.address.version == 6 ? (128, 129) : (8, 0)
  }

  private static func protocolNumber(_ record: inout ConnectionRecord) -> UInt8 {
    switch record.transport {
    case .tcp: IPProtocol.tcp.rawValue
    case .udp: IPProtocol.udp.rawValue
    case .icmp:
      record.client.address.version == 6
        ? IPProtocol.icmpv6.rawValue : IPProtocol.icmp.rawValue
    }
  }

  /// The 160 bits of a hash in Base64: 27 digits and a sign for the bits that are missing.
  static func base64(_ hash: SHA1.Hash) -> Digits {
    let first = UInt64(hash[0]) << 32 | UInt64(hash[1])
    let second = UInt64(hash[2]) << 32 | UInt64(hash[3])
    let third = UInt64(hash[4])
    var digits = Digits(repeating: UInt8(ascii: "="))
    // Groups of 48 bits are eight digits each; what is left, 16 bits, is three.
    for place in 0..<8 {
      let shift = UInt64(42 - 6 * place)
      digits[place] = TextBuffer.base64((first >> 16) &>> shift)
      digits[place + 8] = TextBuffer.base64((first << 32 | second >> 32) &>> shift)
      digits[place + 16] = TextBuffer.base64((second << 16 | third >> 16) &>> shift)
    }
    for place in 0..<3 {
      digits[place + 24] = TextBuffer.base64((third << 2) &>> UInt64(12 - 6 * place))
    }
    return digits
  }
}

/// Writes Community IDs: room is left for each, and four are hashed at once.
struct CommunityIDs {
  private var messages = [4 of SHA1.Block](repeating: SHA1.Block(repeating: SHA1.Words()))
  private var places = [4 of Int](repeating: 0)
  private var count = 0

  /// Writes an ID whose digits may still be missing.
  mutating func append(_ message: SHA1.Block, to text: inout TextBuffer) {
    text.append("1:============================")
    messages[count] = message
    places[count] = text.count - 28
    count += 1
    if count == 4 { complete(&text) }
  }

  /// Writes the digits that are missing.
  mutating func complete(_ text: inout TextBuffer) {
    if count == 0 { return }
    let hashes = SHA1.hashes(of: messages)
    for index in 0..<count { text.replace(at: places[index], CommunityID.base64(hashes[index])) }
    count = 0
  }

  /// Forgets the IDs that are not complete, together with the text.
  mutating func removeAll() { count = 0 }
}
