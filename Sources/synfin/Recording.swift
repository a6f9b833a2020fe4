internal import SynfinLifecycle
internal import SynfinWire

/// Sends every packet to a tracker and asks nothing: what counts are the records at the end.
struct Recording: PacketConsumer, ~Copyable {
  var tracker: Tracker
  private let batch: PacketBatch

  init(_ options: TrackerOptions) {
    var options = options
    options.judgesPackets = false
    tracker = Tracker(options: options)
    batch = tracker.makeBatch()
  }

  mutating func beginFile() {
    handOn()
    batch.beginsFile = true
  }

  @inline(__always)
  mutating func take(_ packet: borrowing Packet, _ place: PacketPlace, _ bytes: RawSpan) {
    batch.append(packet, bytes, number: place.number, time: place.time)
    if batch.isFull { handOn() }
  }

  /// Lets the tracker have what is left.
  mutating func finish() { handOn() }

  private mutating func handOn() {
    tracker.take(batch)
    batch.removeAll()
  }
}
