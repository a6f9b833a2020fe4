import SynfinLifecycle
import Testing

@testable import SynfinReport

@Suite struct TopSamplerTests {
  private typealias Samples = TopSamples

  /// Whatever the order: what is over comes last, before it what has nothing in the column.
  @Test(arguments: [
    (TopColumn.number, false, [1, 3, 4, 5, 6, 2]), (.number, true, [6, 5, 4, 3, 1, 2]),
    (.transport, false, [5, 4, 1, 3, 6, 2]), (.transport, true, [6, 3, 5, 4, 1, 2]),
    (.client, false, [6, 1, 5, 3, 4, 2]), (.client, true, [4, 3, 5, 1, 6, 2]),
    (.server, false, [3, 6, 4, 1, 5, 2]), (.clientState, false, [5, 1, 4, 6, 3, 2]),
    (.clientState, true, [4, 1, 5, 6, 3, 2]), (.serverState, false, [1, 4, 6, 5, 3, 2]),
    (.sent, false, [1, 6, 3, 5, 4, 2]), (.sent, true, [5, 4, 3, 6, 1, 2]),
    (.rate, false, [1, 4, 3, 6, 5, 2]), (.received, false, [4, 1, 3, 6, 5, 2]),
    (.roundTrip, false, [4, 1, 3, 6, 5, 2]), (.roundTrip, true, [6, 3, 1, 4, 5, 2]),
    (.retransmissions, false, [4, 5, 1, 6, 3, 2]), (.age, false, [4, 1, 3, 5, 6, 2]),
    (.idle, true, [1, 6, 5, 3, 4, 2]),
  ])
  func order_putsRowsInPlace(_ column: TopColumn, _ isReversed: Bool, _ ids: [Int]) {
    let order = Samples.order(column, reversed: isReversed)
    #expect(Samples.sample(Samples.mixed, order).rows.map(\.flow.id) == ids)
    var sample = Samples.sample(Samples.mixed)
    sample.sort(order)
    #expect(sample.rows.map(\.flow.id) == ids)
  }

  @Test func mixed_isCounted() {
    let sample = Samples.sample(Samples.mixed)
    #expect(sample.count == 6)
    #expect(sample.over == 1)
    #expect(sample.interval == 1_000_000_000)
  }

  @Test func rates_areOverTheTimeSinceTheLastLook() {
    var sampler = TopSampler()
    sampler.start(steady: 0)
    _ = Samples.look(
      &sampler, [Samples.flow(1, sent: 1000), Samples.flow(2), Samples.flow(4, sent: 7)], after: 1)
    // 2 has left, 3 and 9 are new, of 4 some octets turned out to be none.
    let flows = [
      Samples.flow(1, sent: 6000, received: 3, retransmissions: 2), Samples.flow(3, received: 50),
      Samples.flow(4, sent: 5), Samples.flow(9, sent: 1),
    ]
    let sample = Samples.look(&sampler, flows, after: 3, Samples.order(.number))
    #expect(sample.rows.map(\.sent) == [20_000, 0, 0, 4])
    #expect(sample.rows.map(\.received) == [12, 200, 0, 0])
    #expect(sample.rows.map(\.newRetransmissions) == [2, 0, 0, 0])
    let quiet = Samples.look(&sampler, flows, after: 4)
    #expect(quiet.rows.allSatisfy { $0.sent == 0 && $0.newRetransmissions == 0 })
  }

  /// Where no time has passed, or a clock runs backwards, no rate is made up.
  @Test(arguments: [1.0, 0.5]) func rates_needTime(_ seconds: Double) {
    var sampler = TopSampler()
    #expect(Samples.look(&sampler, Samples.mixed, after: 1).rows.allSatisfy { $0.sent == nil })
    let sample = Samples.look(&sampler, Samples.mixed, after: seconds)
    #expect(sample.interval == 0)
    #expect(sample.rows.allSatisfy { $0.sent == nil && $0.received == nil })
  }

  /// Of very many the same are kept as if all had been sorted.
  @Test(arguments: [TopColumn.number, .rate, .roundTrip, .idle], [false, true])
  func many_leaveTheFirst(_ column: TopColumn, _ isReversed: Bool) {
    let flows = (1...1000).map { id in
      Samples.flow(
        id, sent: UInt64(id * 7919 % 101), roundTrip: id % 5 == 0 ? nil : Int64(id * 31 % 997),
        idle: Double(id * 13 % 499))
    }
    let order = Samples.order(column, reversed: isReversed)
    let all = Samples.sample(flows, order)
    let some = Samples.sample(flows, order, rowLimit: 7)
    #expect(all.rows.count == 1000)
    #expect(some.rows.map(\.flow.id) == all.rows.prefix(7).map(\.flow.id))
    #expect(some.count == 1000)
  }

  @Test func unknownStates_areNotOver() {
    func row(_ client: TCPState, _ server: TCPState) -> TopRow {
      TopRow(flow: Samples.flow(1, .tcp, ("192.0.2.1", 1, client), ("192.0.2.2", 2, server)))
    }
    #expect(!row(.unknown, .unknown).isOver)
    #expect(!row(.closed, .lastAck).isOver)
    #expect(row(.closed, .unknown).isOver)
    #expect(row(.timeWait, .timeWait).isOver)
  }
}
