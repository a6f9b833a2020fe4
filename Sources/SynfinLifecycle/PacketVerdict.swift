public import SynfinWire

/// What the tracker says of one packet.
public struct PacketVerdict: Sendable, BitwiseCopyable {
  /// The number of the connection it belongs to, from 1; 0 if it belongs to none.
  public var connection: Int = 0
  /// tshark's stream index, from 0 for each protocol; -1 if it belongs to none.
  public var stream: Int = -1
  /// Which end sent it.
  public var sender: Side = .client
  /// Whether it is an ICMP error that quotes the connection, not a packet of it.
  public var isQuote = false
  /// What an expert would remark.
  public var labels: AnalysisLabels = []
  /// Why the segment was sent again, or looks as if it was, as far as known when it came; nil for all others.
  ///
  /// What comes later may still prove that it was needless: the counts of the record are the last word.
  public var cause: SegmentCause?
  /// The sequence number that counts as 0 when numbers are shown relative (the sender's ISN).
  public var sequenceBase: UInt32 = 0
  /// The same for the acknowledgement number (the peer's ISN).
  public var acknowledgmentBase: UInt32 = 0
  /// Octets of the window as scaled; nil if the scale is unknown.
  public var scaledWindow: Int?
  /// The client's state after the packet; TCP only.
  public var clientState: TCPState = .unknown
  /// The server's state after the packet; TCP only.
  public var serverState: TCPState = .unknown
  /// Set on the packet that completes a fragmented datagram, and on a damaged first fragment, whose datagram nobody
  /// completes: what the transport header says.
  ///
  /// `none` for all others: then the packet's own transport header counts.
  public var reassembled: Transport = .none
  /// Set on a damaged first fragment: `reassembled` is what this piece alone says.
  public var isIncomplete = false

  /// A packet that belongs to no connection.
  public init() {}
}
