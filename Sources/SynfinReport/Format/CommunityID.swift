internal import SynfinLifecycle
internal import SynfinWire

/// The Community ID of a flow, version 1, by which Zeek, Suricata and others name the same flow.
///
/// Source: github.com/corelight/community-id-spec. "1:" and the Base64 of the SHA-1 of seed, both addresses, protocol,
/// a zero, and both ports, the lower socket first.
enum CommunityID {
  /// Writes the ID of a record's flow; tools agree on it only with the same seed.
  static func write(_ record: inout ConnectionRecord, seed: UInt16, into text: inout TextBuffer) {
    let (clientPort, serverPort) = ports(&record)
    let (client, server) = (record.client.address, record.server.address)
    let isOrdered =
      client == server ? clientPort <= serverPort : IPAddress.precedes(client, server)
    var message = Message()
    message.append(seed)
    message.append(isOrdered ? client : server)
    message.append(isOrdered ? server : client)
    message.append(UInt16(protocolNumber(&record)) << 8)
    message.append(isOrdered ? clientPort : serverPort)
    message.append(isOrdered ? serverPort : clientPort)
    text.append("1:")
    base64(message.hash, into: &text)
  }

  /// What is hashed: at most 40 bytes, in network byte order.
  private struct Message {
    private var block = [16 of UInt32](repeating: 0)
    /// Pairs of bytes so far.
    private var count = 0

    var hash: SHA1.Hash {
      var block = block
      SHA1.pad(&block, length: 2 * count)
      return SHA1.hash(block)
    }

    @inline(__always)
    mutating func append(_ number: UInt16) {
      block[count / 2] |= UInt32(number) &<< (count & 1 == 0 ? 16 : 0)
      count &+= 1
    }

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
      append(UInt16(truncatingIfNeeded: number >> 16))
      append(UInt16(truncatingIfNeeded: number))
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

  /// The 160 bits of a hash in Base64 (RFC 4648 §4): 27 digits and a sign for the bits that are missing.
  private static func base64(_ hash: SHA1.Hash, into text: inout TextBuffer) {
    // Groups of 48 bits are eight digits each; what is left, 16 bits, is three.
    let first = UInt64(hash.0) << 32 | UInt64(hash.1)
    let second = UInt64(hash.2) << 32 | UInt64(hash.3)
    text.append(base64: first >> 16, digits: 8)
    text.append(base64: (first & 0xFFFF) << 32 | second >> 32, digits: 8)
    text.append(base64: (second & 0xFFFF_FFFF) << 16 | UInt64(hash.4) >> 16, digits: 8)
    text.append(base64: UInt64(hash.4 & 0xFFFF) << 2, digits: 3)
    text.append(UInt8(ascii: "="))
  }
}
