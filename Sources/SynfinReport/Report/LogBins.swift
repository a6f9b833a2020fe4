/// How often durations of each magnitude occurred, in bins of equal ratio: 32 to a factor of ten.
struct LogBins: Sendable {
  static let perDecade = 32
  /// The decades from 1 µs to 1000 s.
  static let decades = 9

  /// The lower ends of the bins, in nanoseconds.
  static let bounds: [Double] = {
    // The 32nd root of ten.
    let ratio = 1.074607828321317497
    var decade = 1000.0
    return (0..<decades).flatMap { _ in
      var bound = decade
      decade *= 10
      return (0..<perDecade).map { _ in
        defer { bound *= ratio }
        return bound
      }
    }
  }()

  private(set) var counts = [UInt64](repeating: 0, count: decades * perDecade)
  private(set) var total: UInt64 = 0

  /// Counts a duration; what lies outside goes to the nearest bin.
  mutating func add(_ nanoseconds: Int64) {
    var (low, high) = (0, Self.bounds.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if Self.bounds[middle] <= Double(nanoseconds) { low = middle } else { high = middle }
    }
    counts[low] += 1
    total += 1
  }

  /// What a share of the durations does not exceed, within 7.5 %; nil without any.
  func quantile(_ share: Double) -> Int64? {
    guard total > 0 else { return nil }
    var left = Int64((Double(total) * share).rounded(.up))
    for (bin, count) in counts.enumerated() {
      left -= Int64(count)
      if left <= 0 { return Int64(Self.bounds[bin] * 1.0366) }
    }
    return nil
  }
}
