public import SynfinLifecycle
internal import SynfinWire

/// A connection as it is now, and what it did since it was last looked at.
public struct TopRow: Sendable {
  /// The connection.
  public var flow: FlowSnapshot
  /// Bits of payload per second from the client; nil while that is not known.
  public var sent: UInt64?
  /// Bits of payload per second from the server; nil while that is not known.
  public var received: UInt64?
  /// Segments that were sent again since.
  public var newRetransmissions: UInt64 = 0

  /// Segments that both ends sent again; nil where nobody would.
  var retransmissions: UInt64? {
    guard flow.transport == .tcp else { return nil }
    return flow.client.retransmissions &+ flow.server.retransmissions
  }

  /// Whether nobody will send any more but what is late.
  var isOver: Bool {
    guard flow.transport == .tcp else { return false }
    let (client, server) = (flow.client.state, flow.server.state)
    // Of a connection whose start was not captured nothing may be known at all.
    return client.isPast && server.isPast && (client != .unknown || server != .unknown)
  }
}

extension TCPState {
  fileprivate var isPast: Bool { self == .closed || self == .timeWait || self == .unknown }
}

extension TopOrder {
  /// Whether a row stands above another.
  ///
  /// Below all others stand those that are over, and above those the ones that have nothing in the column. Where two say
  /// the same, the younger one comes first.
  func puts(_ left: borrowing TopRow, above right: borrowing TopRow) -> Bool {
    let (leftIsOver, rightIsOver) = (left.isOver, right.isOver)
    if leftIsOver != rightIsOver { return rightIsOver }
    switch column {
    case .client:
      if let isAbove = compare(left.flow.client.socket, right.flow.client.socket) { return isAbove }
    case .server:
      if let isAbove = compare(left.flow.server.socket, right.flow.server.socket) { return isAbove }
    default:
      let (leftKey, rightKey) = (key(left), key(right))
      if leftKey != rightKey {
        guard let leftKey else { return false }
        guard let rightKey else { return true }
        return isDescending ? leftKey > rightKey : leftKey < rightKey
      }
    }
    return left.flow.id > right.flow.id
  }

  /// Nil if both are the same.
  private func compare(_ left: Socket, _ right: Socket) -> Bool? {
    if left.address != right.address {
      return isDescending != IPAddress.precedes(left.address, right.address)
    }
    if left.port == right.port { return nil }
    return isDescending != ((left.port ?? 0) < (right.port ?? 0))
  }

  private func key(_ row: borrowing TopRow) -> UInt64? {
    switch column {
    case .number: UInt64(row.flow.id)
    case .transport: Self.rank(row.flow.transport)
    case .clientState: Self.rank(row.flow, row.flow.client.state)
    case .serverState: Self.rank(row.flow, row.flow.server.state)
    case .sent: row.sent
    case .rate: Self.sum(row.sent, row.received)
    case .received: row.received
    case .roundTrip: row.flow.roundTripTime.map { UInt64(max(0, $0)) }
    case .retransmissions: row.retransmissions
    // Of two times the earlier one is longer ago.
    case .age: Self.distance(row.flow.start)
    case .idle: Self.distance(row.flow.last)
    case .client, .server: nil
    }
  }

  private static func sum(_ left: UInt64?, _ right: UInt64?) -> UInt64? {
    guard let left, let right else { return nil }
    return left &+ right
  }

  private static func rank(_ transport: TransportProtocol) -> UInt64 {
    switch transport {
    case .tcp: 0
    case .udp: 1
    case .icmp: 2
    }
  }

  private static func rank(_ flow: borrowing FlowSnapshot, _ state: TCPState) -> UInt64? {
    flow.transport == .tcp && state != .unknown ? UInt64(state.rawValue) : nil
  }

  /// From a time to the end of all times.
  private static func distance(_ time: Timestamp) -> UInt64 {
    UInt64(bitPattern: Int64.max &- time.nanoseconds)
  }
}
