import Foundation
import SynfinWire
import Testing

@testable import SynfinLifecycle
@testable import SynfinReport

@Suite struct HTMLReportTests {
  @Test func columnsSayWhatRecordsSay() throws {
    var second = ReportSamples.record(7, .udp, .unanswered, [.icmpError], start: -5)
    second.server.address = IPAddress("2001:db8::1") ?? .none
    second.server.port = 53
    second.client.payloadBytes = 1 << 40
    let ping = ReportSamples.record(9, .icmp, .answered, start: 90)
    let data = try ReportSamples.data(
      try ReportSamples.page([ReportSamples.record(3, start: 100), second, ping]))
    let rows = try #require(data["rows"] as? [String: Any])
    #expect(rows["transport"] as? String == "tui")
    #expect(rows["outcome"] as? String == "gdk")
    #expect(rows["fate"] as? String == "303")
    #expect(rows["id"] as? [Int] == [3, 4, 2])
    #expect(rows["start"] as? [Int] == [100, -105, 95])
    #expect(data["hosts"] as? [String] == ["192.0.2.1", "192.0.2.2", "2001:db8::1"])
    #expect(rows["client"] as? [Int] == [0, 0, 0])
    #expect(rows["server"] as? [Int] == [1, 2, 1])
    #expect(rows["serverPort"] as? [Int] == [443, 53, -1])
    #expect(rows["sent"] as? [Int] == [0, 1 << 40, 0])
    #expect(data["endings"] as? [String] == ["answered", "closed", "unanswered"])
    #expect(rows["ending"] as? [Int] == [1, 2, 0])
    #expect(data["troubles"] as? [String] == ["", "2 ICMP errors"])
    #expect(rows["trouble"] as? [Int] == [0, 1, 0])
    let bit = 1 << ProblemKinds.bit(.icmpError)
    #expect(rows["kinds"] as? [Int] == [0, bit, 0])
    #expect(String(describing: data["services"]).contains("https"))
  }

  /// The policy allows this script and this style, by their hashes, and nothing else.
  @Test func policyNamesScriptAndStyle() throws {
    let page = try ReportSamples.page([ReportSamples.record(1)])
    let policy = try ReportSamples.part(
      page, from: "Content-Security-Policy\" content=\"", to: "\"")
    let style = try ReportSamples.part(page, from: "<style>", to: "</style>")
    let script = try ReportSamples.part(page, from: "<script>", to: "</script>")
    #expect(policy.hasPrefix("default-src &#39;none&#39;; "))
    #expect(policy.contains("script-src &#39;\(SHA256.source(script))&#39;; "))
    #expect(policy.contains("style-src &#39;\(SHA256.source(style))&#39;; "))
    #expect(page.components(separatedBy: "<script").count == 3)
    for attribute in ["onload", "onclick", "onerror", "style=\"", "http:", "https:", "src=\""] {
      let own = page.replacingOccurrences(of: "xmlns=\"http://www.w3.org/2000/svg\"", with: "")
      #expect(!own.contains(attribute), "\(attribute)")
    }
  }

  @Test func hostileNamesAreText() throws {
    let name = "/tmp/\"><img src=x onerror=alert(1)></script><script>alert(2)</script>\u{202E}"
    var facts = CaptureFacts()
    facts.files = [
      .init(
        name: name, format: "<b>pcap</b>", linkTypes: ["<i>"], snapLength: nil, damage: "</title>")
    ]
    let page = try ReportSamples.page(
      [ReportSamples.record(1)], facts: facts,
      options: ReportSamples.options(command: "synfin show '\(name)'"))
    for markup in ["<img", "<b>pcap", "<i>", "</title>:", "<script>alert", "\u{202E}<"] {
      #expect(!page.contains(markup), "\(markup)")
    }
    let data = try ReportSamples.data(page)
    #expect(data["command"] as? String == "synfin show '\(name)'")
  }

  @Test func detailsAreTemplatesOfTheNotable() throws {
    let records = [
      ReportSamples.record(1), ReportSamples.record(2, .tcp, .refused),
      ReportSamples.record(3, .udp, .answered, [.icmpError]), ReportSamples.record(4),
    ]
    let page = try ReportSamples.page(records, options: ReportSamples.options(details: 2))
    #expect(
      page.components(separatedBy: "<template id=\"c").dropFirst().map { $0.prefix(1) } == [
        "2", "3",
      ])
    #expect(page.contains("Told in full: the 2 most notable connections."))
    let without = try ReportSamples.page(
      records, options: ReportSamples.options(command: "", details: 0))
    #expect(!without.contains("<template"))
    #expect(without.contains("standard input"))
  }

  @Test func findingsAreRanked() {
    var tally = FindingTally()
    for _ in 0..<5 { tally.add(ReportSamples.record(1, .tcp, .closed, [.outOfOrder])) }
    tally.add(ReportSamples.record(2, .tcp, .closed, [.retransmission, .retransmission]))
    for _ in 0..<2 { tally.add(ReportSamples.record(3, .tcp, .refused)) }
    for _ in 0..<3 { tally.add(ReportSamples.record(4, .tcp, .open, [.zeroWindow])) }
    tally.add(ReportSamples.record(5, .tcp, .open))
    tally.add(ReportSamples.record(6))
    let findings = tally.findings
    #expect(findings.map(\.name) == ["window closed", "refused", "retransmitted", "out of order"])
    #expect(findings.map(\.connections) == [3, 2, 1, 5])
    #expect(findings.map(\.count) == [6, 2, 4, 10])
    #expect(Fate.allCases.map { tally[$0] } == [2, 9, 1, 1])
  }

  @Test func emptyCaptureHasAPage() throws {
    let page = try ReportSamples.page([])
    #expect(page.contains("0 connections"))
    #expect(page.contains("Nothing: no connection failed"))
    let data = try ReportSamples.data(page)
    #expect((data["rows"] as? [String: Any])?["id"] as? [Int] == [])
  }

  @Test func sameCaptureGivesSameBytes() throws {
    let records = (1...300).map { id -> ConnectionRecord in
      var record = ReportSamples.record(id, .tcp, id % 3 == 0 ? .reset : .closed)
      record.server.address = IPAddress(ipv4: 0x0A00_0000 + UInt32(id % 40))
      record.server.port = UInt16(id % 50)
      return record
    }
    #expect(try ReportSamples.page(records) == ReportSamples.page(records))
  }
}
