import SynfinLifecycle
import SynfinWire

/// Trackers that have the flows of a capture among them, fed with batches, as one.
final class ShardedTracker {
  private final class Part {
    var tracker: Tracker
    init(_ options: TrackerOptions, _ shard: FlowShard) {
      tracker = Tracker(options: options, shard: shard)
    }
  }

  private let parts: [Part]
  private var sorter: PacketSorter

  init(_ options: TrackerOptions, shards count: Int) {
    let shards = FlowShard.all(count)
    parts = shards.map { Part(options, $0) }
    sorter = PacketSorter(shards)
  }

  func beginFile() { sorter.beginFile() }

  func process(_ packet: Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp) {
    var packet = packet
    sorter.append(&packet, bytes, number: number, time: time)
    guard sorter.hasFullBatch else { return }
    for shard in parts.indices where sorter.isFull(shard) {
      sorter.exchange(shard) { batch in
        parts[shard].tracker.take(batch)
        batch.removeAll()
        return batch
      }
    }
  }

  /// The records, summaries in any order, and what the packets amount to.
  func finish() -> (records: [ConnectionRecord], summaries: [String], totals: TrackerTotals) {
    var totals = sorter.totals
    for (part, batch) in zip(parts, sorter.takeBatches()) {
      part.tracker.take(batch)
      part.tracker.conclude()
      totals.add(part.tracker.totals)
    }
    var replay = Replay()
    var summaries: [String] = []
    for part in parts {
      part.tracker.summaries(part.tracker.recordIDs, &replay) { summaries.append("\($0)") }
    }
    return (records(), summaries, totals)
  }

  private func records() -> [ConnectionRecord] {
    var records: [ConnectionRecord] = []
    var replay = Replay()
    if parts.count == 1 {
      parts[0].tracker.records(parts[0].tracker.recordIDs, &replay) { records.append($0) }
      return records
    }
    let numbering = RecordNumbering(shards: parts.count, count: 0) { shard, cursor in
      parts[shard].tracker.next(&cursor)
    }
    var cursors = parts.map { _ in RecordCursor() }
    for (index, place) in numbering.places.enumerated() {
      let shard = Int(place.shard)
      parts[shard].tracker.record(&cursors[shard], &replay, as: (index + 1, place)) {
        records.append($0)
      }
    }
    return records
  }
}
