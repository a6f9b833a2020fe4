import SynfinWire
import Testing

@testable import SynfinLifecycle
@testable import SynfinReport

@Suite struct VerdictSentenceTests {
  /// A record and what is to be said of it.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let record: ConnectionRecord
    let expected: String

    var testDescription: String { name }

    init(
      _ name: String, _ expected: String, _ outcome: Outcome,
      _ transport: TransportProtocol = .tcp, _ change: (inout ConnectionRecord) -> Void = { _ in }
    ) {
      self.name = name
      self.expected = expected
      record = .sample(transport, outcome, change)
    }
  }

  @Test(arguments: Self.closings + Self.attempts + Self.troubles + Self.datagrams)
  func says(_ example: Case) {
    #expect(VerdictSentence.text(for: example.record) == example.expected)
  }

  @Test func everyOutcomeAndTeardownSaysSomething() {
    for transport in TransportProtocol.allCases {
      for outcome in Outcome.allCases {
        for kind in [TeardownRecord.Kind.fourWay, .threeWay, .simultaneous, .reset, .half, .none] {
          let record = ConnectionRecord.sample(transport, outcome) {
            $0.teardown?.kind = kind
            $0.teardown?.packets = []
          }
          let text = VerdictSentence.text(for: record)
          #expect(text.hasSuffix(".") && text.first?.isUppercase ?? false || text.first == "6")
          #expect(!text.contains("  ") && !text.contains("()") && !text.contains(" ."))
        }
      }
    }
  }

  @Test func everyProblemAndDoubtHasWords() {
    for kind in Problem.Kind.allCases {
      let record = ConnectionRecord.sample { $0.note(kind, 5) }
      #expect(!VerdictSentence.text(for: record).contains("nothing went wrong"))
      #expect(!ProblemText.name(kind).isEmpty)
    }
    for cause in SegmentCause.ofRetransmissions {
      let record = ConnectionRecord.sample { $0.noteRepeats(cause, 5) }
      #expect(VerdictSentence.text(for: record).contains("(packet 5"))
      #expect(!ProblemText.name(record.problems[0]).isEmpty)
    }
    for doubt in Doubt.allCases { #expect(DoubtText.sentence(doubt).hasSuffix(".")) }
  }

  private static let closings = [
    Case(
      "four-way",
      "The client closed first with a four-way release (packets 8–11) after 2 exchanges; "
        + "nothing went wrong.", .closed),
    Case(
      "three-way by the server",
      "The server closed first with a three-way release (packets 8–10) after 500 B from the "
        + "server; nothing went wrong.", .closed
    ) {
      $0.closedBy = .server
      $0.teardown = TeardownRecord(kind: .threeWay, packets: [8, 9, 10])
      $0.exchanges = 0
      $0.server.tcp?.uniquePayloadBytes = 500
    },
    Case(
      "simultaneous",
      "Both sides closed at once (packets 8–11), after 2 exchanges; nothing went wrong.", .closed
    ) {
      $0.closedBy = .both
      $0.teardown?.kind = .simultaneous
    },
    Case(
      "half-close with data",
      "The client closed first with a four-way release (packets 5, 7, 14 and 15) after 1 exchange; "
        + "3 kB from the server came after the client's FIN; nothing went wrong.", .closed
    ) {
      $0.teardown?.packets = [5, 7, 14, 15]
      $0.exchanges = 1
      $0.server.tcp?.bytesAfterPeerClosed = 3000
    },
    Case("reset", "The server reset the connection (packet 6) after 32 B from the client.", .reset)
    {
      $0.closedBy = .server
      $0.teardown = TeardownRecord(kind: .reset, packets: [6])
      $0.exchanges = 0
      $0.client.tcp?.uniquePayloadBytes = 32
    },
    Case(
      "reset after FIN",
      "The client reset the connection (packet 11) when it was already being closed (FIN in "
        + "packet 8), after 2 exchanges.", .reset
    ) {
      $0.closedBy = .client
      $0.teardown = TeardownRecord(kind: .reset, packets: [8, 9, 11])
    },
    Case(
      "reset after keep-alives",
      "The client reset the connection (packet 10) after 1 exchange.", .reset
    ) {
      $0.closedBy = .client
      $0.teardown = TeardownRecord(kind: .reset, packets: [10])
      $0.exchanges = 1
      $0.client.tcp?.keepAlives = 3
    },
    Case(
      "half-closed",
      "The client closed its side (FIN in packet 4, acknowledged in packet 5); the server had not "
        + "closed its own by the end of the capture.", .halfClosed
    ) {
      $0.closedBy = .client
      $0.client.enter(.finWait1, 4, .finWait2, 5)
      $0.server.enter(.closeWait, 5)
    },
    Case(
      "half-closed, FIN unacknowledged",
      "The client closed its side (FIN in packet 4, never acknowledged); the server had not closed "
        + "its own by the end of the capture.", .halfClosed
    ) {
      $0.closedBy = .client
      $0.client.enter(.finWait1, 4)
    },
    Case(
      "two FINs, the second unacknowledged",
      "The client closed its side (FIN in packet 29, acknowledged in packet 30), then the server (FIN "
        + "in packet 31, never acknowledged).", .halfClosed
    ) {
      $0.closedBy = .client
      $0.client.enter(.finWait1, 29, .finWait2, 30)
      $0.server.enter(.closeWait, 30, .lastAck, 31)
    },
    Case(
      "crossed FINs",
      "Both sides closed (FINs in packets 80 and 82), and neither FIN was acknowledged by the end of "
        + "the capture.", .halfClosed
    ) {
      $0.closedBy = .both
      $0.client.enter(.finWait1, 80)
      $0.server.enter(.finWait1, 82)
    },
    Case(
      "half-closed, one direction",
      "The server closed its side (FIN in packet 9, never acknowledged); whether the client closed its "
        + "own cannot be known, as its packets were not captured. Take this with care: only one "
        + "direction was captured.", .halfClosed
    ) {
      $0.closedBy = .server
      $0.server.enter(.finWait1, 9)
      $0.doubts = [.oneDirection]
    },
    Case(
      "open",
      "The connection was still open at the end of the capture, without any data; "
        + "nothing went wrong.", .open
    ) { $0.exchanges = 0 },
    Case(
      "silent end",
      "The client retransmitted 3 segments (packets 9–11). The connection was still open at the "
        + "end of the capture, after 2 exchanges; nobody answered the last retransmission.", .open
    ) {
      $0.client.tcp?.retransmissions = 3
      $0.note(.retransmission, 9, 10, 11)
    },
    Case(
      "midstream",
      "The connection was under way before the capture began and had not ended when it stopped, "
        + "after 2 exchanges. Take this with care: which side is the client is inferred.",
      .midstream
    ) {
      $0.handshake?.kind = .none
      $0.doubts = [.clientInferred, .checksumOffload]
    },
    Case(
      "midstream with a FIN",
      "The connection was under way before the capture began; after 2 exchanges, the server closed its "
        + "side (FIN in packet 2, never acknowledged); the client had not closed its own by the end "
        + "of the capture.", .midstream
    ) {
      $0.handshake?.kind = .none
      $0.server.enter(.finWait1, 2)
    },
    Case(
      "closed, start missing",
      "The client closed first with a four-way release (packets 8–11) after 2 exchanges (its start "
        + "was not captured); nothing went wrong.", .closed
    ) { $0.handshake?.kind = .none },
  ]

  private static let attempts = [
    Case("refused", "The server refused the connection: RST to the SYN (packet 2).", .refused) {
      $0.client.tcp?.states = [
        StateChange(state: .synSent, packet: 1), StateChange(state: .closed, packet: 2),
      ]
    },
    Case(
      "refused by ICMP",
      "The connection was refused: the answer to the SYN was ICMP port unreachable (packet 2, from "
        + "192.0.2.254).", .refused
    ) { $0.noteError(type: 3, code: 3, packet: 2) },
    Case(
      "unreachable",
      "2 SYNs did not get through: ICMP host unreachable (packet 3, from 192.0.2.254).",
      .unreachable
    ) {
      $0.handshake?.synRetries = 1
      $0.noteError(type: 3, code: 1, packet: 3)
    },
    Case(
      "unanswered",
      "No answer to 6 SYNs over 1 min 3 s (packets 1–6): nobody is there, something on the way drops "
        + "packets in silence, or the answers take another path.", .unanswered
    ) {
      $0.duration = 63_000_000_000
      $0.handshake?.synRetries = 5
      $0.handshake?.roundTripTime = nil
      $0.note(.synRetry, 2, 3, 4, 5, 6)
    },
    Case(
      "half-open",
      "The handshake was never completed: SYN and SYN+ACK (packets 1 and 3) but no final ACK, "
        + "though the server sent its SYN+ACK 2 times.", .halfOpen
    ) {
      $0.handshake?.packets = [1, 3]
      $0.handshake?.synAckRetries = 1
      $0.note(.synAckRetry, 4)
    },
    Case(
      "accept queue full",
      "The handshake looks complete (packets 1–3), but the server never answered what followed: "
        + "either its accept queue was full and it stayed in SYN_RCVD, or nothing got through after "
        + "the handshake.", .halfOpen
    ) { $0.note(.acceptQueueFull, 3) },
    Case(
      "accept queue full, SYN+ACK repeated",
      "The handshake looks complete (packets 1–3), but the server never answered what followed: "
        + "its accept queue was full and it stayed in SYN_RCVD (SYN+ACK again in packet 6).",
      .halfOpen
    ) {
      $0.note(.acceptQueueFull, 3)
      $0.note(.synAckRetry, 6)
    },
    Case(
      "half-open, SYN not captured",
      "The handshake was never completed: of it the capture has only the SYN+ACK (packet 113), neither "
        + "the SYN nor the final ACK.", .halfOpen
    ) {
      $0.handshake?.packets = [113]
      $0.client.tcp?.initialSequenceNumber = nil
    },
    Case(
      "rejected",
      "The client reset the attempt (packet 3) when the SYN+ACK came (packet 2): a half-open (SYN) "
        + "scan does that; else it had given up, or the answer belonged to an older attempt.",
      .rejected
    ) {
      $0.handshake?.packets = [1, 2]
      $0.client.tcp?.states = [StateChange(state: .closed, packet: 3)]
    },
  ]

  /// How all these end.
  private static let peace =
    "The client closed first with a four-way release (packets 8–11) after 2 exchanges."

  private static let troubles = [
    Case(
      "retransmission",
      "The client retransmitted 3 segments (packets 5, 9 and 12) and 1 packet came twice (packet "
        + "20). The client closed first with a four-way release (packets 8–11) after 2 exchanges.",
      .closed
    ) {
      $0.client.tcp?.retransmissions = 3
      $0.note(.duplicate, 20)
      $0.note(.retransmission, 5, 9, 12)
    },
    Case(
      "timeout and slow start",
      "The client sent 3 segments again after a timeout of 214 ms (packets 5, 9 and 12). \(peace)",
      .closed
    ) {
      $0.noteRepeats(.timeout, 5, 9, 12)
      $0.client.tcp?.causes.timerExpiries = 1
      $0.client.tcp?.causes.longestTimeout = 214_300_000
    },
    Case(
      "timeouts, then fast retransmit",
      "The client sent 2 segments again after 2 timeouts, the longest of 1.2 s (packets 5 and 9) and "
        + "the client sent 1 segment again by fast retransmit (packet 4). \(peace)", .closed
    ) {
      $0.noteRepeats(.fastRetransmit, 4)
      $0.noteRepeats(.timeout, 5, 9)
      $0.client.tcp?.causes.timerExpiries = 2
      $0.client.tcp?.causes.longestTimeout = 1_200_000_000
    },
    Case(
      "smaller MTU",
      "ICMP fragmentation needed, MTU 1400 (packet 4, from 192.0.2.254) came back and the client sent 2 "
        + "segments again at once in smaller pieces (packets 5 and 6). \(peace)", .closed
    ) {
      $0.noteError(type: 3, code: 4, packet: 4, mtu: 1400)
      $0.noteRepeats(.fastRetransmit, 5, 6)
    },
    Case("probe", "The client sent a tail-loss probe (packet 7). \(peace)", .closed) {
      $0.noteRepeats(.tailLossProbe, 7)
    },
    Case("FIN", "The client sent its FIN again 2 times (packets 7 and 8). \(peace)", .closed) {
      $0.noteRepeats(.fin, 7, 8)
    },
    Case(
      "needless, by DSACK",
      "The client sent 1 segment again needlessly (packet 5; the original had arrived, DSACK in "
        + "packet 6). \(peace)", .closed
    ) {
      $0.noteRepeats(.spurious, 5)
      $0.client.tcp?.causes.firstProof = SpuriousProof(kind: .dsack, packet: 6)
    },
    Case(
      "needless, by the clock",
      "The client sent 2 segments again needlessly (packets 5 and 7; the originals had arrived, "
        + "packet 8 echoes the original's clock). \(peace)", .closed
    ) {
      $0.noteRepeats(.spurious, 5, 7)
      $0.client.tcp?.causes.firstProof = SpuriousProof(kind: .timestamp, packet: 8)
    },
    Case(
      "both sides by timeouts",
      "2 segments were sent again after timeouts (packets 5 and 6). \(peace)", .closed
    ) {
      $0.noteRepeats(.timeout, 5, 6)
      $0.server.tcp?.causes.timeout = 1
    },
    Case(
      "unseen duplicate",
      "The network doubled 1 segment behind the capture, as DSACKs tell (packet 5). \(peace)",
      .closed
    ) { $0.note(.duplicateUnseen, 5) },
    Case(
      "zero window",
      "The server closed its receive window for 1.5 s (packet 9). The client closed first with a "
        + "four-way release (packets 8–11) after 2 exchanges.", .closed
    ) {
      $0.server.tcp?.zeroWindows = 1
      $0.server.tcp?.zeroWindowTime = 1_500_000_000
      $0.note(.zeroWindow, 9)
    },
    Case(
      "path MTU",
      "ICMP fragmentation needed, MTU 1400 (packet 9, from 192.0.2.254) came back. The client closed "
        + "first with a four-way release (packets 8–11) after 2 exchanges.", .closed
    ) { $0.noteError(type: 3, code: 4, packet: 9, mtu: 1400) },
    Case(
      "repeated SYN is no second trouble",
      "The SYN was repeated (packet 2) because it or its answer was lost or late. The client closed first with a four-way release (packets "
        + "8–11) after 2 exchanges.", .closed
    ) {
      $0.note(.synRetry, 2)
      $0.note(.retransmission, 2)
    },
    Case(
      "slow handshake",
      "The handshake took 2.0 s, nearly all of it the server's half (packets 1–3). The client closed "
        + "first with a four-way release (packets 8–11) after 2 exchanges.", .closed
    ) {
      $0.handshake?.roundTripTime = 2_000_000_000
      $0.handshake?.serverRoundTripTime = 1_990_000_000
    },
    Case(
      "lost SYN, slow handshake",
      "The SYN was repeated (packet 2) because it or its answer was lost or late, and the handshake "
        + "took 1.0 s. The client closed first with a four-way release (packets 8–11) after 2 "
        + "exchanges.", .closed
    ) {
      $0.handshake?.roundTripTime = 1_020_000_000
      $0.handshake?.serverRoundTripTime = 1_019_000_000
      $0.note(.synRetry, 2)
    },
    Case(
      "lost final ACK",
      "The SYN+ACK was repeated (packet 5) because the client's ACK (packet 3) was lost or late. The "
        + "client closed first with a four-way release (packets 8–11) after 2 exchanges.", .closed
    ) { $0.note(.synAckRetry, 5) },
    Case(
      "window never reopened",
      "The server closed its receive window until the end of the capture (packet 11). The connection "
        + "was still open at the end of the capture, after 2 exchanges.", .open
    ) {
      $0.server.tcp?.zeroWindows = 1
      $0.note(.zeroWindow, 11)
    },
    Case(
      "four kinds of trouble",
      "1 gap showed in the data (packet 4), 1 reset was ignored (packet 5), 1 "
        + "segment came out of order (packet 6) and besides: duplicates. The client closed first "
        + "with a four-way release (packets 8–11) after 2 exchanges.", .closed
    ) {
      $0.note(.lostSegment, 4)
      $0.note(.resetIgnored, 5)
      $0.note(.outOfOrder, 6)
      $0.note(.duplicate, 7)
    },
    Case(
      "many packets",
      "9 gaps showed in the data (packets 4, 6 and 7 more). The client closed first with a four-way "
        + "release (packets 8–11) after 2 exchanges.", .closed
    ) { $0.note(.lostSegment, 4, 6, count: 9) },
    Case(
      "simultaneous open",
      "Both sides opened at once (packets 1–3). The client closed first with a four-way release "
        + "(packets 8–11) after 2 exchanges; nothing went wrong.", .closed
    ) { $0.handshake?.kind = .simultaneous },
  ]

  private static let datagrams = [
    Case(
      "answered",
      "The server answered: 6 datagrams there, 5 back; answers came after 2.0 ms on "
        + "average, 4.0 ms at worst.", .answered, .udp
    ) {
      $0.responseTime = DurationStatistics(
        minimum: 1_000_000, maximum: 4_000_000, sum: 10_000_000, samples: 5)
    },
    Case(
      "unanswered",
      "No answer to 6 datagrams over 240 ms (from packet 1 to packet 11): the protocol wants none, "
        + "something on the way drops packets in silence, or nobody is there; a closed port would "
        + "have been reported.", .unanswered, .udp
    ) { $0.server.packets = 0 },
    Case(
      "two packets with others between",
      "No answer to 2 datagrams over 240 ms (packets 2 and 5): the protocol wants none, something on "
        + "the way drops packets in silence, or nobody is there; a closed port would have been "
        + "reported.", .unanswered, .udp
    ) {
      ($0.client.packets, $0.server.packets) = (2, 0)
      ($0.firstPacket, $0.lastPacket) = (2, 5)
    },
    Case(
      "datagram without a fragment",
      "2 fragments came from the client over 240 ms (packets 1 and 2): they never made a whole "
        + "datagram, so nothing was delivered.", .unanswered, .udp
    ) {
      ($0.client.packets, $0.server.packets, $0.lastPacket) = (0, 0, 2)
      $0.client.fragments = 2
    },
    Case(
      "broadcast",
      "6 datagrams went to many hosts at once (192.0.2.255, broadcast): no single answer was to be "
        + "expected.", .oneWay, .udp
    ) { $0.server.address = IPAddress(ipv4: 0xC000_02FF) },
    Case(
      "closed port",
      "Nobody listens on that port: ICMP port unreachable (packet 2, from 192.0.2.254).",
      .unreachable, .udp
    ) { $0.noteError(type: 3, code: 3, packet: 2) },
    Case(
      "multicast",
      "6 datagrams went to many hosts at once (224.0.0.251, multicast): no single answer was to be "
        + "expected.", .oneWay, .udp
    ) { $0.server.address = IPAddress(ipv4: 0xE000_00FB) },
    Case("ping", "All 5 echo requests were answered, 1.2 ms on average.", .answered, .icmp) {
      $0.echo = EchoRecord(identifier: 7, requests: 5, replies: 5)
      $0.responseTime = DurationStatistics(
        minimum: 1_000_000, maximum: 1_400_000, sum: 6_000_000, samples: 5)
    },
    Case(
      "lost ping", "1 of 3 echo requests got no reply; the others took 11 ms on average.",
      .answered, .icmp
    ) {
      $0.echo = EchoRecord(identifier: 7, requests: 3, replies: 2)
      $0.responseTime = DurationStatistics(
        minimum: 11_000_000, maximum: 11_000_000, sum: 22_000_000, samples: 2)
    },
    Case(
      "silent ping", "No reply to 3 echo requests over 240 ms (packets 1–11).",
      .unanswered, .icmp
    ) { $0.echo = EchoRecord(identifier: 7, requests: 3, replies: 0) },
  ]
}
