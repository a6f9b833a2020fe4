import Foundation

/// A program that runs while the test goes on.
///
/// What it prints goes to files, so that nothing can block, however much it is. `ip netns exec`
/// becomes the program, so that signals reach it and its process number is that in `/proc`.
final class LiveRun {
  private let process = Process()
  private let files: [String]

  init(_ command: [String], scratch: Scratch, environment: [String: String]) throws {
    let name = "run-" + UUID().uuidString.prefix(8)
    files = ["out", "err"].map { scratch.path("\(name).\($0)") }
    for file in files { try scratch.write([], to: file) }
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // A thread of the tests may block signals, and what it starts would inherit that.
    process.arguments = ["--default-signal"] + command
    process.environment = ["TZ": "UTC", "PATH": NetworkNamespaces.path]
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: files[0])
    process.standardError = FileHandle(forWritingAtPath: files[1])
    try process.run()
  }

  var processIdentifier: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// What it has printed on standard output so far.
  var output: String { contents(of: files[0]) }
  /// What it has printed on standard error so far.
  var errors: String { contents(of: files[1]) }

  private func contents(of file: String) -> String {
    // The last character may be there in part only.
    String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
  }

  func send(_ signal: Int32) {
    kill(processIdentifier, signal)
  }

  /// Waits until it has said that it captures.
  func waitUntilListening() throws {
    try wait(untilErrorsContain: "listening on")
  }

  /// Waits until a text stands in a finished line on standard error.
  func wait(untilErrorsContain text: String) throws {
    try Live.wait(for: text) {
      let lines = errors.split(separator: "\n", omittingEmptySubsequences: false)
      if lines.dropLast().contains(where: { $0.contains(text) }) { return true }
      guard isRunning else { throw LiveError("it ended instead of \"\(text)\": \(errors)") }
      return false
    }
  }

  /// Waits for its end; kills it at the limit.
  ///
  /// The status is that of a shell: 128 and the signal's number if a signal ended it.
  func wait(limit: Duration = .seconds(20)) throws -> Run {
    do {
      try Live.wait(for: "the end of \(process.arguments ?? [])", limit: limit) { !isRunning }
    } catch {
      send(SIGKILL)
      throw LiveError("\(error); it said: \(errors)")
    }
    let wasKilled = process.terminationReason == .uncaughtSignal
    return Run(
      status: process.terminationStatus + (wasKilled ? 128 : 0), output: output, errors: errors)
  }

  /// Sends a signal, SIGINT if no other is given, and waits for the end.
  func stop(_ signal: Int32 = SIGINT, limit: Duration = .seconds(20)) throws -> Run {
    send(signal)
    return try wait(limit: limit)
  }
}
