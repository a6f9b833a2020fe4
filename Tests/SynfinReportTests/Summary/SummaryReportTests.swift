import SynfinWire
import Testing

@testable import SynfinLifecycle
@testable import SynfinReport

@Suite struct SummaryReportTests {
  @Test func headerSaysHowFarToTrust() throws {
    var facts = CaptureFacts()
    facts.files = [
      CaptureFacts.File(
        name: "a.pcapng", format: "pcapng", linkTypes: ["ETHERNET", "RAW", "ETHERNET"],
        snapLength: 96, damage: "cut short in the middle of packet 8 at byte 900")
    ]
    (facts.packets, facts.matched, facts.bytes, facts.cut) = (1200, 1000, 64_200, 3)
    (facts.droppedByKernel, facts.droppedByInterface) = (12, 0)
    var totals = TrackerTotals()
    (totals.tcp, totals.notIP, totals.undecoded, totals.firstUndecoded) = (990, 10, 2, 17)
    totals.first = Timestamp(nanoseconds: 1_795_174_645_000_000_000)
    totals.last = Timestamp(nanoseconds: 1_795_174_705_500_000_000)
    let text = try report(facts, totals, [])
    #expect(
      text == """
        capture      a.pcapng, pcapng, ETHERNET, RAW
        packets      1,000 packets of 1,200 match the filter, 64.2 kB: 990 TCP, 10 not IP
        time         2026-11-20 11:37:25.000 to 11:38:25.500 (UTC), 1 min 1 s
        connections  none
        trust        a.pcapng: cut short in the middle of packet 8 at byte 900
                     12 packets dropped by the capturing system: what seems lost may only be missing here
                     3 packets captured only in part, limit 96 bytes
                     2 packets not decoded to the end (first: packet 17)

        """)
  }

  @Test func rowsAlignAndNameWhatHappened() throws {
    var ping = record(2, .icmp, .answered)
    ping.echo = EchoRecord(identifier: 7, requests: 5, replies: 3)
    var long = record(10, .tcp, .reset)
    long.client.address = IPAddress(ipv6High: 0x2001_0db8_0000_0001, low: 0x0002_0003_0004_0005)
    long.closedBy = .server
    long.problems = [
      Problem(kind: .outOfOrder, count: 1, packets: [4]),
      Problem(kind: .retransmission, count: 1200, packets: [5]),
      Problem(kind: .acceptQueueFull, count: 1, packets: [6]),
    ]
    let lines = try report(CaptureFacts(), TrackerTotals(), [ping, long]).split(separator: "\n")
    let table = lines.suffix(3).map(String.init)
    #expect(table[1].hasPrefix(" 2  ICMP  192.0.2.1 "))
    #expect(table[1].hasSuffix("answered, 2 lost   1.5 s"))
    #expect(table[2].hasPrefix("10  TCP   [2001:db8:0:1:2:3:4:5]:51514  192.0.2.2:443 https"))
    #expect(table[2].contains("reset by server    1.5 s  "))
    #expect(table[2].hasSuffix("accept queue full, 1,200 retransmissions, 1 late segment"))
  }

  /// A pcapng file may declare 65,536 interfaces of as many link types.
  @Test func manyLinkTypesStayOneLine() throws {
    var facts = CaptureFacts()
    let kinds = (0..<60_000).map { "LINKTYPE \($0)" }
    facts.files = [
      .init(name: "x", format: "pcapng", linkTypes: kinds + kinds, snapLength: nil, damage: nil)
    ]
    let text = try report(facts, TrackerTotals(), [])
    #expect(
      text.hasPrefix(
        "capture      x, pcapng, LINKTYPE 0, LINKTYPE 1, LINKTYPE 2, 59997 more link types\n"))
  }

  @Test func datesAppearWhenATimeOfDayIsNotEnough() throws {
    var totals = TrackerTotals()
    totals.first = Timestamp(nanoseconds: 0)
    totals.last = Timestamp(nanoseconds: 86_400_000_000_000)
    let text = try report(CaptureFacts(), totals, [record(1, .tcp, .open)])
    #expect(text.contains("  01-01 00:00:00.000  "))
  }

  private func report(
    _ facts: CaptureFacts, _ totals: TrackerTotals, _ records: [ConnectionRecord]
  ) throws -> String {
    var report = SummaryReport(
      facts: facts, totals: totals,
      options: SummaryReport.Options(zone: .utc, numeric: false, color: false, width: nil))
    for var record in records { report.add(&record) }
    var text = ""
    try report.write { text += $0 }
    return text
  }

  private func record(
    _ id: Int, _ transport: TransportProtocol, _ outcome: Outcome
  ) -> ConnectionRecord {
    let hasPorts = transport != .icmp
    return ConnectionRecord(
      id: id, transport: transport, stream: 0,
      client: EndpointRecord(address: IPAddress(ipv4: 0xC000_0201), port: hasPorts ? 51514 : nil),
      server: EndpointRecord(address: IPAddress(ipv4: 0xC000_0202), port: hasPorts ? 443 : nil),
      firstPacket: 1, lastPacket: 9, start: Timestamp(nanoseconds: 0), duration: 1_500_000_000,
      outcome: outcome, exchanges: 0, longestIdle: 0, icmpErrors: [], problems: [], doubts: [])
  }
}
