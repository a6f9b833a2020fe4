internal import SynfinLifecycle

/// Events in words.
enum EventText {
  /// Writes what happened, as briefly as a line allows.
  static func write(_ event: LifeEvent, into text: inout TextBuffer) {
    switch event.kind {
    case .opened: text.append("SYN")
    case .midstream: text.append("already open: its start was not captured")
    case .established:
      text.append("established")
      if let time = event.duration { text.write(", RTT ", Phrase.Duration(time)) }
    case .firstData: text.write("first data, from the ", event.side ?? .client)
    case .halfClosed:
      let side = event.side ?? .client
      text.write("half-closed: the ", side, " sends no more, the ", side.peer, " still may")
    case .closed:
      text.append("closed by ")
      write(event.side, into: &text)
      text.append(manner(event.teardown))
      writeLife(event, into: &text)
    case .reset:
      text.write("reset by the ", event.side ?? .server)
      writeLife(event, into: &text)
    case .refused: after("refused", event, into: &text)
    case .rejected: after("reset by the client before it was open", event, into: &text)
    case .unreachable: after("unreachable", event, into: &text)
    case .unanswered: after("unanswered", event, into: &text)
    case .halfOpen: after("half-open: the handshake was not completed", event, into: &text)
    case .answered:
      text.append("answered")
      if let time = event.duration { text.write(" in ", Phrase.Duration(time)) }
    case .expired: after("silent for too long: not followed any more", event, into: &text)
    case .windowOpened:
      text.write("the ", event.side ?? .client, " has room again")
      if let time = event.duration { text.write(", after ", Phrase.Duration(time)) }
    case .problem: writeProblem(event, into: &text)
    }
  }

  /// Green for what went well, red for what failed, yellow for what may.
  static func style(_ event: LifeEvent) -> Ink.Style? {
    switch event.kind {
    case .closed, .answered, .established: .green
    case .reset, .refused, .rejected, .unreachable, .unanswered, .halfOpen: .red
    case .problem, .expired: .yellow
    case .opened, .midstream, .firstData, .halfClosed, .windowOpened: nil
    }
  }

  /// Whether packets that the capture missed may be the reason why something seems to be so.
  static func isWeakenedByDrops(_ kind: LifeEvent.Kind) -> Bool {
    switch kind {
    case .unanswered, .halfOpen, .problem, .expired, .midstream: true
    default: false
    }
  }

  private static func write(_ side: Side?, into text: inout TextBuffer) {
    guard let side else { return text.append("both ends at once") }
    text.write("the ", side)
  }

  private static func manner(_ kind: TeardownRecord.Kind?) -> StaticString {
    switch kind {
    case .fourWay: ", 4-way"
    case .threeWay: ", 3-way"
    default: ""
    }
  }

  private static func writeLife(_ event: LifeEvent, into text: inout TextBuffer) {
    if let time = event.duration { text.write(" after ", Phrase.Duration(time)) }
    text.write(
      "; ", Phrase.Bytes(event.clientBytes), " sent, ", Phrase.Bytes(event.serverBytes),
      " received")
  }

  private static func after(
    _ what: StaticString, _ event: LifeEvent, into text: inout TextBuffer
  ) {
    text.append(what)
    if let time = event.duration { text.write(" after ", Phrase.Duration(time)) }
  }

  private static func writeProblem(_ event: LifeEvent, into text: inout TextBuffer) {
    let side = event.side ?? .client
    switch event.problem {
    case .zeroWindow: text.write("window closed: the ", side.peer, " must wait for the ", side)
    case .retransmission: text.write("retransmissions in a row, by the ", side)
    case .synRetry: text.append("SYN repeated: no answer yet")
    case .synAckRetry: text.append("SYN+ACK repeated: the client did not complete the handshake")
    case .some(let kind): text.append(string: ProblemText.name(kind))
    case .none: break
    }
  }
}
