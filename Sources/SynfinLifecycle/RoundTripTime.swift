import SynfinWire

/// Round-trip times of one direction: extremes, mean, deviation and distribution, in a fixed size.
///
/// Most connections have few. These stand here as they came, and what they amount to is found out when somebody asks.
struct RoundTripTime: BitwiseCopyable {
  private static let capacity = 6

  private var used: UInt8 = 0
  /// An index into the sketches, -1 as long as the places here suffice.
  private var sketch: Int32 = -1
  /// The shortest of those that no application delayed; `max` without any.
  private var shortestOfWay: Int64 = .max
  private var samples = [6 of Int64](repeating: 0)
  /// Of all samples, once the places here do not suffice.
  private var spread = DurationSpread()

  /// Forgets all samples; a sketch has to be given back before.
  mutating func clear() {
    used = 0
    sketch = -1
    shortestOfWay = .max
  }

  /// Adds a sample.
  ///
  /// - Parameters:
  ///   - isOfWay: whether the answer was a SYN+ACK or a bare acknowledgement: one with data may have waited for them.
  @inline(__always)
  mutating func add(_ duration: Int64, isOfWay: Bool, _ histograms: inout DurationHistograms) {
    let clamped = max(0, duration)
    if isOfWay { shortestOfWay = min(shortestOfWay, clamped) }
    let place = Int(used)
    if place < Self.capacity {
      samples[place] = clamped
      used &+= 1
    } else {
      addToMany(clamped, &histograms)
    }
  }

  @inline(never)
  private mutating func addToMany(_ duration: Int64, _ histograms: inout DurationHistograms) {
    if sketch < 0 {
      spread = spreadOfFew
      sketch = histograms.insert()
      for place in 0..<Int(used) { histograms.add(samples[place], to: sketch) }
    }
    spread.add(duration)
    histograms.add(duration, to: sketch)
  }

  private var spreadOfAll: DurationSpread {
    @inline(__always)
    mutating get { sketch < 0 ? spreadOfFew : spread }
  }

  private var spreadOfFew: DurationSpread {
    @inline(__always)
    mutating get {
      var spread = DurationSpread()
      for place in 0..<min(Int(used), Self.capacity) { spread.add(samples[place]) }
      return spread
    }
  }

  /// The shortest sample in nanoseconds; nil without any.
  var shortest: Int64? {
    mutating get { used == 0 ? nil : spreadOfAll.durations.minimum }
  }

  /// The mean of all samples in nanoseconds; nil without any.
  var average: Int64? {
    mutating get { used == 0 ? nil : Int64(exactly: spreadOfAll.mean.rounded()) }
  }

  /// The shortest sample that shows the length of the way, in nanoseconds; 0 without any.
  var way: Int64 { shortestOfWay == .max ? 0 : shortestOfWay }

  /// Takes a sketch of its own, after it was copied together with what owns it.
  mutating func separate(_ histograms: inout DurationHistograms) {
    if sketch >= 0 { sketch = histograms.copy(sketch) }
  }

  /// Gives the sketch back.
  func release(_ histograms: inout DurationHistograms) {
    if sketch >= 0 { histograms.remove(sketch) }
  }

  /// Whether it has the samples of another, in the same order, and few.
  ///
  /// Both are only read; borrowed values would be copied for the call.
  mutating func hasSamples(of other: inout RoundTripTime) -> Bool {
    guard used == other.used, sketch < 0, other.sketch < 0 else { return false }
    for place in 0..<Int(used) where samples[place] != other.samples[place] { return false }
    return true
  }

  /// What the samples amount to; nil without any.
  ///
  /// `mutating` because a borrowed value would be copied for the call.
  @inline(__always)
  mutating func statistics(_ histograms: borrowing DurationHistograms) -> RoundTripStatistics? {
    if used <= 1 { return used == 0 ? nil : RoundTripStatistics(only: samples[0]) }
    return statisticsOfSeveral(histograms)
  }

  @inline(never)
  private mutating func statisticsOfSeveral(
    _ histograms: borrowing DurationHistograms
  ) -> RoundTripStatistics? {
    let spread = spreadOfAll
    guard let durations = spread.durations.statistics else { return nil }
    let percentiles =
      sketch < 0
      ? DurationPercentiles(median: medianOfFew, greatest: durations.maximum)
      : histograms.percentiles(sketch, of: durations.samples)
    func within(_ value: Int64) -> Int64 {
      min(max(value, durations.minimum), durations.maximum)
    }
    return RoundTripStatistics(
      durations: durations, deviation: spread.deviation,
      median: within(percentiles.median), percentile95: within(percentiles.percentile95),
      percentile99: within(percentiles.percentile99))
  }

  /// The least sample that half of all do not exceed.
  private var medianOfFew: Int64 {
    @inline(__always)
    mutating get {
      let count = min(Int(used), Self.capacity)
      var sorted = samples
      for place in 1..<max(count, 1) {
        let sample = sorted[place]
        var hole = place
        while hole > 0, sample < sorted[hole - 1] {
          sorted[hole] = sorted[hole - 1]
          hole -= 1
        }
        sorted[hole] = sample
      }
      return sorted[(count - 1) / 2]
    }
  }
}

extension RoundTripStatistics {
  /// Those of a single sample.
  fileprivate init(only sample: Int64) {
    durations = DurationStatistics(minimum: sample, maximum: sample, sum: sample, samples: 1)
    deviation = 0
    median = sample
    percentile95 = sample
    percentile99 = sample
  }
}
