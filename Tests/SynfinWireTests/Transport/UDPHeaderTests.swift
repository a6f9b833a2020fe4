import Testing

@testable import SynfinWire

@Suite("UDP header")
struct UDPHeaderTests {
  @Test("reads every field")
  func fields() throws {
    let bytes = hex("14E9 0035 000D BEEF  # 5353 → 53; length 13; checksum") + Array("query".utf8)
    let header = unsafe UDPHeader(bytes.span.bytes, at: 0)
    #expect(header.length == 13)
    #expect(header.checksum == 0xBEEF)
    let packet = decode(ipv4(17, bytes), .ipv4)
    let datagram = try #require(packet.datagram)
    #expect(datagram.sourcePort == 5353)
    #expect(datagram.destinationPort == 53)
    #expect(datagram.payloadLength == 5)
    #expect(datagram.checksum == .wrong)
    #expect(packet.issue == .none)
  }

  /// A length field in a datagram of 13 bytes, the payload length and issue it leads to.
  static let lengths: [(UInt16, Int32?, DecodeIssue)] = [
    (13, 5, .none),
    (0, 5, .none),  // as long as the IP packet
    (8, 0, .none),  // the rest is padding
    (12, 4, .none),
    (7, nil, DecodeIssue(.lengthTooSmall, .udp, at: 20, required: 8, available: 7)),
    (1, nil, DecodeIssue(.lengthTooSmall, .udp, at: 20, required: 8, available: 1)),
    (14, 5, DecodeIssue(.lengthTooLarge, .udp, at: 20, required: 14, available: 13)),
    (65535, 5, DecodeIssue(.lengthTooLarge, .udp, at: 20, required: 65535, available: 13)),
  ]

  @Test("judges the length field", arguments: lengths)
  func length(field: UInt16, payload: Int32?, issue: DecodeIssue) {
    var bytes = udp()
    bytes.set(field, at: 4)
    let packet = decode(ipv4(17, bytes), .ipv4)
    #expect(packet.datagram?.payloadLength == payload)
    #expect(packet.issue == issue)
    // What is missing may be what the checksum covers.
    if issue.reason == .lengthTooLarge { #expect(packet.datagram?.checksum == .unverified) }
  }

  @Test("judges the checksum", arguments: [4, 6], [0, 1, 5, 512])
  func checksum(version: Int, count: Int) {
    let datagram = udp([UInt8](repeating: 0x5A, count: count))
    let linkType: LinkType = version == 4 ? .ipv4 : .ipv6
    var bytes = version == 4 ? ipv4(17, datagram) : ipv6(17, datagram)
    let field = bytes.count - datagram.count + 6
    func status() -> ChecksumStatus? { decode(bytes, linkType).datagram?.checksum }
    #expect(status() == .correct)
    bytes[field] ^= 1
    #expect(status() == .wrong)
    bytes.set(0, at: field)
    #expect(status() == .absent)
    let addresses = version == 4 ? bytes[12..<20] : bytes[8..<40]
    bytes.set(
      referencePseudoHeaderSum(addresses: addresses, length: datagram.count, number: 17),
      at: field)
    #expect(status() == .offloaded)
  }

  @Test("takes 0xFFFF for the checksum 0")
  func allOnes() {
    var datagram = udp([0, 0])
    let bytes = ipv4(17, datagram)
    // Moves the sum so that the checksum would be 0, which RFC 768 sends as 0xFFFF.
    datagram.set(bytes.uint16(at: 26), at: 8)
    datagram.set(0xFFFF, at: 6)
    #expect(decode(ipv4(17, datagram), .ipv4).datagram?.checksum == .correct)
  }

  @Test("refuses a packet that is too short for the header")
  func short() {
    #expect(
      decode(ipv4(17, Array(udp()[..<7])) + [0], .ipv4).issue
        == DecodeIssue(.short, .udp, at: 20, required: 8, available: 7))
  }
}
