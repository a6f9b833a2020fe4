import Foundation
import TestSupport
import Testing

/// `synfin show --svg`, `--mermaid` and `--all`, over all recorded connections.
@Suite struct PictureTests {
  private static let scenarios = (try? Fixture.all) ?? []

  @Test(arguments: scenarios) func everyConnectionMakesAReadableLadder(_ path: String) throws {
    for extra in [[], ["--all"]] {
      let run = try Binary.run(["show", path, "1", "--svg", "-"] + extra)
      #expect(run.status == 0, "\(run.errors)")
      let probe = DrawingProbe(run.output)
      #expect(probe.isWellFormed)
      let boxes = TextBoxes(probe)
      #expect(boxes.overlaps.isEmpty)
      #expect(boxes.struck.isEmpty)
      let width = try #require(probe.elements.first?.number("width"))
      let extent = try #require(boxes.extent)
      #expect(extent.lowerBound >= 0 && extent.upperBound <= width, "\(extent) of \(width)")
    }
  }

  @Test(arguments: scenarios) func everyConnectionMakesADiagram(_ path: String) throws {
    let run = try Binary.run(["show", path, "1", "--mermaid"])
    #expect(run.status == 0)
    #expect(run.lines.first == "sequenceDiagram")
    let opens = run.lines.filter { $0.hasPrefix("  rect ") }.count
    #expect(run.lines.filter { $0 == "  end" }.count == opens)
    #expect(run.lines.contains { $0.contains("C->>S: ") || $0.contains("C-") })
  }

  @Test func theWholeLifeIsInThePicture() throws {
    let path = Fixture.path("four-way-close-by-client")
    let probe = DrawingProbe(try Binary.run(["show", path, "1", "--svg", "-"]).output)
    #expect(probe.all("g", "row").count == 11)
    #expect(probe.all("polygon").count == 11)
    for state in ["SYN_SENT", "SYN_RCVD", "FIN_WAIT_1", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT"] {
      #expect(probe.texts.contains(state))
    }
    for title in ["1 Establishment", "2 Transfer", "3 Release"] {
      #expect(probe.texts.contains(title))
    }
  }

  /// A lost segment's arrow has no head and ends in a cross.
  @Test(arguments: [
    ("lost-syn", 1), ("lost-fin", 1), ("four-way-close-by-client", 0), ("syn-into-black-hole", 0),
    ("spurious-retransmission", 0),
  ])
  func whatNeverArrivedEndsMidway(_ scenario: String, _ count: Int) throws {
    let run = try Binary.run(["show", Fixture.path(scenario), "1", "--svg", "-"])
    #expect(DrawingProbe(run.output).all("path", "thick").count == count)
  }

  @Test func allTellsEveryPacketByItself() throws {
    let path = Fixture.path("lossy-transfer")
    let probe = DrawingProbe(try Binary.run(["show", path, "1", "--all", "--svg", "-"]).output)
    #expect(probe.all("g", "row").count == 124)
    let folded = try Binary.run(["show", path, "1"]).output
    let all = try Binary.run(["show", path, "1", "--all"]).output
    #expect(folded.contains("16 segments") && !all.contains("16 segments"))
    #expect(all.split(separator: "\n").count > folded.split(separator: "\n").count + 100)
  }

  @Test func theFileAppearsCompleteOrNotAtAll() throws {
    try Scratch.with { scratch in
      let path = scratch.path("ladder.svg")
      let capture = Fixture.path("refused")
      let run = try Binary.run(["show", capture, "1", "--svg", path])
      #expect(run.status == 0 && run.output == "")
      #expect(try String(contentsOfFile: path, encoding: .utf8).hasSuffix("</svg>\n"))
      #expect(try Binary.run(["show", capture, "9", "--svg", scratch.path("new")]).status == 2)
      #expect(try scratch.contents == ["ladder.svg"])
    }
  }

  @Test(arguments: [
    (["--svg", "a.svg", "--mermaid"], "show: --svg and --mermaid are two forms;"),
    (["--svg", "a.svg", "-o", "b"], "show: --svg names the file to write;"),
    (["--svg", ""], "--svg '': name a file"),
  ])
  func conflictsAreErrors(_ flags: [String], _ complaint: String) throws {
    let run = try Binary.run(["show", Fixture.path("refused"), "1"] + flags)
    #expect(run.status == 2)
    #expect(run.complaints.count == 1)
    #expect(run.errors.hasPrefix("synfin: " + complaint), "\(run.errors)")
  }
}
