import SynfinLifecycle
import SynfinWire

/// The verdict on a UDP conversation or an ICMP echo exchange.
struct DatagramVerdict {
  let record: ConnectionRecord

  /// Sentences on a UDP conversation.
  var udp: [String] {
    let sent = Phrase.count(record.client.packets, "datagram")
    switch record.outcome {
    case .answered: return troubles + [answered]
    case .oneWay:
      return troubles + [toMany]
    case .unreachable, .refused: return [unreachable(sent)]
    default:
      if record.client.packets == 0 { return troubles + [silentClient] }
      return troubles + [
        "No answer to \(sent)\(period): the protocol wants none, something on the way drops packets "
          + "in silence, or nobody is there; a closed port would have been reported."
      ]
    }
  }

  /// Datagrams to a group, which is the server unless the ports say otherwise.
  private var toMany: String {
    let isToClient = record.client.address.scope == .multicast || record.client.packets == 0
    let (sender, group) =
      isToClient ? (record.server, record.client) : (record.client, record.server)
    let what =
      sender.packets == 0 && sender.fragments > 0
      ? Phrase.count(sender.fragments, "fragment") : Phrase.count(sender.packets, "datagram")
    // A network's own broadcast address looks like any other one.
    let scope = group.address.scope == .multicast ? "multicast" : "broadcast"
    return "\(what) went to many hosts at once (\(group.address), \(scope)): no single answer was "
      + "to be expected."
  }

  /// A conversation without one whole datagram from the client.
  private var silentClient: String {
    let lost = Self.incomplete(record.client.fragments, "client")
    guard record.server.packets > 0 else {
      let others = Self.incomplete(record.server.fragments, "server")
      return Phrase.capitalized(Phrase.list([lost, others].compactMap(\.self)))
        + "\(pieces): they never made a whole datagram, so nothing was delivered."
    }
    let received = Phrase.count(record.server.packets, "datagram")
    return "\(received) came from the server\(period), "
      + (lost.map { $0 + ", not enough for a datagram." } ?? "nothing from the client.")
  }

  /// Where fragments were seen that belong to no whole datagram.
  private var pieces: String {
    let count = record.client.fragments + record.server.fragments
    return count > 1 && record.firstPacket == record.lastPacket
      ? " (the first in packet \(record.firstPacket))" : period
  }

  private static func incomplete(_ fragments: UInt64, _ side: String) -> String? {
    fragments == 0 ? nil : Phrase.count(fragments, "fragment") + " came from the \(side)"
  }

  /// Sentences on a ping.
  var echo: [String] {
    let requests = record.echo?.requests ?? record.client.packets
    let replies = record.echo?.replies ?? record.server.packets
    let asked = Phrase.count(requests, "echo request")
    if record.outcome == .unreachable { return [unreachable(asked)] }
    guard replies > 0 else { return ["No reply to \(asked)\(period)."] }
    let lost = record.echo?.lost ?? 0
    let time = record.responseTime.map { ", " + Self.times($0) } ?? ""
    if lost == 0 {
      let all =
        requests == 1
        ? "The echo request was" : "All \(Phrase.grouped(requests)) echo requests were"
      return ["\(all) answered\(time)."]
    }
    return ["\(Phrase.grouped(lost)) of \(asked) got no reply; the others took\(time.dropFirst())."]
  }

  private var answered: String {
    let there = Phrase.count(record.client.packets, "datagram")
    let back = Phrase.grouped(record.server.packets)
    let time = record.responseTime.map { "; answers came after " + Self.spread($0) } ?? ""
    return "The server answered: \(there) there, \(back) back\(time)."
  }

  private func unreachable(_ sent: String) -> String {
    guard let error = record.icmpErrors.first else {
      return "\(sent) did not get through: an ICMP error came back."
    }
    let isClosedPort =
      error.version == 4
      ? error.type == 3 && error.code == 3
      : error.type == 1 && error.code == 4
    let what = isClosedPort ? "Nobody listens on that port" : "\(sent) did not get through"
    return "\(what): \(VerdictSentence.error(error))."
  }

  private var troubles: [String] {
    let counted = record.problems.sorted {
      ProblemText.weight($0) < ProblemText.weight($1)
    }
    guard !counted.isEmpty else { return [] }
    let clauses = counted.prefix(3).map {
      $0.kind == .icmpError ? VerdictSentence.errors(record, $0) : ProblemText.clause($0)
    }
    return [Phrase.capitalized(Phrase.list(clauses)) + "."]
  }

  /// The packets and the time that it took to give up.
  private var period: String {
    let (first, last) = (record.firstPacket, record.lastPacket)
    let count = record.client.packets + record.server.packets
    let isWhole = record.client.fragments + record.server.fragments == 0
    let packets =
      if isWhole && count == 2 {
        " (\(Phrase.packets([first, last])))"
      } else if last - first < 64 && (isWhole && last - first + 1 == count || last - first < 2) {
        " (\(Phrase.packets(Array(first...last))))"
      } else {
        " (from packet \(first) to packet \(last))"
      }
    return (record.duration > 0 ? " over " + DurationText.short(record.duration) : "") + packets
  }

  private static func times(_ value: DurationStatistics) -> String {
    value.samples == 1
      ? "in " + DurationText.short(value.minimum)
      : "\(DurationText.short(value.wholeMean)) on average"
  }

  private static func spread(_ value: DurationStatistics) -> String {
    guard value.samples > 1 else { return DurationText.short(value.minimum) }
    let (mean, worst) = (
      DurationText.short(value.wholeMean), DurationText.short(value.maximum)
    )
    return mean == worst ? mean : "\(mean) on average, \(worst) at worst"
  }
}
