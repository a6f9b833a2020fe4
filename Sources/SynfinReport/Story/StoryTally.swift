import SynfinLifecycle

/// What a stretch of packets amounts to, in constant space.
struct StoryTally: Sendable {
  /// One direction.
  struct Way: Sendable {
    /// Packets with payload.
    var filled: UInt64 = 0
    /// Packets without payload.
    var bare: UInt64 = 0
    /// Payload in octets, repeats included.
    var bytes: UInt64 = 0
  }

  var client = Way()
  var server = Way()
  /// How often each label was given, by the number of its bit.
  private var labels = [16 of UInt32](repeating: 0)

  var packets: UInt64 { client.filled + client.bare + server.filled + server.bare }

  func way(_ side: Side) -> Way { side == .client ? client : server }

  mutating func add(_ step: StoryStep) {
    let bytes = UInt64(max(0, step.payloadLength))
    if step.verdict.sender == .client {
      client.add(bytes)
    } else {
      server.add(bytes)
    }
    guard !step.verdict.labels.isEmpty else { return }
    for bit in 0..<16 where step.verdict.labels.rawValue >> UInt16(bit) & 1 == 1 {
      labels[bit] &+= 1
    }
  }

  mutating func add(_ other: StoryTally) {
    client.add(other.client)
    server.add(other.server)
    for bit in 0..<16 { labels[bit] &+= other.labels[bit] }
  }

  /// "3 duplicate acks", "window update"; empty if there was nothing to remark.
  ///
  /// - Parameters:
  ///   - hidden: labels that are told elsewhere.
  ///   - front: labels that come first.
  func remarks(
    except hidden: AnalysisLabels = [], inFront front: AnalysisLabels = []
  ) -> [String] {
    let all = (0..<16).map { AnalysisLabels(rawValue: 1 << UInt16($0)) }
      .filter { !hidden.contains($0) }
    return (all.filter(front.contains) + all.filter { !front.contains($0) }).compactMap(remark)
  }

  private func remark(_ label: AnalysisLabels) -> String? {
    let count = labels[label.rawValue.trailingZeroBitCount]
    guard count > 0, let name = label.names.first else { return nil }
    return Self.phrase(count, name.replacingUnderscores)
  }

  private static func phrase(_ count: UInt32, _ name: String) -> String {
    switch name {
    case "lost segment": return count == 1 ? "gap before it" : "\(Phrase.grouped(count)) gaps"
    case "ack lost segment": return "acknowledges what was not captured"
    default: break
    }
    if count == 1 { return name }
    let isNoun = name != "out of order" && name != "window full"
    return isNoun ? Phrase.count(count, name) : "\(Phrase.grouped(count)) × \(name)"
  }
}

extension StoryTally.Way {
  fileprivate mutating func add(_ payload: UInt64) {
    if payload > 0 { filled += 1 } else { bare += 1 }
    bytes += payload
  }

  fileprivate mutating func add(_ other: Self) {
    filled += other.filled
    bare += other.bare
    bytes += other.bytes
  }
}
