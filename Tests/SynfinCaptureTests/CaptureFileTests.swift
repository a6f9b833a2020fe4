import Foundation
import SynfinCapture
import Testing

@Suite("Opening and streaming")
struct CaptureFileTests {
  @Test("A pipe in pieces of any size", arguments: [1, 2, 3, 7, 64], [1, 16, 4096])
  func pipe(pieces: Int, chunkSize: Int) throws {
    for bytes in [Samples.pcap().bytes, Samples.pcapng().bytes] {
      let reading = try Reading(piped: bytes, pieces: pieces, chunkSize: chunkSize)
      #expect(reading.packets == (try Reading(bytes).packets))
      #expect(reading.damage == nil)
    }
  }

  @Test("A file with a header only has no packets and a clean end")
  func headerOnly() throws {
    let reading = try Reading(PcapBuilder().bytes)
    #expect(reading.packets.isEmpty)
    #expect(reading.damage == nil)
  }

  @Test(
    "What is no capture is refused by content",
    arguments: [
      ([UInt8](), CaptureError.Kind.empty, "empty"),
      ([0x1f, 0x8b, 8, 0], .compressed, "compressed (gzip); decompress it first, e.g. gzip -dc"),
      ([0x28, 0xb5, 0x2f, 0xfd], .compressed, "zstd"),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], .compressed, "xz"),
      ([0x04, 0x22, 0x4d, 0x18], .compressed, "lz4"),
      (Array("snoop\0\0\0".utf8), .unknownFormat, "editcap -F pcapng"),
      (Array("Good morning!".utf8), .unknownFormat, "not a capture file"),
      ([7], .unknownFormat, "not a capture file"),
      ([0xd4, 0xc3, 0xb2, 0xa1, 2, 0], .damagedHeader, "needs 24 bytes, 6 are there"),
      ([0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0], .damagedHeader, "needs 28 bytes, 8 are there"),
      (PcapBuilder(version: (1, 0)).bytes, .damagedHeader, "pcap version 1.0 is unknown"),
    ])
  func refused(bytes: [UInt8], kind: CaptureError.Kind, words: String) throws {
    try withFile(bytes) { path in
      let error = #expect(throws: CaptureError.self) { _ = try Reading(path: path) }
      let description = try #require(error).description
      #expect(error?.kind == kind)
      #expect(description.hasPrefix(path + ": "))
      #expect(description.contains(words), "\(description)")
      #expect(!description.contains("\n"))
    }
  }

  @Test("What cannot be opened is refused with the system's words")
  func unreadable() throws {
    let missing = #expect(throws: CaptureError.self) { _ = try Reading(path: "/nowhere/x.pcap") }
    #expect(
      missing?.description
        == "/nowhere/x.pcap: cannot open: No such file or directory; check the path")
    let folder = FileManager.default.temporaryDirectory.path
    let directory = #expect(throws: CaptureError.self) { _ = try Reading(path: folder) }
    #expect(directory?.kind == .unreadable)
    #expect(directory?.problem == "cannot read: Is a directory")
  }

  @Test("A pcapng file without a file extension is recognised by content")
  func byContent() throws {
    #expect(try Reading(Samples.pcapng().bytes).format == .pcapng)
    #expect(try Reading(Samples.pcapng().bytes, reader: .libpcap).format == .pcapng)
  }
}
