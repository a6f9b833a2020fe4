public import SynfinLifecycle
public import SynfinWire

/// Counts TCP segments over time, and those among them that were sent again.
public struct RetransmissionRate: Sendable {
  // Segments that take sequence space, and those of them that had been sent before.
  private var bins = TimeBins(kinds: 2)

  /// Makes a count of nothing.
  public init() {}

  /// Counts a packet, if it is a TCP segment that could be sent again.
  public mutating func add(_ packet: Packet, _ verdict: PacketVerdict, time: Timestamp) {
    guard !verdict.isQuote, case .tcp(let segment) = verdict.effectiveTransport(of: packet),
      segment.payloadLength > 0 || !segment.flags.isDisjoint(with: [.syn, .fin])
    else { return }
    bins.add(time, kind: 0)
    if let cause = verdict.cause, SegmentCause.ofRetransmissions.contains(cause) {
      bins.add(time, kind: 1)
    }
  }

  /// Whether no segment was counted.
  var isEmpty: Bool { bins.bins.isEmpty }

  func fragment(_ zone: TimeText.Zone) -> String {
    let width = DurationText.short(bins.width)
    var chart = Chart(
      "Segments sent again",
      summary:
        "The share of TCP segments with data, SYN or FIN that were sent again, in each \(width).",
      x: Chart.Axis("time", .timeOfDay(since: bins.origin ?? Timestamp(nanoseconds: 0), zone)),
      y: Chart.Axis("share of segments, per \(width)", .share, from: Extent(0)),
      width: ReportCharts.width, height: ReportCharts.height, name: "retransmissions")
    chart.add(Series(nil, .bars(bars), .red))
    return chart.fragment()
  }

  private var bars: [Series.Bar] {
    bins.bins.enumerated().compactMap { index, bin in
      guard bin[1] > 0 else { return nil }
      let share = Double(bin[1]) / Double(max(bin[0], bin[1]))
      let title = "\(Phrase.grouped(bin[1])) of \(Phrase.count(bin[0], "segment"))"
      return Series.Bar(
        Series.Mark(Double(index) * Double(bins.width), 0, title: title),
        Series.Mark(Double(index + 1) * Double(bins.width), share))
    }
  }
}
