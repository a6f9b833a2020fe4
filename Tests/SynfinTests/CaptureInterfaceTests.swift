import Foundation
import Testing

/// An interface that goes down or away ends the capture with all that came before.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct CaptureInterfaceTests {
  @Test(arguments: [
    (["-i", "client0"], ["link", "delete", "client0"], "the interface has gone away"),
    (
      ["-i", "client0"], ["link", "set", "client0", "down"], "the interface has been switched off"
    ),
    (
      ["-i", "lo", "-i", "client0"], ["link", "delete", "client0"], "the interface has gone away"
    ),
    (
      ["-i", "client0", "-i", "lo"], ["link", "set", "client0", "down"],
      "the interface has been switched off"
    ),
  ])
  func itEndsWithItsInterface(_ interfaces: [String], _ command: [String], _ what: String) throws {
    try NetworkNamespaces.with { network in
      let saved = try network.openFolder() + "/saved.pcap"
      let capture = try network.capture(interfaces + ["-w", saved, "--format", "ndjson"])
      let facts = try Traffic.run([.exchange, .question], in: network)
      try network.ip(command, in: network.client)
      let run = try capture.wait()
      #expect(run.status == 3)
      #expect(
        run.faults == ["synfin: client0: \(what); what was captured before is complete"],
        "\(run.errors)")
      let told = try run.told
      #expect(try Set(facts).subtracting(told.lives) == [])
      let packets = try SavedFile(saved).records.count
      #expect(try told.end["packets"] as? Int == packets)
    }
  }

  @Test func theOthersGoOnWithAny() throws {
    try NetworkNamespaces.with { network in
      let capture = try network.capture(["-i", "any", "--format", "ndjson"])
      let facts = try Traffic.run([.exchange], in: network)
      let go = network.scratch.path("go")
      let connection = try network.openConnection(until: go)
      try network.ip(["link", "delete", "client0"], in: network.client)
      try network.scratch.write([], to: go)
      #expect(try connection.wait().status == 0)
      let run = try capture.stop()
      #expect(run.status == 0)
      #expect(run.faults == [])
      let lives = try run.told.lives
      #expect(Set(facts).subtracting(lives) == [])
      #expect(lives.contains { $0.client.port == 40000 && $0.outcome == "closed" })
    }
  }
}
