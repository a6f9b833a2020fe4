internal import SynfinCapture
internal import SynfinLifecycle
internal import SynfinWire

/// Sends every packet to a tracker and asks nothing: what counts are the records at the end.
///
/// With two threads or more, the tracker works in one of its own as soon as there is enough for it to do.
struct Recording: PacketConsumer, ~Copyable {
  private let ledger: Ledger
  private let reserve: ChunkReserve?
  private var thread: TrackerThread?
  private var batch: PacketBatch

  init(_ options: TrackerOptions, threads: Int) {
    var options = options
    options.judgesPackets = false
    if threads > 1 { options.reserve = ChunkReserve() }
    reserve = options.reserve
    ledger = Ledger(options)
    batch = ledger.makeBatch()
    thread = nil
  }

  mutating func beginFile() {
    if !batch.isEmpty { handOn() }
    batch.beginsFile = true
  }

  @inline(__always)
  mutating func takePlain(_ place: PacketPlace, _ bytes: RawSpan) -> Bool {
    guard
      batch.append(
        plain: bytes, linkType: place.record.linkType,
        originalLength: place.record.originalLength, number: place.number, time: place.time)
    else { return false }
    if batch.isFull { handOn() }
    return true
  }

  @inline(__always)
  mutating func take(_ packet: inout Packet, _ place: PacketPlace, _ bytes: RawSpan) {
    batch.append(&packet, bytes, number: place.number, time: place.time)
    if batch.isFull { handOn() }
  }

  @inline(never)
  private mutating func handOn() {
    if let reserve, thread == nil { thread = TrackerThread(ledger, reserve) }
    if let next = thread?.exchange(batch) {
      batch = next
    } else {
      ledger.take(batch)
    }
  }

  /// Lets the tracker have what is left, and draws the last conclusions.
  consuming func finish() -> Ledger {
    let ledger = ledger
    if let thread {
      _ = thread.exchange(batch)
      thread.finish()
    } else {
      ledger.take(batch)
    }
    ledger.conclude()
    return ledger
  }
}
