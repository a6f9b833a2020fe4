import SynfinLifecycle

// What went wrong on the way, the gravest first.

extension TCPVerdict {
  /// What went wrong, the gravest first, three at most.
  var troubles: [String] {
    var clauses = isSlowToOpen && !isSlowByRepeats ? [slowness] : []
    let counted = record.problems.filter { !isToldByOutcome($0.kind) }
      .sorted { ProblemText.weight($0) < ProblemText.weight($1) }
    clauses += counted.prefix(3).map(clause)
    if counted.count > 3 {
      let names = counted.dropFirst(3).map { ProblemText.name($0) }
      clauses.append("besides: " + names.joined(separator: "; "))
    }
    return clauses
  }

  /// Troubles that the outcome tells already.
  private func isToldByOutcome(_ kind: Problem.Kind) -> Bool {
    switch record.outcome {
    case .unanswered: kind == .synRetry || kind == .retransmission
    case .refused, .unreachable:
      kind == .synRetry || kind == .icmpError || kind == .retransmission
    case .halfOpen: kind == .acceptQueueFull || kind == .synAckRetry
    default: isRepeatOfHandshake(kind)
    }
  }

  /// A repeated SYN is told as such, not a second time as a retransmission.
  private func isRepeatOfHandshake(_ kind: Problem.Kind) -> Bool {
    guard kind == .retransmission else { return false }
    let opening = Set(packets(of: .synRetry) + packets(of: .synAckRetry))
    return !opening.isEmpty && Set(packets(of: .retransmission)).isSubset(of: opening)
  }

  /// A trouble, with who caused it where only one side did.
  private func clause(_ problem: Problem) -> String {
    let packets = Phrase.packets(problem.packets, total: problem.count)
    switch problem.kind {
    case .icmpError: return VerdictSentence.errors(record, problem)
    case .retransmission: return repeats(problem)
    case .zeroWindow:
      guard let side = onlySide(\.zeroWindows) else { return ProblemText.clause(problem) }
      let times = problem.count == 1 ? "" : " \(problem.count) times"
      return "the \(side) closed its receive window\(times)\(closedWindowTime(side, problem)) "
        + "(\(packets))"
    case .synRetry: return repeatedSYN(problem, packets)
    case .synAckRetry: return repeatedSYNACK(problem, packets)
    default: return ProblemText.clause(problem)
    }
  }

  /// How long a receive window was closed, as far as that is known.
  private func closedWindowTime(_ side: Side, _ problem: Problem) -> String {
    let end = side == .client ? record.client.tcp : record.server.tcp
    let time = end?.zeroWindowTime ?? 0
    let isSum = problem.count > 1
    if evidence.leavesWindowClosed(side) || (time == 0 && endsWith(problem)) {
      return (isSum ? ", the last time" : "") + " until the end of the capture"
    }
    guard time > 0 else { return "" }
    return " for \(DurationText.short(time))" + (isSum ? " in all" : "")
  }

  /// Whether the connection's last packet is the last one that shows a problem.
  private func endsWith(_ problem: Problem) -> Bool {
    problem.packets.last == record.lastPacket
      && problem.count == UInt64(problem.packets.count)
  }

  private func repeatedSYN(_ problem: Problem, _ packets: String) -> String {
    let times = problem.count == 1 ? "" : " \(problem.count) times"
    guard record.handshake?.complete == true else {
      return "the SYN was repeated\(times) (\(packets))"
    }
    let cost = isSlowToOpen ? ", and the handshake took \(slowTime)" : ""
    return "the SYN was repeated\(times) (\(packets)) because it or its answer was lost or late"
      + cost
  }

  /// A SYN+ACK that comes again behind the client's ACK shows that this ACK was lost.
  private func repeatedSYNACK(_ problem: Problem, _ packets: String) -> String {
    let times = problem.count == 1 ? "" : " \(problem.count) times"
    guard let handshake = record.handshake, handshake.complete,
      let acknowledgment = handshake.packets.last, let first = problem.packets.first
    else { return "the SYN+ACK was repeated\(times) (\(packets))" }
    let cause =
      first > acknowledgment
      ? "because the client's ACK (packet \(acknowledgment)) was lost or late"
      : "because it or the client's ACK was lost or late"
    let isTold = !self.packets(of: .synRetry).isEmpty || !isSlowToOpen
    return "the SYN+ACK was repeated\(times) (\(packets)) \(cause)"
      + (isTold ? "" : ", and the handshake took \(slowTime)")
  }

  private var slowTime: String { DurationText.short(record.handshake?.roundTripTime ?? 0) }

  /// Whether repeated SYNs or SYN+ACKs explain why the handshake took long.
  private var isSlowByRepeats: Bool {
    !packets(of: .synRetry).isEmpty || !packets(of: .synAckRetry).isEmpty
  }

  /// The side whose counter alone is not zero.
  func onlySide(_ counter: (TCPEndpointRecord) -> UInt64) -> Side? {
    let client = record.client.tcp.map(counter) ?? 0
    let server = record.server.tcp.map(counter) ?? 0
    if client > 0 && server == 0 { return .client }
    return server > 0 && client == 0 ? .server : nil
  }

  /// A handshake of 300 ms or more is worth a word, and which half of it cost the time.
  var isSlowToOpen: Bool {
    (record.handshake?.roundTripTime ?? 0) >= 300_000_000
  }

  private var slowness: String {
    guard let handshake = record.handshake, let whole = handshake.roundTripTime else { return "" }
    var text = "the handshake took " + DurationText.short(whole)
    let server = handshake.serverRoundTripTime ?? 0
    let client = handshake.clientRoundTripTime ?? 0
    let slower = max(server, client)
    if slower > whole / 3 * 2 {
      let share = slower > whole / 10 * 9 ? "nearly all" : DurationText.short(slower)
      text += ", \(share) of it the \(server > client ? "server" : "client")'s half"
    }
    let packets = Phrase.packets(handshake.packets)
    return packets.isEmpty ? text : text + " (\(packets))"
  }

  func packets(of kind: Problem.Kind) -> [UInt64] {
    record.problems.filter { $0.kind == kind }.flatMap(\.packets).sorted()
  }

  /// The packet that proves that an end entered a state.
  func proof(_ state: TCPState, _ side: Side) -> UInt64? {
    let end = side == .client ? record.client : record.server
    return end.tcp?.states.first { $0.state == state }?.packet
  }
}
