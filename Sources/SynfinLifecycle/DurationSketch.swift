import SynfinWire

/// How durations are distributed: a logarithmic histogram, from which quantiles are read.
///
/// Durations from 1.024 µs to 137 s fall into buckets a sixteenth of a power of two wide; shorter and longer ones into
/// one bucket at each end. The middle of a bucket stands for all in it, so a quantile is off by at most 1/32 (3.2 %) of its value.
/// Most connections need few buckets: the first eight stand in the sketch itself, a whole histogram is taken only
/// when they do not suffice.
struct DurationSketch: BitwiseCopyable {
  fileprivate static let shift = 10
  fileprivate static let octaves = 27
  /// One bucket for all below, 16 for each power of two, one for all above.
  static let buckets = 27 * 16 + 2
  private static let capacity = 8

  private var used: UInt8 = 0
  /// An index into the histograms, -1 as long as the places here suffice.
  private var histogram: Int32 = -1
  private var places = [8 of UInt16](repeating: 0)
  private var counts = [8 of UInt32](repeating: 0)

  /// Adds a duration in nanoseconds, at least 0.
  mutating func add(_ duration: Int64, _ histograms: inout Slab<DurationHistogram>) {
    let bucket = Self.bucket(of: duration)
    if histogram >= 0 {
      histograms[histogram].add(bucket)
      return
    }
    for place in 0..<Int(used) where places[place] == bucket {
      counts[place] &+= 1
      return
    }
    if used == Self.capacity {
      spill(&histograms)
      histograms[histogram].add(bucket)
    } else {
      places[Int(used)] = bucket
      counts[Int(used)] = 1
      used += 1
    }
  }

  /// Takes a whole histogram and puts in what is known.
  private mutating func spill(_ histograms: inout Slab<DurationHistogram>) {
    histogram = histograms.insert(DurationHistogram())
    for place in 0..<Int(used) {
      histograms[histogram].add(places[place], counts[place])
    }
  }

  /// Takes a histogram of its own, after it was copied together with what owns it.
  mutating func separate(_ histograms: inout Slab<DurationHistogram>) {
    guard histogram >= 0 else { return }
    let shared = histograms[histogram]
    histogram = histograms.insert(shared)
  }

  /// Gives the histogram back.
  func release(_ histograms: inout Slab<DurationHistogram>) {
    if histogram >= 0 { histograms.remove(histogram) }
  }

  /// What percentages of all samples do not exceed, in nanoseconds.
  mutating func percentiles(
    of samples: UInt64, _ histograms: borrowing Slab<DurationHistogram>
  ) -> DurationPercentiles {
    var found = DurationPercentiles(samples)
    if histogram >= 0 {
      for bucket in 0..<Self.buckets {
        found.pass(UInt16(bucket), histograms[histogram].count(bucket))
      }
      return found
    }
    if used == 1 {
      found.pass(places[0], counts[0])
      return found
    }
    // So few that the next one is found by looking at all.
    var last = -1
    for _ in 0..<used {
      var next = -1
      for place in 0..<Int(used)
      where Int(places[place]) > last && (next < 0 || places[place] < places[next]) { next = place }
      last = Int(places[next])
      found.pass(places[next], counts[next])
    }
    return found
  }

  @inline(__always)
  static func bucket(of duration: Int64) -> UInt16 {
    let value = UInt64(max(0, duration))
    guard value >> UInt64(shift) != 0 else { return 0 }
    let exponent = 63 - value.leadingZeroBitCount
    let octave = exponent - shift
    guard octave < octaves else { return UInt16(buckets - 1) }
    let part = Int(value >> UInt64(exponent - 4)) & 15
    return UInt16(1 + octave * 16 + part)
  }

  /// The middle of the bucket of a duration.
  @inline(__always)
  static func middle(around duration: Int64) -> Int64 {
    let exponent = 63 &- duration.leadingZeroBitCount
    guard exponent >= shift, exponent < shift + octaves else {
      return middle(of: bucket(of: duration))
    }
    return (duration &>> Int64(exponent &- 4) &* 2 &+ 1) &<< Int64(exponent &- 5)
  }

  /// The middle of a bucket; of those at the ends the bound that is known.
  static func middle(of bucket: UInt16) -> Int64 {
    if bucket == 0 { return 1 << Int64(shift - 1) }
    if Int(bucket) == buckets - 1 { return 1 << Int64(shift + octaves) }
    let place = Int64(bucket) &- 1
    let halfWidth = Int64(1) &<< (place >> 4 &+ Int64(shift) &- 5)
    return (33 &+ 2 &* (place & 15)) &* halfWidth
  }
}

/// The sketches of what has many durations, and their histograms.
struct DurationHistograms: ~Copyable {
  private(set) var sketches = Slab<DurationSketch>()
  private(set) var buckets = Slab<DurationHistogram>()

  /// Makes a sketch of nothing.
  mutating func insert() -> Int32 { sketches.insert(DurationSketch()) }

  /// Adds a duration in nanoseconds, at least 0.
  mutating func add(_ duration: Int64, to sketch: Int32) {
    sketches[sketch].add(duration, &buckets)
  }

  /// Makes a copy of a sketch, which has nothing in common with it.
  mutating func copy(_ sketch: Int32) -> Int32 {
    var copy = sketches[sketch]
    copy.separate(&buckets)
    return sketches.insert(copy)
  }

  /// Takes a sketch out.
  mutating func remove(_ sketch: Int32) {
    sketches[sketch].release(&buckets)
    sketches.remove(sketch)
  }

  /// What percentages of all samples of a sketch do not exceed, in nanoseconds.
  func percentiles(_ sketch: Int32, of samples: UInt64) -> DurationPercentiles {
    var copy = sketches[sketch]
    return copy.percentiles(of: samples, buckets)
  }
}

/// All buckets of a `DurationSketch`.
struct DurationHistogram: BitwiseCopyable {
  private var counts = [434 of UInt32](repeating: 0)

  mutating func add(_ bucket: UInt16, _ count: UInt32 = 1) {
    counts[Int(bucket)] &+= count
  }

  func count(_ bucket: Int) -> UInt32 { counts[bucket] }
}

/// Percentiles of durations in nanoseconds, found by passing all buckets in order.
struct DurationPercentiles {
  private(set) var median: Int64 = -1
  private(set) var percentile95: Int64 = -1
  private(set) var percentile99: Int64 = -1
  private let ranks: (median: UInt64, percentile95: UInt64, percentile99: UInt64)
  private var passed: UInt64 = 0

  init(_ samples: UInt64) {
    ranks = (Self.rank(50, samples), Self.rank(95, samples), Self.rank(99, samples))
  }

  /// Those of so few durations that the greatest alone is beyond 95 %, as a sketch would tell them.
  @inline(__always)
  init(median: Int64, greatest: Int64) {
    ranks = (0, 0, 0)
    self.median = DurationSketch.middle(around: median)
    percentile95 = greatest == median ? self.median : DurationSketch.middle(around: greatest)
    percentile99 = percentile95
  }

  mutating func pass(_ bucket: UInt16, _ count: UInt32) {
    guard count > 0 else { return }
    passed &+= UInt64(count)
    guard percentile99 < 0, passed >= ranks.median else { return }
    let middle = DurationSketch.middle(of: bucket)
    if median < 0 { median = middle }
    if percentile95 < 0, passed >= ranks.percentile95 { percentile95 = middle }
    if passed >= ranks.percentile99 { percentile99 = middle }
  }

  /// The nearest rank: of the least value with at least that share of the samples at or below it.
  private static func rank(_ percent: UInt64, _ samples: UInt64) -> UInt64 {
    (samples * percent + 99) / 100
  }
}
