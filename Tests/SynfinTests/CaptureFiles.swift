import Foundation
import Testing

/// A pcap file, read by nobody but the tests.
struct SavedFile {
  /// Whole records, each with its header.
  var records: [Data] = []
  /// Bytes behind the last whole record.
  var rest = 0

  static let headerLength = 24

  init(_ path: String) throws {
    try self.init(Data(contentsOf: URL(fileURLWithPath: path)), path)
  }

  init(_ data: Data, _ name: String) throws {
    // Nanoseconds, in this machine's byte order.
    guard data.count >= Self.headerLength, Self.word(data, 0) == 0xA1B2_3C4D else {
      throw LiveError("\(name): no header of a pcap file in \(data.count) bytes")
    }
    var offset = Self.headerLength
    while data.count - offset >= 16 {
      let end = offset + 16 + Int(Self.word(data, offset + 8))
      guard end <= data.count else { break }
      records.append(data[offset..<end])
      offset = end
    }
    rest = data.count - offset
  }

  /// The second of the first packet.
  var firstSecond: Int? {
    records.first.map { Int(Self.word($0, $0.startIndex)) }
  }

  /// Its packets, in any order.
  var contents: Packets { Packets(records) }

  /// The packets of several files.
  static func contents(of files: [SavedFile]) -> Packets { Packets(files.flatMap(\.records)) }

  private static func word(_ data: Data, _ offset: Int) -> UInt32 {
    data[offset..<offset + 4].enumerated().reduce(0) { $0 | UInt32($1.element) << ($1.offset * 8) }
  }
}

/// How often each packet is there, without its time.
///
/// Two captures of one interface see the same packets. But of packets that two processors handle at once, each may
/// see another one first, and stamps some of them itself.
struct Packets: Equatable {
  private var counts: [Data: Int] = [:]

  init(_ records: some Sequence<Data>) {
    for record in records { counts[record.dropFirst(8), default: 0] += 1 }
  }

  var count: Int { counts.values.reduce(0, +) }
  var isEmpty: Bool { count == 0 }

  /// Those that others do not have.
  func subtracting(_ others: Packets) -> Packets {
    var rest = self
    rest.counts = counts.merging(others.counts) { max(0, $0 - $1) }.filter {
      counts[$0.key] != nil && $0.value > 0
    }
    return rest
  }
}

/// How many packets a file of any kind holds, as tcpdump counts them.
enum SavedPackets {
  static func count(in path: String) throws -> Int {
    let run = try Binary.shell(
      "tcpdump -nr \"$FILE\" --count 2>/dev/null",
      environment: ["FILE": path, "PATH": NetworkNamespaces.path])
    #expect(run.status == 0)
    return try #require(run.output.split(separator: " ").first.flatMap { Int($0) })
  }
}
