import Foundation
import Testing

/// A shell in a real terminal, which is tmux's: keys go in, and what stands on the screen comes out.
struct TerminalSession {
  static let path = NetworkNamespaces.path
  /// Of tmux the server must be able to stay in the foreground.
  static let isPossible =
    (try? Binary.shell(
      "tmux -V | awk '{ exit !($2 >= 3.2) }'", environment: ["PATH": path]))?.status == 0
  static let isNeeded: Comment = "needs tmux 3.2 or later"

  private static let prompt = "ready> "
  private let scratch: Scratch
  private let socket: String

  /// Makes one for as long as the body runs.
  ///
  /// - Parameter command: what runs the shell, such as a command that enters a namespace.
  static func with<Result>(
    columns: Int = 80, rows: Int = 24, through command: [String] = [],
    _ body: (TerminalSession) throws -> Result
  ) throws -> Result {
    try Scratch.with { scratch in
      // A socket's path must be short.
      let socket = "/tmp/synfin-\(UUID().uuidString.prefix(8)).tmux"
      let session = TerminalSession(scratch: scratch, socket: socket)
      // No daemon: Foundation takes a program for running as long as one that it started runs.
      let server = try LiveRun(
        ["tmux", "-S", socket, "-f", "/dev/null", "-D"], scratch: scratch,
        environment: ["LC_ALL": "C.UTF-8"])
      defer {
        server.send(SIGTERM)
        _ = try? server.wait()
        try? FileManager.default.removeItem(atPath: socket)
      }
      try Live.wait(for: "tmux") { FileManager.default.fileExists(atPath: socket) }
      let shell =
        command + ["env", "PS1=\(prompt)", "TZ=UTC", "LC_ALL=C", "PATH=\(path)", "/bin/sh", "-i"]
      try session.tmux(
        ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)"] + shell)
      try session.wait(for: "a shell") { $0.contains { $0.hasPrefix("ready>") } }
      return try body(session)
    }
  }

  @discardableResult
  private func tmux(_ arguments: String...) throws -> String { try tmux(arguments) }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    let words = (["tmux", "-S", socket] + arguments)
      .map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }
    let run = try Binary.shell(
      words.joined(separator: " "), environment: ["PATH": Self.path, "LC_ALL": "C.UTF-8"])
    guard run.status == 0 else { throw LiveError("tmux \(arguments): \(run.errors)") }
    return run.output
  }

  /// Types a line and the key at its end.
  func type(_ line: String) throws {
    try tmux("send-keys", "-l", line)
    try press("Enter")
  }

  /// Presses keys by tmux's names for them.
  func press(_ keys: String...) throws { try tmux(["send-keys"] + keys) }

  /// Makes the terminal larger or smaller.
  func resize(columns: Int, rows: Int) throws {
    try tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)")
  }

  /// The lines on the screen, without those that are empty at its end.
  var screen: [String] {
    get throws {
      var lines = try tmux("capture-pane", "-p").components(separatedBy: "\n")
      while lines.last == "" { lines.removeLast() }
      return lines
    }
  }

  /// The screen with its escape sequences.
  var colors: String {
    get throws { try tmux("capture-pane", "-p", "-e") }
  }

  /// Which screen is shown, whether the cursor is, and how the cursor keys work.
  var mode: String {
    get throws {
      try tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{keypad_cursor_flag}")
        .trimmingCharacters(in: .newlines)
    }
  }

  /// The mode of a shell's screen, and that of a screen that a program has taken.
  static let shellMode = "0 1 0"
  static let programMode = "1 0 1"

  /// Waits until the screen is as it should be, and gives it.
  @discardableResult
  func wait(
    for what: String, _ isThere: ([String]) -> Bool
  ) throws -> [String] {
    var last: [String] = []
    do {
      try Live.wait(for: what) {
        last = try screen
        return isThere(last)
      }
    } catch {
      throw LiveError("\(error); the screen is:\n\(last.joined(separator: "\n"))")
    }
    return last
  }

  /// How the terminal's line is set, as `stty -a` says.
  func line() throws -> String {
    let file = scratch.path("stty")
    try? FileManager.default.removeItem(atPath: file)
    try type("stty -a > \(file).new; mv \(file).new \(file)")
    try Live.wait(for: "stty") { FileManager.default.fileExists(atPath: file) }
    return try String(contentsOfFile: file, encoding: .utf8)
  }

  /// The process that the shell runs now.
  func child() throws -> Int32 {
    let shell = try tmux("display-message", "-p", "#{pane_pid}").trimmingCharacters(in: .newlines)
    let found = try Binary.shell("pgrep -P \(shell)", environment: ["PATH": Self.path])
    guard let number = found.lines.first.flatMap({ Int32($0) }) else {
      throw LiveError("the shell runs nothing")
    }
    return number
  }
}
