import SynfinWire

/// Counts over time, in bins that become wider when the time goes beyond the last one.
struct TimeBins: Sendable {
  /// Bins at most.
  static let limit = 80

  /// Where the first bin begins; nil while there is none.
  private(set) var origin: Timestamp?
  /// Nanoseconds of a bin.
  private(set) var width: Int64 = 1_000_000
  /// The bins in order, each with a count for each kind.
  private(set) var bins: [[UInt64]] = []
  private let kinds: Int

  /// - Parameter kinds: how many things are counted apart.
  init(kinds: Int) { self.kinds = kinds }

  /// Counts something; what is earlier than the first time goes to the first bin.
  mutating func add(_ time: Timestamp, kind: Int, _ count: UInt64 = 1) {
    let start = origin ?? time
    origin = start
    let offset = max(0, time.nanoseconds(since: start))
    while offset / width >= Int64(Self.limit) { widen() }
    let bin = Int(offset / width)
    while bins.count <= bin { bins.append([UInt64](repeating: 0, count: kinds)) }
    bins[bin][kind] &+= count
  }

  private mutating func widen() {
    bins = stride(from: 0, to: bins.count, by: 2).map { index in
      guard index + 1 < bins.count else { return bins[index] }
      return zip(bins[index], bins[index + 1]).map { $0 &+ $1 }
    }
    width *= 2
  }
}
