internal import SynfinLifecycle

/// A tracker that several threads can reach, one after the other while it takes packets, all at once when it is done.
final class Ledger: @unchecked Sendable {
  private var tracker: Tracker

  init(_ options: TrackerOptions) {
    tracker = Tracker(options: options)
  }

  func makeBatch() -> PacketBatch { tracker.makeBatch() }

  /// Takes the next packets; for one thread alone.
  func take(_ batch: PacketBatch) {
    tracker.take(batch)
    batch.removeAll()
  }

  /// Draws the last conclusions; for one thread alone, after which any number may read.
  func conclude() { tracker.conclude() }

  var totals: TrackerTotals { tracker.totals }
  var recordIDs: Range<Int> { tracker.recordIDs }

  /// Hands out the records with some of the numbers, in their order.
  func records(
    _ numbers: Range<Int>, _ replay: inout Replay, _ body: (inout ConnectionRecord) throws -> Void
  ) throws {
    try tracker.records(numbers, &replay, body)
  }

  /// Hands out what a summary needs of the records with some of the numbers, in no particular order.
  func summaries(
    _ numbers: Range<Int>, _ replay: inout Replay, _ body: (RecordSummary) -> Void
  ) {
    tracker.summaries(numbers, &replay, body)
  }
}
