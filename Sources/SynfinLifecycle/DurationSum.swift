/// Minimum, maximum, sum and number of durations, in nanoseconds.
struct DurationSum: Equatable, BitwiseCopyable {
  private(set) var minimum: Int64 = .max
  private var maximum: Int64 = 0
  private var sum: Int64 = 0
  private(set) var samples: UInt32 = 0

  @inline(__always)
  mutating func add(_ duration: Int64) {
    let clamped = max(0, duration)
    minimum = min(minimum, clamped)
    maximum = max(maximum, clamped)
    sum = sum.addingClamped(clamped)
    samples &+= 1
  }

  var statistics: DurationStatistics? {
    samples == 0
      ? nil
      : DurationStatistics(minimum: minimum, maximum: maximum, sum: sum, samples: UInt64(samples))
  }
}

extension Int64 {
  /// The sum of two durations, or the longest there is: the times of a capture may be anything.
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}

/// Extremes, mean and deviation of durations, as they come.
struct DurationSpread: BitwiseCopyable {
  private(set) var durations = DurationSum()
  /// The mean so far and the sum of squared distances from it (Welford), in nanoseconds.
  private(set) var mean = 0.0
  private var squares = 0.0

  /// Adds a duration, at least 0.
  @inline(__always)
  mutating func add(_ duration: Int64) {
    durations.add(duration)
    let distance = Double(duration) - mean
    mean += distance / Double(max(durations.samples, 1))
    squares += distance * (Double(duration) - mean)
  }

  /// The standard deviation in nanoseconds; only with a duration.
  var deviation: Int64 {
    if squares == 0 { return 0 }
    let root = (squares / Double(durations.samples)).squareRoot()
    guard root < 0x1p63 else { return .max }
    // Rounds like `rounded()`, which would be a call.
    let whole = Int64(root)
    return root - Double(whole) < 0.5 ? whole : whole + 1
  }
}
