import Foundation

/// Traffic of which everything is known: what was done is what the packets must show.
///
/// `Tests/LiveTraffic/traffic.py` makes it, each scenario over IPv4 and over IPv6.
enum Traffic {
  enum Scenario: String, CaseIterable {
    /// A request and its answer; the client closes.
    case exchange
    /// Nobody listens.
    case refused
    /// The server takes the request and closes with an RST.
    case reset
    /// The client closes its half; the server's answer comes behind that.
    case halfClose = "half-close"
    /// The client does not read until its window is closed.
    case slowReader = "slow-reader"
    /// A SYN to an address that does not answer.
    case unanswered
    /// A datagram and its answer.
    case question
    /// A datagram to a port that nobody has.
    case unreachable
    /// A datagram that is not answered.
    case ignored
    /// An echo request and its reply.
    case ping
    /// The server sends many bytes and closes.
    case transfer
  }

  /// Runs scenarios to their end and says what they did.
  static func run(
    _ scenarios: [Scenario] = Scenario.allCases, times: Int = 1, bytes: Int = 100_000,
    firstPort: Int = 40001, in network: NetworkNamespaces
  ) throws -> [Life] {
    try facts(
      of: start(scenarios, times: times, bytes: bytes, firstPort: firstPort, in: network).wait())
  }

  /// Starts scenarios, each so many times, with a pause in seconds after each.
  static func start(
    _ scenarios: [Scenario] = Scenario.allCases, times: Int = 1, pause: Double = 0,
    bytes: Int = 100_000, firstPort: Int = 40001, in network: NetworkNamespaces
  ) throws -> LiveRun {
    try network.start(
      command: [
        "python3", script("traffic.py"), "--times", "\(times)", "--pause", "\(pause)",
        "--bytes", "\(bytes)", "--first-port", "\(firstPort)",
        network.client.namespace, network.server.namespace,
      ] + scenarios.map(\.rawValue))
  }

  /// What the scenarios of a finished run did.
  static func facts(of run: Run) throws -> [Life] {
    guard run.status == 0 else { throw LiveError("the traffic failed: \(run.errors)") }
    return try run.lines.map { try Life($0) }
  }

  static func script(_ name: String) -> String {
    Fixture.root.appendingPathComponent("Tests/LiveTraffic/\(name)").path
  }
}

/// What a record says of a connection, as far as the traffic's maker can know it.
struct Life: Hashable, Decodable {
  struct End: Hashable {
    var address: String
    var port: Int?
    /// Without repeats, which a busy machine may cause.
    var payloadBytes: Int
    var bytesAfterPeerClosed: Int?
  }

  struct Echo: Hashable, Decodable {
    var identifier: Int
  }

  var `protocol`: String
  var client: End
  var server: End
  var outcome: String
  var closedBy: String?
  var echo: Echo?

  /// Reads a line of NDJSON: a record, or a fact of the traffic.
  init(_ line: some StringProtocol) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(Life.self, from: Data(line.utf8))
  }

  /// The lives of all connections of a saved capture, as the binary tells them.
  static func all(inCapture path: String) throws -> [Life] {
    let run = try Binary.run(["analyze", "--format", "ndjson", path])
    return try run.lines.map { try Life($0) }
  }
}

extension Life.End: Decodable {
  private enum Key: String, CodingKey {
    case address, port, payloadBytes, uniquePayloadBytes, bytesAfterPeerClosed
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    address = try fields.decode(String.self, forKey: .address)
    port = try fields.decodeIfPresent(Int.self, forKey: .port)
    let all = try fields.decode(Int.self, forKey: .payloadBytes)
    payloadBytes = try fields.decodeIfPresent(Int.self, forKey: .uniquePayloadBytes) ?? all
    bytesAfterPeerClosed = try fields.decodeIfPresent(Int.self, forKey: .bytesAfterPeerClosed)
  }
}
