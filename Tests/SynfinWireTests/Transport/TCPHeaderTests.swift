import TestSupport
import Testing

@testable import SynfinWire

@Suite("TCP header")
struct TCPHeaderTests {
  @Test("reads every field")
  func fields() throws {
    let bytes = hex(
      """
      C0A8 1F90    # 49320 → 8080
      89ABCDEF     # sequence number
      01234567     # acknowledgment number
      6F FF 0201   # data offset 6 words, all twelve flag bits; window 513
      BEEF 0102    # checksum; urgent pointer 258
      02 04 05B4   # maximum segment size 1460
      """)
    let header = unsafe TCPHeader(bytes.span.bytes, at: 0)
    #expect(header.dataOffset == 24)
    #expect(header.checksum == 0xBEEF)
    let segment = try #require(decode(ipv4(6, bytes + [1, 2, 3]), .ipv4).segment)
    #expect(segment.sourcePort == 49320)
    #expect(segment.destinationPort == 8080)
    #expect(segment.sequenceNumber == SequenceNumber(0x89AB_CDEF))
    #expect(segment.acknowledgmentNumber == SequenceNumber(0x0123_4567))
    #expect(segment.dataOffset == 24)
    #expect(segment.flags.rawValue == 0x0FFF)
    #expect(segment.window == 513)
    #expect(segment.urgentPointer == 258)
    #expect(segment.options.maximumSegmentSize == 1460)
    #expect(segment.payloadLength == 3)
    #expect(segment.checksum == .wrong)
  }

  /// The byte with the data offset, and the issue that it leads to.
  static let dataOffsets: [(UInt8, DecodeIssue)] = [
    (0x00, DecodeIssue(.lengthTooSmall, .tcp, at: 34, required: 20, available: 0)),
    (0x40, DecodeIssue(.lengthTooSmall, .tcp, at: 34, required: 20, available: 16)),
    (0x60, DecodeIssue(.short, .tcp, at: 34, required: 24, available: 20)),
    (0xF0, DecodeIssue(.short, .tcp, at: 34, required: 60, available: 20)),
  ]

  @Test("refuses a data offset that cannot be", arguments: dataOffsets)
  func dataOffset(word: UInt8, expected: DecodeIssue) {
    var segment = tcp()
    segment[12] = word
    // The padding of the frame would hold the header, the IP packet does not.
    let packet = decode(ethernet(0x0800, ipv4(6, segment)) + [UInt8](repeating: 0, count: 60))
    #expect(packet.issue == expected)
    #expect(packet.isWithoutTransport)
    #expect(packet.ip.version == 4)
  }

  @Test("refuses a packet that is too short for the header")
  func short() {
    #expect(
      decode(ethernet(0x0800, ipv4(6, Array(tcp()[..<19])) + [0, 0])).issue
        == DecodeIssue(.short, .tcp, at: 34, required: 20, available: 19))
  }

  /// Flags, octets of payload, numbers taken.
  static let sequenceLengths: [(TCPFlags, Int, Int)] = [
    (.ack, 0, 0), (.ack, 10, 10), (.syn, 0, 1), ([.syn, .ack], 5, 6), (.fin, 0, 1),
    ([.syn, .fin], 0, 2), ([.fin, .psh, .ack], 7, 8), (.rst, 0, 0),
  ]

  @Test("counts what takes sequence space", arguments: sequenceLengths)
  func sequenceLength(flags: TCPFlags, payload: Int, expected: Int) {
    let segment = Segment(
      sourcePort: 1, destinationPort: 2, sequenceNumber: SequenceNumber(0xFFFF_FFFE),
      flags: flags, payloadLength: payload)
    #expect(segment.sequenceLength == expected)
    #expect(
      segment.endSequenceNumber.rawValue == 0xFFFF_FFFE &+ UInt32(truncatingIfNeeded: expected))
  }

  @Test("names the flags in the order of their bits")
  func flagNames() {
    #expect(
      TCPFlags(rawValue: 0x1FF).names.joined(separator: " ")
        == "FIN SYN RST PSH ACK URG ECE CWR AE")
    #expect(TCPFlags([.syn, .ack]).names == ["SYN", "ACK"])
    #expect(TCPFlags(rawValue: 0xE00).names == [])
    // The data offset is none of them.
    #expect(TCPFlags(rawValue: 0x5002) == .syn)
  }

  @Test("judges the checksum over IPv4 and IPv6", arguments: [4, 6], [0, 1, 2, 7, 8, 1447, 1448])
  func checksum(version: Int, count: Int) throws {
    var random = SplitMix64(seed: UInt64(count))
    let segment = tcp(payload: random.bytes(count))
    let linkType: LinkType = version == 4 ? .ipv4 : .ipv6
    let bytes = version == 4 ? ipv4(6, segment) : ipv6(6, segment)
    let start = bytes.count - segment.count
    func status(_ bytes: [UInt8], verifies: Bool = true) -> ChecksumStatus? {
      decode(bytes, linkType, verifiesChecksums: verifies).segment?.checksum
    }
    #expect(status(bytes) == .correct)
    #expect(status(bytes, verifies: false) == .unverified)
    // Each byte counts: one bit of it makes the sum wrong.
    for index in start..<bytes.count where index != start + 12 {
      var damaged = bytes
      damaged[index] ^= 0x10
      #expect(status(damaged) == .wrong, "byte \(index - start)")
    }
    var offloaded = bytes
    let addresses = version == 4 ? bytes[12..<20] : bytes[8..<40]
    offloaded.set(
      referencePseudoHeaderSum(addresses: addresses, length: segment.count, number: 6),
      at: start + 16)
    #expect(status(offloaded) == .offloaded)
    let cut = decode(Array(bytes.dropLast()), linkType, originalLength: bytes.count)
    #expect(cut.segment?.checksum == (count == 0 ? nil : .unverified))
  }

  @Test("agrees with the checksum that a real stack computed")
  func realSegment() throws {
    // The SYN+ACK of a Linux host, from a public capture.
    let bytes = hex(
      """
      45 00 003C  0000 4000  40 06 A699    # IPv4
      C0A8 89BD  C0A8 8914                 # 192.168.137.189 → 192.168.137.20
      0FDC ED7D  11E71E67  AF85592C        # 4060 → 60797
      A0 12 7120 2E99 0000                 # 10 words; SYN, ACK; window; checksum
      02 04 05B4                           # maximum segment size 1460
      04 02                                # SACK permitted
      08 0A 6D9956E2 0602133C              # timestamps
      01 03 03 07                          # window scale 7
      """)
    let packet = decode(bytes, .ipv4)
    #expect(packet.ip.headerChecksum == .correct)
    let segment = try #require(packet.segment)
    #expect(segment.checksum == .correct)
    #expect(segment.flags == [.syn, .ack])
    #expect(
      segment.options.kinds == [.maximumSegmentSize, .sackPermitted, .timestamps, .windowScale])
    #expect(segment.options.maximumSegmentSize == 1460)
    #expect(segment.options.timestampValue == 1_838_765_794)
    #expect(segment.options.timestampEchoReply == 100_799_292)
    #expect(segment.options.windowScale == 7)
  }
}
