import Foundation
import SynfinCapture
import Testing

/// The own readers and libpcap deliver the same packets.
@Suite("Agreement with libpcap")
struct ReaderAgreementTests {
  @Test(
    "On written pcap files", arguments: [UInt32(0xa1b2_c3d4), 0xa1b2_3c4d, 0xa1b2_cd34],
    [
      false, true,
    ])
  func pcap(magic: UInt32, isBigEndian: Bool) throws {
    let bytes = Samples.pcap(magic: magic, isBigEndian: isBigEndian).bytes
    try withFile(bytes) { try expectAgreement(on: $0) }
    let piped = try Reading(piped: bytes, pieces: 7, reader: .libpcap)
    #expect(piped.packets == (try Reading(bytes).packets))
  }

  @Test("On a written pcapng file, as far as libpcap reads it", arguments: [false, true])
  func pcapng(secondIsBigEndian: Bool) throws {
    let bytes = Samples.pcapng(secondIsBigEndian: secondIsBigEndian).bytes
    let own = try Reading(bytes)
    let other = try Reading(bytes, reader: .libpcap)
    #expect(own.packets.count == 5)
    #expect(other.packets.count == (secondIsBigEndian ? 3 : 5))
    let compared = own.packets.prefix(other.packets.count)
    #expect(compared.map(Essence.init) == other.packets.map(Essence.init))
    // libpcap reads the second section's length in the byte order of the first.
    #expect((other.damage != nil) == secondIsBigEndian)
    #expect(own.damage == nil)
  }

  @Test("On a cut file, where both stop at the same packet")
  func cut() throws {
    let builder = Samples.pcap()
    let bytes = Array(builder.bytes[..<(builder.bytes.count - 1)])
    let own = try Reading(bytes)
    let other = try Reading(bytes, reader: .libpcap)
    #expect(own.packets == other.packets)
    #expect(own.packets.count == 3)
    #expect(other.damage?.offset == UInt64(bytes.count))
    #expect(other.damage?.problem.contains("truncated dump file") == true)
  }

  @Test("What libpcap refuses comes with its own words")
  func refusal() throws {
    var builder = PcapngBuilder()
    builder.section()
    builder.interface()
    builder.interface(linkType: 101)
    builder.packet([1])
    let reading = try Reading(builder.bytes, reader: .libpcap)
    #expect(reading.packets.isEmpty)
    #expect(reading.damage?.problem.contains("different from the type") == true)
  }

  static let fixtures: [String] = {
    var root = URL(filePath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let folder = root.appending(component: "Fixtures")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (files?.allObjects ?? [])
      .compactMap { ($0 as? URL)?.path }
      .filter { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") }
      .sorted()
  }()

  @Test("On every fixture", arguments: fixtures)
  func fixture(path: String) throws {
    try expectAgreement(on: path)
  }

  private func expectAgreement(on path: String) throws {
    let own = try Reading(path: path)
    let other = try Reading(path: path, reader: .libpcap)
    // libpcap takes no file whose interfaces differ; it must then agree up to there.
    let isRefused = other.damage?.problem.contains("different from the") == true
    let compared = isRefused ? own.packets.prefix(other.packets.count) : own.packets[...]
    #expect(compared.map(Essence.init) == other.packets.map(Essence.init))
    if !isRefused { #expect((own.damage == nil) == (other.damage == nil)) }
  }

  /// What libpcap knows of a packet.
  private struct Essence: Equatable {
    var number: UInt64
    var nanoseconds: Int64
    var original: Int
    var linkType: UInt16
    var bytes: [UInt8]

    init(_ packet: Packet) {
      number = packet.number
      nanoseconds = packet.nanoseconds
      original = packet.original
      linkType = packet.linkType
      bytes = packet.bytes
    }
  }
}
