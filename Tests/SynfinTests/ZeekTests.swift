import Foundation
import Testing

/// `--format zeek` of the real binary, read as `zeek-cut` reads it: columns found by their names.
@Suite struct ZeekTests {
  /// Rows as dictionaries, by the names in `#fields`.
  private func rows(_ output: String) throws -> [[String: String]] {
    let lines = output.split(separator: "\n")
    let header = try #require(lines.first { $0.hasPrefix("#fields\t") })
    let names = header.split(separator: "\t").dropFirst().map { String($0) }
    return lines.filter { !$0.hasPrefix("#") }.map { line in
      let values = line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
      #expect(values.count == names.count, "\(line)")
      return Dictionary(zip(names, values)) { $1 }
    }
  }

  @Test(arguments: [
    ("four-way-close-by-client", "SF"), ("refused", "REJ"), ("syn-into-black-hole", "S0"),
    ("open-at-end", "S1"),
  ])
  func recordedConnections(_ scenario: String, _ state: String) throws {
    let run = try Binary.run([Fixture.path(scenario), "--format", "zeek"])
    #expect(run.status == 0)
    #expect(run.errors == "")
    let rows = try rows(run.output)
    #expect(rows.first?["conn_state"] == state)
    #expect(rows.first?["proto"] == "tcp")
    #expect(rows.first?["ip_proto"] == "6")
    #expect(rows.first?["history"]?.hasPrefix("S") == true)
  }

  @Test func ping() throws {
    let rows = try rows(Binary.run([Fixture.path("ping"), "--format", "zeek"]).output)
    #expect(rows.count == 1)
    #expect(rows[0]["proto"] == "icmp")
    #expect(rows[0]["id.orig_p"] == "8")
    #expect(rows[0]["orig_pkts"] == rows[0]["resp_pkts"])
  }

  /// Twice the same bytes, whatever the time of day and wherever they go.
  @Test func isDeterministic() throws {
    let arguments = ["four-way-close-by-client", "ping"].map(Fixture.path) + ["--format", "zeek"]
    let run = try Binary.run(arguments)
    #expect(try Binary.run(arguments, environment: ["TZ": "Asia/Tokyo"]).output == run.output)
    #expect(run.lines.first == "#separator \\x09")
    #expect(run.lines.last?.hasPrefix("#close\t") == true)
    try Scratch.with { scratch in
      let path = scratch.path("conn.log")
      let written = try Binary.run(arguments + ["-o", path])
      #expect(written.output == "")
      let contents = try String(contentsOfFile: path, encoding: .utf8)
      #expect(contents == run.output)
    }
  }

  @Test func choosesPackets() throws {
    let paths = ["four-way-close-by-client", "ping"].map(Fixture.path)
    let some = try Binary.run(paths + ["--format", "zeek", "-f", "icmp"])
    #expect(try rows(some.output).map { $0["proto"] } == ["icmp"])
    let few = try Binary.run(paths + ["--format", "zeek", "-c", "1"])
    #expect(try rows(few.output).map { $0["conn_state"] } == ["S0"])
    let none = try Binary.run(paths + ["--format", "zeek", "-f", "port 9"])
    #expect(try rows(none.output).isEmpty)
  }

  @Test func checksums() throws {
    let path = Fixture.path("damaged-segment").replacing("client.pcap", with: "server.pcap")
    let strict = try rows(Binary.run([path, "--format", "zeek"]).output)
    #expect(strict.contains { $0["history"]?.lowercased().contains("c") == true })
    let lax = try rows(Binary.run([path, "--format", "zeek", "--ignore-checksums"]).output)
    #expect(!lax.contains { $0["history"]?.lowercased().contains("c") == true })
  }

  @Test(arguments: [
    ["--sort", "bytes"], ["--outcome", "reset"], ["--limit", "1"], ["--fail-on", "reset"],
    ["--host", "192.0.2.1"], ["--port", "80"], ["--protocol", "tcp"], ["--udp-timeout", "5"],
  ])
  func refuses(_ flags: [String]) throws {
    let run = try Binary.run([Fixture.path("ping"), "--format", "zeek"] + flags)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.complaints.count == 1)
    #expect(run.errors.contains(flags[0]) && run.errors.contains("--format zeek"))
  }

  /// A file that is cut short still gives its rows, and says so.
  @Test func damagedFile() throws {
    try Scratch.with { scratch in
      let bytes = try Fixture.bytes("four-way-close-by-client")
      let path = try scratch.file("cut.pcap", Array(bytes.dropLast(5)))
      let run = try Binary.run([path, "--format", "zeek"])
      #expect(run.status == 3)
      #expect(try rows(run.output).count == 1)
      #expect(run.lines.last?.hasPrefix("#close\t") == true)
    }
  }
}
