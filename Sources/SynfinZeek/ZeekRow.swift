public import SynfinWire

/// One row of conn.log.
public struct ZeekRow: Sendable {
  /// One side's columns.
  public struct Side: Sendable {
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
  public let state: String
  /// Bytes of content gaps.
  public let missedBytes: UInt64
  /// Letters for what happened; empty for none.
  public let history: String
  /// The connections or tunnels in which this one was.
  public let tunnelParents: [ZeekUID]
  /// The protocol number of the IP header.
  public let ipProtocol: UInt8
}

extension ZeekConnection {
  /// The connection's row as things stand.
  var row: ZeekRow {
    let (orig, resp) = first.isOrig ? (first, second) : (second, first)
    return ZeekRow(
      start: shared.start, uid: uid, orig: side(orig, resp), resp: side(resp, orig),
      transport: transport, duration: shared.last - shared.start, state: state(orig, resp),
      missedBytes: shared.missedBytes,
      history: String(decoding: shared.history.letters, as: UTF8.self), tunnelParents: parents,
      ipProtocol: ipProtocol)
  }

  private func side(_ side: ZeekEndpoint, _ other: ZeekEndpoint) -> ZeekRow.Side {
    ZeekRow.Side(
      address: side.address, port: side.port, bytes: bytes(side, other), packets: side.packets,
      ipBytes: side.ipBytes)
  }

  private func bytes(_ side: ZeekEndpoint, _ other: ZeekEndpoint) -> UInt64 {
    transport == .tcp
      ? side.size(peerState: other.state) : UInt64(clamping: side.datagramBytes)
  }

  private func state(_ orig: ZeekEndpoint, _ resp: ZeekEndpoint) -> String {
    switch transport {
    case .tcp: tcpState(orig, resp)
    case .udp: udpState(orig.datagramBytes >= 0, resp.datagramBytes >= 0)
    case .icmp, .unknown: "OTH"
    }
  }

  private func udpState(_ hasOrig: Bool, _ hasResp: Bool) -> String {
    hasOrig ? (hasResp ? "SF" : "S0") : (hasResp ? "SHR" : "OTH")
  }

  /// The rules of Zeek's `conn_state`, in their order: the first that fits counts.
  private func tcpState(_ orig: ZeekEndpoint, _ resp: ZeekEndpoint) -> String {
    switch (orig.state, resp.state) {
    case (.synSent, .reset), (.synAckSent, .reset): "REJ"
    case (.reset, .reset) where bytes(orig, resp) == 0 && bytes(resp, orig) == 0: "REJ"
    case (_, .reset): orig.state.isQuiet ? "RSTRH" : "RSTR"
    case (.reset, _):
      resp.state.isQuiet ? (shared.history.isUnansweredReset ? "RSTOS0" : "OTH") : "RSTO"
    case (.closed, .closed): "SF"
    case (.closed, _): resp.state.isQuiet ? "SH" : "S2"
    case (_, .closed): orig.state.isQuiet ? "SHR" : "S3"
    case (.synSent, .inactive): "S0"
    case (.established, .established): "S1"
    default: "OTH"
    }
  }
}
