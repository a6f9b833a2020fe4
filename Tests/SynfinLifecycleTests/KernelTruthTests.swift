import SynfinLifecycle
import Testing

/// The tracker's conclusions against the kernel's own trace of state changes, for both ends of every recorded fixture.
@Suite struct KernelTruthTests {
  @Test(arguments: try KernelTruth.all().flatMap { truth in truth.captures.map { (truth, $0) } })
  func agreesWithKernel(_ truth: KernelTruth, _ capture: String) throws {
    let path = truth.path(capture)
    var left = try records(of: path)
    for connection in truth.connections {
      guard let expected = connection.expectation(capture) else { continue }
      let isTurned = expected.client != nil && expected.client == connection.server
      let client = isTurned ? connection.server : connection.client
      let server = isTurned ? connection.client : connection.server
      let index = left.firstIndex { record in
        record.transport.rawValue == connection.protocol && record.client.socket == client
          && record.server.socket == server
      }
      guard let index else {
        Issue.record("no \(connection.protocol) \(connection.client) > \(connection.server)")
        continue
      }
      check(left.remove(at: index), expected)
    }
    #expect(left.map { "\($0.client.socket) > \($0.server.socket)" } == [])
  }

  private func check(
    _ record: ConnectionRecord, _ expected: KernelTruth.Connection.Expectation
  ) {
    #expect(record.outcome.rawValue == expected.outcome)
    #expect(record.closedBy?.rawValue == expected.closedBy)
    guard record.transport == .tcp else { return }
    #expect(record.handshake?.kind.rawValue == expected.handshakeKind)
    #expect(record.teardown?.kind.rawValue == expected.teardownKind)
    #expect(record.handshake?.synRetries == expected.synRetries)
    #expect(record.handshake?.synAckRetries == expected.synackRetries)
    #expect(record.client.tcp?.states.map(\.state.name) == expected.clientStates)
    #expect(record.server.tcp?.states.map(\.state.name) == expected.serverStates)
  }

  /// At the sender's end the capture shows every segment that it sent again.
  @Test(arguments: try KernelTruth.all())
  func countsRetransmissionsLikeKernel(_ truth: KernelTruth) throws {
    guard truth.captures.count == 2 else { return }
    for (capture, isClient) in [("client.pcap", true), ("server.pcap", false)] {
      let path = truth.path(capture)
      let found = try records(of: path)
      for connection in truth.connections where connection.protocol == "tcp" {
        let information = isClient ? connection.tcpInfo?.client : connection.tcpInfo?.server
        let matches = found.filter {
          $0.client.socket == connection.client && $0.server.socket == connection.server
        }
        guard let total = information?.totalRetrans, matches.count == 1,
          matches[0].outcome != .midstream
        else { continue }
        let end = isClient ? matches[0].client : matches[0].server
        #expect(
          end.tcp.map { Int($0.retransmissions) } == total,
          "\(capture) \(connection.client) > \(connection.server)")
      }
    }
  }
}
