import Foundation
import SynfinWire
import Testing

@testable import SynfinLifecycle
@testable import SynfinReport

/// Records and pages for the tests of the report.
enum ReportSamples {
  static func record(
    _ id: Int, _ transport: TransportProtocol = .tcp, _ outcome: Outcome = .closed,
    _ problems: [Problem.Kind] = [], start: Int64 = 0
  ) -> ConnectionRecord {
    let hasPorts = transport != .icmp
    return ConnectionRecord(
      id: id, transport: transport, stream: 0,
      client: EndpointRecord(address: IPAddress(ipv4: 0xC000_0201), port: hasPorts ? 51514 : nil),
      server: EndpointRecord(address: IPAddress(ipv4: 0xC000_0202), port: hasPorts ? 443 : nil),
      firstPacket: 1, lastPacket: 9, start: Timestamp(nanoseconds: start),
      duration: 1_500_000_000, outcome: outcome, exchanges: 0, longestIdle: 0, icmpErrors: [],
      problems: problems.map { Problem(kind: $0, count: 2, packets: [3, 4]) }, doubts: [])
  }

  static func options(command: String = "synfin show x.pcap", details: Int = 200)
    -> HTMLReport.Options
  {
    HTMLReport.Options(zone: .utc, numeric: false, showCommand: command, details: details)
  }

  /// The page of some records, those told in full that are the most notable.
  static func page(
    _ records: [ConnectionRecord], facts: CaptureFacts = CaptureFacts(),
    options: HTMLReport.Options = options()
  ) throws -> String {
    var report = HTMLReport(options: options)
    for var record in records { report.add(&record) }
    let details = report.notable.compactMap { id in
      records.first { $0.id == id }.map { ReportDetail(record: $0) }
    }
    var page = ""
    try report.write(facts: facts, totals: TrackerTotals(), details: details) { page += $0 }
    return page
  }

  /// The text between two others.
  static func part(_ text: String, from begin: String, to end: String) throws -> String {
    let start = try #require(text.range(of: begin)).upperBound
    let finish = try #require(text.range(of: end, range: start..<text.endIndex)).lowerBound
    return String(text[start..<finish])
  }

  /// What the page's script reads.
  static func data(_ page: String) throws -> [String: Any] {
    let json = try part(page, from: "id=\"data\">", to: "</script>")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  }
}
