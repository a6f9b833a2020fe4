public import SynfinLifecycle
internal import SynfinWire

/// An order of records.
///
/// Sizes, times and counts put the largest first, identity and outcome the lowest; records that
/// are equal stay in the order of their numbers.
public struct RecordOrder: Sendable {
  /// What is compared.
  public enum Key: String, Sendable, CaseIterable {
    case id, start, outcome
    case duration, bytes, packets, retransmissions, rtt, idle, exchanges
  }

  /// What is compared.
  public var key: Key
  /// Whether the order is turned round.
  public var isReversed: Bool

  /// Makes an order.
  public init(key: Key, isReversed: Bool = false) {
    self.key = key
    self.isReversed = isReversed
  }

  /// The records in this order.
  public func sorted(_ records: [ConnectionRecord]) -> [ConnectionRecord] {
    let ranks = records.map { rank($0) }
    let ascending = isAscending != isReversed
    let order = records.indices.sorted { left, right in
      if ranks[left] == ranks[right] { return left < right }
      return (ranks[left] < ranks[right]) == ascending
    }
    return order.map { records[$0] }
  }

  private var isAscending: Bool {
    switch key {
    case .id, .start, .outcome: true
    default: false
    }
  }

  private func rank(_ record: ConnectionRecord) -> Int64 {
    let ends = [record.client, record.server]
    switch key {
    case .id: return Int64(record.id)
    case .start: return record.start.nanoseconds
    case .outcome: return Int64(Outcome.allCases.firstIndex(of: record.outcome) ?? 0)
    case .duration: return record.duration
    case .bytes: return Int64(clamping: ends.reduce(0) { $0 &+ $1.payloadBytes })
    case .packets: return Int64(clamping: ends.reduce(0) { $0 &+ $1.packets })
    case .retransmissions:
      return Int64(clamping: ends.reduce(0) { $0 &+ ($1.tcp?.retransmissions ?? 0) })
    // Those of which nothing is known come last when the largest come first.
    case .rtt: return record.roundTrip ?? -1
    case .idle: return record.longestIdle
    case .exchanges: return Int64(record.exchanges)
    }
  }
}

extension ConnectionRecord {
  /// Nanoseconds of the handshake's round trip, or of the mean answer to a datagram or ping.
  var roundTrip: Int64? {
    if transport != .tcp { return responseTime.map { $0.sum / Int64(max($0.samples, 1)) } }
    return handshake?.roundTripTime
  }
}
