import Testing

@testable import SynfinReport

@Suite struct SVGWriterTests {
  private func document(
    _ title: String = "Title", _ draw: (inout SVGWriter) -> Void = { _ in }
  ) -> String {
    SVGWriter.document(
      SVGWriter.Frame(width: 100, height: 50, title: title, summary: "What it shows"), draw)
  }

  @Test(
    arguments: [
      (0, "0"), (1, "1"), (-1, "-1"), (0.5, "0.5"), (1.005, "1"), (2.346, "2.35"), (-0.25, "-0.25"),
      (0.001, "0"), (-0.001, "0"), (10.1, "10.1"), (10.01, "10.01"), (.nan, "0"), (.infinity, "0"),
      (1e300, "1000000000"), (-1e300, "-1000000000"),
    ] as [(Double, String)])
  func coordinatesAreShortAndFinite(_ value: Double, _ text: String) {
    #expect(TextBuffer.string { $0.append(pixels: value) } == text)
  }

  @Test(arguments: [
    ("a<b>&\"'c", "a&lt;b&gt;&amp;&quot;&#39;c"),
    ("</text><script>alert(1)</script>", "&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("line\nbreak\ttab", "line break tab"), ("\u{0}\u{1B}[31m\u{7F}\u{9B}", "��[31m��"),
    ("\u{202E}gpj.exe\u{2066}", "�gpj.exe�"), ("\u{FFFE}\u{1FFFF}", "��"), ("]]>", "]]&gt;"),
    ("Grüße 名前 🎉", "Grüße 名前 🎉"),
  ])
  func textsStayTexts(_ text: String, _ escaped: String) {
    #expect(TextBuffer.string { $0.append(escaped: text) } == escaped)
  }

  @Test func everythingComesOutWellFormed() {
    let evil = "</svg>\u{0}<script>&bad;\"'-->]]>"
    let xml = document(evil) { svg in
      svg.group("a" + "b", title: evil) { svg in
        svg.line(Point(x: .nan, y: 0), Point(x: .infinity, y: -.infinity), "line", title: evil)
        svg.polyline([Point(x: 1, y: 2)], "line")
        svg.polygon(
          [Point(x: 1, y: 2), Point(x: 3, y: 4), Point(x: 5, y: 6)], .fill(.red), title: evil)
        svg.strokes([(Point(x: 0, y: 0), Point(x: 1, y: 1))], .line(.blue, .dotted))
        svg.circle(Point(x: 1, y: 1), radius: -3, .fill(.red), title: evil)
        svg.clipped(to: Box(left: 0, top: 0, width: -1, height: 4)) { svg in
          svg.text(evil, at: Point(x: 1, y: 2), Font(size: 12), degrees: -90, title: evil)
        }
        svg.arrow(Point(x: 0, y: 0), Point(x: 50, y: 20), .green, "dashed")
        svg.arrow(Point(x: 0, y: 0), Point(x: 0, y: 0), .green)
        svg.cross(Point(x: 5, y: 5), size: 4, .red)
      }
    }
    let probe = DrawingProbe(xml)
    #expect(probe.isWellFormed)
    #expect(probe.all("script").isEmpty)
    #expect(probe.texts == ["</svg>�<script>&bad;\"'-->]]>"])
    #expect(probe.all("polyline").isEmpty)
    #expect(!xml.contains("nan") && !xml.contains("inf"))
    #expect(probe.all("g").first?.attributes["class"] == "a b")
  }

  @Test func drawingsSayWhatTheyAre() throws {
    let probe = DrawingProbe(document("Ladder"))
    let root = try #require(probe.elements.first)
    #expect(root.attributes["role"] == "img")
    #expect(root.attributes["viewBox"] == "0 0 100 50")
    let labels = root.attributes["aria-labelledby", default: ""].split(separator: " ")
    let ids = probe.elements.compactMap { $0.attributes["id"] }
    #expect(labels.map(String.init) == ids)
    #expect(probe.all("title").first?.text == "Ladder")
    #expect(probe.all("desc").first?.text == "What it shows")
  }

  @Test func fragmentsHaveNoStyleAndNamesOfTheirOwn() {
    let frame = SVGWriter.Frame(
      width: 9, height: 9, title: "", summary: "", name: "c1\"><x y='7")
    let fragment = SVGWriter.fragment(frame) { svg in
      svg.clipped(to: Box(left: 0, top: 0, width: 1, height: 1)) { _ in }
    }
    #expect(fragment.hasPrefix("<svg "))
    #expect(!fragment.contains("<style"))
    #expect(fragment.contains("id=\"sf-c1---x-y--7-clip1\""))
    #expect(DrawingProbe(fragment).isWellFormed)
  }

  @Test func theSameCallsWriteTheSameBytes() {
    let draw = { (svg: inout SVGWriter) in
      svg.text("a", at: Point(x: 1.23456, y: 2), Font(size: 12))
    }
    #expect(document("x", draw) == document("x", draw))
  }
}
