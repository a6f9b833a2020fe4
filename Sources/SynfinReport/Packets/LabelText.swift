import SynfinLifecycle

/// Analysis labels as people write them.
enum LabelText {
  /// The labels that are set: "retransmission", "keep-alive", "duplicate ACK".
  static func names(_ labels: AnalysisLabels) -> [String] {
    labels.rawValue == 0 ? [] : all.filter { labels.contains($0.0) }.map(\.1)
  }

  private static let all: [(AnalysisLabels, String)] = [
    (.retransmission, "retransmission"), (.fastRetransmission, "fast retransmission"),
    (.spuriousRetransmission, "spurious retransmission"), (.outOfOrder, "out of order"),
    (.lostSegment, "gap before it"), (.ackLostSegment, "ACK of uncaptured data"),
    (.duplicateAck, "duplicate ACK"),
    (.keepAlive, "keep-alive"), (.keepAliveAck, "keep-alive ACK"),
    (.zeroWindow, "zero window"), (.zeroWindowProbe, "zero-window probe"),
    (.zeroWindowProbeAck, "zero-window probe ACK"), (.windowUpdate, "window update"),
    (.windowFull, "window full"), (.reusedPorts, "ports reused"),
  ]
}
