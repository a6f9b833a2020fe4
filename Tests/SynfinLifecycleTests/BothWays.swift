import SynfinLifecycle
import SynfinWire
import Testing

/// Three trackers for the same packets, which must come to the same.
///
/// One says of each packet what it means; the second takes them in batches, keeps segments in its journal and replays
/// them; the third one tells events and takes connections apart one by one, as a live capture does.
struct BothWays: ~Copyable {
  private(set) var judging: Tracker
  private var recording: Tracker
  private var living: Tracker
  private let batch: PacketBatch

  init(options: TrackerOptions = TrackerOptions()) {
    var options = options
    options.judgesPackets = true
    judging = Tracker(options: options)
    options.judgesPackets = false
    recording = Tracker(options: options)
    options.expiry = .never
    living = Tracker(options: options)
    batch = recording.makeBatch()
  }

  mutating func beginFile() {
    judging.beginFile()
    living.beginFile()
    handOn()
    batch.beginsFile = true
  }

  mutating func process(
    _ packet: Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) -> PacketVerdict {
    var packet = packet
    batch.append(&packet, bytes, number: number, time: time)
    if batch.isFull { handOn() }
    _ = living.process(packet, bytes, number: number, time: time)
    return judging.process(packet, bytes, number: number, time: time)
  }

  private mutating func handOn() {
    recording.take(batch)
    batch.removeAll()
  }

  /// The records.
  consuming func finish() -> [ConnectionRecord] {
    handOn()
    #expect("\(judging.totals)" == "\(recording.totals)")
    var judged: [ConnectionRecord] = []
    judging.finish { judged.append($0) }
    var recorded: [ConnectionRecord] = []
    var summaries: [String] = []
    var replay = Replay()
    recording.conclude()
    recording.records(recording.recordIDs, &replay) { recorded.append($0) }
    recording.summaries(recording.recordIDs, &replay) { summaries.append("\($0)") }
    #expect(judged.map { "\($0.summary)" }.sorted() == summaries.sorted())
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
    #expect(judged.count == recorded.count)
    for (judged, recorded) in zip(judged, recorded) {
      #expect("\(judged)" == "\(recorded)", "connection \(judged.id)")
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
