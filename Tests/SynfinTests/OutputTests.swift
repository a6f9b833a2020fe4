import Foundation
import Testing

/// Where results go: standard output, files that are complete or not there, pipes that close.
@Suite struct OutputTests {
  private let capture = Fixture.path("four-way-close-by-client")

  @Test func fileAppearsComplete() throws {
    try Scratch.with { scratch in
      let path = scratch.path("out.ndjson")
      let run = try Binary.run([capture, "--format", "ndjson", "-o", path])
      #expect(run.status == 0)
      #expect(run.output == "")
      #expect(try scratch.contents == ["out.ndjson"])
      let direct = try Binary.run([capture, "--format=ndjson"])
      #expect(try String(contentsOfFile: path, encoding: .utf8) == direct.output)
    }
  }

  @Test(arguments: ["analyze", "packets"])
  func failureLeavesNoFile(_ command: String) throws {
    try Scratch.with { scratch in
      let noCapture = try scratch.file("in", Array("no capture at all".utf8))
      let old = try scratch.file("old", Array("old".utf8))
      // The first file is fine and gives output; the second ends the run.
      for target in [scratch.path("new"), old] {
        let run = try Binary.run([command, capture, noCapture, "-o", target])
        #expect(run.status == 2)
      }
      #expect(try scratch.contents == ["in", "old"])
      #expect(try String(contentsOfFile: old, encoding: .utf8) == "old")
    }
  }

  /// A shell starts background jobs with SIGINT ignored, so that one cannot be tried here.
  @Test(arguments: ["HUP", "TERM"])
  func signalLeavesNoFile(_ signal: String) throws {
    try Scratch.with { scratch in
      let run = try Binary.shell(
        """
        cd '\(scratch.folder)'; mkfifo pipe; (cat '\(capture)'; sleep 2) > pipe &
        /usr/bin/env "$SYNFIN" - -o out < pipe & pid=$!
        sleep 0.5; ls; kill -\(signal) $pid; wait $pid; echo $(($? > 128))
        """)
      #expect(run.output.hasPrefix("out."), "\(run)")
      #expect(try scratch.contents == ["pipe"], "\(run)")
    }
  }

  /// The pipe holds less than the first part, so that writing it returns when the tool is at work.
  @Test func progressOnRequest() throws {
    try Scratch.with { scratch in
      let capture = try Fixture.bytes("four-way-close-by-client")
      let packets = Array(capture[24...])
      let part = (0..<500).flatMap { _ in packets }
      try scratch.write(Array(capture[..<24]) + part, to: scratch.path("first"))
      try scratch.write(part, to: scratch.path("second"))
      let run = try Binary.shell(
        """
        cd '\(scratch.folder)'; mkfifo pipe
        "$SYNFIN" - --format none < pipe & pid=$!
        exec 3> pipe; cat first >&3; kill -USR1 $pid; cat second >&3; exec 3>&-
        wait $pid; echo status $?
        """)
      #expect(run.output.hasSuffix("status 0\n"), "\(run)")
      #expect(run.errors.hasPrefix("synfin: ") && run.errors.contains(" packets, "), "\(run)")
    }
  }

  /// In a folder where others may write, the name of the temporary file can be guessed.
  @Test func temporaryFileFollowsNoLink() throws {
    try Scratch.with { scratch in
      let victim = try scratch.file("victim", Array("precious".utf8))
      let run = try Binary.shell(
        """
        cd '\(scratch.folder)'; ln -s victim out.$$.partial; ln -s nowhere out.$$.1.partial
        exec "$SYNFIN" '\(capture)' -o out
        """)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
      #expect(try String(contentsOfFile: scratch.path("out"), encoding: .utf8).contains("1 TCP"))
      #expect(try scratch.contents.count == 4, "both links are still there")
    }
  }

  @Test func inputIsNeverOverwritten() throws {
    try Scratch.with { scratch in
      let bytes = try Fixture.bytes("refused")
      let path = try scratch.file("x.pcap", bytes)
      let run = try Binary.run([path, "-o", scratch.folder + "/./x.pcap"])
      #expect(run.status == 2)
      #expect(run.errors.contains("is read as input"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(bytes))
    }
  }

  #if os(Linux)
    @Test(arguments: ["analyze", "packets"])
    func fullDisk(_ command: String) throws {
      let run = try Binary.run([command, capture, "-o", "/dev/full"])
      #expect(run.status == 2)
      #expect(run.errors == "synfin: /dev/full: cannot write: No space left on device\n")
    }
  #endif

  @Test(arguments: ["analyze", "packets", "show"])
  func brokenPipeEndsQuietly(_ command: String) throws {
    let id = command == "show" ? " 1" : ""
    let run = try Binary.shell(
      "(sleep 0.3; \"$SYNFIN\" \(command) '\(capture)'\(id); echo status $? >&2) | true; sleep 0.6")
    #expect(run.errors == "status 0\n")
  }

  @Test func readsStandardInput() throws {
    let bytes = try Fixture.bytes("four-way-close-by-client")
    let fromFile = try Binary.run([capture, "--format", "ndjson"])
    let fromPipe = try Binary.run(["-", "--format", "ndjson"], input: bytes)
    #expect(fromPipe.status == 0)
    #expect(fromPipe.output == fromFile.output)
    let shown = try Binary.run(["show", capture, "1"])
    #expect(shown.status == 0)
    #expect(try Binary.run(["show", "-", "1"], input: bytes).output == shown.output)
    #expect(try Binary.run(["show", "-r", capture, "--packet=9"]).output == shown.output)
  }

  @Test func colourOnlyWhereWanted() throws {
    let escape = "\u{1B}["
    #expect(!(try Binary.run([capture]).output.contains(escape)))
    #expect(try Binary.run([capture, "--color=always"]).output.contains(escape))
    #expect(!(try Binary.run([capture, "--color", "never"]).output.contains(escape)))
  }
}
