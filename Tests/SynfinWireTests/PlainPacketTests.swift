import TestSupport
import Testing

@testable import SynfinWire

/// The short way says of every packet what the walk through the layers says.
@Suite("Plain packets")
struct PlainPacketTests {
  /// Packets that are plain: with and without a tag, of both versions, with the usual options.
  static let plain: [[UInt8]] = {
    let options = [
      "", "01 01 08 0A 89ABCDEF 01234567", "02 04 05B4",
      "02 04 05B4 04 02 08 0A 89ABCDEF 00000000 01 03 03 07",
      "02 04 05B4 01 03 03 08 01 01 04 02", "02 04 05B4 01 01 04 02 01 03 03 06",
      "02 04 05B4 01 03 03 06 01 01 08 0A 89ABCDEF 00000000 04 02 00 00",
      "01 01 08 0A 89ABCDEF 01234567 01 01 05 0A 00000001 00000002",
      "01 01 08 0A 89ABCDEF 01234567 01 01 05 12 00000001 00000002 00000003 00000004",
      "01 01 05 22 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008",
    ]
    let payload = Array("What a stranger can send, of an odd number of bytes".utf8)
    var frames: [[UInt8]] = []
    for text in options {
      frames += PlainPacketTests.frames(6, tcp(options: hex(text), flags: 0x10))
      frames += PlainPacketTests.frames(6, tcp(options: hex(text), payload: payload, flags: 0x18))
    }
    for data in [[], [1], payload] { frames += PlainPacketTests.frames(17, udp(data)) }
    return frames
  }()

  /// A payload in IPv4 and IPv6, in a frame as it is, with a tag, and padded.
  private static func frames(_ number: UInt8, _ payload: [UInt8]) -> [[UInt8]] {
    let four = ipv4(number, payload)
    let six = ipv6(number, payload)
    let padding = [UInt8](repeating: 0, count: 6)
    return [
      ethernet(0x0800, four), ethernet(0x8100, hex("20 07 08 00") + four),
      ethernet(0x0800, four + padding), ethernet(0x86DD, six),
      ethernet(0x88A8, hex("20 07 86 DD") + six), ethernet(0x86DD, six + padding),
    ]
  }

  @Test("are found to be so, and read as the walk reads them", arguments: [true, false])
  func recognition(verifiesChecksums: Bool) {
    for bytes in Self.plain {
      #expect(isPlain(bytes, originalLength: bytes.count))
      expectSame(bytes, originalLength: bytes.count, verifiesChecksums, "\(bytes)")
      // Without the end of the payload, as a short snapshot length leaves it.
      let cut = Array(bytes.prefix(100))
      expectSame(cut, originalLength: bytes.count, verifiesChecksums, "\(cut)")
    }
  }

  @Test("agree with the walk however they are cut")
  func cut() {
    for bytes in Self.plain {
      for count in 0..<bytes.count {
        expectSame(Array(bytes[..<count]), originalLength: bytes.count, true, "\(count): \(bytes)")
        expectSame(Array(bytes[..<count]), originalLength: count, true, "\(count): \(bytes)")
      }
    }
  }

  @Test("agree with the walk when bytes are changed", arguments: 0..<4)
  func mutations(seed: Int) {
    var random = SplitMix64(seed: 0x91A1 + UInt64(seed))
    let samples =
      Self.plain
      + (Sample.all + Sample.tunnels).filter { $0.linkType == .ethernet }.map(\.bytes)
    var plain = 0
    let rounds = 4000
    for round in 0..<rounds {
      var bytes = samples[Int.random(in: 0..<samples.count, using: &random)]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        // Most of what is decided stands in the headers.
        let index = Int.random(in: 0..<min(bytes.count, 80), using: &random)
        let value = UInt8(truncatingIfNeeded: random.next())
        bytes[index] = [value, 0, 0xFF, bytes[index] ^ (1 << (value & 7))][round % 4]
      }
      if round % 3 == 0 { bytes.removeLast(Int.random(in: 0...bytes.count / 2, using: &random)) }
      let original = bytes.count + (round % 5 == 0 ? Int(random.next() % 100) : 0)
      if isPlain(bytes, originalLength: original) { plain += 1 }
      expectSame(bytes, originalLength: original, true, "seed \(seed), round \(round): \(bytes)")
    }
    // Both ways are met often.
    #expect(plain > rounds / 10 && plain < rounds * 9 / 10)
  }

  @Test("tell a checksum that the card would have filled in from a wrong one")
  func checksums() {
    for bytes in Self.plain {
      let packet = decode(bytes)
      let start = Int(packet.ip.payloadOffset)
      let end = start + Int(packet.ip.payloadLength)
      let addresses = bytes[(start - (packet.ip.version == 4 ? 8 : 32))..<start]
      let number = packet.ip.payloadProtocol
      let field = start + (number == .tcp ? TCPHeader.checksumField : UDPHeader.checksumField)
      let sum = referencePseudoHeaderSum(
        addresses: addresses, length: end - start, number: number.rawValue)
      for (value, status) in [(sum, ChecksumStatus.offloaded), (sum &+ 1, .wrong)] {
        var changed = bytes
        changed[field] = UInt8(value >> 8)
        changed[field + 1] = UInt8(value & 0xFF)
        #expect(isPlain(changed, originalLength: changed.count))
        #expect(decode(changed).transportChecksum == status)
        expectSame(changed, originalLength: changed.count, true, "\(changed)")
      }
    }
  }

  private func isPlain(_ bytes: [UInt8], originalLength: Int) -> Bool {
    var packet = Packet()
    return unsafe packet.readPlain(
      bytes.span.bytes, originalLength: originalLength, verifiesChecksums: true)
  }

  /// Decodes over another packet, nothing of which may stay.
  private func expectSame(
    _ bytes: [UInt8], originalLength: Int, _ verifiesChecksums: Bool,
    _ comment: @autoclosure () -> Comment
  ) {
    var short = Self.other
    unsafe short.decode(
      bytes.span.bytes, linkType: .ethernet, originalLength: originalLength,
      verifiesChecksums: verifiesChecksums)
    var long = Packet()
    unsafe long.walk(
      bytes.span.bytes, linkType: .ethernet, originalLength: originalLength,
      verifiesChecksums: verifiesChecksums)
    let (found, expected) = (short.summary(), long.summary())
    if found != expected { #expect(found == expected, comment()) }
  }

  /// A packet with as many fields set as one can have.
  private static let other: Packet = {
    var packet = decode(Sample.tunnels[0].bytes)
    packet.fragment.isFragment = true
    packet.fragment.moreFragments = true
    packet.fragment.offset = 8
    packet.fragment.identification = 9
    packet.fragment.headerOffset = 10
    packet.issue = DecodeIssue(.cut, .tcp, at: 1, required: 2, available: 3)
    packet.ip.headerChecksum = .wrong
    packet.ip.dontFragment = true
    packet.ip.identification = 11
    packet.ip.isToMany = true
    return packet
  }()
}

extension Packet {
  fileprivate var transportChecksum: ChecksumStatus? {
    switch transport {
    case .tcp(let segment): segment.checksum
    case .udp(let datagram): datagram.checksum
    default: nil
    }
  }
}
