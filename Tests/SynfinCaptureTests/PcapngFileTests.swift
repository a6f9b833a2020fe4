import SynfinCapture
import SynfinWire
import Testing

@Suite("pcapng files")
struct PcapngFileTests {
  @Test("Sections of both byte orders, every kind of block")
  func sections() throws {
    let reading = try Reading(Samples.pcapng().bytes)
    #expect(reading.damage == nil)
    #expect(reading.format == .pcapng)
    #expect(reading.packets.map(\.bytes.count) == [54, 1, 3, 5, 3])
    #expect(reading.packets.map(\.number) == [1, 2, 3, 4, 5])
    #expect(reading.packets.map(\.interfaceID) == [0, 0, 0, 1, 1])
    #expect(reading.packets.map(\.hasTimestamp) == [true, true, true, true, false])
    #expect(
      reading.packets.map(\.nanoseconds)
        == [1_700_000_000_123_456_789, 5, 1_000_000_000, 1_500_000_000, 0])
    #expect(reading.interfaces.map(\.name) == ["eth0", nil])
  }

  @Test("Interfaces differ in link type, resolution and offset")
  func interfaces() throws {
    var builder = PcapngBuilder()
    builder.section()
    builder.interface(options: [
      (2, Array("en0".utf8)), (3, Array("the wire".utf8)), (11, [0] + Array("tcp".utf8)),
      (12, Array("Linux 6".utf8)), (9, [6]),
    ])
    builder.interface(
      linkType: 101, snapLength: 96, options: [(9, [3]), (14, [10, 0, 0, 0, 0, 0, 0, 0])])
    builder.packet([1], interface: 1, ticks: 2500)
    builder.packet([2], interface: 0, ticks: 7)
    let reading = try Reading(builder.bytes)
    #expect(reading.packets.map(\.linkType) == [101, 1])
    #expect(reading.packets.map(\.nanoseconds) == [12_500_000_000, 7_000])
    #expect(reading.packets.map(\.interfaceID) == [1, 0])
    let first = try #require(reading.interfaces.first)
    #expect(first.interfaceDescription == "the wire")
    #expect(first.filter == "tcp")
    #expect(first.operatingSystem == "Linux 6")
    #expect(reading.interfaces.map(\.snapLength) == [262_144, 96])
    #expect(reading.interfaces.map(\.timestampResolution.description) == ["10^-6 s", "10^-3 s"])
    #expect(reading.interfaces.map(\.timestampOffset) == [0, 10])
  }

  @Test(
    "Timestamps of any resolution and offset",
    arguments: [
      (UInt8(0), Int64(0), UInt64(3), Int64(3_000_000_000)),
      (6, -1, 1_500_000, 500_000_000),
      (9, 0, UInt64.max, Int64.max),
      (12, 0, 1_999, 1),
      (19, 0, 10_000_000_000, 1),
      (28, 0, UInt64.max, 1),
      (29, 0, UInt64.max, 0),
      (127, 0, UInt64.max, 0),
      (0x80, 0, 2, 2_000_000_000),
      (0x81, 0, 3, 1_500_000_000),
      (0xbf, 0, 1 << 62, 500_000_000),
      (0xc0, 0, 1 << 63, 500_000_000),
      (0xff, 0, UInt64.max, 0),
      (0, 0, UInt64.max, Int64.max),
      (6, Int64.max, 1, Int64.max),
      (6, Int64.min, 1, Int64.min + 1000),
    ])
  func timestamps(resolution: UInt8, offset: Int64, ticks: UInt64, expected: Int64) throws {
    var builder = PcapngBuilder()
    builder.section()
    var value = ByteWriter(isBigEndian: false)
    value.append(offset)
    builder.interface(options: [(9, [resolution]), (14, value.bytes)])
    builder.packet([1], ticks: ticks)
    #expect(try Reading(builder.bytes).packets.map(\.nanoseconds) == [expected])
  }

  @Test("A simple packet is as long as the snapshot length and its block allow")
  func simplePackets() throws {
    var builder = PcapngBuilder()
    builder.section()
    builder.interface(snapLength: 5)
    builder.simplePacket([1, 2, 3, 4, 5], original: 1500)
    builder.simplePacket([1, 2, 3], original: 3)
    builder.simplePacket([1, 2, 3, 4], original: 5)
    let reading = try Reading(builder.bytes)
    #expect(reading.packets.map(\.bytes) == [[1, 2, 3, 4, 5], [1, 2, 3], [1, 2, 3, 4]])
    #expect(reading.packets.map(\.original) == [1500, 3, 5])
  }

  @Test("The last statistics of each interface are added up")
  func statistics() throws {
    var builder = PcapngBuilder()
    builder.section()
    builder.interface()
    builder.interface()
    builder.statistics([4: 1, 7: 1])
    builder.statistics([4: 10, 7: 2])
    builder.statistics(interface: 1, [4: 5, 5: 3])
    builder.statistics(interface: 9, [4: 1000])
    let reading = try Reading(builder.bytes)
    #expect(
      reading.statistics
        == CaptureStatistics(received: 15, droppedByInterface: 3, droppedByOS: 2))
  }

  @Test("Obsolete packet blocks may know of drops")
  func obsoleteDrops() throws {
    var builder = PcapngBuilder()
    builder.section()
    builder.interface()
    builder.obsoletePacket([1])
    #expect(try Reading(builder.bytes).statistics == nil)
    builder.obsoletePacket([1], drops: 4)
    builder.obsoletePacket([1], drops: 3)
    #expect(try Reading(builder.bytes).statistics == CaptureStatistics(droppedByInterface: 7))
  }

  @Test("A new section forgets the interfaces of the one before")
  func interfaceReset() throws {
    var builder = PcapngBuilder()
    builder.section()
    builder.interface()
    builder.packet([1])
    builder.section()
    builder.packet([2])
    let reading = try Reading(builder.bytes)
    #expect(reading.packets.count == 1)
    #expect(
      reading.damage?.description.contains(
        "packet 2 at byte 112: it names interface 0 where the section declares 0") == true)
  }
}
