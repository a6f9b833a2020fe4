/// What an expert would remark on a TCP segment, in tshark's vocabulary (`tcp.analysis.*`).
public struct AnalysisLabels: OptionSet, Sendable, Hashable, BitwiseCopyable {
  /// One bit a label.
  public let rawValue: UInt16

  /// Makes a set from its bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let retransmission = AnalysisLabels(rawValue: 1)
  public static let fastRetransmission = AnalysisLabels(rawValue: 2)
  public static let spuriousRetransmission = AnalysisLabels(rawValue: 4)
  public static let outOfOrder = AnalysisLabels(rawValue: 8)
  public static let lostSegment = AnalysisLabels(rawValue: 16)
  public static let ackLostSegment = AnalysisLabels(rawValue: 32)
  public static let duplicateAck = AnalysisLabels(rawValue: 64)
  public static let keepAlive = AnalysisLabels(rawValue: 128)
  public static let keepAliveAck = AnalysisLabels(rawValue: 256)
  public static let zeroWindow = AnalysisLabels(rawValue: 512)
  public static let zeroWindowProbe = AnalysisLabels(rawValue: 1024)
  public static let zeroWindowProbeAck = AnalysisLabels(rawValue: 2048)
  public static let windowUpdate = AnalysisLabels(rawValue: 4096)
  public static let windowFull = AnalysisLabels(rawValue: 8192)
  public static let reusedPorts = AnalysisLabels(rawValue: 16384)

  /// The names of the labels that are set, in the order of their bits.
  public var names: [String] {
    rawValue == 0 ? [] : Self.all.filter { contains($0.0) }.map(\.1)
  }

  private static let all: [(AnalysisLabels, String)] = [
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
