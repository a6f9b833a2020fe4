import Foundation
import SynfinLifecycle
import Testing

@testable import SynfinReport
@testable import synfin

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Graphs of real connections agree with the records of these.
@Suite struct GraphTests {
  /// A connection with the collector that has seen all its packets.
  struct Graphed {
    private static let parsing = NSLock()

    let record: ConnectionRecord
    let collector: GraphCollector

    var graph: ConnectionGraph { ConnectionGraph(record: record, collector: collector) }
    var own: EndpointRecord { collector.sender == .client ? record.client : record.server }
    var peer: EndpointRecord { collector.sender == .client ? record.server : record.client }
    var tcp: TCPEndpointRecord { own.tcp ?? TCPEndpointRecord.blank }

    init(_ path: String, _ id: Int = 1, _ sender: Side? = nil) throws {
      // getopt_long keeps its place in global variables.
      let lookup = try Self.parsing.withLock {
        try ConnectionLookup(ParsedArguments([path, "\(id)"], for: .graph), for: .graph)
      }
      let found = try lookup.find()
      record = found.record
      collector = try lookup.collect(
        found, into: GraphCollector(record: found.record, sender: sender))
    }
  }

  private static let tcpScenarios = [
    "lossy-transfer", "zero-window", "sequence-wrap", "sequence-wrap-at-syn",
    "sequence-wrap-at-fin", "reordering", "reordered-flight", "mid-stream", "capture-gap",
    "retransmission-timeout", "tail-loss-probe", "spurious-timeout", "fast-retransmit",
    "several-holes", "keep-alive", "lost-syn", "lost-syn-ack", "lost-fin",
    "duplicates", "damaged-segment", "long-way-loss", "timeout-slow-start", "half-close-with-data",
    "simultaneous-open", "fast-open", "probe-then-timeout", "exchanges", "ipv6", "snapped",
  ]

  @Test(arguments: tcpScenarios, [Side.client, .server])
  func graphs_agreeWithTheRecord(_ scenario: String, _ sender: Side) throws {
    let graphed = try Graphed(Fixture.path(scenario), 1, sender)
    let (tracks, tcp) = (graphed.collector.tracks, graphed.tcp)
    #expect(tracks.repeatCount == tcp.retransmissions)
    #expect(tracks.late.count == tcp.outOfOrder)
    #expect(tracks.probes.count == tcp.keepAlives + tcp.zeroWindowProbes)
    #expect(tracks.closedWindows.count == graphed.peer.tcp?.zeroWindows ?? 0)
    if let most = tcp.maximumBytesInFlight { #expect(tracks.inFlight.highest == Int64(most)) }
    #expect(tracks.trips.points.map(\.lowest).min() == tcp.roundTripTime?.durations.minimum)
    #expect(tracks.trips.count == tcp.roundTripTime?.durations.samples ?? 0)
    let clock = tcp.timestampRoundTripTime?.durations
    #expect(tracks.clockTrips.points.map(\.highest).max() == clock?.maximum)
    #expect(tracks.clockTrips.count == clock?.samples ?? 0)
    let bins = graphed.collector.bins.bins
    #expect(bins.reduce(0) { $0 + $1.octets } == graphed.own.payloadBytes)
    #expect(bins.reduce(0) { $0 + $1.fresh } == tcp.uniquePayloadBytes)
  }

  @Test(arguments: try Fixture.all)
  func drawings_areWellFormed(_ path: String) throws {
    for sender in [nil, Side.server] {
      let graph = try Graphed(path, 1, sender).graph
      for kind in ConnectionGraph.Kind.allCases {
        guard let svg = graph.svg(kind) else {
          #expect(graph.absence(of: kind)?.isEmpty == false)
          continue
        }
        #expect(XMLParser(data: Data(svg.utf8)).parse(), "\(kind)")
        #expect(!svg.contains("nan") && !svg.contains("inf,"))
      }
    }
  }

  @Test func sequence_tellsWhatIsSeen() throws {
    let graph = try Graphed(Fixture.path("lossy-transfer")).graph
    let chart = graph.chart(.sequence)
    #expect(chart.title == "67 segments with data from the client: 7 sent again")
    let names = chart.series.compactMap(\.name)
    #expect(names.contains("fast retransmission (7)"))
    #expect(names.contains("acknowledged by the server"))
    #expect(names.contains("SACK: arrived out of order"))
    #expect(names.contains("SYN") && names.contains("FIN") && !names.contains("RST"))
  }

  @Test func window_closesInSight() throws {
    let graph = try Graphed(Fixture.path("zero-window")).graph
    #expect(graph.chart(.sequence).title.hasSuffix("window closed once"))
    for kind in [ConnectionGraph.Kind.sequence, .flight] {
      #expect(graph.chart(kind).series.contains { $0.name == "server's window closed" })
    }
    let stall = try #require(graph.record.windowStalls.first)
    let closed = try #require(graph.tracks.closedWindows.points.first)
    #expect(closed.lastTime - closed.time == stall.duration)
  }

  /// Numbers that begin again with 0 make no step back.
  @Test(arguments: ["sequence-wrap", "sequence-wrap-at-syn", "sequence-wrap-at-fin"])
  func wrappedNumbers_goOn(_ scenario: String) throws {
    let graphed = try Graphed(Fixture.path(scenario))
    let tracks = graphed.collector.tracks
    #expect(tracks.data.points.map(\.highest).max() == Int64(graphed.tcp.uniquePayloadBytes) + 1)
    let acknowledged = tracks.acknowledgments.points.map(\.last)
    #expect(zip(acknowledged, acknowledged.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test(arguments: [
    ("udp-answered", "sequence", "connection 1: UDP has no sequence numbers to draw;"),
    ("ping", "flight", "connection 1: ICMP has no sequence numbers to draw;"),
    ("refused", "flight", "connection 1: the client sent no data"),
    ("mid-stream-close", "flight", "connection 1: no data was captured behind"),
    ("refused", "throughput", "connection 1: the client sent no data"),
    ("udp-unanswered", "rtt", "connection 1: no answer was captured, so that no round trip"),
  ])
  func whatCannotBeDrawn_isSaidInALine(_ scenario: String, _ kind: String, _ line: String) throws {
    try Scratch.with { scratch in
      let run = try Binary.run([
        "graph", Fixture.path(scenario), "1", "--kind", kind, "-o", scratch.path("out.svg"),
      ])
      #expect(run.status == 2)
      #expect(run.complaints.count == 1)
      #expect(run.errors.hasPrefix("synfin: " + line))
      #expect(try scratch.contents.isEmpty)
    }
  }

  @Test(arguments: [
    (["x.pcap"], "graph needs a file and a connection's number"),
    (["x.pcap", "1", "--kind", "sequnce"], "--kind 'sequnce' is unknown; did you mean sequence?"),
    (
      ["x.pcap", "1", "--direction", "in"],
      "--direction 'in' is unknown; choose from client, server"
    ),
    ([Fixture.path("refused"), "7"], "connection 7: \(Fixture.path("refused")) has only"),
    (
      [Fixture.path("lossy-transfer"), "1", "--direction", "server", "--kind", "throughput"],
      "connection 1: the server sent no data; --direction client shows the other end"
    ),
  ])
  func mistakes_areSaidInALine(_ words: [String], _ line: String) throws {
    let run = try Binary.run(["graph"] + words)
    #expect(run.status == 2)
    #expect(run.complaints.count == 1)
    #expect(run.errors.contains(line))
    #expect(run.output.isEmpty)
  }

  @Test func input_needNotBeReadableTwice() throws {
    let bytes = try Fixture.bytes("lossy-transfer")
    let piped = try Binary.run(["graph", "-", "1", "--kind", "flight"], input: bytes)
    let read = try Binary.run(
      ["graph", Fixture.path("lossy-transfer"), "--packet", "9", "--kind", "flight"])
    #expect(piped.status == 0 && piped.errors.isEmpty)
    #expect(piped.output.hasPrefix("<?xml"))
    #expect(piped.output == read.output)
  }

  /// The second connection of it loses, repeats and reorders in each round.
  @Test func longConnections_keepTheirTroublesAndStaySmall() throws {
    try Scratch.with { scratch in
      let path = try scratch.file("long.pcap", GeneratedCapture.longConnections(rounds: 1500))
      for id in 1...3 {
        let graphed = try Graphed(path, id)
        let tracks = graphed.collector.tracks
        #expect(tracks.repeatCount == graphed.tcp.retransmissions)
        #expect(tracks.late.count == graphed.tcp.outOfOrder)
        let bins = graphed.collector.bins.bins
        #expect(bins.reduce(0) { $0 + $1.octets } == graphed.own.payloadBytes)
        for kind in ConnectionGraph.Kind.allCases {
          #expect((graphed.graph.svg(kind) ?? "").utf8.count < 1_500_000)
        }
        let all = [
          tracks.data, tracks.inFlight, tracks.acknowledgments, tracks.sacks, tracks.late,
          tracks.trips, tracks.windows,
        ]
        #expect(all.allSatisfy { $0.points.count <= 2 * GraphTime.moments })
      }
    }
  }
}
