import SynfinWire

/// Round-trip times of one direction: extremes, mean, deviation and distribution, in a fixed size.
struct RoundTripTime: BitwiseCopyable {
  private var minimum: Int64 = .max
  private var maximum: Int64 = 0
  private var sum: Int64 = 0
  private var samples: UInt32 = 0
  /// The mean so far and the sum of squared distances from it (Welford), in nanoseconds.
  private var mean = 0.0
  private var squares = 0.0
  private var sketch = DurationSketch()

  mutating func add(_ duration: Int64, _ histograms: inout Slab<DurationHistogram>) {
    let clamped = max(0, duration)
    minimum = min(minimum, clamped)
    maximum = max(maximum, clamped)
    sum = sum.addingClamped(clamped)
    samples &+= 1
    let distance = Double(clamped) - mean
    mean += distance / Double(max(samples, 1))
    squares += distance * (Double(clamped) - mean)
    sketch.add(clamped, &histograms)
  }

  /// The shortest sample in nanoseconds; nil without any.
  var shortest: Int64? { samples == 0 ? nil : minimum }

  /// Takes a histogram of its own, after it was copied together with what owns it.
  mutating func separate(_ histograms: inout Slab<DurationHistogram>) {
    sketch.separate(&histograms)
  }

  /// What the samples amount to; nil without any.
  func statistics(_ histograms: borrowing Slab<DurationHistogram>) -> RoundTripStatistics? {
    guard samples > 0 else { return nil }
    let percentiles = sketch.percentiles(of: UInt64(samples), histograms)
    func within(_ value: Int64) -> Int64 { min(max(value, minimum), maximum) }
    return RoundTripStatistics(
      durations: DurationStatistics(
        minimum: minimum, maximum: maximum, sum: sum, samples: UInt64(samples)),
      deviation: Int64(exactly: (squares / Double(samples)).squareRoot().rounded()) ?? .max,
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
