import SynfinWire

/// Builds IP packets byte by byte, with correct checksums.
struct Datagrams {
  var client = IPAddress(ipv4: 0x0A00_0001)
  var server = IPAddress(ipv4: 0xC000_0201)

  /// An IPv4 packet from the client to the server, or back.
  func ipv4(
    _ number: UInt8, _ payload: [UInt8], isFromClient: Bool = true, fragment: UInt16 = 0x4000,
    identification: UInt16 = 7, options: [UInt8] = []
  ) -> [UInt8] {
    let (source, destination) = isFromClient ? (client, server) : (server, client)
    let length = 20 + options.count + payload.count
    var header: [UInt8] = [0x40 | UInt8((20 + options.count) / 4), 0]
    header += Self.bytes(UInt16(truncatingIfNeeded: length)) + Self.bytes(identification)
    header += Self.bytes(fragment) + [64, number, 0, 0]
    header += Self.bytes(UInt32(source.low)) + Self.bytes(UInt32(destination.low)) + options
    header.replaceSubrange(10..<12, with: Self.bytes(~Self.sum(header)))
    return header + payload
  }

  /// A transport header and payload with the checksum, at `field`, of TCP, UDP or ICMPv6.
  func checked(
    _ payload: [UInt8], at field: Int, _ number: UInt8, isFromClient: Bool = true
  ) -> [UInt8] {
    let (source, destination) = isFromClient ? (client, server) : (server, client)
    var pseudo = Self.bytes(UInt32(source.low)) + Self.bytes(UInt32(destination.low))
    pseudo += [0, number] + Self.bytes(UInt16(payload.count))
    var filled = payload
    filled.replaceSubrange(field..<field + 2, with: Self.bytes(~Self.sum(pseudo + payload)))
    return filled
  }

  /// A UDP datagram.
  func udp(
    _ source: UInt16, _ destination: UInt16, _ payload: [UInt8], isFromClient: Bool = true,
    length: UInt16? = nil
  ) -> [UInt8] {
    let header =
      Self.bytes(source) + Self.bytes(destination)
      + Self.bytes(length ?? UInt16(8 + payload.count)) + [0, 0]
    return checked(header + payload, at: 6, 17, isFromClient: isFromClient)
  }

  /// An ICMP message with identifier and sequence number 1.
  static func icmp(_ type: UInt8, _ code: UInt8 = 0, _ payload: [UInt8] = []) -> [UInt8] {
    var message = [type, code, 0, 0, 0, 1, 0, 1] + payload
    message.replaceSubrange(2..<4, with: bytes(~sum(message)))
    return message
  }

  /// An IPv6 packet with a payload whose checksum nobody asks for.
  static func ipv6(
    _ next: UInt8, _ payload: [UInt8], source: [UInt8], destination: [UInt8]
  ) -> [UInt8] {
    [0x60, 0, 0, 0] + bytes(UInt16(payload.count)) + [next, 64] + source + destination + payload
  }

  static func bytes(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
  static func bytes(_ value: UInt32) -> [UInt8] {
    bytes(UInt16(value >> 16)) + bytes(UInt16(value & 0xFFFF))
  }

  /// The sum of the Internet checksum, the slow and obvious way.
  static func sum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for (index, byte) in bytes.enumerated() {
      sum += index.isMultiple(of: 2) ? UInt32(byte) << 8 : UInt32(byte)
      sum = (sum & 0xFFFF) + sum >> 16
    }
    return UInt16(sum)
  }
}
