/// A state of a TCP endpoint (RFC 9293 §3.3.2).
///
/// The order of the cases is the order in which an endpoint can pass through them.
public enum TCPState: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// Nothing proves a state: the start was not captured.
  case unknown
  /// Waiting for a connection request.
  case listen
  /// A connection request was sent.
  case synSent
  /// A connection request was received and answered.
  case synReceived
  /// Data can flow both ways.
  case established
  /// Closed first; the peer has not acknowledged that yet.
  case finWait1
  /// Closed first and acknowledged; the peer may still send.
  case finWait2
  /// The peer closed; this end may still send.
  case closeWait
  /// Both closed at once; the own close is not acknowledged yet.
  case closing
  /// The peer closed, then this end; the own close is not acknowledged yet.
  case lastAck
  /// Both closed; waiting for late segments to die out.
  case timeWait
  /// No connection.
  case closed

  /// Whether the handshake still lies ahead, or nothing is known.
  var isOpening: Bool {
    switch self {
    case .unknown, .listen, .synSent, .synReceived: true
    default: false
    }
  }

  /// The name in RFC 9293 ("FIN_WAIT_1" for FIN-WAIT-1).
  public var name: String { word.description }

  /// The same for writers of bytes.
  public var word: StaticString {
    switch self {
    case .unknown: "UNKNOWN"
    case .listen: "LISTEN"
    case .synSent: "SYN_SENT"
    case .synReceived: "SYN_RCVD"
    case .established: "ESTABLISHED"
    case .finWait1: "FIN_WAIT_1"
    case .finWait2: "FIN_WAIT_2"
    case .closeWait: "CLOSE_WAIT"
    case .closing: "CLOSING"
    case .lastAck: "LAST_ACK"
    case .timeWait: "TIME_WAIT"
    case .closed: "CLOSED"
    }
  }
}

/// A state of an endpoint and the packet that proved it.
public struct StateChange: Sendable, Equatable, BitwiseCopyable {
  /// The state entered.
  public var state: TCPState
  /// The number of the packet that proves it.
  public var packet: UInt64

  @usableFromInline
  init(state: TCPState, packet: UInt64) {
    self.state = state
    self.packet = packet
  }
}
