import Foundation
import Testing

/// What happens to a connection is told as it happens.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct CaptureEventTests {
  /// What is told of a scenario, as an event and in words.
  static let stories: [(scenario: Traffic.Scenario, events: [String], words: [String])] = [
    (
      .exchange, ["opened", "established", "first_data", "closed"],
      ["SYN", "established, RTT ", "first data, from the client", "closed by the client, "]
    ),
    (.refused, ["opened", "refused"], ["SYN", "refused after "]),
    (
      .reset, ["opened", "established", "first_data", "reset"],
      ["SYN", "established, RTT ", "first data, from the client", "reset by the server after "]
    ),
    (
      .halfClose, ["opened", "established", "first_data", "half_closed", "closed"],
      [
        "SYN", "established, RTT ", "first data, from the client",
        "half-closed: the client sends no more, the server still may",
        "closed by the client, 4-way after ",
      ]
    ),
    (
      .slowReader,
      ["opened", "established", "first_data", "problem zero_window", "window_opened", "closed"],
      [
        "SYN", "established, RTT ", "first data, from the server",
        "window closed: the server must wait for the client", "the client has room again, after ",
        "closed by the server, ",
      ]
    ),
    (.unanswered, ["opened"], ["SYN"]),
    (.question, ["answered"], ["answered in "]),
    (.unreachable, ["unreachable"], ["unreachable after "]),
    (.ignored, [], []),
    (.ping, ["answered"], ["answered in "]),
    (
      .transfer, ["opened", "established", "first_data", "closed"],
      ["SYN", "established, RTT ", "first data, from the server", "closed by the server, "]
    ),
  ]

  /// What is told of each scenario over IPv4 and over IPv6; `--events` is that of the run.
  private func expectEvents(
    _ choice: String, _ isTold: (String) -> Bool
  ) throws {
    try NetworkNamespaces.with { network in
      let capture = try network.capture([
        "-i", "client0", "--format", "ndjson", "--events", choice,
      ])
      let facts = try Traffic.run(in: network)
      let run = try capture.stop()
      #expect(run.status == 0)
      let told = try run.told
      // Which record is whose, the facts tell: they come in the order of the stories.
      let ids = Dictionary(
        try told.records.map { (try Life($0.line), $0.id) }, uniquingKeysWith: { first, _ in first }
      )
      for (index, fact) in facts.enumerated() {
        let story = Self.stories[index / 2]
        let id = try #require(ids[fact], "\(story.scenario)")
        let words = Self.essence(told.words(of: id), of: story.scenario)
        #expect(words == story.events.filter(isTold), "\(story.scenario) \(fact.client.address)")
      }
      try expectOrder(told)
    }
  }

  /// What a busy machine may make happen beside the story is left out.
  private static func essence(_ words: [String], of scenario: Traffic.Scenario) -> [String] {
    var essence: [String] = []
    for word in words {
      // An end that comes late to its own FIN leaves the connection half-closed for that time.
      if word == "half_closed", scenario != .halfClose { continue }
      // Probes of a closed window may count as such.
      if word == "problem retransmission" { continue }
      // The window may close more than once.
      if scenario == .slowReader, essence.contains(word) { continue }
      essence.append(word)
    }
    return essence
  }

  private func expectOrder(_ told: Told) throws {
    let packets = told.events.compactMap { $0["packet"] as? Int }
    #expect(packets == packets.sorted())
    let times = told.events.compactMap { $0["time"] as? String }
    #expect(times == times.sorted())
    #expect(try told.end["event"] as? String == "capture_end")
  }

  private static let failures = ["refused", "reset", "unreachable"]
  private static let problems = ["problem zero_window", "window_opened"]

  @Test func everythingIsTold() throws { try expectEvents("all") { _ in true } }

  @Test func problemsAreToldAlone() throws {
    try expectEvents("problems") { Self.failures.contains($0) || Self.problems.contains($0) }
  }

  @Test func lifecyclesAreToldWithoutProblems() throws {
    try expectEvents("lifecycle") { !Self.problems.contains($0) }
  }

  @Test func linesSayItInWords() throws {
    try NetworkNamespaces.with { network in
      let capture = try network.capture(["-i", "client0", "-n"])
      let facts = try Traffic.run(in: network)
      let run = try capture.stop()
      #expect(run.status == 0)
      for (index, fact) in facts.enumerated() {
        let story = Self.stories[index / 2]
        let isIPv6 = fact.client.address.contains(":")
        let client = fact.client.port.map {
          isIPv6 ? "[\(fact.client.address)]:\($0)" : "\(fact.client.address):\($0)"
        }
        let lines = run.lines.filter { $0.contains(" \(client ?? fact.client.address) > ") }
        for words in story.words {
          #expect(
            lines.contains { $0.contains("  " + words) }, "\(story.scenario) \(words): \(lines)")
        }
      }
      #expect(run.output.contains("\nconnections  14 TCP: "))
    }
  }

  /// Who is over or silent leaves while the capture goes on.
  @Test func whoIsOverLeavesMeanwhile() throws {
    try NetworkNamespaces.with { network in
      let capture = try network.capture([
        "-i", "client0", "-i", "lo", "--format", "ndjson", "--syn-timeout", "2",
        "--udp-timeout", "2", "--closed-timeout", "1", "--tcp-timeout", "3",
      ])
      let connection = try network.openConnection(until: network.scratch.path("go"))
      let facts = try Traffic.run([.exchange, .unanswered, .question, .ignored], in: network)
      try capture.wait(for: "all records") { $0.records.count == facts.count + 1 }
      let told = try capture.told
      #expect(try Set(facts).subtracting(told.lives) == [])
      for record in told.records {
        let outcome = try #require(record.members["outcome"] as? String)
        #expect(record.left == (outcome == "closed" ? "closed" : "idle"))
        let last = told.words(of: record.id).last
        #expect(last == (outcome == "open" ? "expired" : outcome), "\(record.line)")
      }
      #expect(connection.isRunning)
      // The next one is followed again.
      try network.scratch.write([], to: network.scratch.path("go"))
      #expect(try connection.wait().status == 0)
      let run = try capture.stop()
      #expect(run.status == 0)
      let after = try run.told.records.dropFirst(facts.count + 1)
      #expect(after.count == 1)
      let rest = try #require(after.first)
      #expect(try run.told.words(of: rest.id).first == "midstream")
    }
  }
}
