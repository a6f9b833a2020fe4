import SynfinLifecycle
import SynfinWire
import Testing

@testable import SynfinReport

@Suite struct GraphTrackTests {
  @Test func fewValues_areAllKept() {
    var track = GraphTrack(expecting: 3)
    let clock = GraphTime(start: Timestamp(nanoseconds: 0), duration: 1_000_000)
    for packet in 1...3 { track.add(Int64(packet), at: 7, of: clock, packet: UInt64(packet)) }
    #expect(track.points.map(\.last) == [1, 2, 3])
    #expect(track.points.allSatisfy { $0.count == 1 && $0.time == 7 })
  }

  @Test(arguments: [1, 3, 1_000_003] as [Int64])
  func manyValues_areMergedWithTheirExtremes(_ step: Int64) {
    let most = 300_000
    let clock = GraphTime(start: Timestamp(nanoseconds: 0), duration: Int64(most) * step)
    var track = GraphTrack(expecting: UInt64(most))
    for index in 0..<most {
      let value: Int64 = index == 123_456 ? 9 : index == 234_567 ? -9 : 0
      track.add(value, at: Int64(index) * step, of: clock, packet: UInt64(index))
    }
    #expect(track.points.count <= GraphTime.moments + 1)
    #expect(track.count == UInt64(most))
    #expect(track.highest == 9)
    #expect(track.points.map(\.lowest).min() == -9)
    #expect(zip(track.points, track.points.dropFirst()).allSatisfy { $0.lastTime <= $1.time })
  }

  /// A record that expects too little, as only a wrong one does, costs no memory.
  @Test func moreThanExpected_areMerged() {
    let clock = GraphTime(start: Timestamp(nanoseconds: 0), duration: 1_000_000)
    var track = GraphTrack(expecting: 1)
    for index in 0..<200_000 {
      track.add(1, at: Int64(index * 5), of: clock, packet: UInt64(index))
    }
    #expect(track.points.count <= 6 * GraphTime.moments)
    #expect(track.count == 200_000)
  }

  @Test func time_standsStillInsteadOfRunningBackwards() {
    var clock = GraphTime(start: Timestamp(nanoseconds: 100), duration: 50)
    let times = [100, 120, 90, 130, .max, .min].map {
      clock.clamped(Timestamp(nanoseconds: $0))
    }
    #expect(times == [0, 20, 20, 30, 50, 50])
  }

  @Test(
    arguments: [
      0, 1, 999, 1_000_000, 123_456_789, 2_000_000_000, 86_400_000_000_000, .max,
    ] as [Int64])
  func bins_areNeitherFewNorMany(_ duration: Int64) {
    var bins = GraphBins(duration: duration)
    #expect(bins.bins.count <= 151)
    if duration >= 1_000_000 { #expect(bins.bins.count >= 60) }
    bins.add(7, fresh: 5, at: duration)
    bins.add(1, fresh: 1, at: -1)
    #expect(bins.bins.reduce(0) { $0 + $1.octets } == 8)
    #expect(bins.bins.reduce(0) { $0 + $1.fresh } == 6)
  }
}

@Suite struct GraphStreamTests {
  @Test func numbers_goOnBehindTheEndOfTheCircle() {
    var stream = GraphStream()
    stream.begin(at: 0xFFFF_FF00)
    var place: Int64 = 1
    // Five times round the circle.
    for _ in 0..<100 {
      let number = SequenceNumber(0xFFFF_FF00 &+ UInt32(truncatingIfNeeded: place))
      #expect(stream.place(number) == place)
      _ = stream.takeData(place, 1 << 28)
      place += 1 << 28
    }
    #expect(stream.next == place)
  }

  @Test func aDistantNumber_isBelievedTheSecondTime() {
    var stream = GraphStream()
    stream.begin(at: 0)
    _ = stream.takeData(1, 100)
    #expect(stream.place(SequenceNumber(0xC000_0000)) == nil)
    #expect(stream.place(SequenceNumber(0xC000_0064)) == 0xC000_0064)
    #expect(stream.place(SequenceNumber(101)) == 101)
  }

  @Test func octets_countOnce() {
    var stream = GraphStream()
    stream.begin(at: 0)
    let ahead = [(1, 100), (301, 100), (101, 100), (101, 100), (151, 200)] as [(Int64, Int64)]
    let fresh = ahead.map { stream.takeData($0.0, $0.1).fresh }
    #expect(fresh == [100, 100, 100, 0, 100])
    #expect(stream.next == 401)
  }

  /// Whatever comes, what is remembered of holes is limited.
  @Test func holes_areLimited() {
    var stream = GraphStream()
    stream.begin(at: 0)
    for index in 0..<10_000 { _ = stream.takeData(Int64(index) * 20 + 10, 10) }
    var filled: Int64 = 0
    for index in 0..<10_000 { filled += stream.takeData(Int64(index) * 20, 10).fresh }
    #expect(filled > 0 && filled <= 1000)
  }
}
