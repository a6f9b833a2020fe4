internal import SynfinLifecycle
internal import SynfinWire

/// The Community ID of a flow, version 1, by which Zeek, Suricata and others name the same flow.
///
/// Source: github.com/corelight/community-id-spec. "1:" and the Base64 of the SHA-1 of seed, both addresses, protocol,
/// a zero, and both ports, the lower socket first.
enum CommunityID {
  /// Base64 of a hash (RFC 4648 §4).
  typealias Digits = [28 of UInt8]

  /// What is hashed of a record's flow, at most 40 bytes in network byte order; tools agree on an ID only with the same
  /// seed.
  static func message(of record: inout ConnectionRecord, seed: UInt16) -> SHA1.Block {
    let (clientPort, serverPort) = ports(&record)
    let (client, server) = (record.client.address, record.server.address)
    let isOrdered =
      client == server ? clientPort <= serverPort : IPAddress.precedes(client, server)
    let number = protocolNumber(&record)
    return isOrdered
      ? message(seed, client, server, number, clientPort, serverPort)
      : message(seed, server, client, number, serverPort, clientPort)
  }

  private static func message(
    _ seed: UInt16, _ first: IPAddress, _ second: IPAddress, _ number: UInt8, _ firstPort: UInt16,
    _ secondPort: UInt16
  ) -> SHA1.Block {
    var message = Message(seed: seed)
    message.append(first)
    message.append(second)
    return message.end(number, firstPort, secondPort)
  }

  /// The words of a message; the seed has two bytes, so that all that follows begins in the middle of a word.
  private struct Message {
    private var block = SHA1.Block(repeating: 0)
    /// Whole words so far.
    private var count = 0
    /// The half of the next one.
    private var half: UInt32

    init(seed: UInt16) { half = UInt32(seed) }

    @inline(__always)
    mutating func append(_ address: IPAddress) {
      if address.version == 6 {
        append(UInt32(truncatingIfNeeded: address.high >> 32))
        append(UInt32(truncatingIfNeeded: address.high))
        append(UInt32(truncatingIfNeeded: address.low >> 32))
      }
      append(UInt32(truncatingIfNeeded: address.low))
    }

    @inline(__always)
    private mutating func append(_ number: UInt32) {
      block[count] = half &<< 16 | number &>> 16
      half = number & 0xFFFF
      count &+= 1
    }

    @inline(__always)
    consuming func end(_ number: UInt8, _ first: UInt16, _ second: UInt16) -> SHA1.Block {
      append(UInt32(number) &<< 24 | UInt32(first))
      append(UInt32(second) &<< 16)
      SHA1.pad(&block, length: 4 * count)
      return block
    }
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

  /// The 160 bits of one of four hashes in Base64: 27 digits and a sign for the bits that are missing.
  static func base64(_ hash: SHA1.Hash, _ lane: Int) -> Digits {
    let first = UInt64(hash[0][lane]) << 32 | UInt64(hash[1][lane])
    let second = UInt64(hash[2][lane]) << 32 | UInt64(hash[3][lane])
    let third = UInt64(hash[4][lane])
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
  private var messages = [16 of SHA1.Word](repeating: SHA1.Word())
  private var places = [4 of Int](repeating: 0)
  private var count = 0

  /// Writes an ID whose digits may still be missing.
  mutating func append(_ message: SHA1.Block, to text: inout TextBuffer) {
    text.append("1:============================")
    let words = message.span
    for index in words.indices { messages[index][count] = words[index] }
    places[count] = text.count - 28
    count += 1
    if count == 4 { complete(&text) }
  }

  /// Writes the digits that are missing.
  mutating func complete(_ text: inout TextBuffer) {
    if count == 0 { return }
    let hash = SHA1.hash(messages)
    for lane in 0..<count { text.replace(at: places[lane], CommunityID.base64(hash, lane)) }
    count = 0
  }

  /// Forgets the IDs that are not complete, together with the text.
  mutating func removeAll() { count = 0 }
}
