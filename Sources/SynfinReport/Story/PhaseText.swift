import SynfinLifecycle

/// The headings of the ladder's three phases.
enum PhaseText {
  static func title(_ phase: StoryPhase) -> String {
    switch phase {
    case .establishment: "1 Establishment"
    case .transfer: "2 Transfer"
    case .release: "3 Release"
    }
  }

  /// What the phase came to, in a phrase.
  static func detail(_ phase: StoryPhase, _ record: ConnectionRecord) -> String {
    switch phase {
    case .establishment: establishment(record)
    case .transfer: transfer(record)
    case .release: release(record)
    }
  }

  /// Whether a phase without packets is worth its heading.
  static func deservesNote(_ phase: StoryPhase, _ record: ConnectionRecord) -> Bool {
    guard record.transport == .tcp else { return false }
    return switch phase {
    case .establishment: record.handshake?.kind == HandshakeRecord.Kind.none
    case .transfer: false
    case .release: record.outcome == .open || record.outcome == .midstream
    }
  }

  private static func establishment(_ record: ConnectionRecord) -> String {
    guard let handshake = record.handshake else { return "" }
    var parts: [String]
    switch handshake.kind {
    case .threeWay: parts = ["three-way handshake"]
    case .simultaneous: parts = ["simultaneous open"]
    case .fastOpen: parts = ["Fast Open"]
    case .partial: parts = [handshake.complete ? "seen in part" : "not completed"]
    case .none: return "before the capture began"
    }
    if !handshake.complete && handshake.kind != .partial { parts.append("not completed") }
    if let time = handshake.roundTripTime { parts.append(DurationText.short(time)) }
    return parts.joined(separator: ", ")
  }

  private static func transfer(_ record: ConnectionRecord) -> String {
    var parts: [String] = []
    if record.exchanges > 0 { parts.append(Phrase.count(record.exchanges, "exchange")) }
    parts.append("client sent " + Phrase.bytes(record.client.streamBytes))
    parts.append("server sent " + Phrase.bytes(record.server.streamBytes))
    return parts.joined(separator: ", ")
  }

  private static func release(_ record: ConnectionRecord) -> String {
    guard let teardown = record.teardown else { return "" }
    let who = record.closedBy.map { $0 == .both ? "both at once" : "\($0.rawValue) first" }
    let kind: String
    switch teardown.kind {
    case .fourWay: kind = "four-way"
    case .threeWay: kind = "three-way, the second FIN carries the ACK of the first"
    case .simultaneous: return "simultaneous: both FINs crossed" + duration(teardown)
    case .reset:
      return "reset by " + (record.closedBy.map { "the \($0.rawValue)" } ?? "one side")
    case .half: return half(record)
    case .none: return "none by the end of the capture"
    }
    return kind + (who.map { ", " + $0 } ?? "") + duration(teardown)
  }

  /// A release that the capture does not show to its end.
  private static func half(_ record: ConnectionRecord) -> String {
    let fins = [record.client, record.server].filter {
      $0.tcp?.states.contains { [.finWait1, .lastAck].contains($0.state) } ?? false
    }
    return fins.count > 1
      ? "both sides sent a FIN, not both were acknowledged"
      : "one side only, by the end of the capture"
  }

  private static func duration(_ teardown: TeardownRecord) -> String {
    teardown.duration.map { ", " + DurationText.short($0) } ?? ""
  }
}
