import SynfinLifecycle

/// The verdict on a TCP connection.
struct TCPVerdict {
  let record: ConnectionRecord

  /// One or two sentences: troubles, then the end.
  var sentences: [String] {
    let end = Phrase.capitalized(ending)
    let clauses = troubles
    if !clauses.isEmpty { return [Phrase.capitalized(Phrase.list(clauses)) + ".", end + "."] }
    return [end + (claimsPeace ? "; nothing went wrong." : ".")]
  }

  /// Outcomes of which it is news that nothing went wrong.
  private var claimsPeace: Bool {
    guard record.problems.isEmpty else { return false }
    switch record.outcome {
    case .closed, .open: return !isSlowToOpen
    default: return false
    }
  }

  private var ending: String {
    switch record.outcome {
    case .refused: refused
    case .unreachable: unreachable
    case .unanswered: unanswered
    case .halfOpen: halfOpen
    case .rejected: rejected
    case .closed: closed
    case .reset: reset
    case .halfClosed: halfClosed
    case .open: "the connection was still open at the end of the capture, " + afterWhat
    case .midstream:
      "the connection was under way before the capture began and had not ended when it stopped, "
        + afterWhat
    case .answered, .oneWay: "it ended as \(OutcomeText.word(record.outcome))"
    }
  }

  // MARK: - Attempts

  /// The SYNs of the client as far as they are known: the first one and the logged repeats.
  private var synPackets: [UInt64] { [record.firstPacket] + packets(of: .synRetry) }

  private var synCount: UInt64 { 1 + UInt64(max(0, record.handshake?.synRetries ?? 0)) }

  private var syns: String {
    synCount == 1 ? "the SYN" : "\(synCount) SYNs"
  }

  private var refused: String {
    if let reset = proof(.closed, .client) ?? proof(.closed, .server) {
      return "the server refused the connection: RST to \(syns) (packet \(reset))"
    }
    if let error = record.icmpErrors.first {
      return "the connection was refused: \(VerdictSentence.error(error)) to \(syns)"
    }
    return "the server refused the connection"
  }

  private var unreachable: String {
    let cause = record.icmpErrors.first.map(VerdictSentence.error) ?? "an ICMP error came back"
    return "\(syns) did not get through: \(cause)"
  }

  private var unanswered: String {
    let where_ = Phrase.packets(synPackets, total: synCount)
    let time = synCount > 1 ? " over " + DurationText.short(record.duration) : ""
    return "no answer to \(syns)\(time) (\(where_)): nobody is there, something on the way drops "
      + "packets in silence, or the answers take another path"
  }

  private var halfOpen: String {
    let packets = Phrase.packets(record.handshake?.packets ?? [])
    if !self.packets(of: .acceptQueueFull).isEmpty {
      return "the handshake looks complete (\(packets)), but the server never answered what "
        + "followed: its accept queue was full and it stayed in SYN_RCVD"
    }
    let answers = 1 + (record.handshake?.synAckRetries ?? 0)
    let tail =
      answers > 1 ? ", though the server sent its SYN+ACK \(answers) times" : ""
    if let end = proof(.closed, .client) ?? proof(.closed, .server) {
      return "the handshake was never completed (\(packets)); a reset ended the attempt "
        + "(packet \(end))"
    }
    return "the handshake was never completed: SYN and SYN+ACK (\(packets)) but no final ACK\(tail)"
  }

  private var rejected: String {
    let reset = proof(.closed, .client).map { " (packet \($0))" } ?? ""
    let answer = record.handshake?.packets.last.map { " (packet \($0))" } ?? ""
    return "the client reset the attempt\(reset) when the SYN+ACK came\(answer): it had given up, "
      + "or the answer belonged to an older attempt"
  }

  // MARK: - Endings

  private var closed: String {
    let packets = Phrase.packets(record.teardown?.packets ?? [])
    let numbers = packets.isEmpty ? "" : " (\(packets))"
    switch record.teardown?.kind {
    case .simultaneous: return "both sides closed at once\(numbers), \(afterWhat)"
    case .threeWay: return "\(closer) closed first with a three-way release\(numbers) \(afterWhat)"
    case .fourWay: return "\(closer) closed first with a four-way release\(numbers) \(afterWhat)"
    default: return "\(closer) closed first\(numbers) \(afterWhat)"
    }
  }

  private var reset: String {
    let packet = record.teardown?.packets.last.map { " (packet \($0))" } ?? ""
    let fins = record.teardown?.packets.dropLast() ?? []
    guard let first = fins.first else {
      return "\(closer) reset the connection\(packet) \(afterWhat)"
    }
    return "\(closer) reset the connection\(packet) when it was already being closed "
      + "(FIN in packet \(first)), \(afterWhat)"
  }

  private var halfClosed: String {
    let packets = record.teardown?.packets ?? []
    let fin = packets.first.map { "FIN in packet \($0)" } ?? "FIN"
    let answer = packets.count > 1 ? ", acknowledged in packet \(packets[1])" : ", not acknowledged"
    let other = record.closedBy == .server ? "client" : "server"
    return "\(closer) closed its side (\(fin)\(answer)); the \(other) had not closed its own by "
      + "the end of the capture"
  }

  private var closer: String {
    switch record.closedBy {
    case .client: "the client"
    case .server: "the server"
    case .both: "both sides"
    case nil: "one side"
    }
  }

  /// What had been done by then.
  private var afterWhat: String {
    if record.exchanges > 0 {
      return "after " + Phrase.count(record.exchanges, "exchange") + lateStart
    }
    let (sent, received) = (record.client.payloadBytes, record.server.payloadBytes)
    switch (sent > 0, received > 0) {
    case (false, false): return "without any data" + lateStart
    case (true, false): return "after \(Phrase.bytes(sent)) from the client" + lateStart
    case (false, true): return "after \(Phrase.bytes(received)) from the server" + lateStart
    case (true, true):
      return "after \(Phrase.bytes(sent)) there and \(Phrase.bytes(received)) back" + lateStart
    }
  }

  /// That the beginning is missing, where the outcome does not say so itself.
  private var lateStart: String {
    record.handshake?.kind == HandshakeRecord.Kind.none && record.outcome != .midstream
      ? " (its start was not captured)" : ""
  }

  // MARK: - Troubles

  /// What went wrong, the gravest first, three at most.
  private var troubles: [String] {
    var clauses = isSlowToOpen ? [slowness] : []
    let counted = record.problems.filter { !isToldByOutcome($0.kind) }
      .sorted { ProblemText.weight($0.kind) < ProblemText.weight($1.kind) }
    clauses += counted.prefix(3).map(clause)
    if counted.count > 3 { clauses.append("\(counted.count - 3) more kinds of trouble") }
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

  private func clause(_ problem: Problem) -> String {
    guard problem.kind == .icmpError, let error = record.icmpErrors.first else {
      return ProblemText.clause(problem)
    }
    let more = problem.count > 1 ? " and \(problem.count - 1) more" : ""
    return VerdictSentence.error(error) + more + " came back"
  }

  /// A handshake of half a second or more is worth a word, and which half of it cost the time.
  private var isSlowToOpen: Bool {
    (record.handshake?.roundTripTime ?? 0) >= 500_000_000
  }

  private var slowness: String {
    guard let handshake = record.handshake, let whole = handshake.roundTripTime else { return "" }
    var text = "the handshake took " + DurationText.short(whole)
    let server = handshake.serverRoundTripTime ?? 0
    let client = handshake.clientRoundTripTime ?? 0
    if server > 2 * client { text += ", \(DurationText.short(server)) of it the server's half" }
    if client > 2 * server { text += ", \(DurationText.short(client)) of it the client's half" }
    let packets = Phrase.packets(handshake.packets)
    return packets.isEmpty ? text : text + " (\(packets))"
  }

  private func packets(of kind: Problem.Kind) -> [UInt64] {
    record.problems.first { $0.kind == kind }?.packets ?? []
  }

  /// The packet that proves that an end entered a state.
  private func proof(_ state: TCPState, _ side: Side) -> UInt64? {
    let end = side == .client ? record.client : record.server
    return end.tcp?.states.first { $0.state == state }?.packet
  }
}
