import Foundation
import Testing

/// A process that asks whom to become.
struct Caller: Sendable, CustomTestStringConvertible {
  var real: UInt32
  var effective: UInt32
  var name: String?
  var sudo: (user: String, group: String)?
  var becomes: String

  init(
    real: UInt32, effective: UInt32 = 0, name: String? = nil, sudo: (String, String)? = nil,
    _ becomes: String
  ) {
    (self.real, self.effective, self.name, self.becomes) = (real, effective, name, becomes)
    self.sudo = sudo
  }

  func run() throws -> Run {
    let environment = sudo.map { ["SUDO_UID": $0.user, "SUDO_GID": $0.group] } ?? [:]
    let words = ["target", "\(real)", "\(effective)"] + (name.map { ["'\($0)'"] } ?? [])
    return try Probe.shell(
      "exec \"$PROBE\" \(words.joined(separator: " "))", environment: environment)
  }

  var testDescription: String {
    "\(real)/\(effective) -Z \(name ?? "none") sudo \(sudo.map { "\($0)" } ?? "none")"
  }
}

/// The program in `Tests/PrivilegeProbe`, beside the test bundle.
enum Probe {
  static let path: String = {
    #if canImport(Darwin)
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
      let tests = bundle?.bundleURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    #else
      let tests = URL(fileURLWithPath: CommandLine.arguments[0])
    #endif
    return tests.deletingLastPathComponent().appendingPathComponent("PrivilegeProbe").path
  }()

  /// The user who owns nothing, in numbers and as the probe prints it, as this system has it.
  static let nobody: (user: String, group: String, told: String) = {
    let lines = (try? Binary.shell("id -u nobody && id -g nobody"))?.lines.map(String.init) ?? []
    guard lines.count == 2 else { return ("65534", "65534", "65534 65534 user 65534") }
    return (lines[0], lines[1], "\(lines[0]) \(lines[1]) nobody")
  }()

  static let noCapabilities = "0000000000000000"

  /// What the probe printed, by the words before the colon.
  struct Told {
    private let lines: [(key: String, value: String)]

    init(_ run: Run) {
      lines = run.lines.map { line in
        if line.hasPrefix("report ") { return ("report", String(line.dropFirst(7))) }
        let parts = line.split(separator: ":", maxSplits: 1)
        return (
          String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        )
      }
    }

    subscript(key: String) -> String? { lines.first { $0.key == key }?.value }

    /// Whether the kernel has both parts of the sandbox.
    var hasSandbox: Bool { self["report"]?.hasSuffix("sandboxed (Landlock, seccomp)") == true }

    /// The attempted system calls, which begin with `fork` and end before the hour.
    var calls: [(key: String, value: String)] {
      guard let start = lines.firstIndex(where: { $0.key == "fork" }),
        let end = lines.firstIndex(where: { $0.key == "hour" })
      else { return [] }
      return Array(lines[start..<end])
    }
  }

  static func run(
    _ words: String, environment: [String: String] = [:]
  ) throws -> Told {
    let run = try shell("exec \"$PROBE\" run \(words)", environment: environment)
    #expect(run.status == 0, "\(run.errors)")
    return Told(run)
  }

  /// Runs a script in which `$PROBE` is the probe and `$FOLDER` a folder of its own.
  static func shell(_ script: String, environment: [String: String] = [:]) throws -> Run {
    return try Scratch.with { scratch in
      try Binary.shell(
        script,
        environment: environment.merging(
          [
            "PROBE": path, "FOLDER": scratch.folder,
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
          ]) { $1 })
    }
  }

  static func has(_ tool: String) -> Bool {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
    }
  }
}
