import Foundation
import SynfinLifecycle
import SynfinWire
import TestSupport
import Testing

/// Packets taken in batches, and segments replayed, against packets judged one by one.
///
/// Every `Story` and every capture of other tests is told both ways, too.
@Suite struct BatchTests {
  /// All captures in one run: their addresses and ports are the same again and again, and their clocks go back.
  @Test func captures_agree() throws {
    var trackers = BothWays()
    let folder = KernelTruth.folder
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    for path in paths where path.hasSuffix(".pcap") {
      _ = try trackers.read(folder.appending(path: path).path)
    }
    let count = trackers.finish().count
    #expect(count > 100)
  }

  @Test(arguments: 0..<16 as Range<UInt64>)
  func traffic_agrees(_ seed: UInt64) {
    var options = TrackerOptions()
    options.ignoresChecksums = seed % 5 == 4
    var trackers = BothWays(options: options)
    var traffic = Traffic(seed: seed, oddity: seed % 3 == 0 ? 30 : 3)
    let nothing: [UInt8] = []
    for _ in 0..<1200 {
      let (packet, number, time) = traffic.next()
      _ = unsafe trackers.process(packet, nothing.span.bytes, number: number, time: time)
    }
    _ = trackers.finish()
  }

  /// The records come out in blocks of numbers as they come out together, and the summaries say the same of them.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func blocks_agree(_ seed: UInt64) {
    let whole = Self.tracker(seed)
    var parts = Self.tracker(seed)
    parts.conclude()
    let numbers = parts.recordIDs
    var random = SplitMix64(seed: seed)
    var blocks: [ConnectionRecord] = []
    var summaries: [String] = []
    var start = numbers.lowerBound
    while start < numbers.upperBound {
      let end = Int.random(in: start...numbers.upperBound, using: &random)
      var replay = Replay()
      parts.records(start..<end, &replay) { blocks.append($0) }
      parts.summaries(start..<end, &replay) { summaries.append("\($0)") }
      start = end
    }
    var records: [ConnectionRecord] = []
    whole.finish { records.append($0) }
    #expect(records.map { "\($0)" } == blocks.map { "\($0)" })
    #expect(records.map { "\($0.summary)" }.sorted() == summaries.sorted())
  }

  /// A tracker that has taken 600 packets between many ports, most of them in its journal.
  private static func tracker(_ seed: UInt64) -> Tracker {
    var options = TrackerOptions()
    options.judgesPackets = false
    var tracker = Tracker(options: options)
    var traffic = Traffic(seed: seed, links: 40, oddity: seed % 2 == 0 ? 30 : 2)
    let batch = tracker.makeBatch()
    let nothing: [UInt8] = []
    for _ in 0..<600 {
      let next = traffic.next()
      var packet = next.packet
      unsafe batch.append(&packet, nothing.span.bytes, number: next.number, time: next.time)
      guard batch.isFull else { continue }
      tracker.take(batch)
      batch.removeAll()
    }
    tracker.take(batch)
    return tracker
  }
}
