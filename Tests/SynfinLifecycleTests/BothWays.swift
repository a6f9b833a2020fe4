import SynfinLifecycle
import SynfinWire
import Testing

/// Two trackers for the same packets, which must come to the same.
///
/// One says of each packet what it means; the other takes them in batches, keeps segments in its journal and replays them.
struct BothWays: ~Copyable {
  private(set) var judging: Tracker
  private var recording: Tracker
  private let batch: PacketBatch

  init(options: TrackerOptions = TrackerOptions()) {
    var options = options
    options.judgesPackets = true
    judging = Tracker(options: options)
    options.judgesPackets = false
    recording = Tracker(options: options)
    batch = recording.makeBatch()
  }

  mutating func beginFile() {
    judging.beginFile()
    handOn()
    batch.beginsFile = true
  }

  mutating func process(
    _ packet: Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) -> PacketVerdict {
    var packet = packet
    batch.append(&packet, bytes, number: number, time: time)
    if batch.isFull { handOn() }
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
    #expect(judged.count == recorded.count)
    for (judged, recorded) in zip(judged, recorded) {
      #expect("\(judged)" == "\(recorded)", "connection \(judged.id)")
    }
    return judged
  }
}
