import SynfinLifecycle

/// What a finding means, for those who do not see it every day.
enum FindingText {
  static func meaning(_ finding: Finding) -> String {
    switch finding.kind {
    case .outcome(let outcome): meaning(outcome)
    case .problem(let kind): meaning(kind)
    }
  }

  private static func meaning(_ outcome: Outcome) -> String {
    switch outcome {
    case .refused: "nobody listens on that port"
    case .unreachable: "an ICMP error came back"
    case .unanswered: "nothing came back"
    case .halfOpen: "the handshake never completed"
    case .rejected: "the client reset its own attempt"
    case .reset: "broken off by an RST"
    default: ""
    }
  }

  private static func meaning(_ kind: Problem.Kind) -> String {
    switch kind {
    case .synRetry: "the first SYN or its answer was lost or late"
    case .synAckRetry: "the SYN+ACK or the client's ACK was lost or late"
    case .acceptQueueFull: "the server's program does not accept fast enough"
    case .retransmission: "segments were sent again"
    case .outOfOrder: "the network delivered in another order"
    case .duplicate: "the same packet twice"
    case .lostSegment: "lost on the way to the capture"
    case .missedByCapture: "acknowledged, but not in the capture"
    case .zeroWindow: "the receiving program reads too slowly"
    case .damaged: "wrong checksums, thrown away"
    case .resetIgnored: "an RST whose numbers do not fit"
    case .resetAfterClose: "late segments met a closed socket"
    case .icmpError: "a router or host reported a failure"
    case .dataAfterClose: "sent to a program that had closed"
    case .fastOpenRejected: "the cookie was not accepted"
    case .clockBackwards: "times around it are unreliable"
    case .duplicateUnseen: "the receiver reports segments twice (DSACK)"
    case .keepAliveUnanswered: "the other end is silent or gone"
    case .challengeAck: "segments out of place were answered"
    }
  }
}
