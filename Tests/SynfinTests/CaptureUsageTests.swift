import Foundation
import Testing

/// What cannot be captured is said in one line, before anything is opened or written.
@Suite struct CaptureUsageTests {
  /// Needs neither root nor an interface.
  @Test(arguments: [
    (["-s", "262145"], "--snapshot-length '262145': give a number from 0 to 262144"),
    (["-s", "-1"], "--snapshot-length '-1': give a number from 0 to 262144"),
    (["-s", "all"], "--snapshot-length 'all': give a number from 0 to 262144"),
    (["-B", "0"], "--buffer-size '0': give a whole number from 1 on"),
    (["-B", "2097153"], "--buffer-size '2097153': at most "),
    (["-c", "0"], "--count '0': give a whole number from 1 on"),
    (
      ["-w", "x", "-C", "0"], "--file-size '0': give millions of bytes, or a number with k, m or g"
    ),
    (
      ["-w", "x", "-C", "1t"], "--file-size '1t': give millions of bytes, or a number with k, m or"
    ),
    (
      ["-w", "x", "-C", "k"], "--file-size 'k': give millions of bytes, or a number with k, m or g"
    ),
    (["-w", "x", "-G", "0"], "--rotate-seconds '0': give a whole number from 1 on"),
    (["-w", "x", "-G", "1.5"], "--rotate-seconds '1.5': give a whole number from 1 on"),
    (["-w", "x", "-C", "1", "-W", "0"], "--file-count '0': give a whole number from 1 on"),
    (["-w", "x", "-W", "3"], "-W counts the files of a rotation; say with -C or -G when the next"),
    (["-C", "1"], "--file-size is about saved packets; name a file with -w"),
    (["-G", "1"], "--rotate-seconds is about saved packets; name a file with -w"),
    (["-W", "1"], "--file-count is about saved packets; name a file with -w"),
    (["-U"], "--packet-buffered is about saved packets; name a file with -w"),
    (["--max-connections", "0"], "--max-connections '0': give a whole number from 1 on"),
    (["--max-connections", "many"], "--max-connections 'many': give a whole number from 1 on"),
    (["--duration", "0"], "--duration '0': give a number of seconds above 0"),
    (["--duration", "nan"], "--duration 'nan': give a number of seconds above 0"),
    (["--tcp-timeout", "-1"], "--tcp-timeout '-1': give a number of seconds above 0"),
    (["--syn-timeout", "x"], "--syn-timeout 'x': give a number of seconds above 0"),
    (["--closed-timeout", "0"], "--closed-timeout '0': give a number of seconds above 0"),
    (["--states", "0"], "--states '0': give a number of seconds above 0"),
    (
      ["--states", "1", "--format", "ndjson"], "--states prints a table; use it with --format text"
    ),
    (["--format", "csv"], "--format 'csv' is unknown; choose from text, ndjson, none"),
    (["--events", "problem"], "--events 'problem' is unknown; did you mean problems?"),
    (["-Q", "out-in"], "--direction 'out-in' is unknown; choose from in, out, inout"),
    (["--time-stamp-precision", "milli"], "--time-stamp-precision 'milli' is unknown; choose"),
    (["-f", "tcp", "udp"], "-f and 'udp' are two filters; give one"),
    (["-i", ""], "--interface '': name an interface; see synfin interfaces"),
    (
      Array(repeatElement(["-i", "lo"], count: 17).joined()),
      "17 interfaces are too many; name at most 16, or -i any"
    ),
    (["--sort", "id"], "capture does not know --sort, only analyze;"),
    (["-o", "x"], "capture does not know -o, only "),
    (["--interfaec", "lo"], "unknown option --interfaec; did you mean --interface?"),
  ])
  func wrongWordsAreToldInALine(_ arguments: [String], _ message: String) throws {
    let run = try Binary.run(["capture"] + arguments)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.complaints.count == 1, "\(run.errors)")
    #expect(run.errors.hasPrefix("synfin: \(message)"), "\(run.errors)")
  }
}

/// What only the machine can refuse.
@Suite(.enabled(if: Live.isPossible, Live.isNeeded))
struct CaptureRefusalTests {
  static let refusals: [([String], String)] = [
    (["-i", "cleint0"], "cleint0: no such interface; did you mean client0?"),
    (["-i", "lo", "-i", "clien0"], "clien0: no such interface; did you mean client0?"),
    (["-i", "wlan7"], "wlan7: no such interface; "),
    (["-i", "client0", "tcp", "prot", "80"], "filter 'tcp prot 80': "),
    (["-i", "client0", "-f", "host nowhere.invalid and"], "filter 'host nowhere.invalid and': "),
    (["-i", "client0", "-y", "IEEE802_11"], "client0: no link type 'IEEE802_11'; it offers "),
    (["-i", "client0", "-j", "sundial"], "client0: no time stamps of type 'sundial'; it offers "),
    (["-i", "client0", "-I"], "client0: no monitor mode on this interface; leave out -I"),
    (["-i", "client0", "-Z", "nosuchuser"], "-Z nosuchuser: there is no such user; "),
    (["-i", "client0", "-w", "/nowhere/x"], "/nowhere/x: cannot write: No such file or directory"),
    (["-i", "client0", "-w", "/tmp/"], "/tmp/: no name of a file; "),
    (["-i", "client0", "-w", "-", "-C", "1"], "standard output: no file that others can follow; "),
    (["-i", "client0", "-w", "/dev/null", "-G", "1"], "/dev/null: no file that others can follow"),
  ]

  @Test func whatCannotBeCapturedIsToldInALine() throws {
    try NetworkNamespaces.with { network in
      for (arguments, message) in Self.refusals {
        let run = try network.run(["capture"] + arguments, in: network.client)
        #expect(run.status == 2, "\(arguments)")
        #expect(run.output == "", "\(arguments)")
        #expect(run.complaints.count == 1, "\(run.errors)")
        #expect(run.errors.hasPrefix("synfin: \(message)"), "\(run.errors)")
      }
    }
  }

  @Test func anInterfaceThatIsDownIsRefusedOrTold() throws {
    try NetworkNamespaces.with { network in
      try network.ip(["link", "set", "client0", "down"], in: network.client)
      let run = try network.run(["capture", "-i", "client0"], in: network.client)
      #expect([2, 3].contains(run.status))
      #expect(run.faults.count == 1, "\(run.errors)")
      #expect(run.faults.first?.hasPrefix("synfin: client0: ") == true)
    }
  }

  @Test(.enabled(if: Probe.has("setpriv"), "needs setpriv"))
  func whoIsNotRootIsToldHowToBe() throws {
    try NetworkNamespaces.with { network in
      // A copy, for others may not get to where it was built.
      let binary = network.scratch.path("synfin")
      try FileManager.default.copyItem(
        atPath: URL(fileURLWithPath: Binary.path).resolvingSymlinksInPath().path, toPath: binary)
      for flags in [[], ["-w", "saved.pcap"], ["-Z", "65534"]] {
        let run = try network.run(
          [
            "--reuid=65534", "--regid=65534", "--clear-groups", binary, "capture", "-i", "client0",
          ] + flags, program: "setpriv", in: network.client)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.complaints.count == 1, "\(run.errors)")
        #expect(
          run.errors.hasPrefix("synfin: client0: no permission to capture; run it with sudo, or "),
          "\(run.errors)")
      }
      let other = try network.run(
        [
          "--reuid=65534", "--regid=65534", "--clear-groups", binary, "capture", "-i", "client0",
          "-Z", "root",
        ], program: "setpriv", in: network.client)
      #expect(other.status == 2)
      #expect(
        other.errors.hasPrefix("synfin: -Z root: only root can become another user"),
        "\(other.errors)")
    }
  }
}
