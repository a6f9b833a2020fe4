import Foundation
import Testing

/// A running capture has given up what it does not need.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct CapturePrivilegeTests {
  static let cases:
    [(flags: [String], environment: [String: String], user: String, group: String)] =
      [
        ([], [:], Probe.nobody.user, Probe.nobody.group),
        ([], ["SUDO_UID": "3999999999", "SUDO_GID": "3999999998"], "3999999999", "3999999998"),
        (["-Z", "nobody"], [:], Probe.nobody.user, Probe.nobody.group),
        (
          ["-Z", "3999999997"], ["SUDO_UID": "3999999999", "SUDO_GID": "3999999998"], "3999999997",
          Probe.nobody.group
        ),
      ]

  @Test(arguments: cases.indices)
  func rightsAreGoneBeforeItListens(_ index: Int) throws {
    let (flags, environment, user, group) = Self.cases[index]
    try NetworkNamespaces.with { network in
      let saved = try network.openFolder() + "/saved.pcap"
      let capture = try network.capture(
        ["-i", "client0", "-w", saved] + flags, environment: environment)
      #expect(try capture.status("Uid") == [user, user, user, user].joined(separator: " "))
      #expect(try capture.status("Gid") == [group, group, group, group].joined(separator: " "))
      for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
        #expect(try capture.status(set) == Probe.noCapabilities, "\(set)")
      }
      try Self.expectSandbox(capture)
      _ = try Traffic.run([.exchange], in: network)
      #expect(try capture.stop().status == 0)
      try Self.expectOwner(of: saved, user, group)
    }
  }

  @Test func rootMayStay() throws {
    try NetworkNamespaces.with { network in
      // Where only root may write.
      let saved = network.scratch.path("saved.pcap")
      let capture = try network.capture(["-i", "client0", "-Z", "root", "-w", saved])
      #expect(try capture.status("Uid") == "0 0 0 0")
      // CAP_DAC_OVERRIDE.
      #expect(try capture.status("CapEff") == "0000000000000002")
      try Self.expectSandbox(capture)
      _ = try Traffic.run([.exchange], in: network)
      #expect(try capture.stop().status == 0)
      #expect(try SavedFile(saved).records.count >= 18)
      try Self.expectOwner(of: saved, "0", "0")
    }
  }

  private static func expectSandbox(_ capture: LiveRun) throws {
    #expect(try capture.status("NoNewPrivs") == "1")
    let hasFilter = capture.errors.contains("seccomp)")
    #expect(try capture.status("Seccomp") == (hasFilter ? "2" : "0"))
    #expect(try capture.status("Threads") == "1")
  }

  private static func expectOwner(of path: String, _ user: String, _ group: String) throws {
    let owner = try Binary.shell(
      "stat -c '%u %g' \"$FILE\"", environment: ["FILE": path])
    #expect(owner.output == "\(user) \(group)\n")
  }

  /// A rotation goes on by the rights of the user alone, in a folder to which no path leads any more.
  @Test func rotationNeedsNoPath() throws {
    try NetworkNamespaces.with { network in
      let outer = try network.openFolder("outer")
      let folder = try network.openFolder("outer/inner")
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: outer)
      let capture = try network.capture(["-i", "client0", "-w", folder + "/part", "-C", "64k"])
      _ = try Traffic.run([.transfer], in: network)
      let run = try capture.stop()
      #expect(run.status == 0)
      #expect(run.faults == [])
      for name in ["part", "part1", "part2"] {
        try Self.expectOwner(of: folder + "/" + name, Probe.nobody.user, Probe.nobody.group)
      }
    }
  }

  @Test func aFolderOfOthersIsRefused() throws {
    try NetworkNamespaces.with { network in
      let saved = network.scratch.path("saved.pcap")
      for flags in [[], ["-U"], ["-C", "1"]] {
        let before = try network.scratch.contents.filter { !$0.hasPrefix("run-") }
        let run = try network.run(
          ["capture", "-i", "client0", "-w", saved] + flags, in: network.client)
        #expect(run.status == 2)
        #expect(
          run.faults == [
            "synfin: \(saved): nobody may not write there; use a folder of that user, or -Z to become another"
          ])
        #expect(run.output == "")
        #expect(try network.scratch.contents.filter { !$0.hasPrefix("run-") } == before)
      }
    }
  }
}
