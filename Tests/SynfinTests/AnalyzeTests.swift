import Foundation
import Testing

@Suite struct AnalyzeTests {
  @Test func tableOfAConnection() throws {
    let run = try Binary.run([Fixture.path("four-way-close-by-client")])
    #expect(run.status == 0)
    #expect(run.errors == "")
    let row = try #require(run.lines.last)
    #expect(row.contains("192.0.2.1:"))
    #expect(row.contains("closed by client, 4-way"))
    #expect(run.output.contains("1 TCP: 1 closed"))
    #expect(run.output.contains("(UTC)"))
  }

  /// A narrow terminal loses columns, never problems, and no line is longer than it.
  @Test(arguments: [80, 90, 100, 120, 200])
  func fitsTheWidth(_ columns: Int) throws {
    let names = ["lossy-transfer", "ipv6", "ping", "syn-into-black-hole", "udp-answered"]
    let run = try Binary.run(names.map(Fixture.path), environment: ["COLUMNS": "\(columns)"])
    let table = run.lines.drop { !$0.hasPrefix("#") }
    #expect(table.count >= names.count + 1)
    for line in table { #expect(line.count <= columns, "\(line)") }
    #expect(run.output.contains("7 retransmissions"))
    #expect(run.output.contains("5 SYN retries"))
  }

  @Test func oneWordIsEnough() throws {
    let path = Fixture.path("refused")
    let named = try Binary.run(["analyze", path])
    #expect(try Binary.run([path]).output == named.output)
    #expect(try Binary.run(["-r", path]).output == named.output)
    #expect(try Binary.run(["-nr", path, "--"]).status == 0)
    #expect(named.status == 0)
  }

  @Test func packetNumbersRunOnOverFiles() throws {
    let paths = ["refused", "four-way-close-by-client"].map(Fixture.path)
    let run = try Binary.run(paths + ["--format", "ndjson"])
    #expect(run.lines.count == 2)
    #expect(run.lines[0].contains(#""id":1,"#))
    #expect(run.lines[0].contains(#""first_packet":1,"last_packet":2,"#))
    #expect(run.lines[1].contains(#""id":2,"#))
    #expect(run.lines[1].contains(#""first_packet":3,"last_packet":13,"#))
  }

  @Test func selectsSortsAndLimits() throws {
    let names = ["refused", "four-way-close-by-client", "ping", "lossy-transfer"]
    func ids(_ flags: String...) throws -> [String] {
      let run = try Binary.run(names.map(Fixture.path) + ["--format", "ndjson"] + flags)
      #expect(run.status == 0, "\(run.errors)")
      return run.lines.map { String($0.dropFirst(6).prefix { $0.isNumber }) }
    }
    #expect(try ids() == ["1", "2", "3", "4"])
    #expect(try ids("--outcome", "refused,answered") == ["1", "3"])
    #expect(try ids("--protocol", "icmp") == ["3"])
    #expect(try ids("--host", "192.0.2.9") == [])
    #expect(try ids("--port=40001") == ["1", "2", "4"])
    #expect(try ids("--sort", "id", "--limit", "2") == ["1", "2"])
    #expect(try ids("--sort", "-id", "--limit", "2") == ["4", "3"])
    #expect(try ids("--sort", "bytes") == ["4", "3", "2", "1"])
    #expect(try ids("--sort", "-packets", "--limit=1") == ["1"])
    #expect(try ids("-f", "icmp") == ["1"])
    #expect(try ids("-c", "2") == ["1"])
  }

  @Test func aLimitCutsTheListNotTheCounts() throws {
    let paths = ["refused", "four-way-close-by-client", "lossy-transfer"].map(Fixture.path)
    let run = try Binary.run(paths + ["--sort", "bytes", "--limit", "1"])
    #expect(run.output.contains("3 TCP: 2 closed, 1 refused"))
    #expect(run.lines.suffix(2).first?.hasPrefix("3  TCP ") == true)
    #expect(run.lines.last == "and 2 more")
  }

  @Test func failOn() throws {
    let paths = ["four-way-close-by-client", "refused"].map(Fixture.path)
    let hit = try Binary.run(paths + ["--fail-on", "refused,reset", "--format", "none"])
    #expect(hit.status == 1)
    #expect(
      hit.errors
        == "synfin: --fail-on: 1 connection, the first is connection 2 (refused)\n")
    #expect(hit.output.contains("2 TCP: 1 refused, 1 closed"))
    #expect(try Binary.run(paths + ["--fail-on", "reset"]).status == 0)
    let limited = paths + ["--fail-on", "refused", "--limit", "1"]
    #expect(try Binary.run(limited).status == 1, "a limit on the output hides no alarm")
    let other = paths + ["--fail-on", "refused", "--outcome", "closed"]
    #expect(try Binary.run(other).status == 0, "what is not selected raises no alarm")
  }

  @Test func documentationIsWhatTheBinarySays() throws {
    let run = try Binary.run(["help", "record"])
    let page = Fixture.root.appendingPathComponent("docs/record.md")
    #expect(
      try String(contentsOf: page, encoding: .utf8) == run.output,
      "run: synfin help record > docs/record.md")
  }

  @Test(arguments: ["analyze", "show", "packets", "interfaces", "help"])
  func helpNamesEveryCommand(_ command: String) throws {
    let run = try Binary.run([command, "--help"])
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("synfin \(command): "))
    #expect(try Binary.run(["help", command]).output == run.output)
    #expect(try Binary.run(["--help"]).output.contains("\n  \(command) "))
  }

  @Test(arguments: [("analyze", true), ("packets", false)])
  func helpNamesTheFormatsOfItsCommand(_ command: String, _ knowsZeek: Bool) throws {
    let help = try Binary.run([command, "--help"]).output
    #expect(help.contains("zeek") == knowsZeek)
    let run = try Binary.run([command, Fixture.path("refused"), "--format", "zeek"])
    #expect((run.status == 0) == knowsZeek)
  }

  @Test func version() throws {
    let run = try Binary.run(["--version"])
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("synfin "))
  }
}
