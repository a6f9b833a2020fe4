import SynfinWire

/// Round-trip times of one direction: extremes, mean, deviation and distribution, in a fixed size.
struct RoundTripTime: BitwiseCopyable {
  private var durations = DurationSum()
  /// The shortest of those that no application delayed; `max` without any.
  private var shortestOfWay: Int64 = .max
  /// The mean so far and the sum of squared distances from it (Welford), in nanoseconds.
  private var mean = 0.0
  private var squares = 0.0
  private var sketch = DurationSketch()

  /// Adds a sample.
  ///
  /// - Parameters:
  ///   - isOfWay: whether the answer was a SYN+ACK or a bare acknowledgement: one with data may have waited for them.
  mutating func add(
    _ duration: Int64, isOfWay: Bool, _ histograms: inout Slab<DurationHistogram>
  ) {
    let clamped = max(0, duration)
    if isOfWay { shortestOfWay = min(shortestOfWay, clamped) }
    durations.add(clamped)
    let distance = Double(clamped) - mean
    mean += distance / Double(max(durations.samples, 1))
    squares += distance * (Double(clamped) - mean)
    sketch.add(clamped, &histograms)
  }

  /// The shortest sample in nanoseconds; nil without any.
  var shortest: Int64? { durations.statistics?.minimum }

  /// The mean of all samples in nanoseconds; nil without any.
  var average: Int64? { durations.samples == 0 ? nil : Int64(exactly: mean.rounded()) }

  /// The shortest sample that shows the length of the way, in nanoseconds; 0 without any.
  var way: Int64 { shortestOfWay == .max ? 0 : shortestOfWay }

  /// Takes a histogram of its own, after it was copied together with what owns it.
  mutating func separate(_ histograms: inout Slab<DurationHistogram>) {
    sketch.separate(&histograms)
  }

  /// Gives the histogram back.
  func release(_ histograms: inout Slab<DurationHistogram>) { sketch.release(&histograms) }

  /// Whether the statistics of its few samples are those of another's.
  mutating func hasSamples(of other: RoundTripTime) -> Bool {
    durations == other.durations && squares == other.squares
      && sketch.hasBuckets(of: other.sketch)
  }

  /// What the samples amount to; nil without any.
  ///
  /// `mutating` because a borrowed value would be copied for the call.
  mutating func statistics(_ histograms: borrowing Slab<DurationHistogram>) -> RoundTripStatistics?
  {
    guard let durations = durations.statistics else { return nil }
    let percentiles = sketch.percentiles(of: durations.samples, histograms)
    func within(_ value: Int64) -> Int64 {
      min(max(value, durations.minimum), durations.maximum)
    }
    let variance = squares / Double(durations.samples)
    return RoundTripStatistics(
      durations: durations,
      deviation: Int64(exactly: variance.squareRoot().rounded()) ?? .max,
      median: within(percentiles.median), percentile95: within(percentiles.percentile95),
      percentile99: within(percentiles.percentile99))
  }
}

/// The times at which an end's clock (TSval, RFC 7323 §3) was first seen to show the values that wait for their echo.
///
/// An acknowledgement echoes the value of the segment that drew it, of a repeated one too: so these times need no
/// exception for repeats as those by sequence numbers do. When it is full, new values are not timed.
struct ClockFlight: BitwiseCopyable {
  private static let capacity = 4

  private var count: UInt8 = 0
  private var values = [4 of UInt32](repeating: 0)
  private var times = [4 of Timestamp](repeating: Timestamp(nanoseconds: 0))

  /// Notes a segment that takes sequence space.
  mutating func sent(_ value: UInt32, at time: Timestamp) {
    guard count < Self.capacity else { return }
    // The clock stands still while many segments leave; the first of them counts.
    if count > 0, Int32(bitPattern: value &- values[Int(count) - 1]) <= 0 { return }
    values[Int(count)] = value
    times[Int(count)] = time
    count += 1
  }

  /// Takes out the values up to the one that an acknowledgement echoes.
  ///
  /// - Returns: when a segment with exactly that value was first seen.
  mutating func echoed(_ value: UInt32) -> Timestamp? {
    var time: Timestamp?
    var kept = 0
    for index in 0..<Int(count) {
      let age = Int32(bitPattern: values[index] &- value)
      if age == 0 { time = times[index] }
      guard age > 0 else { continue }
      values[kept] = values[index]
      times[kept] = times[index]
      kept += 1
    }
    count = UInt8(kept)
    return time
  }
}
