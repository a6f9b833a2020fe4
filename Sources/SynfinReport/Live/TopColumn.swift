internal import SynfinLifecycle

/// What the table of live connections can be sorted by: its columns, and one thing that has none of its own.
public enum TopColumn: Int, Sendable, CaseIterable {
  /// The number of the record.
  case number
  /// The protocol.
  case transport
  /// The socket of who opened the connection or asked first.
  case client
  /// Its state.
  case clientState
  /// The other socket.
  case server
  /// Its state.
  case serverState
  /// Bits of payload per second from the client to the server.
  case sent
  /// Both rates together: the columns before and behind.
  case rate
  /// Bits of payload per second from the server to the client.
  case received
  /// The mean round trip.
  case roundTrip
  /// Segments sent again, by both ends.
  case retransmissions
  /// The time since the first packet.
  case age
  /// The time since the last packet.
  case idle

  /// What stands above it.
  var title: String {
    switch self {
    case .number: "#"
    case .transport: "prot"
    case .client: "client"
    case .server: "server"
    case .clientState, .serverState: "state"
    case .sent: ">bps"
    case .rate: ""
    case .received: "<bps"
    case .roundTrip: "RTT"
    case .retransmissions: "retr"
    case .age: "age"
    case .idle: "idle"
    }
  }

  /// What it is called where it does not stand above its cells.
  var name: String {
    switch self {
    case .number: "number"
    case .transport: "protocol"
    case .clientState: "state of the client"
    case .serverState: "state of the server"
    case .sent: "rate to the server"
    case .rate: "rate"
    case .received: "rate to the client"
    case .retransmissions: "retransmissions"
    default: title
    }
  }

  var isRight: Bool {
    switch self {
    case .number, .sent, .rate, .received, .roundTrip, .retransmissions, .age, .idle: true
    case .transport, .client, .clientState, .server, .serverState: false
    }
  }

  /// Columns of the screen that it takes; nil if its cells decide.
  func width(shortStates: Bool) -> Int? {
    switch self {
    case .number, .client, .server, .rate: nil
    case .transport, .retransmissions: 4
    case .clientState, .serverState: shortStates ? 6 : 11
    case .sent, .received, .roundTrip, .age, .idle: 5
    }
  }
}

/// What to sort by, and which way.
public struct TopOrder: Sendable, Equatable {
  /// By what.
  public var column = TopColumn.rate
  /// Whether the other way round.
  public var isReversed = false

  /// What is busiest first.
  public init() {}

  /// Names go up, amounts down.
  var isDescending: Bool {
    switch column {
    case .number, .transport, .client, .clientState, .server, .serverState: isReversed
    case .sent, .rate, .received, .roundTrip, .retransmissions, .age, .idle: !isReversed
    }
  }

  /// Whether a column is part of it.
  func uses(_ column: TopColumn) -> Bool {
    self.column == column || self.column == .rate && (column == .sent || column == .received)
  }

  /// Such as "by age, largest first".
  var text: String {
    switch column {
    case .number, .transport, .client, .clientState, .server, .serverState:
      "by \(column.name)" + (isReversed ? ", last first" : "")
    case .age, .idle: "by \(column.name), \(isReversed ? "shortest" : "longest") first"
    default: "by \(column.name), \(isReversed ? "smallest" : "largest") first"
    }
  }
}
