import SynfinLifecycle

/// The verdict on a TCP connection.
struct TCPVerdict {
  let record: ConnectionRecord
  /// What the packets show beyond the record, where they were looked at.
  var evidence = StoryEvidence()

  /// One or two sentences: troubles, then the end.
  var sentences: [String] {
    let end = Phrase.capitalized(ending)
    let clauses = troubles
    if !clauses.isEmpty {
      return unusualOpening + [Phrase.capitalized(Phrase.list(clauses)) + ".", end + "."]
    }
    return unusualOpening + [end + (claimsPeace ? "; nothing went wrong." : ".")]
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
    case .open: open
    case .midstream: midstream
    case .answered, .oneWay: "it ended as \(OutcomeText.word(record.outcome))"
    }
  }

  /// Openings that few people have seen deserve a sentence.
  private var unusualOpening: [String] {
    guard let handshake = record.handshake else { return [] }
    switch handshake.kind {
    case .simultaneous:
      return ["Both sides opened at once (\(Phrase.packets(handshake.packets)))."]
    case .fastOpen:
      let bytes = Phrase.bytes(UInt64(max(0, handshake.synPayload)))
      return ["The SYN carried \(bytes) of data (Fast Open, packet \(record.firstPacket))."]
    case .threeWay, .partial, .none: return []
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
      return "the connection was refused: the answer to \(syns) was \(VerdictSentence.error(error))"
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
        + "followed: \(silenceOfTheServer)"
    }
    if let end = proof(.closed, .client) ?? proof(.closed, .server) {
      return "the handshake was never completed (\(packets)); a reset ended the attempt "
        + "(packet \(end))"
    }
    let answers = 1 + (record.handshake?.synAckRetries ?? 0)
    let tail =
      answers > 1 ? ", though the server sent its SYN+ACK \(answers) times" : ""
    guard record.client.tcp?.initialSequenceNumber != nil else {
      return "the handshake was never completed: of it the capture has only the SYN+ACK "
        + "(\(packets)), neither the SYN nor the final ACK\(tail)"
    }
    return "the handshake was never completed: SYN and SYN+ACK (\(packets)) but no final ACK\(tail)"
  }

  /// Only a server that repeats its SYN+ACK after the client's ACK proves that it did not take it.
  private var silenceOfTheServer: String {
    let last = record.handshake?.packets.last ?? .max
    let repeats = packets(of: .synAckRetry).filter { $0 > last }
    if repeats.isEmpty {
      return "either its accept queue was full and it stayed in SYN_RCVD, or nothing got through "
        + "after the handshake"
    }
    return "its accept queue was full and it stayed in SYN_RCVD (SYN+ACK again in "
      + "\(Phrase.packets(repeats)))"
  }

  private var rejected: String {
    let reset = proof(.closed, .client).map { " (packet \($0))" } ?? ""
    let answer = record.handshake?.packets.last.map { " (packet \($0))" } ?? ""
    return "the client reset the attempt\(reset) when the SYN+ACK came\(answer): a half-open (SYN) "
      + "scan does that; else it had given up, or the answer belonged to an older attempt"
  }

  // MARK: - Endings

  private var closed: String {
    let packets = Phrase.packets(record.teardown?.packets ?? [])
    let numbers = packets.isEmpty ? "" : " (\(packets))"
    switch record.teardown?.kind {
    case .simultaneous: return "both sides closed at once\(numbers), \(afterWhat)"
    case .threeWay:
      return
        "\(closer) closed first with a three-way release\(numbers) \(afterWhat)\(halfCloseData)"
    case .fourWay:
      return "\(closer) closed first with a four-way release\(numbers) \(afterWhat)\(halfCloseData)"
    default: return "\(closer) closed first\(numbers) \(afterWhat)"
    }
  }

  private var reset: String {
    let packet = record.teardown?.packets.last.map { " (packet \($0))" } ?? ""
    let fins = record.teardown?.packets.dropLast() ?? []
    guard let first = fins.first else {
      return "\(closer) reset the connection\(packet) \(afterWhat)\(keepAlives)"
    }
    return "\(closer) reset the connection\(packet) when it was already being closed "
      + "(FIN in packet \(first)), \(afterWhat)"
  }

  /// What one side sent after the other had closed its side.
  private var halfCloseData: String {
    let client = record.client.tcp?.bytesAfterPeerClosed ?? 0
    let server = record.server.tcp?.bytesAfterPeerClosed ?? 0
    if server > 0 { return "; \(Phrase.bytes(server)) from the server came after the client's FIN" }
    return client > 0 ? "; \(Phrase.bytes(client)) from the client came after the server's FIN" : ""
  }

  /// Probes of the side that reset which nobody had answered.
  private var keepAlives: String {
    let side: Side = record.closedBy == .server ? .server : .client
    let probes = evidence.unansweredKeepAlives(side)
    guard probes.count > 0, packets(of: .keepAliveUnanswered).isEmpty else { return "" }
    let noun = probes.count == 1 ? "its keep-alive" : "its \(probes.count) keep-alives"
    return "; \(noun) (\(Phrase.packets(probes.packets, total: probes.count))) went unanswered"
  }

  private var open: String {
    let repeats = packets(of: .retransmission)
    let isUnanswered = repeats.last == record.lastPacket
    return "the connection was still open at the end of the capture, " + afterWhat
      + (isUnanswered ? "; nobody answered the last retransmission" : "")
  }

  var closer: String {
    switch record.closedBy {
    case .client: "the client"
    case .server: "the server"
    case .both: "both sides"
    case nil: "one side"
    }
  }

  /// What had been done by then.
  var afterWhat: String {
    if record.exchanges > 0 {
      return "after " + Phrase.count(record.exchanges, "exchange") + lateStart
    }
    let (sent, received) = (record.client.streamBytes, record.server.streamBytes)
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
}

extension EndpointRecord {
  /// Payload without repeats, as far as the protocol knows repeats.
  var streamBytes: UInt64 { tcp?.uniquePayloadBytes ?? payloadBytes }
}
