import SynfinCapture
import Testing

/// Files cut short, with impossible numbers, or simply random.
@Suite("Damaged files")
struct DamagedFileTests {
  @Test(
    "A pcap file cut anywhere gives the packets before the cut",
    arguments: [UInt32(0xa1b2_c3d4), 0xa1b2_cd34], [false, true])
  func cutPcap(magic: UInt32, isBigEndian: Bool) throws {
    let builder = Samples.pcap(magic: magic, isBigEndian: isBigEndian)
    let whole = try Reading(builder.bytes)
    for length in 0..<builder.bytes.count {
      let cut = Array(builder.bytes[..<length])
      guard length >= 24 else {
        #expect(throws: CaptureError.self) { try Reading(cut) }
        continue
      }
      let reading = try Reading(cut)
      let complete = builder.ends.count { $0 <= length } - 1
      #expect(reading.packets == Array(whole.packets[..<complete]), "cut at \(length)")
      if builder.ends.contains(length) {
        #expect(reading.damage == nil, "cut at \(length)")
        continue
      }
      let damage = try #require(reading.damage, "cut at \(length)")
      #expect(damage.offset == UInt64(builder.ends[complete]))
      guard case .cutShort(let needed, let available) = damage.kind else {
        Issue.record("cut at \(length): \(damage)")
        continue
      }
      #expect(available == length - builder.ends[complete])
      #expect(needed > available && needed <= builder.ends[complete + 1] - builder.ends[complete])
    }
  }

  @Test("A pcapng file cut anywhere gives the packets before the cut")
  func cutPcapng() throws {
    let builder = Samples.pcapng()
    let whole = try Reading(builder.bytes)
    for length in 0..<builder.bytes.count {
      let cut = Array(builder.bytes[..<length])
      guard length >= 28 else {
        #expect(throws: CaptureError.self) { try Reading(cut) }
        continue
      }
      let reading = try Reading(cut)
      let last = try #require(builder.ends.last { $0.offset <= length })
      #expect(reading.packets == Array(whole.packets[..<last.packets]), "cut at \(length)")
      #expect((reading.damage == nil) == (last.offset == length), "cut at \(length)")
      guard let damage = reading.damage else { continue }
      #expect(damage.offset == UInt64(last.offset), "cut at \(length)")
      guard case .cutShort(let needed, let available) = damage.kind else {
        Issue.record("cut at \(length): \(damage)")
        continue
      }
      #expect(available == length - last.offset && needed > available, "cut at \(length)")
    }
  }

  @Test("The words say where and how much")
  func words() throws {
    let builder = Samples.pcap()
    let cut = Array(builder.bytes[..<(builder.ends[2] + 28)])
    #expect(
      try Reading(cut).damage?.description
        == "cut short in the middle of packet 3 at byte 57 (needs 70 bytes, 28 are there)")
  }

  @Test(
    "An impossible length is damage, not an allocation",
    arguments: [
      262_145, 0x7fff_ffff, 0xffff_ffff,
    ])
  func impossibleLength(length: Int) throws {
    var builder = PcapBuilder()
    builder.add([1])
    builder.add([2], captured: length)
    builder.add([3])
    let reading = try Reading(builder.bytes)
    #expect(reading.packets.map(\.bytes) == [[1]])
    #expect(
      reading.damage?.description
        == "damaged in packet 2 at byte 41: it claims \(length) bytes where at most 262144 are possible"
    )
  }

  typealias Damager = @Sendable (inout PcapngBuilder) -> Void

  /// What is wrong, the words for it, and the block that is so.
  static let damagedBlocks: [(words: String, add: Damager)] = [
    ("another at the end", { $0.packet([9], trailer: 40) }),
    ("another at the end", { $0.block(77, trailer: 40) { $0.append(UInt32(0)) } }),
    ("another at the end", { $0.block(1, trailer: 24) { $0.append(UInt64(1)) } }),
    ("names interface 1", { $0.packet([9], interface: 1) }),
    ("names interface 4294967295", { $0.packet([9], interface: .max) }),
    ("claims 5 bytes", { $0.packet([9], captured: 5) }),
    ("claims 4294967295 bytes", { $0.packet([9], captured: 0xffff_ffff) }),
    ("total length of 4", { $0.block(6, totalLength: 4) { $0.append(UInt64(0)) } }),
    ("total length of 0", { $0.block(99, totalLength: 0) { $0.append(UInt64(0)) } }),
    ("total length of 15", { $0.block(99, totalLength: 15) { $0.append(UInt64(0)) } }),
    ("total length of 12", { $0.block(1) { _ in } }),
    ("total length of 12", { $0.block(3) { _ in } }),
    ("total length of 4294967292", { $0.block(1, totalLength: 0xffff_fffc) { _ in } }),
    (
      "runs past its end",
      {
        $0.block(1) {
          $0.append(UInt64(1))
          $0.append(UInt16(2))
          $0.append(UInt16(500))
        }
      }
    ),
    ("byte-order magic", { $0.block(0x0a0d_0d0a) { $0.append([UInt8](repeating: 1, count: 16)) } }),
    ("version 2.0", { $0.section(version: 2) }),
  ]

  @Test("Contradictions in pcapng blocks are damage", arguments: damagedBlocks.indices)
  func contradictions(index: Int) throws {
    let damaged = Self.damagedBlocks[index]
    var builder = PcapngBuilder()
    builder.section()
    builder.interface()
    builder.packet([1])
    let offset = builder.bytes.count
    damaged.add(&builder)
    builder.packet([2])
    let reading = try Reading(builder.bytes)
    #expect(reading.packets.map(\.bytes) == [[1]])
    let damage = try #require(reading.damage)
    #expect(damage.offset == UInt64(offset))
    #expect(damage.description.contains(damaged.words), "\(damage)")
    #expect(!damage.description.contains("\n"))
  }

  @Test("A file that only declares interfaces has a bound")
  func interfacesWithoutEnd() throws {
    var builder = PcapngBuilder()
    builder.section()
    let start = builder.bytes.count
    builder.interface()
    let interface = builder.bytes[start...]
    var bytes = Array(builder.bytes[..<start])
    for _ in 0..<70_000 { bytes += interface }
    let reading = try Reading(bytes)
    #expect(reading.interfaces.count == 65_536)
    #expect(reading.damage?.problem == "more than 65536 interfaces")
  }

  @Test("Random changes never trap, loop or invent packets", arguments: 0..<8)
  func mutations(seed: Int) throws {
    var random = SeededGenerator(state: UInt64(seed))
    let originals = [
      Samples.pcap().bytes, Samples.pcap(magic: 0xa1b2_3c4d, isBigEndian: true).bytes,
      Samples.pcapng().bytes,
    ]
    for _ in 0..<400 {
      var bytes = originals.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let interesting: [UInt8] = [
          0, 1, 4, 0x7f, 0x80, 0xff, .random(in: 0...255, using: &random),
        ]
        bytes[.random(in: 0..<bytes.count, using: &random)] =
          interesting.randomElement(using: &random) ?? 0
      }
      guard let reading = try? Reading(bytes) else { continue }
      #expect(reading.packets.reduce(0) { $0 + $1.bytes.count } <= bytes.count)
      #expect(reading.bytesRead == UInt64(bytes.count) || reading.damage != nil)
    }
  }
}
