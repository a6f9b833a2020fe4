import Foundation

/// What a fixture's `truth.json` says: the kernel's own account, and what a reader should conclude from it.
struct KernelTruth: Decodable {
  struct Connection: Decodable {
    struct Expectation: Decodable {
      /// The end that this capture takes for the client, where it is not the scenario's.
      var client: String?
      var outcome: String
      var closedBy: String?
      var handshakeKind: String?
      var teardownKind: String?
      var synRetries: Int?
      var synackRetries: Int?
      var clientStates: [String]?
      var serverStates: [String]?
    }

    struct Information: Decodable {
      struct End: Decodable {
        var totalRetrans: Int?
        /// The state of the connection when the counts were read.
        var readIn: String?
        /// Octets acknowledged, SYN and FIN included.
        var bytesAcked: Int?
        /// Payload sent, repeats included.
        var bytesSent: Int?
        var bytesRetrans: Int?
        /// Microseconds, by a clock of milliseconds where timestamps are in use.
        var minRtt: Int?
      }

      var client: End?
      var server: End?
    }

    var `protocol`: String
    var client: String
    var server: String
    var expect: Expectation?
    var expectClient: Expectation?
    var expectServer: Expectation?
    var tcpInfo: Information?

    /// What a reader of one of the two captures should conclude; nil if it holds no packet of it.
    func expectation(_ capture: String) -> Expectation? {
      if let expect { return expect }
      return capture.hasPrefix("server") ? expectServer : expectClient
    }
  }

  var scenario: String
  var captures: [String]
  var connections: [Connection]
  /// Each host's counters that are not zero, by `nstat`'s names.
  var counters: [String: [String: Int]]?

  /// Where one of the captures is.
  func path(_ capture: String) -> String {
    Self.folder.appending(path: "\(scenario)/\(capture)").path
  }

  /// The folder of all fixtures.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  /// Every fixture's truth, in the order of the names.
  static func all() throws -> [KernelTruth] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .map { folder.appending(path: $0).appending(path: "truth.json") }
      .filter { FileManager.default.fileExists(atPath: $0.path) }
      .map { try decoder.decode(KernelTruth.self, from: Data(contentsOf: $0)) }
  }
}
