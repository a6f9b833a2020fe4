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

extension ZeekConnection {
  /// The connection's row as things stand.
  mutating func row(_ entry: borrowing ZeekEntry) -> ZeekRow {
    let isTCP = entry.flow.transport == .tcp
    let isFirst = first.isOrig
    let one = Self.side(&first, entry.flow.source, second.state, isTCP: isTCP)
    let other = Self.side(&second, entry.flow.destination, first.state, isTCP: isTCP)
    let (orig, resp) = isFirst ? (one, other) : (other, one)
    return ZeekRow(
      start: shared.start, uid: entry.uid(start: shared.start), orig: orig, resp: resp,
      transport: entry.flow.transport, duration: shared.last - shared.start,
      state: isTCP ? tcpState(isSilent: one.bytes == 0 && other.bytes == 0) : state(entry.flow),
      missedBytes: shared.missedBytes, history: shared.history, tunnelParents: parents,
      ipProtocol: entry.flow.ipProtocol)
  }

  @inline(__always)
  private static func side(
    _ side: inout ZeekEndpoint, _ address: IPAddress, _ peerState: ZeekEndpointState, isTCP: Bool
  ) -> ZeekRow.Side {
    ZeekRow.Side(
      address: address, port: side.port,
      bytes: isTCP ? side.size(peerState: peerState) : UInt64(clamping: side.datagramBytes),
      packets: side.packets, ipBytes: side.ipBytes)
  }

  /// The state of anything but TCP.
  private mutating func state(_ flow: ZeekFlow) -> StaticString {
    guard flow.transport == .udp else { return "OTH" }
    let (one, other) = (first.datagramBytes >= 0, second.datagramBytes >= 0)
    let (hasOrig, hasResp) = first.isOrig ? (one, other) : (other, one)
    return hasOrig ? (hasResp ? "SF" : "S0") : (hasResp ? "SHR" : "OTH")
  }

  /// The rules of Zeek's `conn_state`, in their order: the first that fits counts.
  private mutating func tcpState(isSilent: Bool) -> StaticString {
    let (orig, resp) = first.isOrig ? (first.state, second.state) : (second.state, first.state)
    return switch (orig, resp) {
    case (.synSent, .reset), (.synAckSent, .reset): "REJ"
    case (.reset, .reset) where isSilent: "REJ"
    case (_, .reset): orig.isQuiet ? "RSTRH" : "RSTR"
    case (.reset, _): resp.isQuiet ? (shared.history.isUnansweredReset ? "RSTOS0" : "OTH") : "RSTO"
    case (.closed, .closed): "SF"
    case (.closed, _): resp.isQuiet ? "SH" : "S2"
    case (_, .closed): orig.isQuiet ? "SHR" : "S3"
    case (.synSent, .inactive): "S0"
    case (.established, .established): "S1"
    default: "OTH"
    }
  }
}
