import Foundation
import Testing

private let asRoot = geteuid() == 0
private let needsRoot: Comment = "only root can become another user; run the tests as root"

/// What a capture can still do when it has given up its rights, tried by a probe made of the same files.
///
/// The probe gives up rights as `synfin capture` does and then tries things, a line for each.
@Suite("Privileges")
struct PrivilegeTests {
  // MARK: Whom to become

  static let callers: [Caller] = [
    Caller(real: 0, Probe.nobody.told),
    Caller(real: 0, name: "root", "0 0 root"),
    Caller(real: 0, name: "0", "0 0 root"),
    Caller(real: 0, name: Probe.nobody.user, Probe.nobody.told),
    Caller(real: 0, name: "3999999999", "3999999999 \(Probe.nobody.group) user 3999999999"),
    Caller(real: 0, sudo: ("3999999999", "3999999998"), "3999999999 3999999998 user 3999999999"),
    Caller(real: 0, name: "root", sudo: ("3999999999", "3999999998"), "0 0 root"),
    // What sudo did not write is not believed.
    Caller(real: 0, sudo: ("0", "0"), Probe.nobody.told),
    Caller(real: 0, sudo: ("4294967295", "5"), Probe.nobody.told),
    Caller(real: 0, sudo: ("+5", "5"), Probe.nobody.told),
    Caller(real: 0, sudo: ("5", ""), Probe.nobody.told),
    // Not root: the environment says nothing, and nobody else can be chosen.
    Caller(real: 3_999_999_999, effective: 3_999_999_999, sudo: ("5", "5"), "stay"),
    Caller(real: 3_999_999_999, effective: 3_999_999_999, name: "3999999999", "stay"),
    // A set-user-ID program becomes who called it, whatever the environment says.
    Caller(
      real: 3_999_999_999, sudo: ("5", "5"),
      "3999999999 \(Probe.nobody.group) user 3999999999"),
  ]

  @Test("becomes the chosen user, the caller of sudo, or nobody", arguments: callers)
  func target(caller: Caller) throws {
    let run = try caller.run()
    #expect(run.lines == [Substring(caller.becomes)])
    #expect(run.errors == "")
  }

  @Test(
    "refuses users that there are not, and users that the caller may not become",
    arguments: [
      (Caller(real: 0, name: "no-such-user", ""), "-Z no-such-user: there is no such user"),
      (Caller(real: 0, name: "", ""), "-Z : there is no such user"),
      // The number that tells the kernel to leave a user as it is.
      (Caller(real: 0, name: "4294967295", ""), "-Z 4294967295: there is no such user"),
      (Caller(real: 0, name: "-1", ""), "-Z -1: there is no such user"),
      (Caller(real: 5, effective: 5, name: "root", ""), "only root can become another"),
      (Caller(real: 5, name: "root", ""), "only root can become another"),
    ])
  func refused(caller: Caller, message: String) throws {
    let run = try caller.run()
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.complaints.count == 1)
    #expect(run.errors.contains(message))
  }

  // MARK: What is left

  #if os(Linux)
    @Test("gives up user, groups, capabilities", .enabled(if: asRoot, needsRoot))
    func status() throws {
      let group = Probe.nobody.group
      for user in [Probe.nobody.user, "3999999999"] {
        let told = try Probe.run("-Z \(user)")
        #expect(told["Uid"] == "\(user) \(user) \(user) \(user)")
        #expect(told["Gid"] == "\(group) \(group) \(group) \(group)")
        #expect(told["Groups"] == "\(group)")
        expectNoRights(told)
        #expect(told["CapBnd"] == Probe.noCapabilities)
      }
    }

    @Test("becomes who called sudo, with the groups of that user", .enabled(if: asRoot, needsRoot))
    func sudo() throws {
      let told = try Probe.run(
        "", environment: ["SUDO_UID": "3999999999", "SUDO_GID": "3999999998"])
      #expect(told["Uid"] == "3999999999 3999999999 3999999999 3999999999")
      #expect(told["Gid"] == "3999999998 3999999998 3999999998 3999999998")
      #expect(told["Groups"] == "3999999998")
      #expect(told["report"]?.hasPrefix("running as user 3999999999, no capabilities") == true)
    }

    @Test(
      "-Z root keeps what lets root write anywhere, and the sandbox",
      .enabled(if: asRoot, needsRoot))
    func root() throws {
      try Scratch.with { scratch in
        let folder = scratch.path("output")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let told = try Probe.run("-Z root -w '\(folder)'")
        #expect(told["CapEff"] == "0000000000000002" && told["CapPrm"] == "0000000000000002")
        #expect(
          told["report"]?.hasPrefix("running as root, no capability but CAP_DAC_OVERRIDE") == true)
        // Nothing but Landlock stands in root's way here.
        try #require(told.hasSandbox, "this kernel has no Landlock or seccomp")
        expectFilesOnlyInFolder(told)
      }
    }

    @Test(
      "without root gives up nothing it has not, and what it has",
      .enabled(if: !asRoot, "root has more"))
    func staying() throws {
      let told = try Probe.run("")
      #expect(told["Uid"] == told["before Uid"])
      expectNoRights(told)
    }

    @Test(
      "gives up capabilities that come with the file",
      .enabled(
        if: asRoot && Probe.has("setcap") && Probe.has("setpriv"), "needs root, setcap, setpriv"))
    func fileCapabilities() throws {
      let run = try Probe.shell(
        """
        cp "$PROBE" "$FOLDER/probe" && setcap cap_net_raw,cap_net_admin+ep "$FOLDER/probe" &&
        setpriv --reuid=65534 --regid=65534 --clear-groups "$FOLDER/probe" run
        """)
      let told = Probe.Told(run)
      #expect(run.status == 0, "\(run.errors)")
      #expect(told["before CapEff"] == "0000000000003000")
      expectNoRights(told)
    }

    private func expectNoRights(_ told: Probe.Told) {
      for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        #expect(told[set] == Probe.noCapabilities, "\(set)")
      }
      #expect(told["NoNewPrivs"] == "1")
      #expect(told["Seccomp"] == (told.hasSandbox ? "2" : told["before Seccomp"]))
      #expect(told["report"]?.contains("no capabilities, no new privileges") == true)
    }

    // MARK: The sandbox

    @Test(
      "writes into its folder by descriptor, though no path leads there",
      .enabled(if: asRoot, needsRoot))
    func folder() throws {
      let run = try Probe.shell(
        """
        mkdir -p "$FOLDER/closed/open" && chown nobody "$FOLDER/closed/open" && chmod 700 "$FOLDER/closed" &&
        "$PROBE" run -Z nobody -w "$FOLDER/closed/open" && ls -l "$FOLDER/closed/open"
        """)
      let told = Probe.Told(run)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains(" nobody "), "the file belongs to who wrote it")
      if told.hasSandbox { expectFilesOnlyInFolder(told) }
    }

    private func expectFilesOnlyInFolder(_ told: Probe.Told) {
      for allowed in [
        "create", "write", "truncate", "rename", "overwrite", "create another", "remove",
      ] {
        #expect(told[allowed] == "done", "\(allowed)")
      }
      for denied in [
        "read", "make a folder", "make a link", "leave by dots", "read /etc/passwd", "list /",
        "create in /tmp",
      ] {
        #expect(told[denied] == "Permission denied", "\(denied)")
      }
    }

    @Test("reads the counters that libpcap reads, and nothing beside them")
    func counters() throws {
      let told = try Probe.run("-i lo")
      #expect(told["read counters"] == "done")
      #expect(told["read other facts"] == (told.hasSandbox ? "Permission denied" : "done"))
    }

    @Test("cannot make processes, sockets or new rights", .enabled(if: asRoot, needsRoot))
    func calls() throws {
      let refused = "Operation not permitted"
      let (told, free) = (try Probe.run("-Z root"), try Probe.run("--free"))
      try #require(told.hasSandbox, "this kernel has no Landlock or seccomp")
      // What even root may not do without a sandbox, as in a container, proves nothing.
      let possible = zip(free.calls, told.calls).filter { $0.0.value != refused }
      #expect(possible.count > 15)
      for (_, (call, answer)) in possible {
        // clone3: so that the C library takes clone.
        #expect(answer == (call == "call 435" ? "Function not implemented" : refused), "\(call)")
      }
    }

    @Test("threads, random numbers and the time zone still work")
    func stillWorks() throws {
      for (zone, hour) in [("Asia/Tokyo", "17"), ("UTC", "8")]
      where FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/\(zone)") {
        let told = try Probe.run("", environment: ["TZ": zone])
        #expect(told["hour"] == hour)
        #expect(told["thread"] == "done")
        #expect(told["random"] == "done")
      }
    }

    @Test("a crash in the sandbox ends the process", .timeLimit(.minutes(2)))
    func crash() throws {
      let run = try Probe.shell("\"$PROBE\" run --crash; echo \"status: $?\"")
      #expect(Int(Probe.Told(run)["status"] ?? "") ?? 0 > 128)
      #expect(run.errors.contains("on purpose"))
    }
  #endif
}
