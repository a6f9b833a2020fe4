import Foundation
import Testing

/// `synfin report` without a browser.
@Suite struct ReportTests {
  private let capture = Fixture.path("lost-syn")

  @Test func sameCaptureGivesSameBytes() throws {
    let first = try Binary.run(["report", capture])
    let second = try Binary.run(["report", capture, "--threads", "1"])
    #expect(first.status == 0 && first.errors == "")
    #expect(first.output.hasPrefix("<!DOCTYPE html>"))
    #expect(first.output == second.output)
  }

  @Test func standardInputHasNoDetails() throws {
    let run = try Binary.run(["report", "-"], input: try Fixture.bytes("lost-syn"))
    #expect(run.status == 0)
    #expect(!run.output.contains("<template"))
    #expect(run.output.contains("came from standard input"))
    // Apart from them it tells the same.
    let file = try Binary.run(["report", capture, "--detail", "0"]).output
    let rows = { (page: String) in
      page.components(separatedBy: "\"rows\":").last?.components(separatedBy: "</script>").first
    }
    #expect(rows(run.output) == rows(file))
    #expect(run.output.contains("Segments sent again") && file.contains("Segments sent again"))
  }

  @Test(arguments: [
    (["--detail", "-1"], "from 0 to 10000"), (["--detail=x"], "from 0 to 10000"),
    (["--details", "3"], "did you mean --detail?"), (["-o", ""], "name a file"),
  ])
  func mistakesAreTold(_ arguments: [String], _ advice: String) throws {
    let run = try Binary.run(["report", capture] + arguments)
    #expect(run.status == 2 && run.output == "")
    #expect(run.complaints.count == 1 && run.errors.contains(advice), "\(run.errors)")
  }

  @Test func damagedCaptureHasAPage() throws {
    let bytes = try Fixture.bytes("lost-syn")
    try Scratch.with { scratch in
      let path = try scratch.file("cut.pcap", Array(bytes.dropLast(5)))
      let run = try Binary.run(["report", path])
      #expect(run.status == 3)
      #expect(run.output.contains("cut short") && run.output.hasSuffix("</html>\n"))
    }
  }

  /// What changes the numbers of connections is part of the command that shows one.
  @Test func commandRepeatsWhatChangesNumbers() throws {
    let run = try Binary.run(
      ["report", capture, "-K", "-f", "tcp port 7654", "-c", "9", "--udp-timeout", "5", "--utc"])
    #expect(
      run.output.contains(
        "\"command\":\"synfin show --ignore-checksums --filter='tcp port 7654' --count=9"
          + " --udp-timeout=5 \(capture)\""))
  }
}
