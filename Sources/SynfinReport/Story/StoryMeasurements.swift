import SynfinLifecycle
import SynfinWire

/// The measurements and the evidence below the ladder.
struct StoryMeasurements {
  let record: ConnectionRecord
  let width: Int
  let ink: Ink

  /// All lines, each section after an empty line.
  var lines: [String] {
    var lines = section("Times", times)
    lines += table
    if record.transport == .tcp { lines += section("Agreed in the handshake", agreed) }
    lines += section("Closed windows", stalls)
    lines += section("Problems", problems)
    lines += section("ICMP errors", errors)
    lines += section("Doubts", record.doubts.map { ("", DoubtText.sentence($0)) })
    return lines
  }

  private func section(_ title: String, _ rows: [(String, String)]) -> [String] {
    guard !rows.isEmpty else { return [] }
    var lines = ["", ink(title, .bold)]
    for (name, value) in rows {
      let indent = name.isEmpty ? 2 : 28
      let wrapped = Wrap.lines(value, width: width - indent)
      for (index, line) in wrapped.enumerated() {
        let left = index == 0 && !name.isEmpty ? "  " + name : ""
        lines.append(left.padded(to: indent) + line)
      }
    }
    return lines
  }

  private func statistics(_ value: DurationStatistics) -> String {
    let mean = DurationText.short(value.wholeMean)
    if value.samples == 1 { return mean }
    return "min \(DurationText.short(value.minimum)), mean \(mean), "
      + "max \(DurationText.short(value.maximum)) (\(Phrase.grouped(value.samples)) samples)"
  }

  var times: [(String, String)] {
    var rows: [(String, String)] = []
    if let handshake = record.handshake { rows += handshakeTimes(handshake) }
    if record.transport == .tcp, let first = record.timeToFirstByte {
      rows.append(("time to first byte", DurationText.short(first)))
    }
    if let answer = record.responseTime { rows.append(("response time", statistics(answer))) }
    if let think = record.serverThinkTime { rows.append(("server think time", statistics(think))) }
    if let think = record.clientThinkTime { rows.append(("client think time", statistics(think))) }
    if record.longestIdle > 0 {
      rows.append(("longest silence", DurationText.short(record.longestIdle)))
    }
    if let duration = record.teardown?.duration {
      rows.append(("release", DurationText.short(duration)))
    }
    return rows
  }

  private func handshakeTimes(_ handshake: HandshakeRecord) -> [(String, String)] {
    var rows: [(String, String)] = []
    let doubt = handshake.ambiguous ? " (uncertain: repeated, so which one was answered?)" : ""
    if let whole = handshake.roundTripTime {
      rows.append(("handshake", DurationText.short(whole)))
    }
    if let half = handshake.serverRoundTripTime {
      rows.append(("  server half", DurationText.short(half) + ", SYN to SYN+ACK" + doubt))
    }
    if let half = handshake.clientRoundTripTime {
      rows.append(("  client half", DurationText.short(half) + ", SYN+ACK to ACK" + doubt))
    }
    return rows
  }

  /// What each end did, side by side.
  private var table: [String] {
    let rows = EndpointTable(record: record).rows
    let column = max(24, (rows.map { $0.1.count }.max() ?? 0) + 3)
    var lines = [
      "", ink("Each way".padded(to: 28) + "client".padded(to: column) + "server", .bold),
    ]
    for (name, client, server) in rows {
      let left = ("  " + name).padded(to: 28)
      lines.append(left + (server.isEmpty ? client : client.padded(to: column) + server))
    }
    if rows.contains(where: { $0.0 == EndpointTable.roundTripTime }) {
      lines += Wrap.lines(
        "Round-trip times run from the capture point to the other end and back. In a capture made at "
          + "one end, that end's column is the whole way; the other column is only how long this end "
          + "takes to acknowledge.", width: width - 2
      ).map { "  " + ink($0, .dim) }
    }
    return lines
  }

  var agreed: [(String, String)] {
    guard let handshake = record.handshake, handshake.kind != .none,
      record.client.tcp?.initialSequenceNumber != nil,
      record.server.tcp?.initialSequenceNumber != nil
    else { return [] }
    let word = { (isOn: Bool) in isOn ? "yes" : "no: not offered by both" }
    var rows = [
      ("window scaling", word(handshake.windowScaling)),
      ("selective acknowledgments", word(handshake.sack)),
      ("timestamps", word(handshake.timestamps)),
    ]
    if let exact = handshake.synAckIsExact {
      rows.append(("SYN+ACK acknowledges", exact ? "client's ISN + 1, as it must" : "NOT ISN + 1"))
    }
    if let exact = handshake.ackIsExact {
      rows.append(("ACK acknowledges", exact ? "server's ISN + 1, as it must" : "NOT ISN + 1"))
    }
    if handshake.synPayload > 0 {
      rows.append(("data in the SYN", Phrase.bytes(UInt64(handshake.synPayload))))
    }
    return rows
  }

  var stalls: [(String, String)] {
    record.windowStalls.map { stall in
      let end = stall.closedBy == .client ? "client" : "server"
      let length = DurationText.short(stall.duration)
      let probes = stall.probes > 0 ? ", \(CountText.noun(stall.probes, "probe"))" : ""
      guard let reopened = stall.reopenedBy else {
        return ("packet \(stall.packet)", "\(end) had no room, to the end: \(length)\(probes)")
      }
      return (
        "packets \(stall.packet)–\(reopened)", "\(end) had no room for \(length)\(probes)"
      )
    }
  }

  var problems: [(String, String)] {
    record.problems.map { problem in
      let where_ = Phrase.packets(problem.packets, total: problem.count)
      return (ProblemText.name(problem), where_.isEmpty ? "\(problem.count)" : where_)
    }
  }

  var errors: [(String, String)] {
    var rows = record.icmpErrors.map { error in
      let name = ICMPText.errorName(version: error.version, type: error.type, code: error.code)
      let mtu = error.mtu.map { ", MTU \($0)" } ?? ""
      return ("packet \(error.packet)", "\(name)\(mtu), reported by \(error.reporter)")
    }
    let total = record.problems.first { $0.kind == .icmpError }?.count ?? 0
    if total > UInt64(rows.count) {
      rows.append(("", "and \(Phrase.grouped(total - UInt64(rows.count))) more"))
    }
    return rows
  }
}
