import Foundation
import SynfinCapture
import SynfinWire

/// Lends a temporary folder, without links in its path.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    .appending(component: "synfin-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url.path)
}

/// The names in a folder, sorted, those with a dot in front too.
func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

/// A file's bytes.
func contents(_ path: String) throws -> [UInt8] {
  try [UInt8](Data(contentsOf: URL(filePath: path)))
}

/// Where tcpdump is; nil if it is not installed.
let tcpdump = ["/usr/bin/tcpdump", "/usr/sbin/tcpdump"].first {
  FileManager.default.isExecutableFile(atPath: $0)
}

/// Runs a program and gives what it printed on standard output.
func output(_ program: String, _ arguments: [String]) throws -> String {
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(filePath: program)
  process.arguments = arguments
  process.standardOutput = pipe
  process.standardError = FileHandle.nullDevice
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return String(decoding: data, as: UTF8.self)
}

/// Packets of all lengths, a few thousand a second, the same in every run.
struct PacketSamples {
  private(set) var packets: [(seconds: UInt32, fraction: UInt32, bytes: [UInt8], original: Int)] =
    []

  init(count: Int, start: UInt32 = 1_700_000_000, perSecond: Int = 1000, longest: Int = 1514) {
    var random = SeededGenerator(state: 42)
    for index in 0..<count {
      let length = Int.random(in: 0...longest, using: &random)
      let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: length)
      let fraction = UInt32(index % perSecond) * (1_000_000 / UInt32(perSecond))
      packets.append(
        (start + UInt32(index / perSecond), fraction, bytes, bytes.count + index % 3))
    }
  }

  /// The same as a file of another writer.
  func pcap() -> [UInt8] {
    var builder = PcapBuilder(isBigEndian: Int(bigEndian: 1) == 1)
    for packet in packets {
      builder.add(
        packet.bytes, seconds: packet.seconds, fraction: packet.fraction, original: packet.original)
    }
    return builder.bytes
  }

  /// Gives each packet to a writer until that is full.
  func write(to writer: inout SavefileWriter) throws {
    for (index, packet) in packets.enumerated() where !writer.isFull {
      let record = PacketRecord(
        number: UInt64(index + 1),
        timestamp: Timestamp(
          nanoseconds: Int64(packet.seconds) * 1_000_000_000 + Int64(packet.fraction) * 1000),
        capturedLength: packet.bytes.count, originalLength: packet.original, linkType: .ethernet)
      // Any initialized bytes of an array may be looked at as raw bytes.
      try unsafe writer.write(record, packet.bytes.span.bytes)
    }
  }
}
