import SynfinLifecycle
import Testing

/// What is measured at an end against what its kernel counted (TCP_INFO).
@Suite struct KernelMeasurementTests {
  @Test(arguments: try KernelTruth.all(), ["client", "server"])
  func agreesWithKernel(_ truth: KernelTruth, _ name: String) throws {
    guard truth.captures.contains(name + ".pcap") else { return }
    let found = try records(of: truth.path(name + ".pcap"))
    for connection in truth.connections where connection.protocol == "tcp" {
      let matches = found.filter {
        $0.client.socket == connection.client && $0.server.socket == connection.server
      }
      guard matches.count == 1, matches[0].handshake?.kind == .threeWay,
        // Counts read while the connection was still alive are of an earlier moment.
        let kernel = name == "client" ? connection.tcpInfo?.client : connection.tcpInfo?.server,
        kernel.readIn == "CLOSE"
      else { continue }
      check(name == "client" ? matches[0].client : matches[0].server, kernel)
    }
  }

  private func check(_ end: EndpointRecord, _ kernel: KernelTruth.Connection.Information.End) {
    guard let tcp = end.tcp, tcp.missedBytes == 0 else { return }
    #expect(Int(end.payloadBytes) == kernel.bytesSent)
    #expect(Int(tcp.retransmittedBytes) == kernel.bytesRetrans)
    if let acknowledged = tcp.acknowledgedBytes, let kernel = kernel.bytesAcked {
      // The kernel counts its SYN, and its FIN once that is acknowledged.
      #expect((0...2).contains(kernel - Int(acknowledged)))
    }
    let times = [tcp.roundTripTime, tcp.timestampRoundTripTime].compactMap {
      $0?.durations.minimum
    }
    if let least = times.min(), let kernel = kernel.minRtt {
      #expect(abs(Int(least) / 1000 - kernel) <= 1000)
    }
  }
}
