internal import SynfinLifecycle

/// Trackers that have a capture's flows among them, and the records of all.
///
/// While packets come, a tracker is for one thread at a time; when all is done, for any number.
final class Ledger: @unchecked Sendable {
  /// A tracker where it stays.
  private final class Part {
    var tracker: Tracker
    init(_ options: TrackerOptions, _ shard: FlowShard) {
      tracker = Tracker(options: options, shard: shard)
    }
  }

  private let parts: [Part]
  /// What the packets amount to, whichever tracker got them.
  private(set) var totals = TrackerTotals()
  /// The numbers of the records over all trackers, once somebody has asked for them.
  private let numbering = Monitor<RecordNumbering?>(nil)

  init(_ options: TrackerOptions, _ shards: [FlowShard]) {
    parts = shards.map { Part(options, $0) }
  }

  /// Lets the tracker of a shard take the next packets, and empties the batch.
  func take(_ batch: PacketBatch, _ shard: Int) {
    parts[shard].tracker.take(batch)
    batch.removeAll()
  }

  /// Draws the last conclusions; for one thread alone, after which any number may read.
  ///
  /// - Parameter totals: what the packets amount to beside what the trackers know.
  func conclude(_ totals: TrackerTotals) {
    self.totals = totals
    for part in parts {
      part.tracker.conclude()
      self.totals.add(part.tracker.totals)
    }
  }

  /// The numbers of all records.
  var recordIDs: Range<Int> { 1..<1 + parts.reduce(0) { $0 + $1.tracker.recordIDs.count } }

  /// Hands out the records with some of the numbers, in their order.
  func records(
    _ numbers: Range<Int>, _ replay: inout Replay, _ body: (inout ConnectionRecord) throws -> Void
  ) throws {
    if parts.count == 1 { return try parts[0].tracker.records(numbers, &replay, body) }
    let places = numbering.access { makeNumbering(&$0) }.places
    var cursors = [RecordCursor?](repeating: nil, count: parts.count)
    for number in numbers {
      let place = places[number - 1]
      let shard = Int(place.shard)
      var cursor = cursors[shard] ?? parts[shard].tracker.cursor(before: Int(place.local))
      try parts[shard].tracker.record(&cursor, &replay, as: (number, place), body)
      cursors[shard] = cursor
    }
  }

  private func makeNumbering(_ numbering: inout RecordNumbering?) -> RecordNumbering {
    if let numbering { return numbering }
    let made = RecordNumbering(shards: parts.count, count: recordIDs.count) { shard, cursor in
      parts[shard].tracker.next(&cursor)
    }
    numbering = made
    return made
  }

  /// Hands out what a summary needs of as many records as there are numbers, each for the numbers of some block and in no
  /// particular order.
  func summaries(
    _ numbers: Range<Int>, _ replay: inout Replay, _ body: (RecordSummary) -> Void
  ) {
    // The records of one tracker behind those of another, which is not how they are numbered.
    var before = 0
    for part in parts {
      let own = part.tracker.recordIDs
      let wanted = (numbers.lowerBound - before..<numbers.upperBound - before).clamped(to: own)
      if !wanted.isEmpty { part.tracker.summaries(wanted, &replay, body) }
      before += own.count
    }
  }
}
