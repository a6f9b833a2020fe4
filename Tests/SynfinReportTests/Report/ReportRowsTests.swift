import Testing

@testable import SynfinLifecycle
@testable import SynfinReport

@Suite struct ReportRowsTests {
  private func rows(_ records: [ConnectionRecord], limit: Int = 1000) -> ReportRows {
    var rows = ReportRows(limit: limit)
    for record in records { rows.add(record) }
    return rows
  }

  @Test func failuresAndProblemsComeFirst() {
    let all = rows([
      ReportSamples.record(1), ReportSamples.record(2, .tcp, .closed, [.outOfOrder]),
      ReportSamples.record(3, .tcp, .refused), ReportSamples.record(4),
      ReportSamples.record(5, .tcp, .closed, [.zeroWindow]),
    ])
    #expect(all.notable(1) == [3])
    #expect(all.notable(2) == [3, 5])
    #expect(all.notable(3) == [2, 3, 5])
    #expect(all.notable(4) == [1, 2, 3, 5])
    #expect(all.notable(99) == [1, 2, 3, 4, 5])
    #expect(all.notable(0) == [])
  }

  /// A flood of one kind leaves room for the others.
  @Test func likeLivesTakeTurns() {
    let flood = (1...100).map { ReportSamples.record($0, .tcp, .unanswered, [.synRetry]) }
    let all = rows(
      flood + [
        ReportSamples.record(101, .tcp, .closed, [.outOfOrder]),
        ReportSamples.record(102, .tcp, .closed, [.outOfOrder]), ReportSamples.record(103),
      ])
    #expect(all.notable(5) == [1, 2, 3, 101, 102])
  }

  @Test func ofVeryManyTheMostNotableStay() {
    let records = (1...100).map {
      ReportSamples.record($0, .tcp, $0 % 10 == 0 ? .reset : .closed)
    }
    var all = rows(records, limit: 20)
    let ids = all.finish().map(\.id)
    #expect(ids.count == 20)
    #expect(ids == ids.sorted())
    #expect(Set(ids).isSuperset(of: stride(from: 10, through: 100, by: 10)))
    #expect(all.left == 80)
  }

  @Test func moreOftenIsMoreNotable() {
    var record = ReportSamples.record(1, .tcp, .closed, [.retransmission])
    let seldom = record.notability
    record.problems[0].count = 5000
    #expect(record.notability > seldom)
    #expect(record.notability < ReportSamples.record(2, .tcp, .refused).notability)
    record.problems[0].count = .max
    #expect(record.notability > seldom)
  }
}
