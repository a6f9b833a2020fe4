import Foundation
import Testing

/// Each failure is one line on standard error that says what, where and what to do.
@Suite struct ErrorTests {
  @Test(arguments: [
    (["--fromat", "text", "x.pcap"], "unknown option --fromat; did you mean --format?"),
    (["--qqq"], "unknown option --qqq; see synfin analyze --help"),
    (["-9", "x.pcap"], "unknown option -9;"),
    (["packets", "--sort", "id", "x"], "packets does not know --sort, only analyze;"),
    (["--out", "x.pcap"], "--out may mean --outcome or --output;"),
    (["--utc=yes", "x.pcap"], "--utc takes no value;"),
    (["x.pcap", "-c"], "-c needs a value;"),
    (["x.pcap", "-c", "0"], "--count '0': give a whole number from 1 on"),
    (
      ["x.pcap", "--format", "jsno"],
      "--format 'jsno' is unknown; choose from text, ndjson, csv, zeek, none"
    ),
    (["x.pcap", "--outcome", "closed,rest"], "--outcome 'rest' is unknown; did you mean reset?"),
    (["x.pcap", "--sort", "-bites"], "--sort '-bites' is unknown; did you mean bytes?"),
    (["x.pcap", "--host", "localhost"], "--host 'localhost': give an IPv4 or IPv6 address"),
    (["x.pcap", "--port", "65536"], "--port '65536': give a number from 0 to 65535"),
    (
      ["x.pcap", "--community-id-seed", "-1"],
      "--community-id-seed '-1': give a number from 0 to 65535"
    ),
    (["x.pcap", "--udp-timeout", "0"], "--udp-timeout '0': give a number of seconds above 0"),
    (["analyze"], "no capture file named;"),
    (["-", "-"], "standard input (-) can be read only once;"),
    (["analyse"], "analyse: no such command or file; did you mean analyze?"),
    (["frobnicate"], "frobnicate: no such command or file; see synfin --help"),
    (["captur", "-i", "lo"], "captur: no such command or file; did you mean capture?"),
    (["help", "pakets"], "help: no command pakets; did you mean packets?"),
    (["show", "x.pcap"], "show needs a file and a connection's number"),
    (["show", "x.pcap", "first"], "show: 'first' is no connection's number;"),
    (["show", "-", "--packet", "1"], "--packet needs a file that can be read twice;"),
    (["interfaces", "nosuch0"], "nosuch0: no such interface;"),
    (["/nowhere/x.pcap"], "/nowhere/x.pcap: cannot open: No such file or directory; check"),
    (["a\nb\u{1B}[2J.pcap"], "a?b?[2J.pcap: cannot open: No such file"),
    (["a\u{202E}b\u{2028}.pcap"], "a?b?.pcap: cannot open: No such file"),
    (["/"], "/: cannot read: Is a directory;"),
    (["show", "x.pcap", "1", "2"], "show: '1' is no file; show tells one connection,"),
    (["show", "x.pcap", "1", "--packet", "2"], "show: '1' is no file; show tells one connection,"),
    (
      ["show", Fixture.path("refused"), "7"],
      "connection 7: \(Fixture.path("refused")) has only connection 1; synfin FILE lists them"
    ),
    (
      ["show", Fixture.path("refused"), "7", "-f", "udp"],
      "connection 7: \(Fixture.path("refused")) has none among the packets that -f and -c let"
    ),
    (
      ["show", Fixture.path("refused"), "--packet", "99"],
      "--packet: \(Fixture.path("refused")) has only 2 packets;"
    ),
    ([""], "a file's name is empty; name a capture file, or - for standard input"),
    (["x.pcap", "-o", ""], "--output '': name a file, or - for standard output"),
    ([Fixture.path("refused"), "-f", "tcp prot 80"], "filter 'tcp prot 80': "),
    ([Fixture.path("refused"), "-o", "/nowhere/out"], "/nowhere/out: cannot write: No such file"),
  ])
  func oneLine(_ arguments: [String], _ message: String) throws {
    let run = try Binary.run(arguments)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.complaints.count == 1, "\(run.errors)")
    #expect(run.errors.hasPrefix("synfin: \(message)"), "\(run.errors)")
  }

  @Test func noArgumentsExplainTheUsage() throws {
    let run = try Binary.run([])
    #expect(run.status == 2)
    #expect(run.errors.contains("usage: synfin"))
  }

  @Test func filesThatAreNoCaptures() throws {
    try Scratch.with { scratch in
      let cases: [(String, [UInt8], String)] = [
        ("empty", [], "empty, not even a capture file's header is there; check the command"),
        (
          "text", Array("GET / HTTP/1.1\r\n\r\n".utf8),
          "; give a file that tcpdump -w or Wireshark wrote"
        ),
        ("short", [0xD4, 0xC3, 0xB2, 0xA1, 2, 0], "cut short"),
      ]
      for (name, bytes, word) in cases {
        let path = try scratch.file(name, bytes)
        let run = try Binary.run([path])
        #expect(run.status == 2, "\(name)")
        #expect(run.complaints.count == 1, "\(run.errors)")
        #expect(run.errors.hasPrefix("synfin: \(path): "), "\(run.errors)")
        #expect(run.errors.contains(word))
      }
    }
  }

  @Test func namesThatAreNotUTF8() throws {
    let run = try Binary.shell(#""$SYNFIN" "$(printf 'x\377.pcap')""#)
    #expect(run.status == 2)
    #expect(
      run.errors
        == "synfin: x\u{FFFD}.pcap: not UTF-8; rename the file, or read it with synfin - < FILE\n")
    let valid = try Binary.run(["x\u{FFFD}.pcap"])
    #expect(valid.errors.contains("No such file"), "the mark itself is UTF-8: \(valid.errors)")
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func unreadableFile() throws {
    try Scratch.with { scratch in
      let path = try scratch.file("x.pcap", try Fixture.bytes("refused"))
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
      let run = try Binary.run([path])
      #expect(run.status == 2)
      #expect(run.errors.contains("Permission denied; read it as its owner or with sudo"))
    }
  }

  /// A connection behind the damage is not there, and the line says why.
  @Test func connectionBehindTheCut() throws {
    try Scratch.with { scratch in
      let whole = try Fixture.bytes("four-way-close-by-client")
      let path = try scratch.file("cut.pcap", Array(whole.dropLast(5)))
      let run = try Binary.run(["show", path, "2"])
      #expect(run.status == 2)
      #expect(run.complaints.count == 1, "\(run.errors)")
      #expect(run.errors.contains("has only connection 1; \(path) is cut short in the middle of "))
    }
  }

  /// What was captured before the cut is analysed; one warning names the place.
  @Test func cutFile() throws {
    try Scratch.with { scratch in
      let whole = try Fixture.bytes("four-way-close-by-client")
      let path = try scratch.file("cut.pcap", Array(whole.dropLast(5)))
      let run = try Binary.run([path, "--format", "ndjson"])
      #expect(run.status == 3)
      #expect(run.lines.count == 1)
      #expect(run.output.contains(#""last_packet":10,"#))
      #expect(run.complaints.count == 1, "\(run.errors)")
      #expect(run.errors.contains("cut short in the middle of packet 11 at byte "))
    }
  }
}
