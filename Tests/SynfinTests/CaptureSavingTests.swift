import Foundation
import Testing

/// What is saved is what was captured, wherever it goes.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct CaptureSavingTests {
  /// Standard output and a FIFO carry the same packets as a file.
  @Test func filesPipesAndStandardOutputAgree() throws {
    try NetworkNamespaces.with { network in
      let folder = try network.openFolder()
      let (plain, piped, output) = (folder + "/plain", folder + "/piped", folder + "/output")
      let fifo = try network.scratch.fifo("fifo")
      let reader = try network.start(
        ["-c", "cat '\(fifo)' > '\(piped)'"], program: "sh", in: network.client)
      let interface = ["-i", "client0", "tcp or udp"]
      let captures = [
        try network.capture(interface + ["-w", plain]),
        try network.capture(interface + ["-w", fifo]),
        try network.shell(#"exec "$0" "$@" > '\#(output)'"#, interface + ["-w", "-"]),
        try network.capture(interface + ["-w", "/dev/null"]),
      ]
      try captures[2].waitUntilListening()
      let facts = try Traffic.run(in: network)
      let runs = try captures.map { try $0.stop() }
      #expect(runs.allSatisfy { $0.status == 0 })
      #expect(try reader.wait().status == 0)
      // Standard output is for the packets.
      #expect(runs[2].output == "")
      #expect(runs[2].errors.contains("\nconnections  14 TCP: "))
      #expect(runs[3].output.contains("\nconnections  14 TCP: "))

      let known = facts.filter {
        $0.protocol == "tcp" || $0.outcome == "answered" && $0.protocol == "udp"
      }
      #expect(try Set(known).subtracting(Life.all(inCapture: plain)) == [])
      let packets = try SavedFile(plain).contents
      for path in [piped, output] {
        let file = try SavedFile(path)
        #expect(file.contents == packets)
        #expect(file.rest == 0)
      }
    }
  }

  @Test func packetsOfOneLinkTypeGoIntoAFile() throws {
    try NetworkNamespaces.with { network in
      let folder = try network.openFolder()
      let run = try network.run(
        ["capture", "-i", "client0", "-i", "any", "-w", folder + "/saved.pcap"],
        in: network.client)
      #expect(run.status == 2)
      #expect(run.faults.count == 1)
      #expect(run.errors.contains("a pcap file has one link type, not EN10MB and LINUX_SLL2"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
  }

  @Test func anOldFileIsReplacedAndALinkIsNotFollowed() throws {
    try NetworkNamespaces.with { network in
      let folder = try network.openFolder()
      let (target, link) = (network.scratch.path("target"), folder + "/link.pcap")
      try network.scratch.write(Array("precious".utf8), to: target)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
      let capture = try network.capture(["-i", "client0", "-Z", "root", "-w", link])
      _ = try Traffic.run([.exchange], in: network)
      #expect(try capture.stop().status == 0)
      #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
      #expect(try SavedFile(link).records.count >= 18)
    }
  }
}

/// A capture goes on in the next file without losing a packet or writing one twice.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct CaptureRotationTests {
  /// Captures a transfer twice at a time, in one file and in several.
  private func captureTwice(
    _ arguments: [String], _ network: NetworkNamespaces, asleep: Bool = false,
    traffic: () throws -> Void
  ) throws -> (whole: SavedFile, folder: String, rotated: Run) {
    let whole = try network.openFolder("whole") + "/whole.pcap"
    let folder = try network.openFolder("parts")
    // There is room in the kernel for all of it.
    let common = ["-i", "client0", "-B", "32768", "--format", "none", "tcp or udp", "-w"]
    let single = try network.capture(common + [whole])
    let several = try network.capture(
      common + [folder + "/" + arguments[0]] + arguments.dropFirst())
    // After a sleep they have everything to do at once.
    if asleep { several.send(SIGSTOP) }
    try traffic()
    if asleep { several.send(SIGCONT) }
    let rotated = try several.stop()
    #expect(rotated.status == 0)
    let run = try single.stop()
    for errors in [run.errors, rotated.errors] {
      try #require(errors.contains(" 0 packets dropped by kernel"))
    }
    return (try SavedFile(whole), folder, rotated)
  }

  private func parts(_ names: [String], in folder: String) throws -> [SavedFile] {
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == names.sorted())
    return try names.map { name in
      let path = folder + "/" + name
      let file = try SavedFile(path)
      #expect(file.rest == 0)
      #expect(try SavedPackets.count(in: path) == file.records.count)
      #expect(try Binary.run(["--format", "none", path]).status == 0)
      return file
    }
  }

  @Test func bySizeEveryPacketIsInOneFile() throws {
    try NetworkNamespaces.with { network in
      let (whole, folder, _) = try captureTwice(["part", "-C", "1"], network, asleep: true) {
        _ = try Traffic.run([.transfer], bytes: 2_200_000, in: network)
      }
      let parts = try parts(["part", "part1", "part2", "part3", "part4"], in: folder)
      #expect(SavedFile.contents(of: parts) == whole.contents)
      // As tcpdump: a file is over when it is larger, and no sooner.
      for part in parts.dropLast() {
        let size = part.records.reduce(SavedFile.headerLength) { $0 + $1.count }
        #expect(size > 1_000_000)
        #expect(size - (part.records.last?.count ?? 0) <= 1_000_000)
      }
    }
  }

  @Test func aRingHoldsTheLastPackets() throws {
    try NetworkNamespaces.with { network in
      let (whole, folder, _) = try captureTwice(
        ["part", "-C", "1", "-W", "3"], network
      ) {
        _ = try Traffic.run([.transfer], bytes: 2_200_000, in: network)
      }
      // Four full files and a fifth: the first two are gone.
      let parts = try parts(["part2", "part0", "part1"], in: folder)
      let gone = whole.contents.subtracting(SavedFile.contents(of: parts))
      let kept = parts.reduce(0) { $0 + $1.records.count }
      #expect(gone.count > 0)
      #expect(gone.count + kept == whole.records.count)
      // The first of them; two captures may see a few packets of two processors in another order.
      let first = whole.records.prefix(gone.count + 50)
      #expect(gone.subtracting(Packets(first)).isEmpty)
    }
  }

  @Test func byTimeEveryPacketIsInTheFileOfItsSecond() throws {
    try NetworkNamespaces.with { network in
      let (whole, folder, _) = try captureTwice(["at-%s.pcap", "-G", "1"], network) {
        _ = try Traffic.run([.question], in: network)
        for port in [40101, 40201, 40301] {
          Thread.sleep(forTimeInterval: 1)
          _ = try Traffic.run([.question], firstPort: port, in: network)
        }
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names.count >= 3)
      let parts = try parts(names, in: folder)
      #expect(SavedFile.contents(of: parts) == whole.contents)
      // The first file begins with the capture, each other one with a packet.
      for (name, part) in zip(names, parts).dropFirst() {
        #expect(name == "at-\(try #require(part.firstSecond)).pcap")
      }
    }
  }

  @Test func afterSoManyTimesItEnds() throws {
    try NetworkNamespaces.with { network in
      let folder = try network.openFolder()
      let capture = try network.capture([
        "-i", "client0", "-w", folder + "/at-%H%M%S.pcap", "-G", "1", "-W", "2", "--format", "none",
      ])
      let traffic = try Traffic.start([.question], times: 200, pause: 0.05, in: network)
      let run = try capture.wait()
      #expect(traffic.isRunning)
      #expect(run.status == 0)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.count == 2)
      let packets = try parts(names, in: folder).reduce(0) { $0 + $1.records.count }
      #expect(run.output.contains("\npackets      \(packets) packets, "))
    }
  }
}
