import Foundation
import Testing

/// Whether the tests can have networks of their own, and what is missing otherwise.
enum Live {
  static let missing: [String] = {
    #if os(Linux)
      guard geteuid() == 0 else { return ["root"] }
      let absent = ["ip", "python3", "tcpdump"].filter { tool in
        let found = try? Binary.shell(
          "command -v \(tool)", environment: ["PATH": NetworkNamespaces.path])
        return found?.status != 0
      }
      guard absent.isEmpty else { return absent }
      do {
        try NetworkNamespaces.with { _ in }
      } catch {
        return ["network namespaces (\(error))"]
      }
      return []
    #else
      return ["Linux"]
    #endif
  }()

  static let isPossible = missing.isEmpty
  static let isNeeded: Comment = "needs root, network namespaces, python3 and tcpdump"

  /// Waits for something that happens elsewhere; gives up with an error.
  static func wait(
    for what: String, limit: Duration = .seconds(20), until isDone: () throws -> Bool
  ) throws {
    let end = ContinuousClock.now + limit
    while try !isDone() {
      guard ContinuousClock.now < end else { throw LiveError("\(what): not within \(limit)") }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }
}

struct LiveError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Two network namespaces joined by a veth pair, of which nothing is left when the test is over.
///
/// Addresses may be the same in every test, since nothing joins one pair of namespaces with another.
struct NetworkNamespaces {
  struct End {
    let namespace: String
    let interface: String
    let ipv4: String
    let ipv6: String
  }

  let client: End
  let server: End
  /// A folder for what the test's programs write.
  let scratch: Scratch
  private let keeper: NamespaceKeeper

  static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// Makes them for as long as the body runs; without offloads, packets are as on a wire.
  static func with<Result>(
    offloads: Bool = true, _ body: (NetworkNamespaces) throws -> Result
  ) throws -> Result {
    try Scratch.with { scratch in
      let name = "synfin-" + UUID().uuidString.prefix(8).lowercased()
      let client = End(
        namespace: name + "-client", interface: "client0", ipv4: "10.77.0.1", ipv6: "fd77::1")
      let server = End(
        namespace: name + "-server", interface: "server0", ipv4: "10.77.0.2", ipv6: "fd77::2")
      let keeper = try NamespaceKeeper(client, server)
      defer { keeper.end() }
      let network = NetworkNamespaces(
        client: client, server: server, scratch: scratch, keeper: keeper)
      if !offloads { try network.switchOffloadsOff() }
      return try body(network)
    }
  }

  /// Starts a program inside; the binary, unless another one is named.
  func start(
    _ arguments: [String], program: String = Binary.path, in end: End,
    environment: [String: String] = [:]
  ) throws -> LiveRun {
    try start(
      command: ["ip", "netns", "exec", end.namespace, program] + arguments,
      environment: environment)
  }

  /// Starts a command outside of the namespaces that ends with them.
  func start(command: [String], environment: [String: String] = [:]) throws -> LiveRun {
    let run = try LiveRun(command, scratch: scratch, environment: environment)
    keeper.runs.append(run)
    return run
  }

  /// Runs a program inside to its end.
  func run(
    _ arguments: [String], program: String = Binary.path, in end: End,
    environment: [String: String] = [:]
  ) throws -> Run {
    try start(arguments, program: program, in: end, environment: environment).wait()
  }

  /// Runs a command of iproute2 inside, such as `["link", "set", "client0", "down"]`.
  func ip(_ arguments: [String], in end: End) throws {
    let run = try run(arguments, program: "ip", in: end)
    guard run.status == 0 else { throw LiveError("ip \(arguments): \(run.errors)") }
  }

  /// Runs the body with the path of a file system of its own, which is soon full.
  ///
  /// Programs that were started before do not see it.
  func withDisk<Result>(kibibytes: Int, _ body: (String) throws -> Result) throws -> Result {
    let disk = scratch.path("disk")
    let environment = ["PATH": Self.path, "DISK": disk]
    let mounting = try Binary.shell(
      "mkdir \"$DISK\" && mount -t tmpfs -o size=\(kibibytes)k synfin-test \"$DISK\"",
      environment: environment)
    guard mounting.status == 0 else { throw LiveError(mounting.errors) }
    // Lazily, since a program that still runs may have a file open there.
    defer { _ = try? Binary.shell("umount -l \"$DISK\"", environment: environment) }
    return try body(disk)
  }

  private func switchOffloadsOff() throws {
    for end in [client, server] {
      let arguments = [Traffic.script("offloads.py"), end.interface]
      let run = try run(arguments, program: "python3", in: end)
      guard run.status == 0 else { throw LiveError(run.errors) }
    }
  }
}

/// A shell that makes two namespaces, and removes them when its input ends.
///
/// It does so even if the test process is killed.
private final class NamespaceKeeper {
  private let process = Process()
  private let input = Pipe()
  /// What the test has started: it may not have got into its namespace yet when the test ends.
  var runs: [LiveRun] = []

  init(_ ends: NetworkNamespaces.End...) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments =
      ["-c", Self.script, "sh"]
      + ends.flatMap { [$0.namespace, $0.interface, $0.ipv4, $0.ipv6] }
    process.environment = ["PATH": NetworkNamespaces.path]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    // Nothing at all is the end: it failed, and has said why.
    var said = ""
    while !said.hasSuffix("ready\n") {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else {
        end()
        throw LiveError(said.trimmingCharacters(in: .whitespacesAndNewlines))
      }
      said += String(decoding: more, as: UTF8.self)
    }
  }

  func end() {
    for run in runs where run.isRunning { run.send(SIGKILL) }
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  // A neighbour without a machine behind it takes what is sent to the traffic's silent addresses.
  // Without detection of duplicates (RFC 4862 §5.4) an IPv6 address can be used at once.
  private static let script = """
    client=$1 server=$5
    remove() {
      # What is to be killed may have ended by itself meanwhile.
      set +e
      for name in "$client" "$server"; do
        ip netns pids "$name" 2>/dev/null | xargs -r kill -9
        ip netns del "$name" 2>/dev/null
      done
    }
    trap '' HUP INT TERM
    trap remove EXIT
    set -e
    ip netns add "$client"
    ip netns add "$server"
    ip link add "$2" netns "$client" type veth peer name "$6" netns "$server"
    while [ $# -gt 0 ]; do
      ip -n "$1" link set lo up
      ip -n "$1" link set "$2" addrgenmode none
      ip -n "$1" link set "$2" up
      ip -n "$1" address add "$3/24" dev "$2"
      ip -n "$1" address add "$4/64" dev "$2" nodad
      ip -n "$1" neighbour add 10.77.0.9 lladdr 02:00:00:00:00:09 dev "$2"
      ip -n "$1" neighbour add fd77::9 lladdr 02:00:00:00:00:09 dev "$2"
      shift 4
    done
    echo ready
    cat >/dev/null
    """
}
