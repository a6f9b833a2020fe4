import SynfinLifecycle
import SynfinWire
import Testing

/// Four trackers for the same packets, which must come to the same.
///
/// One says of each packet what it means; the second takes them in batches, keeps segments in its journal and replays
/// them; the third does so in three parts; the fourth one tells events and takes connections apart one by one, as a live
/// capture does.
struct BothWays: ~Copyable {
  private(set) var judging: Tracker
  private let recording: ShardedTracker
  private let sharded: ShardedTracker
  private var living: Tracker

  init(options: TrackerOptions = TrackerOptions()) {
    var options = options
    options.judgesPackets = true
    judging = Tracker(options: options)
    options.judgesPackets = false
    recording = ShardedTracker(options, shards: 1)
    sharded = ShardedTracker(options, shards: 3)
    options.expiry = .never
    living = Tracker(options: options)
  }

  mutating func beginFile() {
    judging.beginFile()
    living.beginFile()
    recording.beginFile()
    sharded.beginFile()
  }

  mutating func process(
    _ packet: Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) -> PacketVerdict {
    recording.process(packet, bytes, number: number, time: time)
    sharded.process(packet, bytes, number: number, time: time)
    _ = living.process(packet, bytes, number: number, time: time)
    return judging.process(packet, bytes, number: number, time: time)
  }

  /// The records.
  consuming func finish() -> [ConnectionRecord] {
    let totals = "\(judging.totals)"
    var judged: [ConnectionRecord] = []
    judging.finish { judged.append($0) }
    for (name, tracker) in [("recorded", recording), ("sharded", sharded)] {
      let (records, summaries, found) = tracker.finish()
      #expect(totals == "\(found)", "\(name)")
      #expect(judged.map { "\($0.summary)" }.sorted() == summaries.sorted(), "\(name)")
      #expect(judged.count == records.count, "\(name)")
      for (judged, record) in zip(judged, records) {
        #expect("\(judged)" == "\(record)", "\(name) connection \(judged.id)")
      }
    }
    var replay = Replay()
    var lived: [ConnectionRecord] = []
    living.letAllGo(&replay) { record, departure in
      #expect(departure == .end)
      record.live = nil
      lived.append(record)
    }
    #expect(living.liveCount == 0)
    #expect(judged.count == lived.count)
    for (judged, lived) in zip(judged, lived) {
      #expect("\(judged)" == "\(lived)", "connection \(judged.id)")
    }
    return judged
  }
}

extension Expiry {
  /// Nobody has to leave.
  static var never: Expiry {
    var expiry = Expiry()
    expiry.idle = .max
    expiry.unanswered = .max
    expiry.closed = .max
    expiry.limit = .max
    return expiry
  }
}
