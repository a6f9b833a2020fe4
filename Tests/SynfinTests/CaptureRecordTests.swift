import Foundation
import Testing

/// A capture tells of connections what an analysis of the saved file tells, and both are true.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct CaptureRecordTests {
  @Test(arguments: [
    ["-i", "client0"], ["-i", "any"], ["-i", "client0", "-i", "lo"],
    ["-i", "client0", "-s", "96"], ["-i", "client0", "-n", "-K", "--immediate-mode"],
    ["-i", "client0", "--time-stamp-precision", "micro"],
  ])
  func recordsAreThoseOfTheSavedFile(_ arguments: [String]) throws {
    try NetworkNamespaces.with { network in
      let saved = try network.openFolder() + "/saved.pcap"
      let capture = try network.capture(arguments + ["--format", "ndjson", "-w", saved])
      // On the loopback interface meanwhile, if that is captured: packets of both mix.
      let go = network.scratch.path("go")
      let connection = try network.openConnection(until: go)
      let facts = try Traffic.run(in: network)
      try network.scratch.write([], to: go)
      #expect(try connection.wait().status == 0)
      let run = try capture.stop()
      #expect(run.status == 0)
      #expect(run.faults == [])

      let told = try run.told
      let ordered = told.records.sorted { $0.id < $1.id }
      let sameFlags = arguments.filter { $0 == "-K" || $0 == "-n" }
      let offline = try Binary.run(["--format", "ndjson", saved] + sameFlags)
      #expect(offline.status == 0)
      #expect(offline.errors == "")
      #expect(ordered.map(\.offline) == offline.lines.map(String.init))
      #expect(ordered.allSatisfy { $0.live["dropped_packets"] as? Int == 0 })

      let lives = try told.lives
      let seesLoopback = arguments.contains("any") || arguments.contains("lo")
      // The ports that an ICMPv6 error quotes stand behind its first 96 octets.
      let cut = arguments.contains("96")
      let known = facts.filter {
        !cut || $0.outcome != "unreachable" || !$0.client.address.contains(":")
      }
      #expect(known.count == facts.count - (cut ? 1 : 0))
      #expect(Set(known).subtracting(lives) == [])
      #expect(lives.count == facts.count + (seesLoopback ? 1 : 0))
      let packets = try SavedPackets.count(in: saved)
      #expect(try told.end["packets"] as? Int == packets)
    }
  }

  /// Records leave when they end; what is told of the whole in the end counts them all.
  @Test func theEndCountsWhatWasTold() throws {
    try NetworkNamespaces.with { network in
      let capture = try network.capture(["-i", "client0", "--format", "ndjson", "tcp"])
      let facts = try Traffic.run([.exchange, .refused, .question], in: network)
      let run = try capture.stop()
      let told = try run.told
      // Only TCP passes the filter.
      #expect(try Set(told.lives) == Set(facts.filter { $0.protocol == "tcp" }))
      #expect(told.records.allSatisfy { $0.left == "end" })
      let end = try told.end
      #expect(end["interfaces"] as? [String] == ["client0"])
      #expect(end["received_packets"] as? Int == end["packets"] as? Int)
      #expect(end["dropped_by_kernel"] as? Int == 0)
      #expect(end["evicted_connections"] as? Int == 0)
      let packets = try told.records.reduce(0) { sum, record in
        try ["client", "server"].reduce(sum) {
          let side = try #require(record.members[$1] as? [String: Any])
          return $0 + (try #require(side["packets"] as? Int))
        }
      }
      #expect(end["packets"] as? Int == packets)
    }
  }
}
