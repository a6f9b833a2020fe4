import Foundation
import SynfinCapture
import SynfinWire

/// One packet with its bytes, for comparing.
struct Packet: Hashable {
  var number: UInt64
  var nanoseconds: Int64
  var hasTimestamp: Bool
  var original: Int
  var linkType: UInt16
  var interfaceID: Int
  var bytes: [UInt8]

  init(_ record: PacketRecord, _ span: RawSpan) {
    number = record.number
    nanoseconds = record.timestamp.nanoseconds
    hasTimestamp = record.hasTimestamp
    original = record.originalLength
    linkType = record.linkType.rawValue
    interfaceID = record.interfaceID
    // The span is valid inside this call, and the array is a copy.
    bytes = unsafe span.withUnsafeBytes { unsafe [UInt8]($0) }
    precondition(bytes.count == record.capturedLength)
  }
}

/// All that a capture file gives.
struct Reading {
  var packets: [Packet] = []
  var damage: CaptureDamage?
  var interfaces: [CaptureInterface]
  var statistics: CaptureStatistics?
  var format: CaptureFormat
  var bytesRead: UInt64

  init(_ file: consuming CaptureFile) {
    var file = file
    format = file.format
    while let packet = file.next({ Packet($0, $1) }) { packets.append(packet) }
    // The end stays the end.
    precondition(file.next { _, _ in } == nil)
    damage = file.damage
    interfaces = file.interfaces
    statistics = file.statistics
    bytesRead = file.bytesRead
  }

  init(path: String, reader: CaptureFile.Reader = .automatic) throws {
    self.init(try CaptureFile(path: path, reader: reader))
  }

  init(_ bytes: [UInt8], reader: CaptureFile.Reader = .automatic) throws {
    self = try withFile(bytes) { try Reading(path: $0, reader: reader) }
  }

  /// Reads what another thread writes into a pipe, so many bytes at a time.
  init(
    piped bytes: [UInt8], pieces: Int, reader: CaptureFile.Reader = .automatic,
    chunkSize: Int = 256 * 1024
  ) throws {
    let pipe = Pipe()
    let output = pipe.fileHandleForWriting
    Thread.detachNewThread {
      for start in stride(from: 0, to: bytes.count, by: pieces) {
        try? output.write(contentsOf: bytes[start..<min(start + pieces, bytes.count)])
      }
      try? output.close()
    }
    self.init(
      try CaptureFile(
        descriptor: pipe.fileHandleForReading.fileDescriptor, closesDescriptor: false,
        name: "pipe", reader: reader, chunkSize: chunkSize))
    withExtendedLifetime(pipe) {}
  }
}

/// Lends a temporary file with these bytes.
func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory
    .appending(component: "synfin-\(UUID().uuidString)")
  try Data(bytes).write(to: url)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url.path)
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
