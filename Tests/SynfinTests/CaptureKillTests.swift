import Foundation
import Testing

/// What was saved is readable at any moment.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct CaptureKillTests {
  /// A capture that is killed while it writes and rotates, after some files.
  @Test(arguments: [(2, true), (9, true), (30, true), (3, false), (20, false)])
  func whatAKilledCaptureSavedIsReadable(files: Int, isPacketBuffered: Bool) throws {
    try NetworkNamespaces.with { network in
      let folder = try network.openFolder()
      let capture = try network.capture(
        ["-i", "client0", "-w", folder + "/part", "-C", "64k", "--format", "ndjson", "tcp"]
          + (isPacketBuffered ? ["-U"] : []))
      let traffic = try Traffic.start([.transfer], times: 5000, bytes: 30_000, in: network)
      try Live.wait(for: "\(files) files") {
        guard try FileManager.default.contentsOfDirectory(atPath: folder).count >= files else {
          return false
        }
        return !isPacketBuffered || capture.output.contains(#"{"event":"closed""#)
      }
      #expect(try capture.stop(SIGKILL).status == 128 + SIGKILL)
      #expect(traffic.isRunning)
      traffic.send(SIGKILL)

      let names = try Self.names(in: folder)
      #expect(names.count >= files - 1)
      try Self.expectReadable(names, in: folder)
      guard isPacketBuffered else { return }
      // What was told was saved before. The last line may be there in part only.
      let closed = try capture.told.events.filter { $0["event"] as? String == "closed" }
      let run = try Binary.run(["--format", "ndjson"] + names.map { folder + "/" + $0 })
      let lives = try run.lines.map { try Life($0) }.filter { $0.outcome == "closed" }
      let saved = Dictionary(
        lives.map { ($0.client.port, [$0.client.payloadBytes, $0.server.payloadBytes]) },
        uniquingKeysWith: { first, _ in first })
      #expect(!closed.isEmpty)
      for event in closed {
        let client = try #require(event["client"] as? [String: Any])
        let server = try #require(event["server"] as? [String: Any])
        let bytes = [client["payload_bytes"] as? Int, server["payload_bytes"] as? Int]
        #expect(saved[client["port"] as? Int] == bytes)
      }
    }
  }

  /// The files in the order of their numbers, without one that had no name yet.
  private static func names(in folder: String) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.allSatisfy { $0.hasPrefix("part") || $0.hasSuffix(".partial") })
    return names.filter { $0.hasPrefix("part") }
      .sorted { ($0.count, $0) < ($1.count, $1) }
  }

  /// Every file is whole but the last, which may end with a piece of a record.
  private static func expectReadable(_ names: [String], in folder: String) throws {
    for name in names {
      let path = folder + "/" + name
      let file = try SavedFile(path)
      #expect(name == names.last || file.rest == 0, "\(name)")
      let run = try Binary.run(["--format", "none", path])
      #expect(run.status == (file.rest == 0 ? 0 : 3), "\(name): \(run.errors)")
      let reader = try Binary.shell(
        "tcpdump -nr \"$FILE\"",
        environment: ["FILE": path, "PATH": NetworkNamespaces.path])
      #expect(reader.lines.count == file.records.count)
      let isCut = reader.errors.contains("truncated dump file")
      #expect(isCut == (file.rest > 0), "\(name): \(reader.errors)")
    }
  }
}

/// A disk that is full ends the capture, and nothing that was captured before is lost.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct CaptureDiskTests {
  @Test(arguments: [[], ["-U"], ["-C", "64k"], ["-C", "64k", "-U"]])
  func aFullDiskIsToldInALine(_ arguments: [String]) throws {
    try NetworkNamespaces.with { network in
      try network.withDisk(kibibytes: 256) { disk in
        let saved = disk + "/saved.pcap"
        let capture = try network.capture(["-i", "client0", "-w", saved, "-n", "tcp"] + arguments)
        let traffic = try Traffic.start([.transfer], times: 1000, in: network)
        let run = try capture.wait()
        #expect(traffic.isRunning)
        #expect(run.status == 2)
        #expect(run.faults.count == 1, "\(run.errors)")
        let fault = try #require(run.faults.first)
        #expect(fault.hasPrefix("synfin: \(saved)"))
        #expect(fault.contains(": cannot write: No space left on device; make room"))
        // The events so far, and the summary.
        #expect(run.output.contains(" > 10.77.0.2:80"))
        #expect(run.output.contains("\npackets      "))
        #expect(run.output.contains("\nconnections  "))
        let names = try FileManager.default.contentsOfDirectory(atPath: disk)
        #expect(arguments.contains("-C") == (names.count > 1))
        for name in names {
          let file = try SavedFile(disk + "/" + name)
          #expect(file.rest == 0)
          #expect(try SavedPackets.count(in: disk + "/" + name) == file.records.count)
        }
      }
    }
  }

  /// As on a full disk.
  @Test func aFileThatMayNotGrowIsToldInALine() throws {
    try NetworkNamespaces.with { network in
      let saved = try network.openFolder() + "/saved.pcap"
      // In blocks of 512 octets.
      let capture = try network.shell(
        #"ulimit -f 100; exec "$0" "$@""#, ["-i", "client0", "-w", saved, "--format", "ndjson"])
      try capture.waitUntilListening()
      _ = try Traffic.run([.transfer], in: network)
      let run = try capture.wait()
      #expect(run.status == 2)
      #expect(
        run.faults == [
          "synfin: \(saved): cannot write: File too large; begin a new file in time with -C"
        ])
      #expect(try run.told.end["packets"] as? Int ?? 0 > 0)
      #expect(try SavedFile(saved).rest == 0)
    }
  }
}
