internal import SynfinCapture
internal import SynfinLifecycle
internal import SynfinWire

/// Sends every packet to trackers and asks nothing: what counts are the records at the end.
///
/// With two threads or more, each of several trackers has a part of the flows.
struct Recording: PacketConsumer, ~Copyable {
  private let ledger: Ledger
  private let threads: TrackerThreads
  private var sorter: PacketSorter

  init(_ options: TrackerOptions, threads: Int) {
    var options = options
    options.judgesPackets = false
    let shards = FlowShard.all(threads > 1 ? threads * TrackerThreads.shardsPerThread : 1)
    ledger = Ledger(options, shards)
    sorter = PacketSorter(shards)
    self.threads = TrackerThreads(ledger, shards: shards.count, threads: threads)
  }

  mutating func beginFile() { sorter.beginFile() }

  @inline(__always)
  mutating func takePlain(_ place: PacketPlace, _ bytes: RawSpan) -> Bool {
    guard
      sorter.append(
        plain: bytes, linkType: place.record.linkType,
        originalLength: place.record.originalLength, number: place.number, time: place.time)
    else { return false }
    if sorter.hasFullBatch { handOn() }
    return true
  }

  @inline(__always)
  mutating func take(_ packet: inout Packet, _ place: PacketPlace, _ bytes: RawSpan) {
    sorter.append(&packet, bytes, number: place.number, time: place.time)
    if sorter.hasFullBatch { handOn() }
  }

  @inline(never)
  private mutating func handOn() {
    for shard in 0..<sorter.shardCount where sorter.isFull(shard) {
      sorter.exchange(shard) { threads.exchange($0, shard) }
    }
  }

  /// Lets the trackers have what is left, and draws the last conclusions.
  consuming func finish() -> Ledger {
    threads.finish(sorter.takeBatches())
    ledger.conclude(sorter.totals)
    return ledger
  }
}
