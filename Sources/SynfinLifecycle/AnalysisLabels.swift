/// What an expert would remark on a TCP segment, in tshark's vocabulary (`tcp.analysis.*`).
public struct AnalysisLabels: OptionSet, Sendable, Hashable, BitwiseCopyable {
  /// One bit a label.
  public let rawValue: UInt16

  /// Makes a set from its bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Octets sent again that were sent before.
  public static let retransmission = AnalysisLabels(rawValue: 1)
  /// Sent again upon duplicate acknowledgements, before a timeout (RFC 5681 §3.2).
  public static let fastRetransmission = AnalysisLabels(rawValue: 2)
  /// Octets sent again that the peer had already acknowledged.
  public static let spuriousRetransmission = AnalysisLabels(rawValue: 4)
  /// Octets that came behind later ones of the same sender.
  public static let outOfOrder = AnalysisLabels(rawValue: 8)
  /// Octets before this segment are missing from the capture.
  public static let lostSegment = AnalysisLabels(rawValue: 16)
  /// Acknowledges octets that are missing from the capture.
  public static let ackLostSegment = AnalysisLabels(rawValue: 32)
  /// Acknowledges the same again while octets are outstanding (RFC 5681 §2).
  public static let duplicateAck = AnalysisLabels(rawValue: 64)
  /// At most one octet just below the next one, to probe the peer (RFC 9293 §3.8.4).
  public static let keepAlive = AnalysisLabels(rawValue: 128)
  /// Answers a keep-alive.
  public static let keepAliveAck = AnalysisLabels(rawValue: 256)
  /// The sender has no room: its window is 0.
  public static let zeroWindow = AnalysisLabels(rawValue: 512)
  /// One octet into a closed window (RFC 9293 §3.8.6.1).
  public static let zeroWindowProbe = AnalysisLabels(rawValue: 1024)
  /// Answers a probe of the closed window.
  public static let zeroWindowProbeAck = AnalysisLabels(rawValue: 2048)
  /// Changes the window and nothing else.
  public static let windowUpdate = AnalysisLabels(rawValue: 4096)
  /// Fills the peer's window to its end.
  public static let windowFull = AnalysisLabels(rawValue: 8192)
  /// A SYN that opens a new connection between the sockets of an old one.
  public static let reusedPorts = AnalysisLabels(rawValue: 16384)

  /// The names of the labels that are set, in the order of their bits.
  public var names: [String] {
    rawValue == 0 ? [] : Self.all.filter { contains($0.label) }.map(\.name.description)
  }

  /// Every label with its name.
  public static let all: [(label: AnalysisLabels, name: StaticString)] = [
    (.retransmission, "retransmission"), (.fastRetransmission, "fast_retransmission"),
    (.spuriousRetransmission, "spurious_retransmission"), (.outOfOrder, "out_of_order"),
    (.lostSegment, "lost_segment"), (.ackLostSegment, "ack_lost_segment"),
    (.duplicateAck, "duplicate_ack"), (.keepAlive, "keep_alive"),
    (.keepAliveAck, "keep_alive_ack"), (.zeroWindow, "zero_window"),
    (.zeroWindowProbe, "zero_window_probe"), (.zeroWindowProbeAck, "zero_window_probe_ack"),
    (.windowUpdate, "window_update"), (.windowFull, "window_full"),
    (.reusedPorts, "reused_ports"),
  ]
}
