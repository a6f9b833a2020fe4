import SynfinWire
import Testing

@testable import SynfinLifecycle
@testable import SynfinReport

@Suite struct RecordFieldTests {
  @Test func namesAreUniqueAndCarryTheirUnit() {
    let fields = RecordField.all
    #expect(Set(fields.map(\.name)).count == fields.count)
    for field in fields {
      let isSnake = field.name.allSatisfy { $0.isLowercase || $0.isNumber || "._".contains($0) }
      #expect(isSnake, "\(field.name)")
      #expect(!field.meaning.isEmpty, "\(field.name)")
      if field.kind == .milliseconds { #expect(field.name.contains("_ms"), "\(field.name)") }
      if field.kind == .seconds { #expect(field.name.hasSuffix("_s"), "\(field.name)") }
      #expect((field.kind == .list) == !field.columns.isEmpty, "\(field.name)")
    }
  }

  /// The names are a contract: a program that reads them must not break.
  @Test(arguments: [
    "id", "protocol", "stream", "client.address", "client.port", "client.packets",
    "client.ip_bytes", "client.payload_bytes", "server.retransmissions",
    "server.retransmitted_bytes", "server.out_of_order", "server.duplicate_acks",
    "server.zero_windows", "server.zero_window_ms", "client.mss", "client.window_scale",
    "client.sack_permitted", "client.timestamps", "client.initial_sequence", "client.max_window",
    "client.rtt_ms.min", "client.rtt_ms.mean", "client.rtt_ms.max", "client.rtt_ms.samples",
    "client.states", "first_packet", "last_packet", "start", "duration_s", "outcome", "closed_by",
    "completeness", "handshake.complete", "handshake.kind", "handshake.packets",
    "handshake.rtt_ms", "handshake.server_rtt_ms", "handshake.client_rtt_ms",
    "handshake.syn_retries", "handshake.synack_retries", "teardown.kind", "teardown.packets",
    "teardown.duration_ms", "exchanges", "longest_idle_ms", "time_to_first_byte_ms",
    "verdict.summary", "verdict.problems",
  ])
  func contract(_ name: String) {
    #expect(RecordField.all.contains { $0.name == name })
  }

  /// Even all of them would fit where some are written in one go: names, marks, and the longest address as each value;
  /// with the states of both ends and their packets.
  @Test func fieldsFitIntoTheirRoom() {
    let names = RecordField.all.map { $0.name.split(separator: ".").last?.utf8.count ?? 0 }
    let values = names.count * (45 + 6)
    let states = 2 * 12 * (14 + 21)
    #expect(names.reduce(0, +) + values + states + TextPen.pieceSize < briefRoom)
  }

  @Test func writesATCPRecord() throws {
    let line = try json(of: Self.handshake())
    #expect(
      line.hasPrefix(
        #"{"id":1,"protocol":"tcp","stream":0,"client":{"address":"192.0.2.1","port":40001,"#
          + #""packets":2,"fragments":0,"ip_bytes":80,"payload_bytes":0,"damaged_packets":0,"#))
    for part in [
      #""states":["SYN_SENT","ESTABLISHED"],"state_packets":[1,3]"#,
      #""first_packet":1,"last_packet":3,"start":"1970-01-01T00:00:01.000000000Z""#,
      #""duration_s":0.012,"outcome":"open","completeness":7,"#,
      #""handshake":{"complete":true,"kind":"three_way","packets":[1,2,3],"rtt_ms":12,"#,
      #""server_rtt_ms":10.5,"client_rtt_ms":1.5,"#,
      #""verdict":{"summary":"#, #""problems":[]}}"#,
    ] {
      #expect(line.contains(part), "\(part) in \(line)")
    }
    for absent in ["closed_by", "time_to_first_byte_ms", "echo", "response_ms"] {
      #expect(!line.contains("\"\(absent)\""), "\(absent) is unknown and must be left out")
    }
  }

  @Test func leavesOutGroupsOfOtherProtocols() throws {
    var record = try Self.handshake()
    record.transport = .udp
    record.handshake = nil
    record.teardown = nil
    record.completeness = nil
    record.client.tcp = nil
    let line = json(of: record)
    #expect(!line.contains("handshake"))
    #expect(!line.contains("teardown"))
    #expect(line.contains(#""damaged_packets":0},"server":"#))
  }

  /// What is copied from a record before is what would have been written.
  @Test func writesTheSameBehindOtherRecords() throws {
    let plain = try Self.handshake()
    var counted = plain
    counted.client.tcp?.zeroWindows = 1
    counted.server.tcp?.causes.dsacks = 2
    counted.client.tcp?.timestampRoundTripTime = plain.server.tcp?.roundTripTime
    var timed = plain
    timed.client.tcp?.causes.longestTimeout = 0
    timed.server.tcp?.timestampRoundTripTime = plain.server.tcp?.roundTripTime
    let records = [counted, timed, plain, counted, plain, timed, plain]
    let writer = RecordJSON()
    var text = JSONWriter()
    for var record in records {
      writer.write(into: &text, &record)
      text.newline()
    }
    let expected = records.map { json(of: $0) + "\n" }.joined()
    #expect(text.text.string == expected)
    #expect(expected.contains(#""longest_timeout_ms":0"#))
  }

  @Test func writesProblemsAndErrors() throws {
    var record = try Self.handshake()
    record.problems = [
      Problem(kind: .retransmission, count: 2, packets: [5, 9], cause: .timeout),
      Problem(kind: .duplicate, count: 1, packets: [6]),
    ]
    record.doubts = [.oneDirection]
    let line = json(of: record)
    #expect(
      line.contains(
        #""problems":[{"kind":"retransmission","cause":"timeout","count":2,"packets":[5,9]},"#
          + #"{"kind":"duplicate","count":1,"packets":[6]}]"#))
    #expect(line.contains(#""doubts":["one_direction"]"#))
  }

  /// The clock of a damaged or forged capture may say anything.
  @Test(
    arguments: [
      [.min, .max, .max], [.max, .min, .max], [-1, .max, .max], [0, .max / 3 * 2, .max],
      [.max, 0, .min],
    ] as [[Int64]])
  func writesImpossibleTimes(_ times: [Int64]) throws {
    let record = try Self.handshake(at: times)
    #expect(record.duration >= 0)
    let durations = [record.client.tcp?.roundTripTime, record.server.tcp?.roundTripTime]
    for duration in durations.compactMap(\.self) {
      let times = duration.durations
      #expect(times.minimum >= 0 && times.sum >= times.maximum)
    }
    #expect(json(of: record).hasSuffix("}"))
  }

  @Test func writesTheLongestMean() throws {
    var record = try Self.handshake()
    record.responseTime = DurationStatistics(minimum: 0, maximum: .max, sum: .max, samples: 1)
    #expect(json(of: record).contains(#""mean":9223372036854.775807,"#))
  }

  private func json(of record: ConnectionRecord) -> String {
    var writer = JSONWriter()
    var record = record
    RecordJSON().write(into: &writer, &record)
    writer.newline()
    return String(writer.text.string.dropLast())
  }

  /// The record of a handshake of three segments: SYN, SYN+ACK after 10.5 ms, ACK after 1.5 ms.
  private static func handshake(
    at times: [Int64] = [1_000_000_000, 1_010_500_000, 1_012_000_000]
  ) throws -> ConnectionRecord {
    var tracker = Tracker()
    let segments: [(UInt8, UInt32, UInt32)] = [
      (0x02, 100, 0), (0x12, 900, 101), (0x10, 101, 901),
    ]
    for (index, (flags, sequence, acknowledgment)) in segments.enumerated() {
      let packet = packet(flags, sequence, acknowledgment, fromClient: flags != 0x12)
      // The array lives to the end of this pass of the loop, and so does the view of it.
      let bytes = unsafe packet.span.bytes
      let decoded = Packet.decode(bytes, linkType: .raw, originalLength: packet.count)
      _ = tracker.process(
        decoded, bytes, number: UInt64(index + 1),
        time: Timestamp(nanoseconds: times[index]))
    }
    var found: ConnectionRecord?
    tracker.finish { found = $0 }
    return try #require(found)
  }

  /// An IPv4 packet with a TCP header and no data; its checksums are offloaded or unverified.
  private static func packet(
    _ flags: UInt8, _ sequence: UInt32, _ acknowledgment: UInt32, fromClient: Bool
  ) -> [UInt8] {
    func big(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }
    let ends: [[UInt8]] = [[192, 0, 2, 1], [192, 0, 2, 2]]
    let ports: [[UInt8]] = [[0x9C, 0x41], [0x1D, 0xE6]]
    let (from, to) = fromClient ? (0, 1) : (1, 0)
    var ip: [UInt8] = [0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0] + ends[from] + ends[to]
    (ip[10], ip[11]) = checksum(ip)
    var tcp = ports[from] + ports[to] + big(sequence) + big(acknowledgment)
    tcp += [0x50, flags, 0xFA, 0xF0, 0, 0, 0, 0]
    (tcp[16], tcp[17]) = checksum(ends[from] + ends[to] + [0, 6, 0, 20] + tcp)
    return ip + tcp
  }

  /// The internet checksum (RFC 1071), high byte first.
  private static func checksum(_ bytes: [UInt8]) -> (UInt8, UInt8) {
    var sum = stride(from: 0, to: bytes.count, by: 2).reduce(UInt32(0)) {
      $0 + UInt32(bytes[$1]) << 8 + UInt32(bytes[$1 + 1])
    }
    while sum > 0xFFFF { sum = (sum >> 16) + (sum & 0xFFFF) }
    return (UInt8(~sum >> 8 & 255), UInt8(~sum & 255))
  }
}
