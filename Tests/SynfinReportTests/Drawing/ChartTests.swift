import TestSupport
import Testing

@testable import SynfinReport

@Suite struct ChartTests {
  private func chart(_ series: [Series], title: String = "Throughput") -> Chart {
    var chart = Chart(
      title, summary: "What it shows", x: Chart.Axis("time", .duration),
      y: Chart.Axis("rate", .bitRate, from: Extent(0)))
    for series in series { chart.add(series) }
    return chart
  }

  private var marks: [Series.Mark] {
    (0..<20).map { Series.Mark(Double($0) * 1e8, Double($0 * $0) * 1e4, title: "mark \($0)") }
  }

  private var everyForm: [Series] {
    let bars = marks.map { Series.Bar($0, Series.Mark($0.x + 5e7, 0)) }
    let forms: [Series.Form] =
      [
        .line(marks), .steps(marks), .area(marks, base: 0), .stepArea(marks, base: 0),
        .bars(bars), .spans(bars),
      ] + Series.Shape.allCases.map { .points(marks, $0) }
    return forms.enumerated().map { Series("series \($0.offset)", $0.element, .blue, .dashed) }
  }

  @Test func everyFormIsDrawn() {
    let probe = DrawingProbe(chart(everyForm).document())
    #expect(probe.isWellFormed)
    // Dots and rings, and one of each in the legend.
    #expect(probe.all("circle").count == 42)
    #expect(probe.texts.filter { $0.hasPrefix("series ") }.count == everyForm.count)
    #expect(probe.texts.contains("Throughput"))
    #expect(probe.all("title").contains { $0.text == "mark 7" })
  }

  @Test func chartsWithoutValuesHaveAxes() {
    let empty: [[Series]] = [
      [], [Series("none", .line([]), .blue)], [Series("one", .line([Series.Mark(3, 3)]), .blue)],
      [Series("odd", .line([Series.Mark(.nan, .infinity), Series.Mark(1, .nan)]), .blue)],
    ]
    for series in empty {
      let xml = chart(series).document()
      #expect(DrawingProbe(xml).isWellFormed)
      #expect(xml.contains(">0</text>"))
      #expect(!xml.contains("nan") && !xml.contains("inf\""))
    }
  }

  @Test func namesFromOutsideStayTexts() {
    var chart = chart([Series("<b>&", .line(marks), .red)], title: "<script>x</script>")
    chart.add(Series("'\"", .points([Series.Mark(1, 1, title: "<i>")], .dot), .red))
    let probe = DrawingProbe(chart.document())
    #expect(probe.isWellFormed)
    #expect(probe.all("script").isEmpty && probe.all("b").isEmpty && probe.all("i").isEmpty)
    #expect(probe.texts.contains("<script>x</script>"))
  }

  @Test func legendsBreakIntoLinesAndNothingOverlaps() {
    var random = SplitMix64(seed: 3)
    for _ in 0..<200 {
      let series = (0..<Int.random(in: 0...9, using: &random)).map { index in
        Series("name of series \(index)", .line([Series.Mark(0, 0), Series.Mark(1e9, 1e6)]), .teal)
      }
      var chart = Chart(
        "T", summary: "", x: Chart.Axis("time", .duration), y: Chart.Axis("bytes", .bytes),
        width: Double.random(in: 240...1200, using: &random),
        height: Double.random(in: 160...700, using: &random))
      for series in series { chart.add(series) }
      let boxes = TextBoxes.of(DrawingProbe(chart.document()))
      #expect(TextBoxes.overlaps(boxes).isEmpty)
      #expect(boxes.allSatisfy { $0.box.left > -1 && $0.box.right < chart.width + 1 })
    }
  }

  @Test func categoriesStandInTheMiddleOfTheirPlaces() {
    var chart = Chart(
      "Outcomes", summary: "", x: Chart.Axis("connections", .count),
      y: Chart.Axis("", categories: ["closed", "reset"]))
    chart.add(
      Series(nil, .bars([Series.Bar(Series.Mark(0, 0.2), Series.Mark(7, 0.8))]), .green))
    let probe = DrawingProbe(chart.document())
    #expect(probe.texts.contains("closed") && probe.texts.contains("reset"))
    #expect(probe.all("rect", "f-green").count == 1)
  }
}
