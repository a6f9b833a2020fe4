import SynfinLifecycle

/// What the graphs of a connection show, apart from throughput.
struct GraphTracks: Sendable {
  // Of the sender whose data is shown.

  /// Octets sent for the first time.
  var data: GraphTrack
  /// Octets sent again, by the place of the cause in `SegmentCause.ofRetransmissions`.
  var repeats: [GraphTrack]
  /// Octets in flight when something was sent again.
  var repeatsInFlight: GraphTrack
  /// Segments that came late and were no repeats.
  var late: GraphTrack
  /// Keep-alives and probes of a closed window.
  var probes: GraphTrack
  /// Octets that were missing when later ones came.
  var lost: GraphTrack
  /// Octets that were acknowledged and the capture lacks.
  var missed: GraphTrack
  var inFlight: GraphTrack

  // Of the receiver.

  var acknowledgments: GraphTrack
  /// Where the advertised window ends.
  var edges: GraphTrack
  var windows: GraphTrack
  /// The acknowledgement where a window was closed.
  var closedWindows: GraphTrack
  var sacks: GraphTrack

  // Of both.

  var syns: GraphTrack
  var fins: GraphTrack
  var resets: GraphTrack
  /// Round trips by sequence numbers, or from a question to its answer.
  var trips: GraphTrack
  /// Round trips by the echo of the sender's clock.
  var clockTrips: GraphTrack

  init(_ record: ConnectionRecord, _ sender: Side) {
    let (own, peer) =
      sender == .client ? (record.client, record.server) : (record.server, record.client)
    let all = own.packets + peer.packets
    func track(_ count: UInt64?) -> GraphTrack { GraphTrack(expecting: count ?? 0) }
    data = track(own.packets)
    let repeated = track(own.tcp?.retransmissions)
    repeats = SegmentCause.ofRetransmissions.map { _ in repeated }
    repeatsInFlight = repeated
    late = track(own.tcp?.outOfOrder)
    probes = track((own.tcp?.keepAlives ?? 0) + (own.tcp?.zeroWindowProbes ?? 0))
    lost = track(record.count(.lostSegment))
    missed = track(record.count(.missedByCapture))
    inFlight = track(all)
    acknowledgments = track(peer.packets)
    edges = track(peer.packets)
    windows = track(peer.packets)
    closedWindows = track(peer.tcp?.zeroWindows)
    sacks = track(peer.packets)
    syns = track(all)
    fins = track(all)
    resets = track(all)
    trips = track(all)
    clockTrips = track(peer.packets)
  }

  /// Everything that was sent again.
  var repeatCount: UInt64 { repeats.reduce(0) { $0 + $1.count } }
}

extension ConnectionRecord {
  fileprivate func count(_ kind: Problem.Kind) -> UInt64 {
    problems.filter { $0.kind == kind }.reduce(0) { $0 + $1.count }
  }
}
