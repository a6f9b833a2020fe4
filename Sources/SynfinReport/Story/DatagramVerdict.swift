import SynfinLifecycle
import SynfinWire

/// The verdict on a UDP conversation or an ICMP echo exchange.
///
/// Records are passed `inout`, though nobody changes them: they are large, and would be copied.
enum DatagramVerdict {
  /// Writes sentences on a UDP conversation.
  static func writeConversation(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let sent = Phrase.Count(record.client.packets, "datagram")
    switch record.outcome {
    case .unreachable, .refused: return writeUnreachable(sent, record.icmpErrors, &text)
    default: break
    }
    if !record.problems.isEmpty { writeTroubles(&record, &text) }
    switch record.outcome {
    case .answered: writeAnswered(sent, &record, &text)
    case .oneWay: writeToMany(&record, &text)
    default:
      if record.client.packets == 0 { return writeSilentClient(&record, &text) }
      text.write("No answer to ", sent)
      writePeriod(&record, &text)
      text.append(": the protocol wants none, something on the way drops packets in silence, or ")
      text.append("nobody is there; a closed port would have been reported.")
    }
  }

  private static func writeAnswered(
    _ sent: Phrase.Count, _ record: inout ConnectionRecord, _ text: inout TextBuffer
  ) {
    let back = Phrase.Grouped(record.server.packets)
    text.write("The server answered: ", sent, " there, ", back, " back")
    if let time = record.responseTime {
      text.append("; answers came after ")
      writeSpread(time, &text)
    }
    text.append(".")
  }

  /// Datagrams to a group, which is the server unless the ports say otherwise.
  private static func writeToMany(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let isToClient = record.client.address.scope == .multicast || record.client.packets == 0
    let group = isToClient ? record.client.address : record.server.address
    let packets = isToClient ? record.server.packets : record.client.packets
    let fragments = isToClient ? record.server.fragments : record.client.fragments
    let what =
      packets == 0 && fragments > 0
      ? Phrase.Count(fragments, "fragment") : Phrase.Count(packets, "datagram")
    what.write(into: &text)
    text.write(" went to many hosts at once (", group)
    // A network's own broadcast address looks like any other one.
    text.append(group.scope == .multicast ? ", multicast)" : ", broadcast)")
    text.append(": no single answer was to be expected.")
  }

  // MARK: - Fragments

  /// A conversation without one whole datagram from the client.
  private static func writeSilentClient(
    _ record: inout ConnectionRecord, _ text: inout TextBuffer
  ) {
    let (lost, others) = (record.client.fragments, record.server.fragments)
    if record.server.packets > 0 {
      Phrase.Count(record.server.packets, "datagram").write(into: &text)
      text.append(" came from the server")
      writePeriod(&record, &text)
      if lost == 0 { return text.append(", nothing from the client.") }
      text.write(", ", Phrase.Count(lost, "fragment"))
      return text.append(" came from the client, not enough for a datagram.")
    }
    if lost > 0 { text.write("", Phrase.Count(lost, "fragment"), " came from the client") }
    if lost > 0 && others > 0 { text.append(" and ") }
    if others > 0 { text.write("", Phrase.Count(others, "fragment"), " came from the server") }
    if lost + others > 1 && record.firstPacket == record.lastPacket {
      text.write(" (the first in packet ", record.firstPacket, ")")
    } else {
      writePeriod(&record, &text)
    }
    text.append(": they never made a whole datagram, so nothing was delivered.")
  }

  // MARK: - Echo

  /// Writes sentences on a ping.
  static func writeEcho(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let requests = record.echo?.requests ?? record.client.packets
    let replies = record.echo?.replies ?? record.server.packets
    let lost = record.echo?.lost ?? 0
    let asked = Phrase.Count(requests, "echo request")
    if record.outcome == .unreachable {
      writeUnreachable(asked, record.icmpErrors, &text)
    } else if replies == 0 {
      text.write("No reply to ", asked)
      writePeriod(&record, &text)
      text.append(".")
    } else if lost > 0 {
      Phrase.Grouped(lost).write(into: &text)
      text.write(" of ", asked, " got no reply; the others took")
      if let time = record.responseTime { writeTimes(time, &text) }
      text.append(".")
    } else {
      if requests == 1 {
        text.append("The echo request was answered")
      } else {
        text.write("All ", Phrase.Grouped(requests), " echo requests were answered")
      }
      if let time = record.responseTime {
        text.append(",")
        writeTimes(time, &text)
      }
      text.append(".")
    }
  }

  private static func writeTimes(_ value: DurationStatistics, _ text: inout TextBuffer) {
    if value.samples == 1 {
      text.write(" in ", Phrase.Duration(value.minimum))
    } else {
      text.write(" ", Phrase.Duration(value.wholeMean), " on average")
    }
  }

  // MARK: - Both

  private static func writeUnreachable(
    _ sent: Phrase.Count, _ errors: [ICMPErrorRecord], _ text: inout TextBuffer
  ) {
    guard let error = errors.first else {
      sent.write(into: &text)
      return text.append(" did not get through: an ICMP error came back.")
    }
    let isClosedPort =
      error.version == 4
      ? error.type == 3 && error.code == 3
      : error.type == 1 && error.code == 4
    if isClosedPort {
      text.append("Nobody listens on that port")
    } else {
      sent.write(into: &text)
      text.append(" did not get through")
    }
    text.write(": ", error, ".")
  }

  private static func writeTroubles(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let counted = record.problems.sorted { ProblemText.weight($0) < ProblemText.weight($1) }
    let errors = record.icmpErrors
    let begin = text.count
    VerdictSentence.writeGravest(counted, &text, of: min(counted.count, 3)) { problem, text in
      if problem.kind == .icmpError {
        VerdictSentence.writeErrors(errors, problem, &text)
      } else {
        ProblemText.writeClause(problem, &text)
      }
    }
    text.capitalize(at: begin)
    text.append(". ")
  }

  /// The packets and the time that it took to give up.
  private static func writePeriod(_ record: inout ConnectionRecord, _ text: inout TextBuffer) {
    let (first, last) = (record.firstPacket, record.lastPacket)
    let count = record.client.packets + record.server.packets
    let isWhole = record.client.fragments + record.server.fragments == 0
    if record.duration > 0 { text.write(" over ", Phrase.Duration(record.duration)) }
    if isWhole && count == 2 {
      text.write(" (", Phrase.Packets([first, last]), ")")
    } else if last - first < 64 && (isWhole && last - first + 1 == count || last - first < 2) {
      if first == last { return text.write(" (packet ", first, ")") }
      text.write(" (packets ", first, last - first == 1 ? " and " : "–", last, ")")
    } else {
      text.write(" (from packet ", first, " to packet ", last, ")")
    }
  }

  private static func writeSpread(_ value: DurationStatistics, _ text: inout TextBuffer) {
    if value.samples <= 1 { return Phrase.Duration(value.minimum).write(into: &text) }
    let begin = text.count
    Phrase.Duration(value.wholeMean).write(into: &text)
    let end = text.count
    text.append(" on average, ")
    let worst = text.count
    Phrase.Duration(value.maximum).write(into: &text)
    // Where both are written alike, one is enough.
    if text.isEqual(begin..<end, worst..<text.count) { return text.truncate(to: end) }
    text.append(" at worst")
  }
}
