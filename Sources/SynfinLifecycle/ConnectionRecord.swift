public import SynfinWire

/// The protocol of a record.
public enum TransportProtocol: String, Sendable, CaseIterable, BitwiseCopyable {
  case tcp, udp, icmp
}

/// The finished life story of one TCP connection, UDP conversation or ICMP echo exchange.
///
/// What the capture cannot show is nil, never a made-up zero. Times are nanoseconds; packet numbers count from 1.
public struct ConnectionRecord: Sendable {
  /// Counts from 1 in the order of first packets, over all protocols.
  public var id: Int
  /// Which protocol.
  public var transport: TransportProtocol
  /// Counts from 0 in the order of first packets, apart for each protocol (tshark's stream index).
  public var stream: Int
  /// The active opener; of UDP and ICMP the one who asks.
  public var client: EndpointRecord
  /// The passive opener; of UDP and ICMP the one who is asked.
  public var server: EndpointRecord
  /// The number of the first packet.
  public var firstPacket: UInt64
  /// The number of the last packet.
  public var lastPacket: UInt64
  /// The time of the first packet.
  public var start: Timestamp
  /// Nanoseconds from the first to the last packet, at least 0.
  public var duration: Int64
  /// The tunnels that its first packet came through, the outermost first; empty for nearly all.
  public var tunnels: [TunnelRecord] = []
  /// How it went.
  public var outcome: Outcome
  /// Who closed it; nil if nobody did, or if it never was.
  public var closedBy: Closer?
  /// tshark's `tcp.completeness`: SYN 1, SYN+ACK 2, ACK 4, data 8, FIN 16, RST 32; TCP only.
  public var completeness: UInt8?
  /// The opening; TCP only.
  public var handshake: HandshakeRecord?
  /// The closing; TCP only.
  public var teardown: TeardownRecord?
  /// Request/response turns: a run of client data followed by a run of server data.
  public var exchanges: Int
  /// The longest time without any packet.
  public var longestIdle: Int64
  /// From the last byte of the first client turn to the first byte of the server's answer.
  public var timeToFirstByte: Int64?
  /// Time from a client's datagram or echo request to the answer; UDP and ICMP only.
  public var responseTime: DurationStatistics?
  /// From the last byte of each client turn to the first byte of the answer.
  public var serverThinkTime: DurationStatistics?
  /// From the last byte of each server turn to the client's next byte.
  public var clientThinkTime: DurationStatistics?
  /// The first few times that an end closed its window; TCP only.
  public var windowStalls: [WindowStallRecord] = []
  /// Echo requests and replies; ICMP only.
  public var echo: EchoRecord?
  /// ICMP errors that quote it, the first few.
  public var icmpErrors: [ICMPErrorRecord]
  /// What went wrong, with the packets that show it.
  public var problems: [Problem]
  /// What makes the capture of this connection less than certain.
  public var doubts: [Doubt]
  /// What only a live capture knows; nil for files.
  public var live: LiveRecord?
}

extension ConnectionRecord {
  /// Makes a record that tells of nothing: what fields there are can be learned from it.
  public init() {
    let end = EndpointRecord(address: .none)
    self.init(
      id: 0, transport: .tcp, stream: 0, client: end, server: end, firstPacket: 0, lastPacket: 0,
      start: Timestamp(nanoseconds: 0), duration: 0, outcome: .midstream, exchanges: 0,
      longestIdle: 0, icmpErrors: [], problems: [], doubts: [])
  }
}

/// A tunnel that a connection came through, as its first packet shows it.
public struct TunnelRecord: Sendable, Equatable {
  /// The protocol that wraps.
  public var kind: Tunnel.Kind
  /// The sender of the outer packet.
  public var source: IPAddress
  /// The receiver of the outer packet.
  public var destination: IPAddress
  /// The VNI, key, session or whatever number tells tunnels between the same two hosts apart.
  public var identifier: UInt32?

  /// Makes a tunnel from its parts; for tests and generators.
  public init(
    kind: Tunnel.Kind, source: IPAddress, destination: IPAddress, identifier: UInt32? = nil
  ) {
    self.kind = kind
    self.source = source
    self.destination = destination
    self.identifier = identifier
  }
}

extension TunnelRecord {
  /// The tunnels of a packet, with the addresses that its bytes tell.
  static func path(of packet: Packet, _ bytes: RawSpan) -> [TunnelRecord] {
    var path: [TunnelRecord] = []
    for index in 0..<packet.tunnels.count {
      let outer = packet.outer(index, in: bytes, verifiesChecksums: false)
      let tunnel = packet.tunnels[index]
      path.append(
        TunnelRecord(
          kind: tunnel.kind, source: outer.ip.source, destination: outer.ip.destination,
          identifier: tunnel.knownIdentifier))
    }
    return path
  }
}

/// What only a live capture knows of a connection.
public struct LiveRecord: Sendable {
  /// Why its record was written when it was.
  public var departure: Departure
  /// Packets, of whatever connection, that the capture dropped while it lived.
  public var dropped: UInt64
}

extension ConnectionRecord {
  /// Notes what only a live capture knows.
  mutating func note(_ departure: Departure, dropped: UInt64) {
    live = LiveRecord(departure: departure, dropped: dropped)
    if dropped > 0 { doubts.append(.droppedPackets) }
  }
}

/// What a summary of a whole capture needs of a record.
public struct RecordSummary: Sendable {
  /// Which protocol.
  public var transport: TransportProtocol
  /// How it went.
  public var outcome: Outcome
  /// What makes the capture of it less than certain.
  public var doubts: [Doubt]
}

extension ConnectionRecord {
  /// What a summary needs of it.
  public var summary: RecordSummary {
    RecordSummary(transport: transport, outcome: outcome, doubts: doubts)
  }
}

/// The opening of a connection.
public struct HandshakeRecord: Sendable {
  /// How it was opened.
  public enum Kind: String, Sendable {
    case threeWay = "three_way"
    case simultaneous
    case fastOpen = "fast_open"
    case partial
    case none
  }

  /// Whether all of it was seen, each acknowledgement fitting.
  public var complete = false
  /// How it was opened.
  public var kind = Kind.none
  /// SYN, SYN+ACK and ACK that made it, as far as seen.
  public var packets: [UInt64] = []
  /// From the SYN to the final ACK; nil when a half is missing or ambiguous.
  public var roundTripTime: Int64?
  /// From the SYN to the SYN+ACK.
  public var serverRoundTripTime: Int64?
  /// From the SYN+ACK to the ACK.
  public var clientRoundTripTime: Int64?
  /// Whether a repeated SYN or SYN+ACK makes the times uncertain (Karn).
  public var ambiguous = false
  /// Repeated SYNs.
  public var synRetries = 0
  /// Repeated SYN+ACKs.
  public var synAckRetries = 0
  /// Whether the SYN+ACK acknowledged exactly the client's ISN + 1; nil without one.
  public var synAckIsExact: Bool?
  /// Whether the ACK acknowledged exactly the server's ISN + 1; nil without one.
  public var ackIsExact: Bool?
  /// Octets of data in the SYN.
  public var synPayload = 0
  /// Whether both sides offered window scaling.
  public var windowScaling = false
  /// Whether both sides offered selective acknowledgements.
  public var sack = false
  /// Whether both sides offered timestamps.
  public var timestamps = false
}

/// The closing of a connection.
public struct TeardownRecord: Sendable {
  /// How it was closed.
  public enum Kind: String, Sendable {
    case fourWay = "four_way"
    case threeWay = "three_way"
    case simultaneous
    case reset
    case half
    case none
  }

  /// How it was closed.
  public var kind = Kind.none
  /// FIN, its acknowledgement, FIN, its acknowledgement; or the RST.
  public var packets: [UInt64] = []
  /// From the first FIN to the last acknowledgement, or to the RST; nil if it did not finish.
  public var duration: Int64?
}

/// Echo requests and replies (ping).
public struct EchoRecord: Sendable {
  /// The identifier that all of them share.
  public var identifier: UInt16
  /// Requests sent.
  public var requests: UInt64
  /// Requests answered.
  public var replies: UInt64

  /// Requests without a reply in the capture.
  public var lost: UInt64 { requests > replies ? requests - replies : 0 }
}

/// An ICMP error that quotes a packet of a connection.
public struct ICMPErrorRecord: Sendable {
  /// The packet that carries it.
  public var packet: UInt64
  /// 4 for ICMP, 6 for ICMPv6.
  public var version: UInt8
  /// The type field.
  public var type: UInt8
  /// The code field.
  public var code: UInt8
  /// Who reports.
  public var reporter: IPAddress
  /// Whose packet it quotes.
  public var toward: Side
  /// The MTU it names, in bytes; nil if it names none.
  public var mtu: UInt32?
}

/// Something that went wrong, how often, and the first packets that show it.
public struct Problem: Sendable {
  /// What can go wrong.
  public enum Kind: String, Sendable, CaseIterable {
    case synRetry = "syn_retry"
    case synAckRetry = "syn_ack_retry"
    case acceptQueueFull = "accept_queue_full"
    case retransmission
    case outOfOrder = "out_of_order"
    case duplicate
    case lostSegment = "lost_segment"
    case missedByCapture = "missed_by_capture"
    case zeroWindow = "zero_window"
    case damaged
    case resetIgnored = "reset_ignored"
    case resetAfterClose = "reset_after_close"
    case icmpError = "icmp_error"
    case dataAfterClose = "data_after_close"
    case fastOpenRejected = "fast_open_rejected"
    case clockBackwards = "clock_backwards"
    case duplicateUnseen = "duplicate_unseen"
    case keepAliveUnanswered = "keep_alive_unanswered"
    case challengeAck = "challenge_ack"
  }

  /// What went wrong.
  public var kind: Kind
  /// How often.
  public var count: UInt64
  /// The first packets that show it, at most eight.
  public var packets: [UInt64]
  /// Why the segments were sent again: there is one entry for each cause of retransmissions; nil for other kinds.
  public var cause: SegmentCause?
  /// Why the first of the resets was ignored; nil for other kinds.
  public var flaw: ResetFlaw?
}

/// What keeps an RST from ending a connection.
public enum ResetFlaw: String, Sendable, BitwiseCopyable {
  /// It answers a SYN without acknowledging it (RFC 9293 §3.10.7.3).
  case acknowledgesNothing = "acknowledges_nothing"
  /// Its number lies in the window but is not the next one expected: it draws a challenge ACK (RFC 5961 §3.2).
  case offNextNumber = "off_next_number"
  /// Its number lies outside the window (RFC 9293 §3.10.7.4).
  case outsideWindow = "outside_window"
}

/// Why the capture of a connection can be trusted less.
public enum Doubt: String, Sendable, CaseIterable {
  /// The client was chosen by ports or by who spoke first: no SYN was captured.
  case clientInferred = "client_inferred"
  /// Only one direction was captured.
  case oneDirection = "one_direction"
  /// Segments larger than the MSS: one captured packet was many on the wire.
  case segmentationOffload = "segmentation_offload"
  /// Checksums that the network card had yet to fill in.
  case checksumOffload = "checksum_offload"
  /// Every checksum of one side was wrong: taken as offloaded.
  case checksumsAllWrong = "checksums_all_wrong"
  /// Packets captured twice.
  case duplicatedByCapture = "duplicated_by_capture"
  /// Time ran backwards.
  case clockBackwards = "clock_backwards"
  /// Bytes are missing that the peer acknowledged.
  case missedPackets = "missed_packets"
  /// More holes at once than are remembered; counts after that are estimates.
  case manyHoles = "many_holes"
  /// The capture dropped packets while the connection lived, perhaps of it.
  case droppedPackets = "dropped_packets"
}
