/// Why a segment came that was sent before, or that looks as if it was.
public enum SegmentCause: String, Sendable, CaseIterable, BitwiseCopyable {
  /// The retransmission timer ran out, or the slow start after it (RFC 6298 §5.4, RFC 5681 §3.1).
  case timeout
  /// Acknowledgements showed a hole (RFC 5681 §3.2, RFC 6675, RFC 8985 §6).
  case fastRetransmit = "fast_retransmit"
  /// The end of the flight again, to draw an acknowledgement before the timer runs out (RFC 8985 §7).
  case tailLossProbe = "tail_loss_probe"
  /// Needless: what it repeats had arrived (RFC 2883, RFC 3522).
  case spurious
  /// A SYN again.
  case syn
  /// A SYN+ACK again.
  case synAck = "syn_ack"
  /// A FIN without data again.
  case fin
  /// No retransmission: asks whether the peer is still there (RFC 9293 §3.8.4).
  case keepAlive = "keep_alive"
  /// No retransmission: asks whether the peer's window is still closed (RFC 9293 §3.8.6.1).
  case zeroWindowProbe = "zero_window_probe"
  /// No retransmission: later ones overtook it on the network.
  case reordered
  /// No retransmission: the network delivered a packet twice.
  case duplicatedByNetwork = "duplicated_by_network"
  /// No retransmission: the capture saw one packet twice, at once or at two places.
  case duplicatedByCapture = "duplicated_by_capture"

  /// The causes of segments that count as retransmissions.
  public static let ofRetransmissions: [SegmentCause] = [
    .timeout, .fastRetransmit, .tailLossProbe, .spurious, .syn, .synAck, .fin,
  ]
}

/// How many segments of one direction had which cause, as known at the end.
public struct CauseCounts: Sendable, Equatable {
  /// Repeated by the retransmission timer and the slow start after it.
  public var timeout: UInt64 = 0
  /// Repeated because acknowledgements showed a hole.
  public var fastRetransmit: UInt64 = 0
  /// Repeated to probe for the loss of the last segments.
  public var tailLossProbe: UInt64 = 0
  /// Probes of the only segment under way, which may have been timeouts: nothing later told.
  public var lookalikeProbes: UInt64 = 0
  /// Repeated needlessly.
  public var spurious: UInt64 = 0
  /// Repeated SYNs.
  public var syn: UInt64 = 0
  /// Repeated SYN+ACKs.
  public var synAck: UInt64 = 0
  /// Repeated FINs without data.
  public var fin: UInt64 = 0
  /// Keep-alives, which are no retransmissions.
  public var keepAlive: UInt64 = 0
  /// Zero-window probes, which are no retransmissions.
  public var zeroWindowProbe: UInt64 = 0
  /// Overtaken on the network.
  public var reordered: UInt64 = 0
  /// Copies that the network made and the capture shows.
  public var duplicatedByNetwork: UInt64 = 0
  /// Copies that the capture made.
  public var duplicatedByCapture: UInt64 = 0
  /// Copies that the network made behind the capture: the peer reports octets twice that were sent once.
  public var duplicatedUnseen: UInt64 = 0
  /// Reports of the peer that octets came twice (DSACK, RFC 2883).
  public var dsacks: UInt64 = 0
  /// How often the retransmission timer ran out.
  public var timerExpiries: UInt64 = 0
  /// Nanoseconds of the longest wait that ended in a timeout, as seen at the capture; nil without one.
  public var longestTimeout: Int64?
  /// What proved first that a retransmission was needless; nil without one.
  public var firstProof: SpuriousProof?
}

/// What proves that a retransmission was needless.
public struct SpuriousProof: Sendable, Equatable, BitwiseCopyable {
  /// The kinds of proofs.
  public enum Kind: String, Sendable, BitwiseCopyable {
    /// The peer says that it got the octets twice (RFC 2883).
    case dsack
    /// The acknowledgement echoes a clock older than the retransmission (RFC 3522).
    case timestamp
    /// The acknowledgement came sooner than one for the retransmission can.
    case tooEarly = "too_early"
    /// The octets had been acknowledged before they were sent again.
    case acknowledged
  }

  /// What proves it.
  public var kind: Kind
  /// The packet that proves it: an acknowledgement, or the retransmission itself where it came behind one.
  public var packet: UInt64
}
