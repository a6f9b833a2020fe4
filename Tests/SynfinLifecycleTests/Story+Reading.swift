import SynfinLifecycle
import SynfinWire
import Testing

// What tests ask of a story, in few words.

extension Story {
  /// The only record; a failure of the test if there are more.
  var record: ConnectionRecord {
    if records.count != 1 { Issue.record("\(records.count) records") }
    return records[0]
  }

  var outcomes: [String] { records.map(\.outcome.rawValue) }

  /// The labels of a packet, counted from 1.
  func labels(_ number: Int) -> [String] { verdicts[number - 1].labels.names }

  /// The labels of all packets: "3 duplicate_ack, 5 retransmission".
  var labels: String {
    verdicts.indices.map { ($0 + 1, labels($0 + 1)) }.filter { !$0.1.isEmpty }
      .map { "\($0.0) \($0.1.joined(separator: "+"))" }.joined(separator: ", ")
  }

  /// The causes of all packets: "5 timeout, 7 spurious".
  var causes: String { SynfinLifecycleTests.causes(verdicts) }

  /// The states of both ends after a packet, counted from 1.
  func states(after number: Int) -> String {
    let verdict = verdicts[number - 1]
    return "\(verdict.clientState.name) \(verdict.serverState.name)"
  }
}

extension ConnectionRecord {
  /// What most tests look at, in one line: outcome, who closed, how it began and ended.
  var gist: String {
    let closer = closedBy.map { " by \($0.rawValue)" } ?? ""
    let opening = handshake?.kind.rawValue ?? "-"
    return "\(outcome.rawValue)\(closer), \(opening), \(teardown?.kind.rawValue ?? "-")"
  }

  /// Problem kinds with their counts, in the order of the kinds.
  var troubles: String {
    problems.map { "\($0.kind.rawValue) \($0.count)" }.joined(separator: ", ")
  }

  func problem(_ kind: Problem.Kind) -> Problem? { problems.first { $0.kind == kind } }
}

extension EndpointRecord {
  /// The states in order: "SYN_SENT ESTABLISHED".
  var states: String {
    (tcp?.states ?? []).map(\.state.name).joined(separator: " ")
  }

  /// The states with their proofs: "SYN_SENT 1, ESTABLISHED 3".
  var proofs: String {
    (tcp?.states ?? []).map { "\($0.state.name) \($0.packet)" }.joined(separator: ", ")
  }
}
