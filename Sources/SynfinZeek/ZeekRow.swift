public import SynfinWire

/// One row of conn.log.
public struct ZeekRow: Sendable {
  /// One side's columns.
  public struct Side: Sendable, BitwiseCopyable {
    /// The address.
    public let address: IPAddress
    /// The port; of ICMP a type or code.
    public let port: UInt16
    /// Payload; of TCP by sequence numbers.
    public let bytes: UInt64
    /// Packets with good checksums.
    public let packets: UInt64
    /// Their IP lengths.
    public let ipBytes: UInt64
  }

  /// The time of the first packet in microseconds since 1970-01-01 UTC.
  public let start: Int64
  /// The connection's identifier.
  public let uid: ZeekUID
  /// The side that began, as far as Zeek can tell.
  public let orig: Side
  /// The side that answered.
  public let resp: Side
  /// The transport.
  public let transport: ZeekTransport
  /// Microseconds from the first to the last packet; 0 or less stands for an unknown one, and then the `bytes` mean nothing.
  public let duration: Int64
  /// Zeek's word for what became of it, such as `SF`.
  public let state: StaticString
  /// Bytes of content gaps.
  public let missedBytes: UInt64
  /// Letters for what happened.
  public let history: ZeekHistory
  /// The connections or tunnels in which this one was.
  public let tunnelParents: [ZeekUID]
  /// The protocol number of the IP header.
  public let ipProtocol: UInt8
}

extension ZeekRow {
  /// What a row says of a side, and what the connection's state follows from.
  struct Summary: BitwiseCopyable {
    let state: ZeekEndpointState
    let bytes: UInt64
    /// Whether a good packet of anything but TCP came from it.
    let hasDatagrams: Bool
    let packets: UInt64
    let ipBytes: UInt64

    @inline(__always)
    func side(_ address: IPAddress, _ port: UInt16) -> Side {
      Side(address: address, port: port, bytes: bytes, packets: packets, ipBytes: ipBytes)
    }
  }

  /// Makes a row of what became of a connection, told of the sender of the first packet and then of the other side.
  @inline(__always)
  init(
    _ entry: borrowing ZeekEntry, start: Int64, last: Int64, _ first: Summary, _ second: Summary,
    isFirstOrig: Bool, _ history: ZeekHistory, missedBytes: UInt64 = 0, parents: [ZeekUID] = []
  ) {
    let flow = entry.flow
    let one = first.side(flow.source, flow.sourcePort)
    let other = second.side(flow.destination, flow.destinationPort)
    self.start = start
    uid = entry.uid(start: start)
    (orig, resp) = isFirstOrig ? (one, other) : (other, one)
    transport = flow.transport
    duration = last - start
    let (origSummary, respSummary) = isFirstOrig ? (first, second) : (second, first)
    state =
      transport == .tcp
      ? Self.tcpState(origSummary, respSummary, history)
      : Self.state(transport, origSummary, respSummary)
    self.missedBytes = missedBytes
    self.history = history
    tunnelParents = parents
    ipProtocol = flow.ipProtocol
  }

  /// The state of anything but TCP.
  private static func state(
    _ transport: ZeekTransport, _ orig: Summary, _ resp: Summary
  ) -> StaticString {
    guard transport == .udp else { return "OTH" }
    return orig.hasDatagrams
      ? (resp.hasDatagrams ? "SF" : "S0") : (resp.hasDatagrams ? "SHR" : "OTH")
  }

  /// The rules of Zeek's `conn_state`, in their order: the first that fits counts.
  private static func tcpState(
    _ orig: Summary, _ resp: Summary, _ history: ZeekHistory
  ) -> StaticString {
    let isSilent = orig.bytes == 0 && resp.bytes == 0
    let (orig, resp) = (orig.state, resp.state)
    return switch (orig, resp) {
    case (.synSent, .reset), (.synAckSent, .reset): "REJ"
    case (.reset, .reset) where isSilent: "REJ"
    case (_, .reset): orig.isQuiet ? "RSTRH" : "RSTR"
    case (.reset, _): resp.isQuiet ? (history.isUnansweredReset ? "RSTOS0" : "OTH") : "RSTO"
    case (.closed, .closed): "SF"
    case (.closed, _): resp.isQuiet ? "SH" : "S2"
    case (_, .closed): orig.isQuiet ? "SHR" : "S3"
    case (.synSent, .inactive): "S0"
    case (.established, .established): "S1"
    default: "OTH"
    }
  }
}

extension ZeekConnection {
  /// The connection's row as things stand.
  mutating func row(_ entry: borrowing ZeekEntry) -> ZeekRow {
    let isTCP = entry.flow.transport == .tcp
    return ZeekRow(
      entry, start: shared.start, last: shared.last,
      Self.summary(&first, second.state, isTCP: isTCP),
      Self.summary(&second, first.state, isTCP: isTCP), isFirstOrig: first.isOrig, shared.history,
      missedBytes: shared.missedBytes, parents: parents)
  }

  @inline(__always)
  private static func summary(
    _ side: inout ZeekEndpoint, _ peerState: ZeekEndpointState, isTCP: Bool
  ) -> ZeekRow.Summary {
    ZeekRow.Summary(
      state: side.state,
      bytes: isTCP ? side.size(peerState: peerState) : UInt64(clamping: side.datagramBytes),
      hasDatagrams: side.datagramBytes >= 0, packets: side.packets, ipBytes: side.ipBytes)
  }
}
