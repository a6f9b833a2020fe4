public import SynfinLifecycle
public import SynfinWire

/// The connections at one moment, those first that matter most.
public struct TopSample: Sendable {
  /// The rows in order; of very many only the first.
  public internal(set) var rows: [TopRow] = []
  /// When.
  public internal(set) var moment: Timestamp?
  /// The nanoseconds that rates are over; 0 if there are none yet.
  public internal(set) var interval: Int64 = 0
  /// Connections and conversations, whether or not they are among the rows.
  public internal(set) var count = 0
  /// Those of them that are over.
  public internal(set) var over = 0

  /// Nothing yet.
  public init() {}

  /// Sorts the rows another way.
  public mutating func sort(_ order: TopOrder) {
    rows.sort { order.puts($0, above: $1) }
  }
}

/// Looks at all connections every now and then, and at what they did between two looks.
///
/// Keeps a few words of each connection, and all of those that the table can show.
public struct TopSampler: Sendable {
  /// So many rows a table has at most: nobody scrolls further, and all the rest costs no more than a look.
  public static let rowLimit = 10_000

  /// What a connection had done by the last look.
  private struct Count: BitwiseCopyable {
    let id: Int
    let sent: UInt64
    let received: UInt64
    let retransmissions: UInt64
  }

  private let limit: Int
  private var order = TopOrder()
  private var sample = TopSample()
  // By the numbers of the connections; those up to `place` were met again in this look.
  private var before: [Count] = []
  private var counts: [Count] = []
  private var place = 0
  private var lastLook: Int64?

  /// Makes a sampler for a table of at most so many rows.
  public init(rowLimit: Int = Self.rowLimit) { limit = rowLimit }

  /// Sets the time on the steady clock from which the first rates count.
  public mutating func start(steady: Int64) { lastLook = steady }

  /// Begins a look.
  ///
  /// - Parameters:
  ///   - moment: when.
  ///   - steady: nanoseconds on a clock that rates are measured by.
  ///   - order: which rows matter.
  public mutating func begin(at moment: Timestamp, steady: Int64, _ order: TopOrder) {
    self.order = order
    sample = TopSample()
    sample.moment = moment
    sample.interval =
      lastLook.map { max(0, steady.subtractingReportingOverflow($0).partialValue) } ?? 0
    lastLook = steady
    swap(&before, &counts)
    counts.removeAll(keepingCapacity: true)
    place = 0
  }

  /// Takes a connection; their numbers must go up.
  public mutating func take(_ flow: FlowSnapshot) {
    let count = Count(
      id: flow.id, sent: flow.client.payloadBytes, received: flow.server.payloadBytes,
      retransmissions: flow.client.retransmissions &+ flow.server.retransmissions)
    counts.append(count)
    let earlier = earlierCount(of: flow.id)
    var row = TopRow(flow: flow)
    row.sent = rate(count.sent, since: earlier?.sent)
    row.received = rate(count.received, since: earlier?.received)
    row.newRetransmissions = Self.growth(count.retransmissions, since: earlier?.retransmissions)
    sample.count += 1
    if row.isOver { sample.over += 1 }
    keep(row)
  }

  /// Ends the look.
  public mutating func finish() -> TopSample {
    sample.sort(order)
    cut()
    defer { sample.rows = [] }
    return sample
  }

  private mutating func earlierCount(of id: Int) -> Count? {
    while place < before.count, before[place].id < id { place += 1 }
    return place < before.count && before[place].id == id ? before[place] : nil
  }

  private func rate(_ octets: UInt64, since earlier: UInt64?) -> UInt64? {
    guard sample.interval > 0 else { return nil }
    let bits = Double(Self.growth(octets, since: earlier)) * 8e9 / Double(sample.interval)
    return bits < 1e18 ? UInt64(bits.rounded()) : 1_000_000_000_000_000_000
  }

  /// What a segment means can turn out later, and then a count may fall.
  private static func growth(_ count: UInt64, since earlier: UInt64?) -> UInt64 {
    let earlier = earlier ?? 0
    return count > earlier ? count - earlier : 0
  }

  /// Keeps up to twice the rows of the table, the first of which are sorted as soon as it is that many.
  private mutating func keep(_ row: TopRow) {
    if sample.count > 2 * limit, order.puts(sample.rows[limit - 1], above: row) { return }
    sample.rows.append(row)
    if sample.rows.count == 2 * limit {
      sample.sort(order)
      cut()
    }
  }

  private mutating func cut() {
    if sample.rows.count > limit { sample.rows.removeLast(sample.rows.count - limit) }
  }
}
