import Foundation
import Testing

/// A capture ends when it is told to, in good order or at once.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct CaptureStopTests {
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func theFirstSignalStopsInGoodOrder(_ signal: Int32) throws {
    try NetworkNamespaces.with { network in
      let saved = try network.openFolder() + "/saved.pcap"
      let capture = try network.capture(["-i", "client0", "-w", saved, "tcp"])
      _ = try Traffic.run([.exchange], in: network)
      let run = try capture.stop(signal)
      #expect(run.status == 0)
      #expect(run.faults == [])
      #expect(run.output.contains("\nconnections  2 TCP: 2 closed\n"))
      let packets = try SavedPackets.count(in: saved)
      #expect(run.output.contains("\npackets      \(packets) packets, "))
      #expect(
        run.errors.hasSuffix(
          "synfin: \(packets) packets captured, \(packets) packets received by filter, "
            + "0 packets dropped by kernel\n"))
    }
  }

  @Test func aSignalThatIsIgnoredStaysIgnored() throws {
    try NetworkNamespaces.with { network in
      let capture = try network.shell(#"trap '' HUP; exec "$0" "$@""#, ["-i", "client0"])
      try capture.waitUntilListening()
      capture.send(SIGHUP)
      _ = try Traffic.run([.exchange], in: network)
      try Live.wait(for: "the events") { capture.output.contains("closed by") }
      #expect(try capture.stop().output.contains("2 closed"))
    }
  }

  /// What is told does not get out, for nobody reads it: so the capture cannot end in good order.
  @Test func theSecondSignalEndsAtOnce() throws {
    try NetworkNamespaces.with { network in
      let pipe = try network.scratch.fifo("pipe")
      // For reading and writing, so that nobody has to wait for the other end.
      let end = try #require(FileHandle(forUpdatingAtPath: pipe))
      defer { try? end.close() }
      let capture = try network.shell(
        #"exec "$0" "$@" > '\#(pipe)'"#, ["-i", "client0", "--format", "ndjson"])
      try capture.waitUntilListening()
      // Events and records of more than the 64 KiB for which a pipe has room.
      _ = try Traffic.run([.exchange], times: 60, in: network)
      capture.send(SIGINT)
      // Once the first has come in, the second has its usual effect.
      try Live.wait(for: "the first signal") { try !Self.catches(SIGTERM, capture) }
      #expect(capture.isRunning)
      #expect(try capture.stop(SIGTERM).status == 128 + SIGTERM)
    }
  }

  private static func catches(_ signal: Int32, _ run: LiveRun) throws -> Bool {
    let mask = try #require(UInt64(run.status("SigCgt"), radix: 16))
    return mask >> (signal - 1) & 1 == 1
  }

  /// The end is near, however much comes.
  @Test func aFloodDoesNotKeepItFromEnding() throws {
    try NetworkNamespaces.with { network in
      let capture = try network.capture(["-i", "client0", "--format", "ndjson", "udp"])
      let flood = try network.python(
        """
        import socket, time
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.bind(("10.77.0.1", 10000))
            end.connect(("10.77.0.9", 53))
            last = time.monotonic() + 30
            while time.monotonic() < last:
                end.send(b"more")
        """)
      try Live.wait(for: "packets") {
        capture.send(SIGUSR1)
        return capture.errors.contains(" packets, 1 connection followed")
      }
      let run = try capture.stop()
      #expect(flood.isRunning)
      #expect(run.status == 0)
      #expect(try run.told.records.count == 1)
    }
  }

  @Test func progressIsToldOnTheWay() throws {
    try NetworkNamespaces.with { network in
      let capture = try network.capture(["-i", "client0", "--format", "none", "udp"])
      capture.send(SIGUSR1)
      try capture.wait(
        untilErrorsContain: "synfin: 0 packets, 0 connections followed, 0 packets dropped, ")
      _ = try Traffic.run([.question], in: network)
      // It may have been asked before the packets came.
      try Live.wait(for: "progress") {
        capture.send(SIGUSR1)
        return capture.errors.contains(
          "synfin: 4 packets, 2 connections followed, 0 packets dropped, ")
      }
      let run = try capture.stop()
      #expect(run.status == 0)
      #expect(run.faults.allSatisfy { $0.hasSuffix(" MiB of memory at most") })
      #expect(run.output.contains("2 UDP: 2 answered"))
    }
  }

  @Test func itEndsAfterSoManyPackets() throws {
    try NetworkNamespaces.with { network in
      let saved = try network.openFolder() + "/saved.pcap"
      let capture = try network.capture([
        "-i", "client0", "-c", "5", "--format", "ndjson", "-w", saved,
      ])
      _ = try Traffic.run([.exchange], in: network)
      let run = try capture.wait()
      #expect(run.status == 0)
      #expect(try run.told.end["packets"] as? Int == 5)
      #expect(try SavedFile(saved).records.count == 5)
    }
  }

  @Test func itEndsAfterSoLong() throws {
    try NetworkNamespaces.with { network in
      let capture = try network.capture(["-i", "client0", "--duration", "0.5", "tcp"])
      let run = try capture.wait()
      #expect(run.status == 0)
      #expect(run.output.contains("\npackets      0 packets, 0 B\n"))
      #expect(run.errors.contains("0 packets captured, "))
    }
  }

  /// The reader of what is told, or of the packets, has seen enough.
  @Test(arguments: [
    ["--format", "text"], ["--format", "ndjson"], ["-w", "-"], ["-w", "-", "-U"],
  ])
  func aReaderThatGoesAwayEndsItQuietly(_ arguments: [String]) throws {
    try NetworkNamespaces.with { network in
      let status = network.scratch.path("status")
      let capture = try network.shell(
        #"{ "$0" "$@"; echo $? > '\#(status)'; } | head -c 10 > /dev/null"#,
        ["-i", "client0"] + arguments)
      try capture.waitUntilListening()
      // It notices when it writes again.
      let traffic = try Traffic.start([.exchange], times: 200, pause: 0.05, in: network)
      let run = try capture.wait()
      #expect(traffic.isRunning)
      #expect(try String(contentsOfFile: status, encoding: .utf8) == "0\n")
      // With the packets elsewhere, what is told goes to standard error.
      if arguments[0] != "-w" { #expect(run.faults == []) }
      #expect(!run.errors.contains("pipe") && !run.errors.contains("gone away"))
    }
  }

  /// Nothing can be told any more; what is saved is complete up to there.
  @Test(arguments: [
    ("| head -c 10 > /dev/null", "0", ""),
    (
      "> /dev/full", "2",
      "synfin: standard output: cannot write: No space left on device"
    ),
  ])
  func whatWasSavedStaysWhole(_ output: String, _ status: String, _ fault: String) throws {
    try NetworkNamespaces.with { network in
      let saved = try network.openFolder() + "/saved.pcap"
      let file = network.scratch.path("status")
      let capture = try network.shell(
        #"{ "$0" "$@"; echo $? > '\#(file)'; } \#(output)"#, ["-i", "client0", "-w", saved, "tcp"])
      try capture.waitUntilListening()
      let traffic = try Traffic.start([.exchange], times: 200, pause: 0.05, in: network)
      let run = try capture.wait()
      #expect(traffic.isRunning)
      #expect(try String(contentsOfFile: file, encoding: .utf8) == status + "\n")
      #expect(run.faults.joined() == fault)
      let packets = try SavedFile(saved)
      #expect(packets.records.count > 0)
      #expect(packets.rest == 0)
    }
  }
}
