import SynfinWire

@testable import SynfinLifecycle
@testable import SynfinReport

/// Connections to fill a table with.
enum TopSamples {
  static let now = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

  static func socket(_ address: String, _ port: UInt16?) -> Socket {
    Socket(address: IPAddress(address) ?? .none, port: port)
  }

  /// - Parameters:
  ///   - age: seconds since the first packet.
  ///   - idle: seconds since the last one.
  static func flow(
    _ id: Int, _ transport: TransportProtocol = .tcp,
    _ client: (String, UInt16?, TCPState) = ("192.0.2.1", 40_000, .established),
    _ server: (String, UInt16?, TCPState) = ("198.51.100.7", 443, .established),
    sent: UInt64 = 0, received: UInt64 = 0, retransmissions: UInt64 = 0, roundTrip: Int64? = nil,
    age: Double = 60, idle: Double = 1
  ) -> FlowSnapshot {
    var flow = FlowSnapshot(
      id: id, transport: transport, client: .init(socket: socket(client.0, client.1)),
      server: .init(socket: socket(server.0, server.1)), start: ago(age), last: ago(idle),
      roundTripTime: roundTrip)
    flow.client.state = client.2
    flow.server.state = server.2
    flow.client.payloadBytes = sent
    flow.server.payloadBytes = received
    flow.client.retransmissions = retransmissions
    return flow
  }

  private static func ago(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: now.nanoseconds - Int64(seconds * 1e9))
  }

  /// Looks at connections a second after nothing was there.
  static func sample(
    _ flows: [FlowSnapshot], _ order: TopOrder = TopOrder(), rowLimit: Int = TopSampler.rowLimit
  ) -> TopSample {
    var sampler = TopSampler(rowLimit: rowLimit)
    sampler.start(steady: 0)
    return look(&sampler, flows, after: 1, order)
  }

  static func look(
    _ sampler: inout TopSampler, _ flows: [FlowSnapshot], after seconds: Double,
    _ order: TopOrder = TopOrder()
  ) -> TopSample {
    sampler.begin(at: now, steady: Int64(seconds * 1e9), order)
    for flow in flows { sampler.take(flow) }
    return sampler.finish()
  }

  static func order(_ column: TopColumn, reversed: Bool = false) -> TopOrder {
    var order = TopOrder()
    order.column = column
    order.isReversed = reversed
    return order
  }

  /// A few of every kind.
  static let mixed = [
    flow(1, sent: 1_000_000, received: 20_000, roundTrip: 12_300_000, age: 3700, idle: 0.2),
    flow(
      2, .tcp, ("192.0.2.1", 40_001, .timeWait), ("198.51.100.7", 443, .closed), sent: 9_000_000,
      received: 9_000_000, retransmissions: 7, roundTrip: 850_000, age: 90, idle: 30),
    flow(
      3, .udp, ("192.0.2.1", 50_000, .unknown), ("192.0.2.53", 53, .unknown), sent: 40,
      received: 120, roundTrip: 4_200_000, age: 5, idle: 4.9),
    flow(
      4, .tcp, ("192.0.2.2", 40_002, .finWait2), ("198.51.100.7", 22, .closeWait),
      received: 500_000,
      retransmissions: 3, roundTrip: 214_000_000, age: 200_000, idle: 600),
    flow(
      5, .tcp, ("192.0.2.1", 40_003, .synSent), ("203.0.113.9", 5432, .unknown), age: 3, idle: 1),
    flow(
      6, .icmp, ("192.0.2.1", nil, .unknown), ("192.0.2.254", nil, .unknown), sent: 56,
      received: 56,
      roundTrip: 85_000, age: 2, idle: 0.5),
  ]
}
