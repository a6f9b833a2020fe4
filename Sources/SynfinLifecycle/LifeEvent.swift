public import SynfinWire

/// One end of a connection or conversation, by its address.
public struct Socket: Sendable, Equatable, BitwiseCopyable {
  /// The address.
  public var address: IPAddress
  /// The port; nil where there are none (ping).
  public var port: UInt16?

  /// Makes a socket from its parts.
  public init(address: IPAddress, port: UInt16?) {
    self.address = address
    self.port = port
  }
}

/// Something that happened in the life of a connection or conversation, as soon as its packets tell.
public struct LifeEvent: Sendable {
  /// What happened.
  public enum Kind: String, Sendable, CaseIterable {
    /// A SYN asked for a connection.
    case opened
    /// The first segment of a connection whose start was not captured.
    case midstream
    /// The handshake is complete.
    case established
    /// The first data.
    case firstData = "first_data"
    /// One end has closed, and the other one knows.
    case halfClosed = "half_closed"
    /// Both ends have closed, and know of each other.
    case closed
    /// An RST ended it.
    case reset
    /// An RST or an ICMP "port unreachable" answered the SYN.
    case refused
    /// The client answered the SYN+ACK with an RST.
    case rejected
    /// An ICMP error answered the SYN or the datagram.
    case unreachable
    /// Nothing came back for so long that nobody waits any more.
    case unanswered
    /// The handshake stopped half way, and nobody waits any more.
    case halfOpen = "half_open"
    /// The first answer to a datagram or ping.
    case answered
    /// An open connection was silent for so long that it is not kept any more.
    case expired
    /// A problem begins.
    case problem
    /// A closed window was opened again.
    case windowOpened = "window_opened"
  }

  /// What happened.
  public var kind: Kind
  /// The number of the record.
  public var id: Int
  /// Which protocol.
  public var transport: TransportProtocol
  /// The active opener, or who asks.
  public var client: Socket
  /// The passive opener, or who is asked.
  public var server: Socket
  /// The packet that tells; nil if it is the silence that tells.
  public var packet: UInt64?
  /// When.
  public var time: Timestamp
  /// Whose doing it is; nil if it is nobody's or both ends'.
  public var side: Side?
  /// Nanoseconds: of the handshake, from question to answer, of the closed window, else from the first packet on.
  public var duration: Int64?
  /// Octets of payload from the client so far, repeats included.
  public var clientBytes: UInt64 = 0
  /// Octets of payload from the server so far, repeats included.
  public var serverBytes: UInt64 = 0
  /// How it was closed.
  public var teardown: TeardownRecord.Kind?
  /// What goes wrong.
  public var problem: Problem.Kind?
  /// Packets that the capture dropped while it lived: what seems to be missing may be.
  public var dropped: UInt64 = 0
}
