import SynfinWire
import Testing

@testable import SynfinReport

@Suite struct BinTests {
  @Test func timeBinsWidenWithoutLosingCounts() {
    var bins = TimeBins(kinds: 2)
    let start: Int64 = 1_795_608_000_000_000_000
    for index in 0..<1000 {
      bins.add(Timestamp(nanoseconds: start + Int64(index) * 1_000_000), kind: index % 2)
    }
    #expect(bins.width == 16_000_000)
    #expect(bins.bins.count == 63)
    #expect(bins.bins.allSatisfy { $0[0] == 8 || $0 == [4, 4] })
    bins.add(Timestamp(nanoseconds: .max), kind: 0)
    bins.add(Timestamp(nanoseconds: .min), kind: 1)
    #expect(bins.bins.count <= TimeBins.limit)
    #expect(bins.bins.map { $0[0] }.reduce(0, +) == 501)
    #expect(bins.bins[0][1] == 501)
  }

  @Test func logBinsTellQuantiles() throws {
    var bins = LogBins()
    #expect(bins.quantile(0.5) == nil)
    for _ in 0..<94 { bins.add(1_000_000) }
    for _ in 0..<6 { bins.add(2_000_000_000) }
    let half = try #require(bins.quantile(0.5))
    #expect(abs(Double(half) / 1e6 - 1) < 0.075)
    let most = try #require(bins.quantile(0.95))
    #expect(abs(Double(most) / 2e9 - 1) < 0.075)
  }

  @Test(arguments: [Int64.min, -1, 0, 999, 1000, 999_999_999_999, .max])
  func everyDurationHasABin(_ nanoseconds: Int64) {
    var bins = LogBins()
    bins.add(nanoseconds)
    #expect(bins.counts.reduce(0, +) == 1)
    #expect(bins.counts[nanoseconds < 5_000 ? 0 : bins.counts.count - 1] == 1)
  }
}
