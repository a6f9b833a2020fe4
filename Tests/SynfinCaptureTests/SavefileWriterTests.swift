import Foundation
import SynfinCapture
import SynfinWire
import Testing

@Suite("Writing capture files")
struct SavefileWriterTests {
  static func format(_ precision: LiveOptions.Precision) -> SavefileFormat {
    SavefileFormat(linkType: .ethernet, snapLength: 262_144, precision: precision)
  }

  @Test("What is written is read again", arguments: LiveOptions.Precision.allCases)
  func roundTrip(precision: LiveOptions.Precision) throws {
    try withFolder { folder in
      let path = "\(folder)/out.pcap"
      let samples = PacketSamples(count: 300, longest: 3000)
      var writer = try SavefileWriter(try OutputFolder(of: path), Self.format(precision))
      try samples.write(to: &writer)
      try writer.close()
      let reading = try Reading(path: path)
      let expected = try Reading(samples.pcap())
      #expect(reading.packets == expected.packets)
      #expect(reading.damage == nil)
      #expect(reading.interfaces[0].snapLength == 262_144)
      let unit: TimestampResolution = precision == .nanoseconds ? .nanoseconds : .microseconds
      #expect(reading.interfaces[0].timestampResolution == unit)
      #expect(writer.packetsWritten == 300)
      #expect(writer.filesWritten == 1)
      #expect(try contents(path).count == Int(writer.bytesWritten))
      #expect(try names(in: folder) == ["out.pcap"])
    }
  }

  @Test("Nanoseconds, odd times and packets longer than the snap length are kept")
  func corners() throws {
    try withFolder { folder in
      let path = "\(folder)/out.pcap"
      let format = SavefileFormat(linkType: .raw, snapLength: 64, precision: .nanoseconds)
      var writer = try SavefileWriter(try OutputFolder(of: path), format)
      let long = [UInt8](repeating: 9, count: 400_000)
      let times: [Int64] = [0, 1, 999_999_999, 4_294_967_295_999_999_999]
      for (index, time) in times.enumerated() {
        let record = PacketRecord(
          number: 1, timestamp: Timestamp(nanoseconds: time), capturedLength: 0,
          originalLength: 500_000, linkType: .raw)
        let bytes = index == 1 ? long : [UInt8(index)]
        // Any initialized bytes of an array may be looked at as raw bytes.
        try unsafe writer.write(record, bytes.span.bytes)
      }
      try writer.close()
      // Readers take so long a packet for damage, so look at the bytes: the seconds and fractions of
      // the first, second and last record.
      let bytes = try contents(path)
      #expect(bytes.count == 24 + 4 * 16 + 3 + long.count)
      func word(_ offset: Int) -> UInt32 {
        // Four bytes inside of the array.
        unsafe bytes.withUnsafeBytes {
          unsafe $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        }
      }
      #expect([24, 28, 32, 36].map(word) == [0, 0, 1, 500_000])
      #expect([41, 45, 49, 53].map(word) == [0, 1, 400_000, 500_000])
      #expect([-17, -13, -9].map { word(bytes.count + $0) } == [.max, 999_999_999, 1])
    }
  }

  @Test("A flush leaves a whole file, whatever comes after")
  func flush() throws {
    try withFolder { folder in
      let path = "\(folder)/out.pcap"
      var writer = try SavefileWriter(try OutputFolder(of: path), Self.format(.nanoseconds))
      #expect(try Reading(path: path).packets.isEmpty)
      let samples = PacketSamples(count: 100)
      for round in 1...3 {
        try samples.write(to: &writer)
        try writer.flush()
        let reading = try Reading(path: path)
        #expect(reading.packets.count == 100 * round)
        #expect(reading.damage == nil)
      }
    }
  }

  @Test("At any moment the file holds whole records")
  func wholeRecords() throws {
    try withFolder { folder in
      let path = "\(folder)/out.pcap"
      var writer = try SavefileWriter(try OutputFolder(of: path), Self.format(.microseconds))
      var sizes: Set<Int> = []
      for _ in 0..<40 {
        try PacketSamples(count: 10).write(to: &writer)
        let reading = try Reading(path: path)
        #expect(reading.damage == nil)
        sizes.insert(reading.packets.count)
      }
      // The file has grown in several steps, none of them asked for.
      #expect(sizes.count > 3)
    }
  }

  @Test("A packet of another link type is refused, not written wrongly")
  func linkTypes() throws {
    try withFolder { folder in
      let path = "\(folder)/out.pcap"
      let format = SavefileFormat(linkType: .raw, snapLength: 96, precision: .microseconds)
      var writer = try SavefileWriter(try OutputFolder(of: path), format)
      let error = #expect(throws: CaptureError.self) {
        try PacketSamples(count: 1).write(to: &writer)
      }
      #expect(error?.kind == .unwritable)
      #expect(error?.description.contains("not RAW and ETHERNET") == true)
    }
  }

  @Test("Interfaces of one link type share a file, of several they do not")
  func formats() throws {
    var left = LiveInterface.sample("left", .ethernet, 96, .microseconds)
    let right = LiveInterface.sample("right", .ethernet, 128, .nanoseconds)
    let format = try SavefileFormat([left, right])
    #expect(
      format == SavefileFormat(linkType: .ethernet, snapLength: 128, precision: .nanoseconds))
    left.linkType = .linuxCooked
    left.linkTypeName = "LINUX_SLL"
    let error = #expect(throws: CaptureError.self) { _ = try SavefileFormat([left, right]) }
    #expect(error?.description.contains("not LINUX_SLL and EN10MB") == true)
  }

  @Test("tcpdump reads what is written", .enabled(if: tcpdump != nil, "tcpdump is not installed"))
  func readByTcpdump() throws {
    let program = try #require(tcpdump)
    try withFolder { folder in
      let path = "\(folder)/out.pcap"
      var writer = try SavefileWriter(try OutputFolder(of: path), Self.format(.nanoseconds))
      try PacketSamples(count: 50).write(to: &writer)
      try writer.close()
      let lines = try output(program, ["-r", path, "-tt", "-n", "--nano"]).split(separator: "\n")
      #expect(lines.count >= 50)
      #expect(lines.first?.hasPrefix("1700000000.000000000") == true)
    }
  }
}

extension LiveInterface {
  fileprivate static func sample(
    _ name: String, _ linkType: LinkType, _ snapLength: Int, _ precision: LiveOptions.Precision
  ) -> LiveInterface {
    LiveInterface(
      name: name, linkType: linkType, linkTypeName: "EN10MB", snapLength: snapLength,
      precision: precision)
  }
}
