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
    let record: ConnectionRecord
    let collector: GraphCollector

    var graph: ConnectionGraph { ConnectionGraph(record: record, collector: collector) }
    var own: EndpointRecord { collector.sender == .client ? record.client : record.server }
    var peer: EndpointRecord { collector.sender == .client ? record.server : record.client }
    var tcp: TCPEndpointRecord { own.tcp ?? TCPEndpointRecord.blank }

    init(_ path: String, _ id: Int = 1, _ sender: Side? = nil) throws {
      let lookup = try ConnectionLookup(
        ParsedArguments([path, "\(id)"], for: .graph), for: .graph)
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
    "several-holes", "keep-alive", "lost-syn", "lost-syn-ack", "lost-fin", "loopback-bulk",
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
}
