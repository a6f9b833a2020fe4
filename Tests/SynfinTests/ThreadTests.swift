import Testing

/// However many threads work, the output is the same to the last byte.
@Suite struct ThreadTests {
  /// More connections than fit into some blocks of records, more packets than fit into some batches.
  private static let capture = GeneratedCapture.manyConnections(5000)

  @Test(arguments: [
    ["--format", "ndjson"], ["--format", "csv"], ["--format", "none"], ["--format", "text"],
    ["--format", "ndjson", "--outcome", "refused,open"],
    ["--format", "ndjson", "--sort", "bytes", "--limit", "7"],
    ["--format", "csv", "--fail-on", "refused"],
  ])
  func threadsChangeNothing(_ flags: [String]) throws {
    try Scratch.with { scratch in
      let path = try scratch.file("capture.pcap", Self.capture)
      // The file comes twice: in its second half each port is used again.
      let runs = try ["1", "2", "5"].map {
        try Binary.run(["analyze", "--threads", $0, path, path] + flags)
      }
      #expect(runs[0].status == (flags.contains("--fail-on") ? 1 : 0))
      #expect(runs[0].output.utf8.count > 200)
      for run in runs {
        #expect(run.status == runs[0].status)
        #expect(run.output == runs[0].output)
        #expect(run.errors == runs[0].errors)
      }
    }
  }

  @Test func aFullDiskIsToldOnce() throws {
    try Scratch.with { scratch in
      let path = try scratch.file("capture.pcap", Self.capture)
      let run = try Binary.run([
        "analyze", "--threads", "4", "--format", "ndjson", "-o", "/dev/full", path,
      ])
      #expect(run.status == 2)
      #expect(run.complaints.count == 1)
    }
  }

  @Test(arguments: ["0", "65", "two", "-1"])
  func refusesOtherNumbers(_ number: String) throws {
    let run = try Binary.run(["analyze", "--threads", number, Fixture.path("refused")])
    #expect(run.status == 2)
    #expect(run.errors.contains("give a number from 1 to 64"))
  }
}
