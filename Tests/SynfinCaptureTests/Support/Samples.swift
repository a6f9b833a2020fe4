/// Files that several suites read.
enum Samples {
  /// Ethernet, IPv4, TCP from 192.0.2.1:1234 to 192.0.2.2:80.
  static let tcp: [UInt8] =
    [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x08, 0x00] + ipv4
  /// The same without a link layer.
  static let ipv4: [UInt8] = [
    0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,
    0x04, 0xd2, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0, 0, 0,
  ]

  /// Four packets of 0, 1, 54 and 300 bytes.
  static func pcap(magic: UInt32 = 0xa1b2_c3d4, isBigEndian: Bool = false) -> PcapBuilder {
    var builder = PcapBuilder(magic: magic, isBigEndian: isBigEndian)
    builder.add([], seconds: 1, fraction: 0)
    builder.add([7], seconds: 2, fraction: 999_999)
    builder.add(tcp, seconds: 1_700_000_000, fraction: 123_456, original: 1500)
    builder.add((0..<300).map { UInt8(truncatingIfNeeded: $0) }, seconds: 0x7fff_ffff, fraction: 1)
    return builder
  }

  /// Two sections, usually of different byte order, with every kind of block and one link type.
  static func pcapng(secondIsBigEndian: Bool = true) -> PcapngBuilder {
    var builder = PcapngBuilder()
    builder.section()
    builder.interface(options: [(2, Array("eth0".utf8)), (9, [9])])
    builder.packet(tcp, ticks: 1_700_000_000_123_456_789, original: 1500)
    builder.block(0x0bad) { $0.append([1, 2, 3, 4, 5]) }
    builder.packet([1], ticks: 5, options: [(1, Array("hello".utf8))])
    builder.obsoletePacket([1, 2, 3], ticks: 1_000_000_000)
    builder.statistics([4: 3, 7: 0])
    builder.section(isBigEndian: secondIsBigEndian, length: 1000)
    builder.interface(options: [(9, [0x94])])
    builder.packet([9, 8, 7, 6, 5], ticks: 3 << 19)
    builder.simplePacket([4, 3, 2])
    builder.statistics([4: 2, 5: 1])
    return builder
  }
}
