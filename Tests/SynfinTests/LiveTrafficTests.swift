import Foundation
import Testing

/// The networks and the traffic of the live tests are what they promise: tcpdump captures, and
/// what it saved is analyzed.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct LiveTrafficTests {
  @Test(arguments: ["client0", "server0", "any"])
  func outcomesAreThoseOfTheTraffic(_ interface: String) throws {
    try NetworkNamespaces.with { network in
      let end = interface == "server0" ? network.server : network.client
      let saved = network.scratch.path("saved.pcap")
      let capture = try Self.capture(on: interface, of: end, to: saved, in: network)
      let facts = try Traffic.run(in: network)
      #expect(facts.count == 2 * Traffic.Scenario.allCases.count)
      // tcpdump does not read what is left in the kernel's buffer when it is stopped.
      try Live.wait(for: "all packets") { try Set(Life.all(inCapture: saved)) == Set(facts) }
      let run = try capture.stop()
      #expect(run.status == 0)
      #expect(run.errors.contains("0 packets dropped by kernel"))
      let lives = try Life.all(inCapture: saved)
      #expect(Set(lives) == Set(facts))
      #expect(lives.count == facts.count)
    }
  }

  @Test func aSlowReaderClosesItsWindow() throws {
    try NetworkNamespaces.with { network in
      let saved = network.scratch.path("saved.pcap")
      let capture = try Self.capture(
        on: network.client.interface, of: network.client, to: saved, in: network)
      let facts = try Traffic.run([.slowReader], in: network)
      try Live.wait(for: "all packets") { try Life.all(inCapture: saved) == facts }
      _ = try capture.stop()
      for record in try Self.records(of: saved) {
        let client = try #require(record["client"] as? [String: Any])
        #expect(try #require(client["zero_windows"] as? Int) > 0)
      }
    }
  }

  @Test func withoutOffloadsNoSegmentIsTooLarge() throws {
    try NetworkNamespaces.with(offloads: false) { network in
      let saved = network.scratch.path("saved.pcap")
      let capture = try Self.capture(
        on: network.server.interface, of: network.server, to: saved, in: network)
      let facts = try Traffic.run([.transfer], in: network)
      try Live.wait(for: "all packets") { try Life.all(inCapture: saved) == facts }
      _ = try capture.stop()
      let records = try Self.records(of: saved)
      #expect(records.count == 2)
      for record in records {
        let client = try #require(record["client"] as? [String: Any])
        let server = try #require(record["server"] as? [String: Any])
        let most = try #require(client["mss"] as? Int)
        #expect(try #require(server["largest_segment"] as? Int) <= most)
        #expect(record["doubts"] as? [String] == [])
      }
    }
  }

  @Test func programsEndAndAreKilled() throws {
    try NetworkNamespaces.with { network in
      let sleeper = try network.start(["60"], program: "sleep", in: network.client)
      #expect(throws: LiveError.self) { try sleeper.wait(limit: .milliseconds(50)) }
      #expect(try sleeper.wait().status == 128 + SIGKILL)
      let failing = try network.start(
        ["-i", "no-such-one"], program: "tcpdump", in: network.client)
      #expect(throws: LiveError.self) { try failing.waitUntilListening() }
      let run = try network.run(
        ["-c", "echo out; echo err >&2; exit 3"], program: "sh", in: network.server)
      #expect(run.status == 3)
      #expect(run.output == "out\n")
      #expect(run.errors == "err\n")
    }
  }

  @Test func aSmallDiskIsSoonFull() throws {
    try NetworkNamespaces.with { network in
      let disk = try network.withDisk(kibibytes: 64) { disk in
        let file = disk + "/file"
        let run = try network.run(
          ["-c", "head -c 100000 /dev/zero > '\(file)'"], program: "sh", in: network.client)
        #expect(run.status != 0)
        #expect(run.errors.contains("No space left on device"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)).count <= 65536)
        return disk
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: disk) == [])
    }
  }

  @Test func anInterfaceCanBeTakenAway() throws {
    try NetworkNamespaces.with { network in
      let saved = network.scratch.path("saved.pcap")
      let capture = try Self.capture(
        on: network.client.interface, of: network.client, to: saved, in: network)
      try network.ip(["link", "delete", network.client.interface], in: network.client)
      let run = try capture.wait()
      #expect(run.status == 1)
      #expect(run.errors.contains("The interface disappeared"))
    }
  }

  @Test func nothingIsLeftBehind() throws {
    var namespaces: [String] = []
    var left: LiveRun?
    #expect(throws: CancellationError.self) {
      try NetworkNamespaces.with { network in
        namespaces = [network.client.namespace, network.server.namespace]
        left = try network.start(["60"], program: "sleep", in: network.client)
        throw CancellationError()
      }
    }
    #expect(try #require(left).wait().status == 128 + SIGKILL)
    let list = try Binary.shell(
      "ip netns list", environment: ["PATH": NetworkNamespaces.path])
    #expect(list.status == 0)
    for namespace in namespaces { #expect(!list.output.contains(namespace)) }
  }

  /// Starts tcpdump so that the file holds each packet a second after it came.
  ///
  /// Not in its immediate mode: that has room for eight packets of an unknown greatest size.
  private static func capture(
    on interface: String, of end: NetworkNamespaces.End, to file: String,
    in network: NetworkNamespaces
  ) throws -> LiveRun {
    let capture = try network.start(
      ["-n", "-i", interface, "-U", "-Z", "root", "-w", file],
      program: "tcpdump", in: end)
    try capture.waitUntilListening()
    return capture
  }

  private static func records(of capture: String) throws -> [[String: Any]] {
    try Binary.run(["analyze", "--format", "ndjson", capture]).lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }
}

/// Not part of the suite that may be skipped: where root runs the tests, none of them is.
@Suite struct LiveTests {
  #if os(Linux)
    @Test(.enabled(if: geteuid() == 0, "only root can make network namespaces"))
    func liveTestsRunAsRoot() {
      #expect(Live.missing == [])
    }
  #endif
}
