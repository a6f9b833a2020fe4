import Testing

@testable import SynfinWire

@Suite("IPv4 header")
struct IPv4HeaderTests {
  @Test("reads every field")
  func fields() {
    let bytes = hex(
      """
      47 B9 01 02  # version 4, 7 words; DSCP 46, ECN 1; total length 258
      BE EF A0 B9  # identification; reserved and more fragments; offset 185 · 8
      40 11 CA FE  # TTL 64, UDP, checksum
      C0 00 02 01
      C6 33 64 07
      """)
    let header = unsafe IPv4Header(bytes.span.bytes, at: 0)
    #expect(header.version == 4)
    #expect(header.headerLength == 28)
    #expect(header.typeOfService == 0xB9)
    #expect(header.totalLength == 258)
    #expect(header.identification == 0xBEEF)
    #expect(header.reservedFlag)
    #expect(!header.dontFragment)
    #expect(header.moreFragments)
    #expect(header.fragmentOffset == 1480)
    #expect(header.timeToLive == 64)
    #expect(header.payloadProtocol == .udp)
    #expect(header.checksum == 0xCAFE)
    #expect(header.source.description == "192.0.2.1")
    #expect(header.destination.description == "198.51.100.7")
  }

  @Test("fills the packet's header")
  func fill() {
    let packet = decode(ethernet(0x0800, ipv4(6, tcp(payload: [1, 2, 3]))))
    #expect(packet.ip.version == 4)
    #expect(packet.ip.timeToLive == 64)
    #expect(packet.ip.payloadProtocol == .tcp)
    #expect(packet.ip.identification == 0x1234)
    #expect(packet.ip.dontFragment)
    #expect(packet.ip.totalLength == 43)
    #expect(packet.ip.payloadOffset == 34)
    #expect(packet.ip.payloadLength == 23)
    #expect(packet.ip.headerChecksum == .correct)
    #expect(packet.segment?.payloadLength == 3)
  }

  @Test("steps over options", arguments: [4, 12, 40])
  func options(length: Int) {
    let options = [UInt8](repeating: 1, count: length - 1) + [0]
    let packet = decode(ethernet(0x0800, ipv4(6, tcp(payload: [9]), options: options)))
    #expect(packet.ip.payloadOffset == Int32(34 + length))
    #expect(packet.ip.headerChecksum == .correct)
    #expect(packet.segment?.payloadLength == 1)
    #expect(packet.segment?.checksum == .correct)
  }

  @Test(
    "follows a source route to its last address, which the checksum covers",
    arguments: [
      ("83 07 04 0A000001 00", ChecksumStatus.wrong),  // loose, first address next
      ("01 89 07 04 0A000001", .wrong),  // strict, behind a padding
      ("83 07 08 0A000001 00", .correct),  // used up
      ("07 07 04 0A000001 00", .correct),  // record route changes no destination
      ("00 83 07 04 0A000001", .correct),  // behind the end of the list
      ("44 00 04 00 83 07 04 00", .correct),  // a length of 0 ends the reading
    ])
  func sourceRoute(options: String, expected: ChecksumStatus) {
    let packet = decode(ethernet(0x0800, ipv4(6, tcp(), options: hex(options))))
    #expect(packet.segment?.checksum == expected)
    let routed = expected == .wrong
    #expect(packet.ip.destination.description == (routed ? "10.0.0.1" : "198.51.100.7"))
  }

  @Test("takes what lies behind the total length for Ethernet's padding")
  func padding() {
    let packet = decode(ethernet(0x0800, ipv4(6, tcp()) + [0, 0, 0, 0, 0, 0]))
    #expect(packet.issue == .none)
    #expect(packet.ip.totalLength == 40)
    #expect(packet.segment?.payloadLength == 0)
    #expect(packet.segment?.checksum == .correct)
  }

  @Test("notes a total length beyond the frame and counts what is there")
  func tooLong() {
    var bytes = ethernet(0x0800, ipv4(6, tcp(payload: [1, 2, 3, 4])))
    bytes.set(1500, at: 16)
    let packet = decode(bytes)
    #expect(
      packet.issue == DecodeIssue(.lengthTooLarge, .ipv4, at: 14, required: 1500, available: 44))
    #expect(packet.ip.totalLength == 44)
    #expect(packet.ip.headerChecksum == .wrong)
    #expect(packet.segment?.payloadLength == 4)
  }

  @Test("takes a total length of 0 for a segment yet to be cut")
  func zeroLength() {
    var bytes = ethernet(0x0800, ipv4(6, tcp(payload: [UInt8](repeating: 7, count: 3000))))
    bytes.set(0, at: 16)
    let packet = decode(bytes)
    #expect(packet.issue == .none)
    #expect(packet.ip.totalLength == 3040)
    #expect(packet.segment?.payloadLength == 3000)
    #expect(packet.segment?.checksum == .correct)
  }

  @Test("keeps lengths positive whatever the file claims")
  func hugeOriginalLength() {
    var bytes = ethernet(0x0800, ipv4(6, tcp(payload: [1])))
    bytes.set(0, at: 16)
    let packet = decode(bytes, originalLength: 0xFFFF_FFFF)
    #expect(packet.ip.totalLength == Int32.max - 14)
    #expect(packet.segment?.payloadLength == Int32.max - 54)
    #expect(decode(bytes, originalLength: -5).segment?.payloadLength == 1)
  }

  @Test(
    "refuses a damaged header",
    arguments: [
      (hex("44"), 0, DecodeIssue(.lengthTooSmall, .ipv4, at: 14, required: 20, available: 16)),
      (hex("40"), 0, DecodeIssue(.lengthTooSmall, .ipv4, at: 14, required: 20, available: 0)),
      (hex("65"), 0, DecodeIssue(.version, .ipv4, at: 14, required: 4, available: 6)),
      (hex("4F"), 0, DecodeIssue(.short, .ipv4, at: 14, required: 60, available: 40)),
      (hex("0013"), 2, DecodeIssue(.lengthTooSmall, .ipv4, at: 14, required: 20, available: 19)),
    ])
  func damaged(replacement: [UInt8], offset: Int, expected: DecodeIssue) {
    var bytes = ethernet(0x0800, ipv4(6, tcp()))
    bytes.replaceSubrange(14 + offset..<14 + offset + replacement.count, with: replacement)
    let packet = decode(bytes)
    #expect(packet.issue == expected)
    #expect(packet.isWithoutTransport)
    #expect(packet.ip.version == 0)
  }

  @Test("judges the header checksum")
  func checksum() {
    // A header printed in many textbooks; the rest is 0x5F bytes of UDP.
    let known = hex("4500 0073 0000 4000 4011 B861 C0A8 0001 C0A8 00C7")
    let payload = udp([UInt8](repeating: 0, count: 87))
    #expect(decode(known + payload, .ipv4).ip.headerChecksum == .correct)
    var wrong = known
    wrong[8] = 63
    #expect(decode(wrong + payload, .ipv4).ip.headerChecksum == .wrong)
    var empty = known
    empty.set(0, at: 10)
    #expect(decode(empty + payload, .ipv4).ip.headerChecksum == .offloaded)
    let unasked = decode(known + payload, .ipv4, verifiesChecksums: false)
    #expect(unasked.ip.headerChecksum == .unverified)
    // 0xB861 in the identification makes the sum without the checksum 0xFFFF: 0 is right then.
    var zero = empty
    zero.set(0xB861, at: 4)
    #expect(referenceSum(zero) == 0xFFFF)
    #expect(decode(zero + payload, .ipv4).ip.headerChecksum == .correct)
  }

  @Test(
    "tells fragments",
    arguments: [
      (UInt16(0x2000), true, Int32(0)),  // the first
      (0x2001, true, 8),  // one in the middle
      (0x00B9, false, 1480),  // the last
      (0x1FFF, false, 65528),  // as far back as there is
    ])
  func fragments(field: UInt16, more: Bool, offset: Int32) {
    let packet = decode(ethernet(0x0800, ipv4(17, [1, 2, 3, 4, 5, 6, 7, 8], fragment: field)))
    #expect(packet.isFragment)
    #expect(packet.fragment.isFragment)
    #expect(packet.fragment.moreFragments == more)
    #expect(packet.fragment.offset == offset)
    #expect(packet.fragment.identification == 0x1234)
    #expect(packet.ip.payloadLength == 8)
    #expect(packet.issue == .none)
  }

  @Test("takes a reserved or a don't-fragment bit for no fragment")
  func noFragment() {
    for field: UInt16 in [0x0000, 0x4000, 0x8000] {
      #expect(
        !decode(ethernet(0x0800, ipv4(6, tcp(), fragment: field))).fragment.isFragment)
    }
  }

  @Test("decodes a datagram put together from fragments")
  func reassembled() {
    let datagram = udp([UInt8](repeating: 0xAB, count: 2000))
    let first = ethernet(0x0800, ipv4(17, Array(datagram[..<1480]), fragment: 0x2000))
    let second = ethernet(0x0800, ipv4(17, Array(datagram[1480...]), fragment: 185))
    for frames in [[first, second], [second, first]] {
      let whole = reassemble(frames)
      #expect(whole?.fragments == 2)
      #expect(whole?.packet.datagram?.destinationPort == 53)
      #expect(whole?.packet.datagram?.payloadLength == 2000)
      #expect(whole?.packet.ip.totalLength == 2048)
      #expect(whole?.packet.fragment.isFragment == false)
      #expect(whole?.packet.issue == DecodeIssue.none)
    }
    let whole = reassemble([first, second], captured: 41)
    #expect(whole?.packet.issue == DecodeIssue(.cut, .udp, at: 34, required: 8, available: 7))
  }

  @Test("steps over the authentication header to TCP")
  func authentication() {
    let header = hex(
      """
      06 04 0000     # TCP next; 4 + 2 words; reserved
      00000001       # security parameters index
      00000002       # sequence number
      00112233 44556677 8899AABB  # integrity check value
      """)
    let segment = tcp(payload: [1, 2])
    let bytes = ethernet(0x0800, ipv4(51, header + segment))
    let packet = decode(bytes)
    #expect(packet.ip.payloadProtocol == .tcp)
    #expect(packet.ip.payloadOffset == 58)
    #expect(packet.ip.payloadLength == 22)
    #expect(packet.segment?.payloadLength == 2)
    #expect(layers(bytes).map(\.kind) == [.ethernet, .ipv4, .authentication, .tcp, .payload])
    let twice = decode(ethernet(0x0800, ipv4(51, hex("33") + header[1...] + header + segment)))
    #expect(twice.issue.reason == .tooManyHeaders)
    #expect(twice.isWithoutTransport)
    let long = decode(ethernet(0x0800, ipv4(51, hex("06 40") + header[2...] + segment)))
    #expect(
      long.issue == DecodeIssue(.short, .authentication, at: 34, required: 264, available: 46))
  }

  @Test("hands over protocols that it does not decode")
  func otherProtocol() {
    let packet = decode(ethernet(0x0800, ipv4(132, [1, 2, 3, 4])))
    #expect(packet.otherProtocol == 132)
    #expect(packet.issue == .none)
    // ICMPv6 does not come in IPv4.
    #expect(
      decode(ethernet(0x0800, ipv4(58, [128, 0, 0, 0], checksums: false))).otherProtocol == 58)
    #expect(IPProtocol(rawValue: 132).description == "SCTP")
    #expect(IPProtocol(rawValue: 200).description == "protocol 200")
  }
}
