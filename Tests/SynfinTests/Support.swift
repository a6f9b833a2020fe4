import Foundation
import Testing

/// What a run of the real binary left behind.
struct Run {
  var status: Int32
  var output: String
  var errors: String

  /// The lines on standard error.
  var complaints: [Substring] { errors.split(separator: "\n") }
  /// The lines on standard output.
  var lines: [Substring] { output.split(separator: "\n") }
}

/// The binary beside the test bundle, or the one that `SYNFIN_BINARY` names.
enum Binary {
  static let named = ProcessInfo.processInfo.environment["SYNFIN_BINARY"]

  static let path: String = {
    if let named { return named }
    #if canImport(Darwin)
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
      let tests = bundle?.bundleURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    #else
      let tests = URL(fileURLWithPath: CommandLine.arguments[0])
    #endif
    return tests.deletingLastPathComponent().appendingPathComponent("synfin").path
  }()

  /// Runs it to its end, with nothing of this environment but what is given.
  static func run(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]
  ) throws -> Run {
    try launch(path, arguments, input: input, environment: environment)
  }

  /// Runs a shell script in which `$SYNFIN` is the binary.
  static func shell(_ script: String, environment: [String: String] = [:]) throws -> Run {
    try launch(
      "/bin/sh", ["-c", script], input: [],
      environment: environment.merging(["SYNFIN": path]) { $1 })
  }

  private static func launch(
    _ program: String, _ arguments: [String], input: [UInt8], environment: [String: String]
  ) throws -> Run {
    try Scratch.with { scratch in
      // Files instead of pipes: nothing can block, however much is written.
      let files = ["in", "out", "err"].map { scratch.path($0) }
      for file in files { try scratch.write(file == files[0] ? input : [], to: file) }
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      process.environment = ["TZ": "UTC", "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
      process.standardInput = FileHandle(forReadingAtPath: files[0])
      process.standardOutput = FileHandle(forWritingAtPath: files[1])
      process.standardError = FileHandle(forWritingAtPath: files[2])
      try process.run()
      process.waitUntilExit()
      return Run(
        status: process.terminationStatus,
        output: try String(contentsOfFile: files[1], encoding: .utf8),
        errors: try String(contentsOfFile: files[2], encoding: .utf8))
    }
  }
}

/// A folder of its own for one test, gone when the test is over.
struct Scratch {
  let folder: String

  static func with<Result>(_ body: (Scratch) throws -> Result) throws -> Result {
    let folder = NSTemporaryDirectory() + "/synfin-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(Scratch(folder: folder))
  }

  func path(_ name: String) -> String { folder + "/" + name }

  func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// Writes a file and gives its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    try write(bytes, to: path(name))
    return path(name)
  }

  var contents: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
  }
}

/// The captures that come with the package.
enum Fixture {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The path of a scenario's capture at the client.
  static func path(_ scenario: String) -> String {
    root.appendingPathComponent("Fixtures/\(scenario)/client.pcap").path
  }

  /// The captures of all scenarios, at the client.
  static var all: [String] {
    get throws {
      let folder = root.appendingPathComponent("Fixtures").path
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map(path)
        .filter { FileManager.default.fileExists(atPath: $0) }
    }
  }

  static func bytes(_ scenario: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(scenario))))
  }
}
