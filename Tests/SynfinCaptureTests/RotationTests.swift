import Foundation
import SynfinWire
import Testing

@testable import SynfinCapture

@Suite("Rotation")
struct RotationTests {
  private static let start: UInt32 = 1_700_000_000

  /// Writes samples with a rotation and gives the files that are then there.
  private static func files(
    _ name: String, _ rotation: Rotation, _ samples: PacketSamples, in folder: String
  ) throws -> [String: [UInt8]] {
    var writer = try SavefileWriter(
      try OutputFolder(of: "\(folder)/\(name)"), SavefileWriterTests.format(.microseconds),
      rotation: rotation, start: Timestamp(nanoseconds: Int64(start) * 1_000_000_000))
    try samples.write(to: &writer)
    try writer.close()
    return try Self.files(in: folder)
  }

  private static func files(in folder: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try names(in: folder) { files[name] = try contents("\(folder)/\(name)") }
    return files
  }

  // MARK: As tcpdump

  // Some three megabytes.
  private static let many = PacketSamples(count: 4000)
  private static let manyInFile = many.pcap()

  @Test(
    "Size and count leave the same files as tcpdump, byte for byte",
    .enabled(if: tcpdump != nil, "tcpdump is not installed"),
    arguments: [(nil, 1), (1, 1), (2, 1), (3, 1), (10, 1), (11, 1), (3, 2), (nil, 9)]
      as [(Int?, Int)])
  func likeTcpdump(files: Int?, megabytes: Int) throws {
    let program = try #require(tcpdump)
    try withFolder { folder in
      for part in ["own", "theirs"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(part)", withIntermediateDirectories: false)
      }
      let input = "\(folder)/in.pcap"
      try Data(Self.manyInFile).write(to: URL(filePath: input))
      var arguments = ["-r", input, "-w", "\(folder)/theirs/out", "-C", "\(megabytes)"]
      if geteuid() == 0 { arguments += ["-Z", "root"] }
      if let files { arguments += ["-W", "\(files)"] }
      _ = try output(program, arguments)
      let own = try Self.files(
        "out", Rotation(bytes: UInt64(megabytes) * 1_000_000, files: files), Self.many,
        in: "\(folder)/own")
      let theirs = try Self.files(in: "\(folder)/theirs")
      #expect(own.keys.sorted() == theirs.keys.sorted())
      #expect(own == theirs)
      #expect(theirs.count == min(files ?? 4, megabytes == 1 ? 4 : megabytes == 2 ? 2 : 1))
    }
  }

  // MARK: Time

  @Test("Time begins a new file with the first packet after it, and no packet is lost or doubled")
  func time() throws {
    let samples = PacketSamples(count: 1000, perSecond: 100)
    try withFolder { folder in
      let files = try Self.files("cap-%s.pcap", Rotation(seconds: 3), samples, in: folder)
      let begins = [0, 3, 6, 9].map { Int(Self.start) + $0 }
      #expect(files.keys.sorted() == begins.map { "cap-\($0).pcap" })
      let packets = try files.keys.sorted().flatMap { try Reading(files[$0] ?? []).packets }
      #expect(packets.map(\.bytes) == samples.packets.map(\.bytes))
    }
  }

  @Test("Without a time format each file replaces the one before")
  func overwriting() throws {
    let samples = PacketSamples(count: 1000, perSecond: 100)
    try withFolder { folder in
      let files = try Self.files("cap.pcap", Rotation(seconds: 3), samples, in: folder)
      #expect(files.keys.sorted() == ["cap.pcap"])
      #expect(try Reading(files["cap.pcap"] ?? []).packets.count == 100)
    }
  }

  @Test("Time and count end the capture after so many files")
  func full() throws {
    let samples = PacketSamples(count: 1000, perSecond: 100)
    try withFolder { folder in
      let rotation = Rotation(seconds: 2, files: 2)
      var writer = try SavefileWriter(
        try OutputFolder(of: "\(folder)/%s"), SavefileWriterTests.format(.nanoseconds),
        rotation: rotation, start: Timestamp(nanoseconds: Int64(Self.start) * 1_000_000_000))
      try samples.write(to: &writer)
      let isFull = writer.isFull
      #expect(isFull)
      #expect(writer.packetsWritten == 400)
      #expect(writer.filesWritten == 2)
      try samples.write(to: &writer)
      try writer.flush()
      try writer.close()
      let found = try names(in: folder)
      #expect(found == ["\(Self.start)", "\(Self.start + 2)"])
      for name in found { #expect(try Reading(path: "\(folder)/\(name)").packets.count == 200) }
    }
  }

  @Test("Time, size and count: the numbers begin again with each time")
  func together() throws {
    let samples = PacketSamples(count: 1000, perSecond: 100)
    try withFolder { folder in
      let rotation = Rotation(bytes: 100_000, seconds: 5, files: 3)
      let files = try Self.files("%s.", rotation, samples, in: folder)
      let expected = [0, 5].flatMap { time in (0..<3).map { "\(Int(Self.start) + time).\($0)" } }
      #expect(files.keys.sorted() == expected)
    }
  }

  @Test("A name's time is this machine's, as date has it")
  func localTime() throws {
    let format = "%Y-%m-%d_%H.%M.%S_%%"
    let expected = try output("/bin/date", ["-d", "@1700000000", "+\(format)"])
    let state = RotationState(Rotation(seconds: 1), fileName: format, start: 1_700_000_000)
    #expect(state.name.map { $0 + "\n" } == expected)
  }

  @Test(
    "A time format that makes no name of a file here is refused",
    arguments: [("%D.pcap", "no name of a file"), ("%%%D", "no name of a file")])
  func wrongFormat(name: String, words: String) throws {
    try withFolder { folder in
      let error = #expect(throws: CaptureError.self) {
        _ = try Self.files(name, Rotation(seconds: 1), PacketSamples(count: 1), in: folder)
      }
      #expect(error?.kind == .unwritable)
      #expect(error?.description.contains(words) == true)
      let found = try names(in: folder)
      #expect(found.isEmpty)
    }
  }

  @Test("A time format in a folder's name is refused")
  func folderFormat() throws {
    try withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/%Y", withIntermediateDirectories: false)
      let error = #expect(throws: CaptureError.self) {
        _ = try Self.files("%Y/%s", Rotation(seconds: 1), PacketSamples(count: 1), in: folder)
      }
      #expect(error?.description.contains("name of a folder") == true)
    }
  }

  @Test(
    "The names are tcpdump's",
    arguments: [
      (Rotation(), ["out", "out"]),
      (Rotation(files: 5), ["out", "out"]),
      (Rotation(bytes: 1), ["out", "out1", "out2"]),
      (Rotation(bytes: 1, files: 1), ["out", "out", "out"]),
      (Rotation(bytes: 1, files: 2), ["out0", "out1", "out0"]),
      (Rotation(bytes: 1, files: 11), ["out00", "out01", "out02"]),
      (Rotation(bytes: 1, files: 101), ["out000", "out001", "out002"]),
    ])
  func successors(rotation: Rotation, expected: [String]) {
    var state = RotationState(rotation, fileName: "out", start: 0)
    var names: [String?] = [state.name]
    for _ in 1..<expected.count {
      _ = state.step(at: 0, fileSize: 2)
      names.append(state.name)
    }
    #expect(names == expected)
  }
}
