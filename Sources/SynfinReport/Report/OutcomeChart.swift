import SynfinLifecycle
import SynfinWire

/// Connections over time, stacked by outcome.
struct OutcomeChart: Sendable {
  private var bins = TimeBins(kinds: OutcomeLook.stack.count)

  mutating func add(_ record: ConnectionRecord) {
    bins.add(record.start, kind: OutcomeLook.stack.firstIndex(of: record.outcome) ?? 0)
  }

  func fragment(_ zone: TimeText.Zone) -> String {
    let width = DurationText.short(bins.width)
    var chart = Chart(
      "Connections begun, by how they went",
      summary: "Connections that began in each \(width), stacked by outcome.",
      x: Chart.Axis("time", .timeOfDay(since: bins.origin ?? Timestamp(nanoseconds: 0), zone)),
      y: Chart.Axis("per \(width)", .count, from: Extent(0)),
      width: ReportCharts.width, height: ReportCharts.height, name: "outcomes")
    var heights = [Double](repeating: 0, count: bins.bins.count)
    for (kind, outcome) in OutcomeLook.stack.enumerated() {
      let bars = stack(kind, outcome, &heights)
      if bars.isEmpty { continue }
      // The list of outcomes above the chart is its legend, too.
      chart.add(Series(nil, .bars(bars), OutcomeLook.hue(outcome)))
    }
    return chart.fragment()
  }

  private func stack(
    _ kind: Int, _ outcome: Outcome, _ heights: inout [Double]
  ) -> [Series.Bar] {
    var bars: [Series.Bar] = []
    for (index, bin) in bins.bins.enumerated() where bin[kind] > 0 {
      let (left, right) = (Double(index), Double(index + 1))
      let top = heights[index] + Double(bin[kind])
      bars.append(
        Series.Bar(
          Series.Mark(
            left * Double(bins.width), heights[index],
            title: "\(Phrase.grouped(bin[kind])) \(OutcomeText.word(outcome))"),
          Series.Mark(right * Double(bins.width), top)))
      heights[index] = top
    }
    return bars
  }
}

/// What the charts of the first screen have in common.
enum ReportCharts {
  /// As wide as a narrow screen and a third of a wide one, so that letters keep their size.
  static let width = 400.0
  static let height = 230.0
}
