import Foundation
import Testing

/// A browser without a window, driven by `Tests/Browser/browser.py`.
///
/// It ends with the session, and by itself when a session takes too long.
final class BrowserSession {
  /// What is missing to run one; empty if nothing is.
  static let missing = ["chromium", "python3", "bash"].filter { tool in
    let found = try? Binary.shell("command -v \(tool)", environment: ["PATH": path])
    return found?.status != 0
  }
  static let isPossible = missing.isEmpty
  static let isNeeded: Comment = "needs chromium and python3"

  private static let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
  private static let secondsAtMost = 150

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var unread = Data()

  /// Opens a page and hands over the browser.
  static func open<Result>(
    _ page: String, _ body: (BrowserSession) throws -> Result
  ) throws -> Result {
    let session = try BrowserSession()
    defer { session.close() }
    try session.open(page)
    return try body(session)
  }

  private init() throws {
    let script = Fixture.root.appendingPathComponent("Tests/Browser/browser.py").path
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", script, "--seconds", "\(Self.secondsAtMost)"]
    process.environment = ["PATH": Self.path, "HOME": NSTemporaryDirectory()]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  private func close() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// What a page did that it should not, and what it asked for.
  struct Conduct: Decodable, Equatable {
    var complaints: [String]
    var requests: [String]
  }

  /// Loads a file, with filters behind its name if there are any.
  func open(_ page: String, hash: String = "") throws {
    let url = URL(fileURLWithPath: page).absoluteString + hash
    _ = try step(["open": url], as: Bool.self)
  }

  /// The value of an expression in the page.
  func run<Value: Decodable>(_ expression: String, as type: Value.Type = Value.self) throws -> Value
  {
    try step(["run": expression], as: type)
  }

  /// Lets the page do something, and waits until it is drawn.
  func perform(_ expression: String) throws {
    _ = try run("((\(expression)), true)", as: Bool.self)
    _ = try conduct()
  }

  func press(_ keys: String...) throws {
    for key in keys { _ = try step(["key": key], as: Bool.self) }
  }

  func click(_ selector: String) throws { _ = try step(["click": selector], as: Bool.self) }

  func resize(width: Int, height: Int) throws {
    _ = try step(["width": width, "height": height], as: Bool.self)
  }

  func conduct() throws -> Conduct { try step(["complaints": true], as: Conduct.self) }

  private struct Answer<Value: Decodable>: Decodable {
    var value: Value?
    var failure: String?
  }

  private func step<Value: Decodable>(
    _ step: [String: Any], as type: Value.Type
  ) throws -> Value {
    let line = try JSONSerialization.data(withJSONObject: step)
    try input.fileHandleForWriting.write(contentsOf: line + Data("\n".utf8))
    let answer = try JSONDecoder().decode(Answer<Value>.self, from: try readLine())
    guard let value = answer.value else {
      throw BrowserFailure(description: "\(step): \(answer.failure ?? "no value")")
    }
    return value
  }

  private func readLine() throws -> Data {
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        defer { unread = Data(unread[unread.index(after: end)...]) }
        return Data(unread[..<end])
      }
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw BrowserFailure(description: "the browser's driver ended") }
      unread += more
    }
  }
}

struct BrowserFailure: Error, CustomStringConvertible {
  let description: String
}
