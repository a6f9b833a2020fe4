import SynfinWire

@testable import SynfinLifecycle
@testable import SynfinReport

/// Writes the packets of a TCP connection in a few words each.
struct StoryScript {
  private(set) var steps: [StoryStep] = []
  private var states = StatePair()
  private var time: Int64 = 1_795_608_000_000_000_000
  private var number: UInt64 = 0

  static let client = IPAddress(ipv4: 0xC000_0201)
  static let server = IPAddress(ipv4: 0xC000_0202)
  static let clientISN: UInt32 = 305_419_896
  static let serverISN: UInt32 = 2_882_400_001

  /// Adds a segment.
  ///
  /// - Parameters:
  ///   - sequence: relative to the sender's initial sequence number.
  ///   - acknowledgment: relative to the peer's; nil without the ACK flag.
  ///   - after: microseconds since the segment before.
  ///   - client: the client's state after it, if it is a new one.
  mutating func send(
    _ side: Side, _ flags: TCPFlags, _ sequence: UInt32, ack acknowledgment: UInt32? = nil,
    bytes: Int = 0, after microseconds: Int64 = 100, labels: AnalysisLabels = [],
    client: TCPState? = nil, server: TCPState? = nil, options: TCPOptions = TCPOptions(),
    window: UInt16 = 502
  ) {
    let isClient = side == .client
    let bases = isClient ? (Self.clientISN, Self.serverISN) : (Self.serverISN, Self.clientISN)
    let segment = Segment(
      sourcePort: isClient ? 51514 : 443, destinationPort: isClient ? 443 : 51514,
      sequenceNumber: SequenceNumber(bases.0 &+ sequence),
      acknowledgmentNumber: SequenceNumber(acknowledgment.map { bases.1 &+ $0 } ?? 0),
      flags: acknowledgment == nil ? flags : flags.union(.ack), window: window,
      payloadLength: bytes, options: options, checksum: .correct)
    states.client = client ?? states.client
    states.server = server ?? states.server
    add(side, .tcp(segment), bases, microseconds, labels)
  }

  /// Adds a datagram.
  mutating func datagram(_ side: Side, bytes: Int, after microseconds: Int64 = 100) {
    let isClient = side == .client
    add(
      side,
      .udp(
        Datagram(
          sourcePort: isClient ? 51514 : 53, destinationPort: isClient ? 53 : 51514,
          payloadLength: bytes)), (0, 0), microseconds, [])
  }

  /// Adds an ICMP error from a router about a packet of the client's.
  mutating func error(type: UInt8, code: UInt8, after microseconds: Int64 = 100) {
    var message = ICMPMessage(version: 4, type: type, code: code)
    message.quoted.source = Self.client
    message.quoted.isKnown = true
    add(.server, .icmp(message), (0, 0), microseconds, [])
    steps[steps.count - 1].verdict.isQuote = true
    steps[steps.count - 1].packet.ip.source = IPAddress(ipv4: 0xC000_02FE)
  }

  private mutating func add(
    _ side: Side, _ transport: Transport, _ bases: (UInt32, UInt32), _ microseconds: Int64,
    _ labels: AnalysisLabels
  ) {
    if number > 0 { time += microseconds * 1000 }
    number += 1
    var packet = Packet()
    packet.ip.version = 4
    packet.ip.source = side == .client ? Self.client : Self.server
    packet.ip.destination = side == .client ? Self.server : Self.client
    packet.transport = transport
    var verdict = PacketVerdict()
    verdict.connection = 1
    verdict.stream = 0
    verdict.sender = side
    verdict.labels = labels
    (verdict.sequenceBase, verdict.acknowledgmentBase) = bases
    (verdict.clientState, verdict.serverState) = (states.client, states.server)
    steps.append(
      StoryStep(
        number: number, time: Timestamp(nanoseconds: time), packet: packet, verdict: verdict))
  }

  /// The three segments of an ordinary opening.
  mutating func handshake() {
    var options = TCPOptions()
    options.kinds = [.maximumSegmentSize, .windowScale, .sackPermitted]
    options.maximumSegmentSize = 1460
    options.windowScale = 7
    send(.client, .syn, 0, client: .synSent, options: options, window: 64240)
    send(
      .server, .syn, 0, ack: 1, after: 12_000, server: .synReceived, options: options,
      window: 65160)
    send(.client, [], 1, ack: 1, after: 200, client: .established, server: .established)
  }
}

extension ConnectionRecord {
  /// The record of a connection that was opened and closed in order, to be changed by a test.
  static func sample(
    _ transport: TransportProtocol = .tcp, _ outcome: Outcome = .closed,
    _ change: (inout ConnectionRecord) -> Void = { _ in }
  ) -> ConnectionRecord {
    let port: UInt16? = transport == .icmp ? nil : transport == .udp ? 53 : 443
    var record = ConnectionRecord(
      id: 1, transport: transport, stream: 0,
      client: EndpointRecord(
        address: StoryScript.client, port: transport == .icmp ? nil : 51514, packets: 6),
      server: EndpointRecord(address: StoryScript.server, port: port, packets: 5),
      firstPacket: 1, lastPacket: 11, start: Timestamp(nanoseconds: 1_795_608_000_000_000_000),
      duration: 240_000_000, outcome: outcome, closedBy: nil, completeness: nil, handshake: nil,
      teardown: nil, exchanges: 0, longestIdle: 100_000_000, timeToFirstByte: nil,
      responseTime: nil, serverThinkTime: nil, clientThinkTime: nil, echo: nil, icmpErrors: [],
      problems: [], doubts: [])
    if transport == .tcp { record.makeTCP() }
    change(&record)
    return record
  }

  private mutating func makeTCP() {
    client.tcp = TCPEndpointRecord(
      maximumSegmentSize: 1460, windowScale: 7, sackPermitted: true, timestamps: false,
      initialSequenceNumber: StoryScript.clientISN)
    server.tcp = TCPEndpointRecord(
      maximumSegmentSize: 1460, windowScale: 7, sackPermitted: true, timestamps: false,
      initialSequenceNumber: StoryScript.serverISN)
    completeness = 31
    handshake = HandshakeRecord(
      complete: true, kind: .threeWay, packets: [1, 2, 3], roundTripTime: 12_200_000,
      serverRoundTripTime: 12_000_000, clientRoundTripTime: 200_000, ambiguous: false,
      synRetries: 0, synAckRetries: 0, synAckIsExact: true, ackIsExact: true, synPayload: 0,
      windowScaling: true, sack: true, timestamps: false)
    teardown = TeardownRecord(kind: .fourWay, packets: [8, 9, 10, 11], duration: 900_000)
    closedBy = outcome == .closed ? .client : nil
    exchanges = 2
  }

  /// Logs a problem.
  mutating func note(_ kind: Problem.Kind, _ packets: UInt64..., count: UInt64? = nil) {
    problems.append(Problem(kind: kind, count: count ?? UInt64(packets.count), packets: packets))
  }

  /// Logs segments that the client sent again.
  mutating func noteRepeats(_ cause: SegmentCause, _ packets: UInt64...) {
    let count = UInt64(packets.count)
    problems.append(
      Problem(kind: .retransmission, count: count, packets: packets, cause: cause))
    client.tcp?.retransmissions += count
    switch cause {
    case .timeout: client.tcp?.causes.timeout += count
    case .fastRetransmit: client.tcp?.causes.fastRetransmit += count
    case .tailLossProbe: client.tcp?.causes.tailLossProbe += count
    case .spurious: client.tcp?.causes.spurious += count
    case .fin: client.tcp?.causes.fin += count
    default: break
    }
  }

  /// Logs an ICMP error from a router, with its problem.
  mutating func noteError(type: UInt8, code: UInt8, packet: UInt64, mtu: UInt32? = nil) {
    icmpErrors.append(
      ICMPErrorRecord(
        packet: packet, version: 4, type: type, code: code,
        reporter: IPAddress(ipv4: 0xC000_02FE), toward: .client, mtu: mtu))
    note(.icmpError, packet)
  }
}

extension EndpointRecord {
  /// Notes one or two states with the packets that prove them.
  mutating func enter(
    _ state: TCPState, _ packet: UInt64, _ next: TCPState? = nil, _ nextPacket: UInt64 = 0
  ) {
    tcp?.states.append(state, packet)
    if let next { tcp?.states.append(next, nextPacket) }
  }
}
