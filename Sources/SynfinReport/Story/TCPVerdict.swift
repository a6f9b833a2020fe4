import SynfinLifecycle

/// The verdict on a TCP connection: one or two sentences, troubles and then the end.
///
/// Records are passed `inout`, though nobody changes them: they are large, and would be copied.
struct TCPVerdict {
  /// What the packets show beyond the record, where they were looked at.
  var evidence = StoryEvidence()

  /// Writes the sentences.
  func write(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    writeUnusualOpening(&record, &text)
    let begin = text.count
    writeTroubles(&record, &text)
    if text.count > begin {
      text.capitalize(at: begin)
      text.append(". ")
      writeEnding(&record, &text)
      text.append(".")
    } else {
      writeEnding(&record, &text)
      text.append(claimsPeace(&record) ? "; nothing went wrong." : ".")
    }
  }

  /// Outcomes of which it is news that nothing went wrong.
  private func claimsPeace(_ record: inout ConnectionRecord) -> Bool {
    guard record.problems.isEmpty else { return false }
    switch record.outcome {
    case .closed, .open: return !isSlowToOpen(&record)
    default: return false
    }
  }

  private func writeEnding(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let begin = text.count
    switch record.outcome {
    case .refused: writeRefused(&record, &text)
    case .unreachable: writeUnreachable(&record, &text)
    case .unanswered: writeUnanswered(&record, &text)
    case .halfOpen: writeHalfOpen(&record, &text)
    case .rejected: writeRejected(&record, &text)
    case .closed: writeClosed(&record, &text)
    case .reset: writeReset(&record, &text)
    case .halfClosed: writeHalfClosed(&record, &text)
    case .open: writeOpen(&record, &text)
    case .midstream: writeMidstream(&record, &text)
    case .answered, .oneWay:
      text.append("it ended as ")
      text.append(string: OutcomeText.word(record.outcome))
    }
    text.capitalize(at: begin)
  }

  /// Openings that few people have seen deserve a sentence.
  private func writeUnusualOpening(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    switch record.handshake?.kind {
    case .simultaneous:
      let packets = Phrase.Packets(record.handshake?.packets ?? [])
      text.write("Both sides opened at once (", packets, "). ")
    case .fastOpen:
      let bytes = Phrase.Bytes(UInt64(max(0, record.handshake?.synPayload ?? 0)))
      text.write(
        "The SYN carried ", bytes, " of data (Fast Open, packet ", record.firstPacket, "). ")
    case .threeWay, .partial, .some(.none), nil: break
    }
  }

  // MARK: - Endings

  private func writeClosed(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let packets = record.teardown?.packets ?? []
    let kind = record.teardown?.kind
    if kind == .simultaneous {
      text.append("both sides closed at once")
    } else {
      text.append(closer(&record))
      text.append(" closed first")
    }
    if kind == .threeWay { text.append(" with a three-way release") }
    if kind == .fourWay { text.append(" with a four-way release") }
    if !packets.isEmpty { text.write(" (", Phrase.Packets(packets), ")") }
    text.append(kind == .simultaneous ? ", " : " ")
    writeAfterWhat(&record, &text)
    if kind == .threeWay || kind == .fourWay { writeHalfCloseData(&record, &text) }
  }

  /// What one side sent after the other had closed its side.
  private func writeHalfCloseData(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let client = record.client.tcp?.bytesAfterPeerClosed ?? 0
    let server = record.server.tcp?.bytesAfterPeerClosed ?? 0
    if server > 0 {
      text.write("; ", Phrase.Bytes(server), " from the server came after the client's FIN")
    } else if client > 0 {
      text.write("; ", Phrase.Bytes(client), " from the client came after the server's FIN")
    }
  }

  private func writeReset(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let packets = record.teardown?.packets ?? []
    text.append(closer(&record))
    text.append(" reset the connection")
    if let reset = packets.last { text.write(" (packet ", reset, ")") }
    if packets.count > 1, let first = packets.first {
      text.write(" when it was already being closed (FIN in packet ", first, "), ")
      writeAfterWhat(&record, &text)
    } else {
      text.append(" ")
      writeAfterWhat(&record, &text)
      writeKeepAlives(&record, &text)
    }
  }

  /// Probes of the side that reset which nobody had answered.
  private func writeKeepAlives(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let side: Side = record.closedBy == .server ? .server : .client
    let probes = evidence.unansweredKeepAlives(side)
    guard probes.count > 0, packets(of: .keepAliveUnanswered, &record).isEmpty else { return }
    text.append("; its ")
    if probes.count == 1 {
      text.append("keep-alive")
    } else {
      text.append(probes.count)
      text.append(" keep-alives")
    }
    text.write(" (", Phrase.Packets(probes.packets, total: probes.count), ") went unanswered")
  }

  private func writeOpen(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    text.append("the connection was still open at the end of the capture, ")
    writeAfterWhat(&record, &text)
    if packets(of: .retransmission, &record).last == record.lastPacket {
      text.append("; nobody answered the last retransmission")
    }
  }

  func closer(_ record: inout ConnectionRecord) -> StaticString {
    switch record.closedBy {
    case .client: "the client"
    case .server: "the server"
    case .both: "both sides"
    case nil: "one side"
    }
  }

  /// What had been done by then.
  func writeAfterWhat(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let sent = record.client.tcp?.uniquePayloadBytes ?? record.client.payloadBytes
    let received = record.server.tcp?.uniquePayloadBytes ?? record.server.payloadBytes
    if record.exchanges > 0 {
      text.write("after ", Phrase.Count(UInt64(record.exchanges), "exchange"))
    } else if sent > 0 && received > 0 {
      text.write("after ", Phrase.Bytes(sent), " there and ", Phrase.Bytes(received), " back")
    } else if sent > 0 {
      text.write("after ", Phrase.Bytes(sent), " from the client")
    } else if received > 0 {
      text.write("after ", Phrase.Bytes(received), " from the server")
    } else {
      text.append("without any data")
    }
    // That the beginning is missing, where the outcome does not say so itself.
    if record.handshake?.kind == HandshakeRecord.Kind.none && record.outcome != .midstream {
      text.append(" (its start was not captured)")
    }
  }

  // MARK: - Evidence

  /// A handshake of 300 ms or more is worth a word, and which half of it cost the time.
  func isSlowToOpen(_ record: inout ConnectionRecord) -> Bool {
    (record.handshake?.roundTripTime ?? 0) >= 300_000_000
  }

  /// The packets that show a kind of problem, in order.
  func packets(of kind: Problem.Kind, _ record: inout ConnectionRecord) -> [UInt64] {
    if record.problems.isEmpty { return [] }
    return record.problems.filter { $0.kind == kind }.flatMap(\.packets).sorted()
  }

  /// The packet that proves that an end entered a state.
  func proof(_ state: TCPState, _ side: Side, _ record: inout ConnectionRecord) -> UInt64? {
    let states = side == .client ? record.client.tcp?.states : record.server.tcp?.states
    return states?.first { $0.state == state }?.packet
  }
}

extension EndpointRecord {
  /// Payload without repeats, as far as the protocol knows repeats.
  var streamBytes: UInt64 { tcp?.uniquePayloadBytes ?? payloadBytes }
}
