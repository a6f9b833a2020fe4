import TestSupport
import Testing

@testable import SynfinLifecycle

/// The histogram from which quantiles of round-trip times are read.
@Suite struct DurationSketchTests {
  /// Half the width of a bucket, as the documentation of the record says.
  private static let error = 1.0 / 32

  @Test func bucket_middleIsNear() {
    var value: Int64 = 1024
    while value < 1 << 37 {
      let middle = DurationSketch.middle(of: DurationSketch.bucket(of: value))
      #expect(abs(Double(middle - value)) <= Double(value) * Self.error, "\(value)")
      value += value / 50 + 1
    }
  }

  @Test(
    arguments: [
      (0, 0), (1023, 0), (1024, 1), (1087, 1), (1088, 2), (1 << 37 - 1, 432), (1 << 37, 433),
      (.max, 433), (-5, 0),
    ] as [(Int64, UInt16)])
  func bucket_ofBounds(_ duration: Int64, _ bucket: UInt16) {
    #expect(DurationSketch.bucket(of: duration) == bucket)
  }

  /// Few distinct values stand in the sketch, many in a histogram: both give the quantiles of the samples.
  @Test(arguments: [1, 2, 7, 8, 9, 20, 1000], [1 as UInt64, 2, 3])
  func percentiles_nearRank(_ count: Int, _ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var sketch = DurationSketch()
    var histograms = Slab<DurationHistogram>()
    var samples: [Int64] = []
    for _ in 0..<count {
      let sample = Int64(random.next() % 3_000_000) * Int64(1 + random.next() % 100) + 2000
      samples.append(sample)
      sketch.add(sample, &histograms)
    }
    samples.sort()
    let found = sketch.percentiles(of: UInt64(count), histograms)
    let values = [(50, found.median), (95, found.percentile95), (99, found.percentile99)]
    for (percent, value) in values {
      let exact = samples[(count * percent + 99) / 100 - 1]
      #expect(abs(Double(value - exact)) <= Double(exact) * Self.error, "\(percent): \(exact)")
    }
  }

  @Test func copy_hasItsOwnHistogram() {
    var histograms = Slab<DurationHistogram>()
    var sketch = DurationSketch()
    for octave in 0..<9 { sketch.add(Int64(2000) << Int64(octave), &histograms) }
    var copy = sketch
    copy.separate(&histograms)
    for _ in 0..<100 { copy.add(1_000_000_000, &histograms) }
    #expect(sketch.percentiles(of: 9, histograms).percentile99 < 600_000)
    #expect(copy.percentiles(of: 109, histograms).percentile99 > 900_000_000)
  }

  @Test(arguments: 0..<63 as Range<Int64>)
  func middleAround_isTheMiddleOfTheBucket(_ exponent: Int64) {
    let power = Int64(1) << exponent
    for duration in [power - 1, power, power + power / 16, power + power / 3] {
      let bucket = DurationSketch.bucket(of: duration)
      #expect(DurationSketch.middle(around: duration) == DurationSketch.middle(of: bucket))
    }
  }

  @Test(
    arguments: [
      ([7], 0), ([0, 1], 1), ([0, 2, 2], 1), ([0, 3], 2), ([0, .max], 1 << 62),
    ] as [([Int64], Int64)])
  func deviation_isRounded(_ durations: [Int64], _ expected: Int64) {
    var spread = DurationSpread()
    for duration in durations { spread.add(duration) }
    #expect(spread.deviation == expected)
  }

  /// Few round-trip times are kept as they came, many in a sketch: both tell what a sketch of all would.
  @Test(arguments: 1...20, [1 as UInt64, 2, 3, 4])
  func roundTripTime_tellsWhatASketchWould(_ count: Int, _ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var sketch = DurationSketch()
    var buckets = Slab<DurationHistogram>()
    var histograms = DurationHistograms()
    var times = RoundTripTime()
    var sum = DurationSum()
    // Small ranges make equal samples.
    let range = [3, 50_000, 3_000_000_000][Int(seed % 3)] as UInt64
    for _ in 0..<count {
      let sample = Int64(random.next() % range) + 1000
      sketch.add(sample, &buckets)
      times.add(sample, isOfWay: true, &histograms)
      sum.add(sample)
    }
    let statistics = times.statistics(histograms)
    let told = try #require(statistics)
    let all = try #require(sum.statistics)
    let shortest = [times.shortest, times.way]
    #expect(told.durations == all)
    #expect(shortest == [all.minimum, all.minimum])
    let found = sketch.percentiles(of: UInt64(count), buckets)
    let expected = [found.median, found.percentile95, found.percentile99].map {
      min(max($0, all.minimum), all.maximum)
    }
    #expect([told.median, told.percentile95, told.percentile99] == expected)
  }
}
