import TestSupport
import Testing

@testable import SynfinWire

/// What holds for every packet, whole or not.
@Suite("Packet")
struct PacketTests {
  @Test("decodes without issue what is whole", arguments: Sample.all)
  func whole(sample: Sample) {
    let packet = decode(sample.bytes, sample.linkType)
    #expect(packet.issue == .none)
    #expect(packet.ip.headerChecksum == (packet.ip.version == 4 ? .correct : .unverified))
  }

  @Test("tells a prefix of the truth when the capture cut the packet", arguments: Sample.all)
  func cut(sample: Sample) {
    let whole = decode(sample.bytes, sample.linkType)
    for captured in 0..<sample.bytes.count {
      let prefix = Array(sample.bytes[..<captured])
      let packet = decode(prefix, sample.linkType, originalLength: sample.bytes.count)
      if packet.issue == .none {
        expectSame(packet, whole, "\(captured) bytes captured")
      } else {
        #expect(packet.issue.reason == .cut, "\(captured) bytes captured")
        #expect(packet.issue.offset + packet.issue.available == captured)
        #expect(packet.issue.required > packet.issue.available)
        #expect(packet.issue.offset + packet.issue.required <= sample.bytes.count)
        expectPrefix(packet, whole, "\(captured) bytes captured")
      }
      // Where decoding needs more than was captured is known from the whole packet's layers.
      #expect(
        packet.isWithoutTransport
          == (captured < transportEnd(sample, whole)), "\(captured) bytes captured")
    }
  }

  /// How many bytes it takes to know the transport layer.
  private func transportEnd(_ sample: Sample, _ packet: Packet) -> Int {
    let start = Int(packet.ip.payloadOffset)
    switch packet.transport {
    case .tcp: return start + 20
    case .udp: return start + 8
    case .icmp: return start + 4
    default: return start
    }
  }

  /// The same packet but for checksums, which a cut packet cannot verify, and quotations.
  private func expectSame(_ packet: Packet, _ whole: Packet, _ comment: Comment) {
    if let message = packet.icmp, let full = whole.icmp, message.isError {
      #expect(message.type == full.type && message.code == full.code, comment)
      #expect(message.payloadLength == full.payloadLength, comment)
      #expect([0, full.mtu].contains(message.mtu), comment)
      #expect(
        [0, full.quoted.destinationPort].contains(message.quoted.destinationPort), comment)
      #expect(!message.quoted.isKnown || full.quoted.isKnown, comment)
    } else {
      #expect(packet.summary(checksums: false) == whole.summary(checksums: false), comment)
    }
    expectHonestChecksum(packet, whole, comment)
  }

  private func expectHonestChecksum(_ packet: Packet, _ whole: Packet, _ comment: Comment) {
    let found = packet.segment?.checksum ?? packet.datagram?.checksum ?? packet.icmp?.checksum
    #expect(found == nil || found == .unverified, comment)
  }

  private func expectPrefix(_ packet: Packet, _ whole: Packet, _ comment: Comment) {
    #expect([0, whole.ip.version].contains(packet.ip.version), comment)
    guard let segment = packet.segment, let full = whole.segment else { return }
    #expect(segment.sequenceNumber == full.sequenceNumber, comment)
    #expect(segment.payloadLength == full.payloadLength, comment)
    #expect(full.options.kinds.isSuperset(of: segment.options.kinds), comment)
    expectHonestChecksum(packet, whole, comment)
  }

  @Test("notes when the packet is shorter than its length fields say", arguments: Sample.all)
  func shortened(sample: Sample) {
    let whole = decode(sample.bytes, sample.linkType)
    let end = Int(whole.ip.payloadOffset + whole.ip.payloadLength)
    for length in 0..<end {
      let packet = decode(Array(sample.bytes[..<length]), sample.linkType)
      #expect(
        [.short, .lengthTooLarge].contains(packet.issue.reason), "\(length) bytes: \(packet.issue)")
      expectWithin(packet, length, "\(length) bytes")
    }
  }

  private func expectWithin(_ packet: Packet, _ length: Int, _ comment: Comment) {
    #expect(packet.ip.payloadLength >= 0, comment)
    #expect(Int(packet.ip.payloadOffset) + Int(packet.ip.payloadLength) <= length, comment)
    let payload =
      packet.segment?.payloadLength ?? packet.datagram?.payloadLength
      ?? packet.icmp?.payloadLength ?? 0
    #expect(payload >= 0 && payload <= max(packet.ip.payloadLength, 0), comment)
    #expect(packet.issue.available >= 0 || packet.issue.reason == .version, comment)
  }

  static let linkTypes: [LinkType] = [
    .null, .ethernet, .ppp, .rawBSD, .rawOpenBSD, .pppHDLC, .pppEthernet, .raw, .ciscoHDLC,
    .loop, .linuxCooked, .ipv4, .ipv6, .linuxCookedV2, .arcnet, .arcnetLinux, .ieee80211, .prism,
    .radiotap, .avs, .nflog, .pktap, .perPacketInformation,
    .tokenRing, .frameRelay, .firewallLog, .encapsulated, .firewire, .atm, .atmClassic,
  ]

  @Test("survives mutations of every sample", arguments: linkTypes)
  func mutations(linkType: LinkType) {
    var random = SplitMix64(seed: 0x5EED + UInt64(linkType.rawValue))
    let samples = (Sample.all + Sample.tunnels).filter { $0.linkType == linkType }
    #expect(!samples.isEmpty)
    var issues = 0
    for round in 0..<3000 {
      guard let sample = samples.randomElement(using: &random) else { return }
      var bytes = sample.bytes
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        // Lengths and versions break most at their extremes.
        let value = UInt8(truncatingIfNeeded: random.next())
        bytes[index] = [value, 0, 0xFF, bytes[index] ^ (1 << (value & 7))][round % 4]
      }
      if round % 3 == 0 { bytes = Array(bytes.prefix(Int(random.next() % 80))) }
      let extra = round % 5 == 0 ? Int(random.next() % 100_000) : 0
      expectSound(bytes, linkType, originalLength: bytes.count + extra, "round \(round)")
      if decode(bytes, linkType).issue != .none { issues += 1 }
    }
    // Mutations that break nothing would test nothing.
    #expect(issues > 300)
  }

  @Test("survives random bytes", arguments: linkTypes)
  func noise(linkType: LinkType) {
    var random = SplitMix64(seed: 0xBAD + UInt64(linkType.rawValue))
    for round in 0..<1000 {
      let bytes = random.bytes(Int.random(in: 0...120, using: &random))
      expectSound(bytes, linkType, originalLength: bytes.count, "round \(round)")
    }
  }

  /// The two ways of decoding agree, and nothing points outside.
  private func expectSound(
    _ bytes: [UInt8], _ linkType: LinkType, originalLength: Int, _ comment: Comment
  ) {
    let packet = decode(bytes, linkType, originalLength: originalLength)
    expectWithin(packet, originalLength, comment)
    let (again, layers) = unsafe Packet.decodeLayers(
      bytes.span.bytes, linkType: linkType, originalLength: originalLength)
    #expect(again.summary() == packet.summary(), comment)
    for layer in layers {
      #expect(layer.offset >= 0 && layer.length > 0, comment)
      #expect(layer.offset + layer.length <= bytes.count, comment)
    }
  }
}
