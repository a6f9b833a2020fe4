import SynfinLifecycle

// Connections that were never established.

extension TCPVerdict {
  private func synCount(_ record: inout ConnectionRecord) -> UInt64 {
    1 + UInt64(max(0, record.handshake?.synRetries ?? 0))
  }

  /// "the SYN", "3 SYNs".
  private func writeSYNs(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let count = synCount(&record)
    if count == 1 { return text.append("the SYN") }
    text.append(count)
    text.append(" SYNs")
  }

  func writeRefused(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    if let reset = proof(.closed, .client, &record) ?? proof(.closed, .server, &record) {
      text.append("the server refused the connection: RST to ")
      writeSYNs(&record, &text)
      text.write(" (packet ", reset, ")")
    } else if let error = record.icmpErrors.first {
      text.append("the connection was refused: the answer to ")
      writeSYNs(&record, &text)
      text.write(" was ", error)
    } else {
      text.append("the server refused the connection")
    }
  }

  func writeUnreachable(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    writeSYNs(&record, &text)
    text.append(" did not get through: ")
    if let error = record.icmpErrors.first {
      error.write(into: &text)
    } else {
      text.append("an ICMP error came back")
    }
  }

  func writeUnanswered(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let count = synCount(&record)
    text.append("no answer to ")
    writeSYNs(&record, &text)
    if count > 1 { text.write(" over ", Phrase.Duration(record.duration)) }
    let first = record.firstPacket
    if count == 1, record.problems.isEmpty {
      text.write(" (packet ", first, ")")
    } else {
      // As far as they are known: the first one and the repeats that were noted.
      let packets = [first] + packets(of: .synRetry, &record)
      text.write(" (", Phrase.Packets(packets, total: count), ")")
    }
    text.append(": nobody is there, something on the way drops packets in silence, or the answers ")
    text.append("take another path")
  }

  func writeHalfOpen(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let packets = Phrase.Packets(record.handshake?.packets ?? [])
    if !self.packets(of: .acceptQueueFull, &record).isEmpty {
      text.write(
        "the handshake looks complete (", packets,
        "), but the server never answered what followed: ")
      return writeSilenceOfTheServer(&record, &text)
    }
    if let end = proof(.closed, .client, &record) ?? proof(.closed, .server, &record) {
      return text.write(
        "the handshake was never completed (", packets, "); a reset ended the attempt (packet ",
        end, ")")
    }
    if record.client.tcp?.initialSequenceNumber == nil {
      text.write(
        "the handshake was never completed: of it the capture has only the SYN+ACK (", packets,
        "), neither the SYN nor the final ACK")
    } else {
      text.write(
        "the handshake was never completed: SYN and SYN+ACK (", packets, ") but no final ACK")
    }
    let answers = 1 + (record.handshake?.synAckRetries ?? 0)
    if answers > 1 { text.write(", though the server sent its SYN+ACK ", answers, " times") }
  }

  /// Only a server that repeats its SYN+ACK after the client's ACK proves that it did not take it.
  private func writeSilenceOfTheServer(
    _ record: inout ConnectionRecord, _ text: inout TextBuffer
  ) {
    let last = record.handshake?.packets.last ?? .max
    let repeats = packets(of: .synAckRetry, &record).filter { $0 > last }
    if repeats.isEmpty {
      text.append("either its accept queue was full and it stayed in SYN_RCVD, or nothing got ")
      text.append("through after the handshake")
    } else {
      text.write(
        "its accept queue was full and it stayed in SYN_RCVD (SYN+ACK again in ",
        Phrase.Packets(repeats), ")")
    }
  }

  func writeRejected(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    text.append("the client reset the attempt")
    if let reset = proof(.closed, .client, &record) { text.write(" (packet ", reset, ")") }
    text.append(" when the SYN+ACK came")
    if let answer = record.handshake?.packets.last { text.write(" (packet ", answer, ")") }
    text.append(": a half-open (SYN) scan does that; else it had given up, or the answer belonged ")
    text.append("to an older attempt")
  }
}
