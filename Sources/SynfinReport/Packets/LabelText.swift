import SynfinLifecycle

/// Analysis labels as people write them.
enum LabelText {
  /// The labels that are set: "retransmission", "keep-alive", "duplicate ACK".
  static func names(_ labels: AnalysisLabels) -> [String] {
    labels.rawValue == 0 ? [] : all.filter { labels.contains($0.0) }.map(\.1)
  }

  /// A cause as people write it: "timeout", "fast retransmission".
  static func name(_ cause: SegmentCause) -> String {
    switch cause {
    case .timeout: "timeout"
    case .fastRetransmit: "fast retransmission"
    case .tailLossProbe: "tail-loss probe"
    case .spurious: "needless"
    case .syn: "SYN again"
    case .synAck: "SYN+ACK again"
    case .fin: "FIN again"
    case .keepAlive: "keep-alive"
    case .zeroWindowProbe: "zero-window probe"
    case .reordered: "reordered"
    case .duplicatedByNetwork: "doubled by the network"
    case .duplicatedByCapture: "doubled by the capture"
    }
  }

  /// Writes the labels that are set and the cause, if no label says the same, each behind a separator.
  static func write(
    _ labels: AnalysisLabels, _ cause: SegmentCause?, _ list: inout ListSeparator,
    into text: inout TextBuffer
  ) {
    let cause = cause.map(name)
    var isToldByLabel = cause == nil
    if labels.rawValue != 0 {
      for (label, name) in all where labels.contains(label) {
        list.next(&text)
        text.append(string: name)
        isToldByLabel = isToldByLabel || name == cause
      }
    }
    guard let cause, !isToldByLabel else { return }
    list.next(&text)
    text.append("cause: ")
    text.append(string: cause)
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
