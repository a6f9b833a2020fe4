import Testing

@testable import SynfinWire

/// The packet that an error quotes and what should be known of it.
struct QuoteRow: Sendable, CustomTestStringConvertible {
  var name: String
  var version: UInt8 = 4
  var quoted: [UInt8]
  var number: UInt8
  var isKnown = true
  var ports: (UInt16, UInt16) = (0, 0)
  var sequenceNumber: UInt32 = 0

  var testDescription: String { "IPv\(version) \(name)" }

  static let four = [
    QuoteRow(
      name: "TCP", quoted: ipv4(6, tcp(payload: [1, 2, 3])), number: 6, ports: (49320, 8080),
      sequenceNumber: 1000),
    QuoteRow(
      name: "TCP, eight bytes of it", quoted: ipv4(6, Array(tcp()[..<8]), checksums: false),
      number: 6, ports: (49320, 8080), sequenceNumber: 1000),
    QuoteRow(
      name: "TCP, ports only", quoted: ipv4(6, Array(tcp()[..<4]), checksums: false), number: 6,
      ports: (49320, 8080)),
    QuoteRow(
      name: "TCP, not even ports", quoted: ipv4(6, Array(tcp()[..<3]), checksums: false),
      number: 6, isKnown: false),
    QuoteRow(
      name: "UDP behind IP options", quoted: ipv4(17, udp(), options: hex("94 04 0000")),
      number: 17, ports: (5353, 53)),
    QuoteRow(
      name: "echo request", quoted: ipv4(1, hex("08 00 0000 BEEF 0007")), number: 1,
      ports: (0xBEEF, 0)),
    QuoteRow(
      name: "echo request, cut before its identifier",
      quoted: ipv4(1, hex("08 00 0000"), checksums: false), number: 1, isKnown: false),
    QuoteRow(
      name: "ICMP without identifier", quoted: ipv4(1, hex("05 00 0000 C0000201")), number: 1,
      isKnown: false),
    QuoteRow(
      name: "first fragment", quoted: ipv4(17, udp(), fragment: 0x2000), number: 17,
      ports: (5353, 53)),
    QuoteRow(
      name: "later fragment", quoted: ipv4(17, udp(), fragment: 0x2001), number: 0,
      isKnown: false),
    QuoteRow(name: "SCTP", quoted: ipv4(132, [1, 2, 3, 4]), number: 132, isKnown: false),
    QuoteRow(
      name: "half a header", quoted: Array(ipv4(6, tcp())[..<19]), number: 0, isKnown: false),
    QuoteRow(name: "IPv6 in ICMP of IPv4", quoted: ipv6(6, tcp()), number: 0, isKnown: false),
    QuoteRow(name: "nothing", quoted: [], number: 0, isKnown: false),
  ]

  static let six = [
    QuoteRow(
      name: "TCP", version: 6, quoted: ipv6(6, tcp()), number: 6, ports: (49320, 8080),
      sequenceNumber: 1000),
    QuoteRow(
      name: "UDP behind hop-by-hop and destination options", version: 6,
      quoted: ipv6(
        17, udp(), extensions: hex("3C 00 0502 0000 0100  11 00 0104 0000 0000"), first: 0),
      number: 17, ports: (5353, 53)),
    QuoteRow(
      name: "first fragment", version: 6,
      quoted: ipv6(17, udp(), extensions: hex("11 00 0001 DEADBEEF"), first: 44), number: 17,
      ports: (5353, 53)),
    QuoteRow(
      name: "later fragment", version: 6,
      quoted: ipv6(17, udp(), extensions: hex("11 00 0008 DEADBEEF"), first: 44), number: 0,
      isKnown: false),
    QuoteRow(
      name: "echo request", version: 6, quoted: ipv6(58, hex("80 00 0000 BEEF 0007")), number: 58,
      ports: (0xBEEF, 0)),
    QuoteRow(
      name: "neighbor solicitation", version: 6, quoted: ipv6(58, hex("87 00 0000 00000000")),
      number: 58, isKnown: false),
    QuoteRow(
      name: "extension header cut", version: 6,
      quoted: ipv6(6, [], extensions: hex("06 00 05"), first: 0), number: 0, isKnown: false),
    QuoteRow(
      name: "half a header", version: 6, quoted: Array(ipv6(6, tcp())[..<39]), number: 0,
      isKnown: false),
  ]
}

@Suite("ICMP message")
struct ICMPMessageTests {
  @Test("knows the flow that an error quotes", arguments: QuoteRow.four + QuoteRow.six)
  func quotes(row: QuoteRow) throws {
    let message = hex(row.version == 4 ? "03 03 0000 00000000" : "01 04 0000 00000000")
    let bytes =
      row.version == 4 ? ipv4(1, message + row.quoted) : ipv6(58, message + row.quoted)
    let packet = decode(bytes, .raw)
    let found = try #require(packet.icmp)
    #expect(found.checksum == .correct)
    #expect(found.isPortUnreachable)
    #expect(found.payloadLength == Int32(row.quoted.count))
    #expect(found.quoted.isKnown == row.isKnown)
    #expect(found.quoted.payloadProtocol.rawValue == row.number)
    #expect(found.quoted.sourcePort == row.ports.0)
    #expect(found.quoted.destinationPort == row.ports.1)
    #expect(found.quoted.sequenceNumber == row.sequenceNumber)
    if row.isKnown {
      #expect(found.quoted.source.description == (row.version == 4 ? "192.0.2.1" : "2001:db8::1"))
      #expect(
        found.quoted.destination.description
          == (row.version == 4 ? "198.51.100.7" : "2001:db8::2"))
    }
  }

  @Test("takes a frame's padding for no part of the quotation")
  func padding() throws {
    let quoted = Array(ipv4(6, tcp())[..<22])
    let frame = ethernet(0x0800, ipv4(1, hex("03 01 0000 00000000") + quoted))
    let message = try #require(decode(frame + hex("1F90 0000 0000")).icmp)
    #expect(!message.quoted.isKnown)
    #expect(message.quoted.sourcePort == 0)
  }

  @Test("reads what the capture has of a quotation")
  func cutQuotation() throws {
    let bytes = ipv4(1, hex("0B 00 0000 00000000") + ipv4(6, tcp()))
    let cut = try #require(decode(Array(bytes[..<52]), .ipv4, originalLength: bytes.count).icmp)
    #expect(cut.quoted.isKnown)
    #expect(cut.quoted.destinationPort == 8080)
    #expect(cut.quoted.sequenceNumber == 0)
    #expect(cut.checksum == .unverified)
    let less = try #require(decode(Array(bytes[..<51]), .ipv4, originalLength: bytes.count).icmp)
    #expect(!less.quoted.isKnown)
  }

  @Test("reads the MTU")
  func mtu() {
    let quoted = ipv4(6, tcp())
    func mtu(_ bytes: [UInt8]) -> UInt32? { decode(bytes, .raw).icmp?.mtu }
    #expect(mtu(ipv4(1, hex("03 04 0000  0000 0578") + quoted)) == 1400)
    #expect(mtu(ipv4(1, hex("03 04 0000  0000 0000") + quoted)) == 0)
    #expect(mtu(ipv4(1, hex("03 01 0000  0000 0578") + quoted)) == 0)
    #expect(mtu(ipv6(58, hex("02 00 0000  00000500") + ipv6(6, tcp()))) == 1280)
    #expect(mtu(ipv6(58, hex("02 00 0000  0001FFFF") + ipv6(6, tcp()))) == 131071)
    #expect(mtu(ipv6(58, hex("01 00 0000  00000500") + ipv6(6, tcp()))) == 0)
  }

  /// Version, type, code, and what the message is for.
  static let roles: [(UInt8, UInt8, UInt8, ICMPMessage.Role, isError: Bool)] = [
    (4, 0, 0, .echoReply, false), (4, 8, 0, .echoRequest, false),
    (4, 3, 0, .destinationUnreachable, true), (4, 3, 3, .destinationUnreachable, true),
    (4, 3, 4, .packetTooBig, true), (4, 4, 0, .sourceQuench, true), (4, 5, 1, .redirect, true),
    (4, 11, 0, .timeExceeded, true), (4, 12, 0, .parameterProblem, true),
    (4, 13, 0, .other, false), (4, 128, 0, .other, false),
    (6, 1, 4, .destinationUnreachable, true), (6, 2, 0, .packetTooBig, true),
    (6, 3, 0, .timeExceeded, true), (6, 4, 1, .parameterProblem, true),
    (6, 128, 0, .echoRequest, false), (6, 129, 0, .echoReply, false), (6, 8, 0, .other, false),
    (6, 135, 0, .other, false),
  ]

  @Test("knows what each type is for", arguments: roles)
  func role(
    version: UInt8, type: UInt8, code: UInt8, expected: ICMPMessage.Role, isError: Bool
  ) {
    let message = ICMPMessage(version: version, type: type, code: code)
    #expect(message.role == expected)
    #expect(message.isError == isError)
    let port = version == 4 ? (type, code) == (3, 3) : (type, code) == (1, 4)
    #expect(message.isPortUnreachable == port)
  }

  @Test("reads an echo message and judges its checksum", arguments: [UInt8(4), 6])
  func echo(version: UInt8) throws {
    let echo = hex(version == 4 ? "08 00 0000 BEEF 0007" : "80 00 0000 BEEF 0007") + [1, 2, 3]
    var bytes = version == 4 ? ipv4(1, echo) : ipv6(58, echo)
    let message = try #require(decode(bytes, .raw).icmp)
    #expect(message.version == version)
    #expect(message.identifier == 0xBEEF)
    #expect(message.sequenceNumber == 7)
    #expect(message.payloadLength == 3)
    #expect(message.checksum == .correct)
    bytes[bytes.count - 1] ^= 1
    #expect(decode(bytes, .raw).icmp?.checksum == .wrong)
    #expect(decode(bytes, .raw, verifiesChecksums: false).icmp?.checksum == .unverified)
  }

  @Test("takes a message of four bytes, and refuses one of three")
  func short() {
    let packet = decode(ipv4(1, hex("0D 00 0000")), .ipv4)
    #expect(packet.icmp?.payloadLength == 0)
    #expect(packet.issue == .none)
    #expect(
      decode(ipv4(1, hex("0D 00 00"), checksums: false), .ipv4).issue
        == DecodeIssue(.short, .icmp, at: 20, required: 4, available: 3))
  }
}
