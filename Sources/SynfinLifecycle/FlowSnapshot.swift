public import SynfinWire

/// A connection or conversation at one moment of its life.
public struct FlowSnapshot: Sendable {
  /// One end at that moment.
  public struct End: Sendable {
    /// Address and port.
    public var socket: Socket
    /// The state of the connection at this end; `unknown` for what has no states.
    public var state = TCPState.unknown
    /// Packets sent.
    public var packets: UInt64 = 0
    /// Octets of payload sent, repeats included.
    public var payloadBytes: UInt64 = 0
    /// Segments sent again.
    public var retransmissions: UInt64 = 0
    /// Octets sent that the peer has not acknowledged, as far as seen; nil where that is not known.
    public var unacknowledged: UInt64?
    /// Octets by which its window is smaller than it was at its largest: about what waits to be read; nil if unknown.
    public var unread: UInt64?
  }

  /// The number of its record.
  public var id: Int
  /// Which protocol.
  public var transport: TransportProtocol
  /// The active opener, or who asks.
  public var client: End
  /// The passive opener, or who is asked.
  public var server: End
  /// The time of its first packet.
  public var start: Timestamp
  /// The time of its last packet so far.
  public var last: Timestamp
  /// Nanoseconds of the mean round trip, or of the mean answer; nil as long as none was seen.
  public var roundTripTime: Int64?

  /// Whether it is over: nobody sends or waits any more.
  public var isOver: Bool {
    transport == .tcp && client.state.isOver && server.state.isOver
  }
}

extension TCPState {
  fileprivate var isOver: Bool { self == .closed || self == .unknown }
}

extension Tracker {
  /// Shows every connection and conversation that is kept now, in the order of their numbers.
  ///
  /// Needs `TrackerOptions.expiry`, without which everything is kept to the end.
  public mutating func snapshots<Failure: Error>(
    _ replay: inout Replay, _ body: (FlowSnapshot) throws(Failure) -> Void
  ) throws(Failure) {
    for flow in liveFlows() {
      switch flow.transport {
      case .tcp: try body(snapshot(flow.index, &replay))
      case .udp: try body(conversations.flows[flow.index].snapshot)
      case .icmp: try body(echoes.flows[flow.index].snapshot)
      }
    }
  }

  private mutating func snapshot(_ index: Int32, _ replay: inout Replay) -> FlowSnapshot {
    guard tcpFlows.flows[index].facts.contains(.journaled) else {
      return connections[tcpFlows.flows[index].place].snapshot
    }
    return replay.snapshot(index, of: self)
  }
}

extension Connection {
  /// The connection as it is now.
  var snapshot: FlowSnapshot {
    mutating get {
      let (client, server) = key.sockets(clientIsLow: clientIsLow, hasPorts: true)
      return FlowSnapshot(
        id: id, transport: .tcp, client: end(.client, client), server: end(.server, server),
        start: start, last: last, roundTripTime: averageRoundTrip)
    }
  }

  private mutating func end(_ side: Side, _ socket: Socket) -> FlowSnapshot.End {
    var end = FlowSnapshot.End(socket: socket)
    end.state = self[side].state
    end.packets = self[side].packets
    end.payloadBytes = self[side].payloadBytes
    end.retransmissions = UInt64(self[side].retransmissions)
    if self[side].has(.next), self[side].has(.acknowledged) {
      end.unacknowledged = UInt64(
        max(0, self[side].next.distance(from: self[side].acknowledged)))
    }
    if self[side].has(.window), let shift = agreedScale(of: side) {
      let now = UInt64(self[side].window) << UInt64(shift)
      end.unread = self[side].maximumWindow > now ? self[side].maximumWindow - now : 0
    }
    return end
  }

  /// From one end to the other and back: what lies on either side of the capture, as far as it was seen.
  private var averageRoundTrip: Int64? {
    mutating get {
      let beyond = self[.client].roundTripTime.average
      let before = self[.server].roundTripTime.average
      guard let beyond else { return before }
      return before.map { beyond.addingClamped($0) } ?? beyond
    }
  }
}

extension Conversation {
  /// The conversation as it is now.
  fileprivate var snapshot: FlowSnapshot {
    let (client, server) = key.sockets(clientIsLow: clientIsLow, hasPorts: transport != .icmp)
    return FlowSnapshot(
      id: id, transport: transport, client: end(0, client), server: end(1, server), start: start,
      last: last,
      roundTripTime: responseTime.statistics.map { $0.sum / Int64(max($0.samples, 1)) })
  }

  private func end(_ index: Int, _ socket: Socket) -> FlowSnapshot.End {
    var end = FlowSnapshot.End(socket: socket)
    end.packets = ends[index].packets
    end.payloadBytes = ends[index].payloadBytes
    return end
  }
}
