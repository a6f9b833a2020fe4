/// How a connection or conversation went, in one word.
public enum Outcome: String, Sendable, CaseIterable {
  // TCP, in the order of precedence.
  /// The start was not captured, and neither a FIN exchange nor an RST ended it.
  case midstream
  /// The SYN was answered by an RST or by an ICMP "port unreachable".
  case refused
  /// The SYN, or the datagram, was answered by an ICMP error and by nothing else.
  case unreachable
  /// Nothing came back.
  case unanswered
  /// SYN and SYN+ACK, and the handshake never completed.
  case halfOpen = "half_open"
  /// SYN and SYN+ACK, and the client reset the attempt.
  case rejected
  /// Both FINs were acknowledged.
  case closed
  /// An acceptable RST ended it after the handshake.
  case reset
  /// One side closed, the other did not finish doing so.
  case halfClosed = "half_closed"
  /// Established and still open at the end of the capture.
  case open
  // UDP and ICMP.
  /// Datagrams went both ways.
  case answered
  /// The destination is many hosts: no single answer was to be expected.
  case oneWay = "one_way"
}

/// Which end of a connection.
public enum Side: UInt8, Sendable, BitwiseCopyable {
  /// The active opener.
  case client = 0
  /// The passive opener.
  case server = 1

  /// The other end.
  public var peer: Side { self == .client ? .server : .client }
}

/// Who closed a connection actively.
public enum Closer: String, Sendable {
  case client, server, both
}
