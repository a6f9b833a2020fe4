import Foundation
import Testing

/// A capture keeps no more than it is told to, and says what it could not keep or did not see.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct CaptureLoadTests {
  @Test func whoIsWorthLeastLeavesFirst() throws {
    try NetworkNamespaces.with { network in
      let go = network.scratch.path("go")
      let capture = try network.capture([
        "-i", "client0", "-i", "lo", "--format", "ndjson", "--max-connections", "100",
        "tcp or udp",
      ])
      let connection = try network.openConnection(until: go)
      // Questions that nobody answers, each from another port.
      let flood = try network.python(
        """
        import socket
        for port in range(10000, 12000):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
                end.bind(("10.77.0.1", port))
                end.sendto(b"question", ("10.77.0.9", 53))
            with socket.socket() as end:
                end.bind(("10.77.0.1", port))
                end.setblocking(False)
                end.connect_ex(("10.77.0.9", 80))
        """)
      #expect(try flood.wait().status == 0)
      try network.scratch.write([], to: go)
      #expect(try connection.wait().status == 0)
      let run = try capture.stop()
      #expect(run.status == 0)
      let told = try run.told
      #expect(told.records.count == 4001)
      #expect(Set(told.records.map(\.id)).count == 4001)
      let evicted = told.records.filter { $0.left == "evicted" }.count
      #expect(evicted >= 4001 - 100 - 1)
      #expect(try told.end["evicted_connections"] as? Int == evicted)
      let lives = try told.lives
      let survivor = try #require(lives.first { $0.client.port == 40000 })
      #expect(survivor.outcome == "closed")
      #expect(survivor.client.payloadBytes == 10)
      #expect(lives.filter { $0.outcome == "unanswered" }.count == 4000)
    }
  }

  @Test func theSummaryTellsHowManyHadToLeave() throws {
    try NetworkNamespaces.with { network in
      let capture = try network.capture([
        "-i", "client0", "--format", "none", "--max-connections", "2", "tcp",
      ])
      _ = try Traffic.run([.unanswered], times: 5, in: network)
      let run = try capture.stop()
      #expect(run.output.contains("10 TCP: 10 unanswered"))
      #expect(run.output.contains(" connections left the table early"), "\(run.output)")
    }
  }

  /// The capture sleeps while more comes than the kernel has room for.
  @Test func dropsAreCountedAndHeldAgainstTheVerdicts() throws {
    try NetworkNamespaces.with { network in
      let go = network.scratch.path("go")
      let flags = ["-i", "client0", "-B", "1024", "-s", "200", "udp"]
      let captures = [
        try network.capture(flags + ["--format", "ndjson"]),
        try network.capture(flags + ["-n"]),
      ]
      let flood = try network.python(
        """
        import os, socket, sys, time
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.bind(("10.77.0.1", 10000))
            end.connect(("10.77.0.9", 53))
            end.send(b"first")
            last = time.monotonic() + 20
            while not os.path.exists(sys.argv[1]) and time.monotonic() < last:
                time.sleep(0.01)
            for _ in range(20000):
                end.send(bytes(1000))
        """, go)
      // Both have seen the first one.
      try Live.wait(for: "the first packet") {
        for capture in captures { capture.send(SIGUSR1) }
        return captures.allSatisfy { $0.errors.contains(" 1 connection followed, ") }
      }
      for capture in captures { capture.send(SIGSTOP) }
      try Live.wait(for: "sleep") {
        try captures.allSatisfy { try $0.status("State").hasPrefix("T") }
      }
      try network.scratch.write([], to: go)
      #expect(try flood.wait().status == 0)
      for capture in captures { capture.send(SIGCONT) }
      try captures[0].wait(untilErrorsContain: "packets")
      let facts = try Traffic.run([.question], in: network)
      let run = try captures[0].stop()
      #expect(run.status == 0)
      let told = try run.told
      let end = try told.end
      let dropped = try #require(end["dropped_by_kernel"] as? Int)
      #expect(dropped > 0)
      let captured = try #require(end["packets"] as? Int)
      #expect(end["received_packets"] as? Int == captured + dropped)
      #expect(captured + dropped == 20001 + 4)
      let record = try #require(try told.records.first { try Life($0.line).client.port == 10000 })
      #expect(record.live["dropped_packets"] as? Int == dropped)
      #expect((record.members["doubts"] as? [String])?.contains("dropped_packets") == true)
      #expect(try Set(facts).subtracting(told.lives) == [])

      let text = try captures[1].stop()
      #expect(text.status == 0)
      let words = try #require(text.errors.split(separator: "received by filter, ").last)
      let count = try #require(words.split(separator: " ").first)
      #expect(text.errors.hasSuffix(", \(count) packets dropped by kernel\n"))
      #expect(text.output.contains("\(count) packets"), "\(text.output)")
    }
  }
}

/// The table of states, every so often.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct CaptureStatesTests {
  @Test func openConnectionsStandInTheTable() throws {
    try NetworkNamespaces.with { network in
      let capture = try network.capture(["-i", "lo", "-n", "--states", "0.2"])
      let go = network.scratch.path("go")
      let connection = try network.openConnection(until: go)
      try Live.wait(for: "the table") { Self.rows(capture.output).contains { $0.count > 2 } }
      let rows = Self.rows(capture.output)
      let row = try #require(rows.first)
      #expect(row.contains("127.0.0.1:40000"))
      #expect(row.contains("127.0.0.1:80"))
      #expect(row.filter { $0 == "ESTABLISHED" }.count == 2)
      try network.scratch.write([], to: go)
      #expect(try connection.wait().status == 0)
      try Live.wait(for: "the end in the table") {
        Self.rows(capture.output).contains { $0.contains("TIME_WAIT") }
      }
      let run = try capture.stop()
      #expect(run.status == 0)
      #expect(run.output.contains("\nconnections  1 TCP: 1 closed\n"))
    }
  }

  /// The words of the table's rows for TCP, which are no lines of events.
  private static func rows(_ output: String) -> [[Substring]] {
    output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map { $0.split(separator: " ") }.filter { $0.first?.lowercased() == "tcp" }
  }
}
