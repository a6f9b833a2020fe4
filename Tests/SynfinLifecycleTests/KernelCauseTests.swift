import Foundation
import SynfinLifecycle
import Testing

/// Why segments were sent again, against the counters of the kernel that sent them.
@Suite struct KernelCauseTests {
  /// One end of a fixture, as its own capture shows it, with its kernel's counters.
  struct Sender: Sendable, CustomTestStringConvertible {
    let name: String
    let causes: CauseCounts
    let counters: [String: Int]

    var testDescription: String { name }

    func counter(_ name: String) -> UInt64 { UInt64(counters["TcpExt" + name] ?? 0) }

    /// Every fixture's ends.
    ///
    /// The counters are the host's: where it had several connections they say nothing of one.
    static func all() throws -> [Sender] {
      var senders: [Sender] = []
      for truth in try KernelTruth.all() where truth.captures.count == 2 {
        guard truth.connections.count == 1, truth.connections[0].protocol == "tcp" else { continue }
        for side in ["client", "server"] {
          let record = try records(of: truth.path("\(side).pcap")).first
          let end = side == "client" ? record?.client : record?.server
          guard let causes = end?.tcp?.causes, record?.handshake?.kind == .threeWay else {
            continue
          }
          senders.append(
            Sender(
              name: "\(truth.scenario) \(side)", causes: causes,
              counters: truth.counters?[side] ?? [:]))
        }
      }
      return senders
    }
  }

  /// Where nothing but data was sent again, and nothing needlessly, the counters are the causes.
  ///
  /// What the kernel calls slow start after a timeout is only that if a timer ran out; after ICMP "fragmentation needed"
  /// it counts so too. A SYN, a SYN+ACK and a FIN are repeated by a timer or a probe, which is not their cause here; the
  /// last timeout of a connection that the kernel gives up sends nothing.
  @Test(arguments: try Sender.all())
  func agreesWithCounters(_ sender: Sender) {
    let causes = sender.causes
    #expect(causes.dsacks == sender.counter("TCPDSACKRecv") + sender.counter("TCPDSACKOfoRecv"))
    let isPlain =
      causes.syn + causes.synAck + causes.fin + causes.spurious + causes.keepAlive
      + causes.zeroWindowProbe == 0
    let hasTimer = sender.counter("TCPTimeouts") > 0 || sender.counter("TCPSlowStartRetrans") == 0
    guard isPlain, hasTimer, sender.counter("TCPAbortOnTimeout") == 0 else { return }
    #expect(
      causes.timeout == sender.counter("TCPTimeouts") + sender.counter("TCPSlowStartRetrans"))
    #expect(causes.timerExpiries == sender.counter("TCPTimeouts"))
    #expect(causes.fastRetransmit == sender.counter("TCPFastRetrans"))
    #expect(causes.tailLossProbe == sender.counter("TCPLossProbes"))
  }

  /// Where the kernel undid what it had done, or was told of octets that came twice, a repeat was needless.
  @Test(arguments: try Sender.all())
  func needlessIsWhatTheKernelUndoes(_ sender: Sender) {
    // A kernel without SACK and timestamps has nothing to undo by.
    guard sender.name != "spurious-timeout-without-options client" else { return }
    let signs = [
      "TCPDSACKRecvSegs", "TCPSpuriousRTOs", "TCPFullUndo", "TCPLossUndo", "TCPDSACKUndo",
    ]
    let isUndone = signs.contains { sender.counter($0) > 0 }
    #expect((sender.causes.spurious > 0) == isUndone, "\(sender.causes)")
    if sender.counter("TCPDSACKRecvSegs") > 0 {
      #expect(sender.causes.spurious == sender.counter("TCPDSACKRecvSegs"))
    }
  }

  /// The fixtures hold each cause at least once, so that the comparison is not of zeros.
  @Test func everyCauseOccurs() throws {
    let all = try Sender.all().map(\.causes)
    func sum(_ count: (CauseCounts) -> UInt64) -> UInt64 { all.reduce(0) { $0 + count($1) } }
    #expect(sum(\.timeout) >= 20)
    #expect(sum(\.fastRetransmit) >= 20)
    #expect(sum(\.tailLossProbe) >= 5)
    #expect(sum(\.spurious) >= 10)
    #expect(sum(\.fin) > 0 && sum(\.syn) > 0 && sum(\.synAck) > 0)
    #expect(sum(\.keepAlive) > 0 && sum(\.zeroWindowProbe) > 0)
    #expect(sum(\.duplicatedUnseen) > 0)
  }

  /// What each packet of a capture was taken for when it came, as judged by hand.
  @Test(arguments: [
    ("tail-loss-probe", "client", "23 tail_loss_probe"),
    ("retransmission-timeout", "client", "21 timeout, 23 timeout, 24 timeout"),
    ("lost-retransmission", "client", "28 fast_retransmit, 43 fast_retransmit"),
    ("lost-retransmission", "server", "42 fast_retransmit"),
    (
      "probe-then-fast-retransmit", "client",
      "21 tail_loss_probe, 23 fast_retransmit, 25 fast_retransmit"
    ),
    ("probe-then-fast-retransmit", "server", "20 fast_retransmit, 22 fast_retransmit"),
    ("probe-then-timeout", "client", "5 tail_loss_probe, 6 timeout, 7 timeout"),
    ("spurious-timeout-of-flight", "client", "12 timeout"),
    ("spurious-timeout-of-flight", "server", "14 spurious"),
    ("spurious-retransmission", "server", "22 fast_retransmit, 24 reordered"),
    ("long-way-loss", "client", "20 fast_retransmit, 28 tail_loss_probe"),
    ("long-way-loss", "server", "22 fast_retransmit"),
    ("reordering", "server", "22 reordered"),
    ("duplicates", "server", "24 duplicated_by_network"),
    ("lost-fin", "client", "9 fin"),
    ("lost-syn", "client", "2 syn"),
  ])
  func judgesEachPacket(_ scenario: String, _ side: String, _ expected: String) throws {
    let path = KernelTruth.folder.appending(path: "\(scenario)/\(side).pcap").path
    #expect(try causes(of: path) == expected)
  }
}
