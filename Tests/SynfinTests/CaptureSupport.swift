import Foundation
import Testing

extension NetworkNamespaces {
  /// Starts `synfin capture` at the client, and waits until it captures.
  func capture(
    _ arguments: [String] = ["-i", "client0"], environment: [String: String] = [:]
  ) throws -> LiveRun {
    let run = try start(["capture"] + arguments, in: client, environment: environment)
    try run.waitUntilListening()
    return run
  }

  /// Starts a script of the shell at the client, in which `"$0" "$@"` is `synfin capture` with these arguments.
  func shell(_ script: String, _ arguments: [String]) throws -> LiveRun {
    try start(
      ["-c", script, Binary.path, "capture"] + arguments, program: "sh", in: client)
  }

  /// Makes a folder into which everybody may write, as a capture that is nobody any more must.
  func openFolder(_ name: String = "saved") throws -> String {
    let folder = scratch.path(name)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o1777], ofItemAtPath: folder)
    return folder
  }

  /// Starts a script of Python at the client, where `sys.argv[1:]` are the words.
  func python(_ script: String, _ words: String...) throws -> LiveRun {
    try start(["-c", script] + words, program: "python3", in: client)
  }

  /// Starts a connection on the client's loopback interface from port 40000 to port 80.
  ///
  /// It is open and has carried 5 octets when this is done. Once there is a file of this name, the
  /// client sends 5 more, and closes; without one, after half a minute.
  func openConnection(until file: String) throws -> LiveRun {
    let script = """
      import os, socket, sys, time
      listener = socket.create_server(("127.0.0.1", 80))
      client = socket.create_connection(("127.0.0.1", 80), 10, ("127.0.0.1", 40000))
      server = listener.accept()[0]
      server.settimeout(10)
      client.sendall(b"hello")
      server.recv(5, socket.MSG_WAITALL)
      print("open", file=sys.stderr, flush=True)
      end = time.monotonic() + 30
      while not os.path.exists(sys.argv[1]) and time.monotonic() < end:
          time.sleep(0.01)
      client.sendall(b"again")
      server.recv(5, socket.MSG_WAITALL)
      client.shutdown(socket.SHUT_WR)
      server.recv(1)
      server.close()
      client.recv(1)
      """
    let run = try python(script, file)
    try run.wait(untilErrorsContain: "open")
    return run
  }
}

extension Scratch {
  /// Makes a FIFO for everybody and gives its path.
  func fifo(_ name: String) throws -> String {
    let made = try Binary.shell(
      "mkfifo -m 666 \"$FIFO\"", environment: ["FIFO": path(name)])
    guard made.status == 0 else { throw LiveError(made.errors) }
    return path(name)
  }
}

extension LiveRun {
  /// What has been told so far, without a line that may be there in part only.
  var told: Told {
    get throws {
      try Told(output.split(separator: "\n", omittingEmptySubsequences: false).dropLast())
    }
  }

  /// Waits until what was told is as it should be.
  func wait(for what: String, until isTold: (Told) throws -> Bool) throws {
    try Live.wait(for: what) {
      if try isTold(told) { return true }
      guard isRunning else { throw LiveError("it ended instead of \(what): \(errors)") }
      return false
    }
  }

  /// A line of `/proc/PID/status`, without its name.
  func status(_ name: String) throws -> String {
    let lines = try String(contentsOfFile: "/proc/\(processIdentifier)/status", encoding: .utf8)
      .split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix(name + ":") })
    return line.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
  }
}

extension Run {
  /// What a capture told with `--format ndjson`.
  var told: Told { get throws { try Told(lines) } }

  /// The lines on standard error but for those that say how a capture begins and ends.
  var faults: [Substring] {
    complaints.filter { line in
      !line.hasPrefix("synfin: running as ") && !line.hasPrefix("synfin: listening on ")
        && !line.contains(" captured, ")
    }
  }
}

/// What a capture tells as NDJSON.
struct Told {
  var events: [[String: Any]] = []
  var records: [TellsRecord] = []

  /// The record of a connection, and its line.
  struct TellsRecord {
    let line: Substring
    let members: [String: Any]

    var id: Int { members["id"] as? Int ?? 0 }
    var live: [String: Any] { members["live"] as? [String: Any] ?? [:] }
    /// Why it was written.
    var left: String? { live["left"] as? String }

    /// The line as an analysis of a file has it, which is not live.
    var offline: String {
      // The last member, without braces of its own but one.
      guard let start = line.range(of: #","live":{"#, options: .backwards) else {
        return String(line)
      }
      return line[..<start.lowerBound] + "}"
    }
  }

  init(_ lines: some Sequence<Substring>) throws {
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      let members = try #require(object as? [String: Any], "\(line)")
      if members["event"] == nil {
        records.append(TellsRecord(line: line, members: members))
      } else {
        events.append(members)
      }
    }
  }

  /// The last event, with the counts of the whole capture.
  var end: [String: Any] {
    get throws {
      let last = try #require(events.last)
      #expect(last["event"] as? String == "capture_end")
      return last
    }
  }

  /// What happened to a connection, a problem with its kind.
  func words(of id: Int) -> [String] {
    events.filter { $0["id"] as? Int == id }.compactMap {
      let word = $0["event"] as? String
      return word == "problem" ? ($0["problem"] as? String).map { "problem " + $0 } : word
    }
  }

  /// What the records say of the traffic.
  var lives: [Life] { get throws { try records.map { try Life($0.line) } } }
}
