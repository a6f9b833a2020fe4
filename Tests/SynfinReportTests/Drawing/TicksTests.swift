import SynfinWire
import TestSupport
import Testing

@testable import SynfinReport

@Suite struct TicksTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let unit: AxisUnit
    let range: (Double, Double)
    let length: Double
    let labels: String

    init(_ unit: AxisUnit, _ lower: Double, _ upper: Double, _ length: Double, _ labels: String) {
      self.unit = unit
      range = (lower, upper)
      self.length = length
      self.labels = labels
    }

    var testDescription: String { "\(unit) \(range) \(length)" }
  }

  private static let noon = Timestamp(nanoseconds: 1_795_608_000_250_000_000)

  private static let cases = [
    Case(.number, 0, 1, 300, "0|0.2|0.4|0.6|0.8|1"),
    Case(.number, -1, 1, 300, "−1|−0.5|0|0.5|1"),
    Case(.number, -10, -4, 300, "−10|−9|−8|−7|−6|−5|−4"),
    Case(.number, 0, 1e-7, 300, "0|0.00000005|0.0000001"),
    Case(.number, 3, 3, 300, "0|0.5|1|1.5|2|2.5|3"),
    Case(.number, -2, -2, 300, "−2|−1.5|−1|−0.5|0"),
    Case(.number, 0, 0, 300, "0|0.2|0.4|0.6|0.8|1"),
    Case(.count, 0, 3, 800, "0|1|2|3"),
    Case(.count, 0, 1, 800, "0|1"),
    Case(.count, 0, 1_200_000, 500, "0|200,000|400,000|600,000|800,000|1,000,000|1,200,000"),
    Case(.bytes, 0, 900, 300, "0|200 B|400 B|600 B|800 B"),
    Case(.bytes, 0, 64_240, 300, "0|20 kB|40 kB|60 kB"),
    Case(.bytes, 0, 1_200_000, 500, "0|0.2 MB|0.4 MB|0.6 MB|0.8 MB|1 MB|1.2 MB"),
    Case(.bitRate, 0, 9_500_000, 300, "0|5 Mbit/s"),
    Case(.share, 0, 0.05, 300, "0|1 %|2 %|3 %|4 %|5 %"),
    Case(.duration, 0, 900, 300, "0|200 ns|400 ns|600 ns|800 ns"),
    Case(.duration, 0, 42_000, 300, "0|10 µs|20 µs|30 µs|40 µs"),
    Case(.duration, 0, 2.5e6, 300, "0|0.5 ms|1 ms|1.5 ms|2 ms|2.5 ms"),
    Case(.duration, 0, 12e9, 300, "0|2 s|4 s|6 s|8 s|10 s|12 s"),
    Case(.duration, 0, 59e9, 200, "0|15 s|30 s|45 s"),
    Case(.duration, 0, 120e9, 300, "0|30 s|1 min|1 min 30 s|2 min"),
    Case(.duration, 0, 3600e9, 300, "0|15 min|30 min|45 min|1 h"),
    Case(.duration, 0, 86_400e9, 300, "0|6 h|12 h|18 h|1 d"),
    Case(.duration, 0, 10 * 86_400e9, 300, "0|2 d|4 d|6 d|8 d|10 d"),
    Case(.duration, 100.001e9, 100.003e9, 300, "100.001 s|100.002 s|100.003 s"),
    Case(.timeOfDay(since: noon, .utc), 0, 4e9, 400, "12:00:01|12:00:02|12:00:03|12:00:04"),
    Case(
      .timeOfDay(since: noon, .utc), 0, 2e9, 400,
      "12:00:00.5|12:00:01.0|12:00:01.5|12:00:02.0"),
    Case(.timeOfDay(since: noon, .utc), 0, 3 * 86_400e9, 400, "11-26|11-27|11-28"),
  ]

  @Test(arguments: cases) func labelsAreRound(_ row: Case) {
    let ticks = Ticks.make(
      Extent(row.range.0, row.range.1), row.unit, length: row.length, font: Font(size: 12),
      .horizontal)
    #expect(ticks.map(\.label).joined(separator: "|") == row.labels)
  }
  private static let units: [AxisUnit] = [
    .number, .count, .bytes, .bitRate, .share, .duration, .timeOfDay(since: noon, .utc),
  ]

  @Test(arguments: 0..<units.count) func labelsNeverOverlapAndNeverRepeat(_ place: Int) {
    var random = SplitMix64(seed: UInt64(place) + 7)
    let unit = Self.units[place]
    for round in 0..<2000 {
      let magnitude = TickStep.power(Int.random(in: -3...14, using: &random))
      let start = Double.random(in: -1...1, using: &random) * magnitude
      let width = Double.random(in: 0...1, using: &random) * magnitude
      let extent = Extent(start, round.isMultiple(of: 9) ? start : start + width)
      let length = Double.random(in: 30...1500, using: &random)
      let font = Font(size: Double.random(in: 8...20, using: &random))
      for direction in [Ticks.Direction.horizontal, .vertical] {
        let ticks = Ticks.make(extent, unit, length: length, font: font, direction)
        expectReadable(ticks, extent.spread(one: unit.one), length, font, direction)
      }
    }
  }

  private func expectReadable(
    _ ticks: [Tick], _ extent: Extent, _ length: Double, _ font: Font,
    _ direction: Ticks.Direction
  ) {
    let scale = Scale(extent, from: 0, to: length)
    let boxes = ticks.map { tick in
      let width = direction == .horizontal ? font.width(of: tick.label) : font.size
      return (scale(tick.value) - width / 2)...(scale(tick.value) + width / 2)
    }
    #expect(zip(boxes, boxes.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
    #expect(Set(ticks.map(\.label)).count == ticks.count, "\(ticks)")
    #expect(ticks.allSatisfy { (-0.5...length + 0.5).contains(scale($0.value)) })
  }

  @Test func axesWithoutSensibleValuesAreDrawnNevertheless() {
    let strange: [Extent] = [
      Extent(), Extent(.nan), Extent(.infinity, -.infinity), Extent(.nan, 5),
      Extent(-.greatestFiniteMagnitude, .greatestFiniteMagnitude),
      Extent(0, .leastNonzeroMagnitude), Extent(1e18, 1e18 + 256), Extent(9e18),
    ]
    for extent in strange {
      for unit in Self.units {
        for length in [-5, 0, 1, 400, .infinity, .nan] as [Double] {
          let ticks = Ticks.make(
            extent, unit, length: length, font: Font(size: 12), .horizontal)
          #expect(ticks.count < 1000)
          #expect(ticks.allSatisfy { $0.value.isFinite })
        }
      }
    }
    let scale = Scale(Extent(5, 5), from: 10, to: 20)
    #expect([5, 9, .nan, .infinity].map { scale($0) } == [10, 10, 10, 10])
  }

  @Test func scalesTurnValuesIntoPlaces() {
    let down = Scale(Extent(0, 100), from: 300, to: 20)
    #expect([0, 50, 100, 150].map { down($0) } == [300, 160, 20, -120])
    #expect(abs(down(1e300)) <= 1e6)
  }
}
