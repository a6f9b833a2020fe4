import SynfinCapture
import SynfinWire
import Testing

@Suite("pcap files")
struct PcapFileTests {
  @Test(
    "Both byte orders, micro- and nanoseconds and the modified format",
    arguments: [UInt32(0xa1b2_c3d4), 0xa1b2_3c4d, 0xa1b2_cd34], [false, true])
  func variants(magic: UInt32, isBigEndian: Bool) throws {
    let builder = Samples.pcap(magic: magic, isBigEndian: isBigEndian)
    let reading = try Reading(builder.bytes)
    let unit: Int64 = magic == 0xa1b2_3c4d ? 1 : 1000
    #expect(
      reading.packets.map(\.nanoseconds) == [
        1_000_000_000, 2_000_000_000 + 999_999 * unit,
        1_700_000_000_000_000_000 + 123_456 * unit, 2_147_483_647_000_000_000 + unit,
      ])
    #expect(reading.packets.map(\.bytes.count) == [0, 1, 54, 300])
    #expect(reading.packets.map(\.original) == [0, 1, 1500, 300])
    #expect(reading.packets.map(\.number) == [1, 2, 3, 4])
    #expect(reading.packets[2].bytes == Samples.tcp)
    #expect(reading.damage == nil)
    #expect(reading.bytesRead == UInt64(builder.bytes.count))
  }

  @Test(
    "The format is named",
    arguments: [
      (UInt32(0xa1b2_c3d4), false, "pcap with microseconds (little-endian)"),
      (0xa1b2_3c4d, true, "pcap with nanoseconds (big-endian)"),
      (0xa1b2_cd34, true, "modified pcap (big-endian)"),
    ])
  func format(magic: UInt32, isBigEndian: Bool, description: String) throws {
    let reading = try Reading(Samples.pcap(magic: magic, isBigEndian: isBigEndian).bytes)
    #expect(reading.format.description == description)
  }

  @Test("Only the low 16 bits of the link-type word count", arguments: [false, true])
  func linkTypeWord(isBigEndian: Bool) throws {
    var builder = PcapBuilder(isBigEndian: isBigEndian, snapLength: 96, linkWord: 0x2400_0114)
    builder.add([1])
    let reading = try Reading(builder.bytes)
    #expect(reading.packets.map(\.linkType) == [LinkType.linuxCookedV2.rawValue])
    #expect(reading.interfaces.map(\.linkType) == [.linuxCookedV2])
    #expect(reading.interfaces.map(\.snapLength) == [96])
  }

  @Test("Any snapshot length is accepted", arguments: [UInt32(0), 1, 0x7fff_ffff, 0xffff_ffff])
  func snapLength(_ snapLength: UInt32) throws {
    var builder = PcapBuilder(snapLength: snapLength)
    builder.add(Samples.tcp, original: 10)
    let reading = try Reading(builder.bytes)
    #expect(reading.packets.map(\.bytes) == [Samples.tcp])
    #expect(reading.packets.map(\.original) == [10])
    #expect(reading.damage == nil)
  }

  @Test("Times after 2038 and fractions beyond a second do not trap")
  func extremeTimes() throws {
    var builder = PcapBuilder()
    builder.add([], seconds: 0xffff_ffff, fraction: 0xffff_ffff)
    let reading = try Reading(builder.bytes)
    #expect(reading.packets.map(\.nanoseconds) == [4_294_967_295_000_000_000 + 4_294_967_295_000])
  }

  @Test(
    "Old versions store the lengths the other way round",
    arguments: [
      (UInt16(2), UInt16(2), 3, 1), (2, 3, 1, 3), (2, 3, 3, 1), (543, 0, 3, 1), (2, 4, 1, 3),
    ])
  func oldVersions(major: UInt16, minor: UInt16, first: Int, second: Int) throws {
    var builder = PcapBuilder(version: (major, minor))
    builder.add([5], captured: first, original: second)
    let reading = try Reading(builder.bytes)
    #expect(reading.packets.map(\.bytes) == [[5]])
    #expect(reading.packets.map(\.original) == [3])
  }

  @Test("Packets longer than the buffer arrive whole", arguments: [1, 64, 4096])
  func longPackets(chunkSize: Int) throws {
    var builder = PcapBuilder(snapLength: 1_000_000)
    let long = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for packet in [[1], long, [2], long, [3]] { builder.add(packet) }
    let reading = try Reading(piped: builder.bytes, pieces: 65_536, chunkSize: chunkSize)
    #expect(reading.packets.map(\.bytes) == [[1], long, [2], long, [3]])
  }

  @Test("An error of the body passes through, and the packet counts as read")
  func bodyError() throws {
    struct Stop: Error {}
    try withFile(Samples.pcap().bytes) { path in
      var file = try CaptureFile(path: path)
      #expect(throws: Stop.self) { try file.next { _, _ throws(Stop) in throw Stop() } }
      #expect(file.next { record, _ in record.number } == 2)
      #expect(file.size == UInt64(Samples.pcap().bytes.count))
    }
  }
}
