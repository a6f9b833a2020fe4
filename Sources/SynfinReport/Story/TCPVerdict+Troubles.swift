import SynfinLifecycle

// What went wrong on the way, the gravest first.

extension TCPVerdict {
  /// Writes what went wrong, the gravest first, three at most.
  func writeTroubles(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let isSlow =
      isSlowToOpen(&record) && packets(of: .synRetry, &record).isEmpty
      && packets(of: .synAckRetry, &record).isEmpty
    if !isSlow && record.problems.isEmpty { return }
    let counted = troubles(&record)
    let clauses = (isSlow ? 1 : 0) + min(counted.count, 4)
    if isSlow { writeSlowness(&record, &text) }
    VerdictSentence.writeGravest(counted, &text, first: isSlow ? 1 : 0, of: clauses) {
      writeClause($0, &record, &$1)
    }
    guard counted.count > 3 else { return }
    text.separate(clauses - 1, of: clauses)
    text.append("besides: ")
    for (index, problem) in counted.dropFirst(3).enumerated() {
      if index > 0 { text.append("; ") }
      text.append(string: ProblemText.name(problem))
    }
  }

  /// The problems that the outcome does not tell, the gravest first.
  private func troubles(_ record: inout ConnectionRecord) -> [Problem] {
    if record.problems.isEmpty { return [] }
    var troubles: [Problem] = []
    for problem in record.problems where !isToldByOutcome(problem.kind, &record) {
      troubles.append(problem)
    }
    return troubles.sorted { ProblemText.weight($0) < ProblemText.weight($1) }
  }

  /// Troubles that the outcome tells already.
  private func isToldByOutcome(_ kind: Problem.Kind, _ record: inout ConnectionRecord) -> Bool {
    switch record.outcome {
    case .unanswered: kind == .synRetry || kind == .retransmission
    case .refused, .unreachable:
      kind == .synRetry || kind == .icmpError || kind == .retransmission
    case .halfOpen: kind == .acceptQueueFull || kind == .synAckRetry
    default: kind == .retransmission && isRepeatOfHandshake(&record)
    }
  }

  /// A repeated SYN is told as such, not a second time as a retransmission.
  private func isRepeatOfHandshake(_ record: inout ConnectionRecord) -> Bool {
    let opening = Set(packets(of: .synRetry, &record) + packets(of: .synAckRetry, &record))
    return !opening.isEmpty
      && Set(packets(of: .retransmission, &record)).isSubset(of: opening)
  }

  /// A trouble, with who caused it where only one side did.
  private func writeClause(
    _ problem: Problem, _ record: inout ConnectionRecord, _ text: inout TextBuffer
  ) {
    switch problem.kind {
    case .icmpError: VerdictSentence.writeErrors(record.icmpErrors, problem, &text)
    case .retransmission: writeRepeats(problem, &record, &text)
    case .zeroWindow: writeClosedWindow(problem, &record, &text)
    case .synRetry: writeRepeatedSYN(problem, &record, &text)
    case .synAckRetry: writeRepeatedSYNACK(problem, &record, &text)
    default: ProblemText.writeClause(problem, &text)
    }
  }

  // MARK: - Closed windows

  private func writeClosedWindow(
    _ problem: Problem, _ record: inout ConnectionRecord, _ text: inout TextBuffer
  ) {
    guard let side = onlySide(&record, { $0?.zeroWindows ?? 0 }) else {
      return ProblemText.writeClause(problem, &text)
    }
    text.write("the ", side, " closed its receive window", Times(problem.count))
    writeClosedWindowTime(side, problem, &record, &text)
    text.write(" (", Phrase.Packets(problem.packets, total: problem.count), ")")
  }

  /// How long a receive window was closed, as far as that is known.
  private func writeClosedWindowTime(
    _ side: Side, _ problem: Problem, _ record: inout ConnectionRecord, _ text: inout TextBuffer
  ) {
    let time =
      (side == .client ? record.client.tcp?.zeroWindowTime : record.server.tcp?.zeroWindowTime)
      ?? 0
    let isSum = problem.count > 1
    let endsWithIt =
      problem.packets.last == record.lastPacket
      && problem.count == UInt64(problem.packets.count)
    if evidence.leavesWindowClosed(side) || (time == 0 && endsWithIt) {
      if isSum { text.append(", the last time") }
      text.append(" until the end of the capture")
    } else if time > 0 {
      text.write(" for ", Phrase.Duration(time))
      if isSum { text.append(" in all") }
    }
  }

  // MARK: - The opening

  private func writeRepeatedSYN(
    _ problem: Problem, _ record: inout ConnectionRecord, _ text: inout TextBuffer
  ) {
    let packets = Phrase.Packets(problem.packets, total: problem.count)
    text.write("the SYN was repeated", Times(problem.count), " (", packets, ")")
    guard record.handshake?.complete == true else { return }
    text.append(" because it or its answer was lost or late")
    if isSlowToOpen(&record) { writeSlowTime(&record, &text) }
  }

  /// A SYN+ACK that comes again behind the client's ACK shows that this ACK was lost.
  private func writeRepeatedSYNACK(
    _ problem: Problem, _ record: inout ConnectionRecord, _ text: inout TextBuffer
  ) {
    let packets = Phrase.Packets(problem.packets, total: problem.count)
    text.write("the SYN+ACK was repeated", Times(problem.count), " (", packets, ")")
    guard record.handshake?.complete == true,
      let acknowledgment = record.handshake?.packets.last, let first = problem.packets.first
    else { return }
    if first > acknowledgment {
      text.write(" because the client's ACK (packet ", acknowledgment, ") was lost or late")
    } else {
      text.append(" because it or the client's ACK was lost or late")
    }
    let isTold = !self.packets(of: .synRetry, &record).isEmpty || !isSlowToOpen(&record)
    if !isTold { writeSlowTime(&record, &text) }
  }

  private func writeSlowTime(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    text.write(
      ", and the handshake took ", Phrase.Duration(record.handshake?.roundTripTime ?? 0))
  }

  private func writeSlowness(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    guard let whole = record.handshake?.roundTripTime else { return }
    text.write("the handshake took ", Phrase.Duration(whole))
    let server = record.handshake?.serverRoundTripTime ?? 0
    let client = record.handshake?.clientRoundTripTime ?? 0
    let slower = max(server, client)
    if slower > whole / 3 * 2 {
      text.append(", ")
      if slower > whole / 10 * 9 {
        text.append("nearly all")
      } else {
        Phrase.Duration(slower).write(into: &text)
      }
      text.write(" of it the ", server > client ? Side.server : .client, "'s half")
    }
    let packets = record.handshake?.packets ?? []
    if !packets.isEmpty { text.write(" (", Phrase.Packets(packets), ")") }
  }

  /// The side whose counter alone is not zero.
  func onlySide(
    _ record: inout ConnectionRecord, _ counter: (inout TCPEndpointRecord?) -> UInt64
  ) -> Side? {
    let client = counter(&record.client.tcp)
    let server = counter(&record.server.tcp)
    if client > 0 && server == 0 { return .client }
    return server > 0 && client == 0 ? .server : nil
  }
}
