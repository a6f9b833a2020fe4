internal import SynfinLifecycle

/// A thread in which a tracker takes batches, while the next ones are filled in another.
final class TrackerThread {
  /// What lies between the two threads.
  private struct Traffic {
    var full: [PacketBatch] = []
    var empty: [PacketBatch] = []
    var isOver = false
  }

  // Enough that neither waits for the other when it is slow for a moment.
  private static let batches = 8

  private let traffic: Monitor<Traffic>
  private let reserve: ChunkReserve
  private let thread: Thread

  /// Starts the thread; nil if the system does not give one.
  ///
  /// - Parameter reserve: where the tracker looks for memory.
  init?(_ ledger: Ledger, _ reserve: ChunkReserve) {
    var traffic = Traffic()
    traffic.full.reserveCapacity(Self.batches)
    for _ in 0..<Self.batches { traffic.empty.append(ledger.makeBatch()) }
    let monitor = Monitor(traffic)
    guard let thread = Thread.start({ Self.run(ledger, monitor) }) else { return nil }
    self.traffic = monitor
    self.reserve = reserve
    self.thread = thread
  }

  /// Hands a batch on and returns an empty one.
  func exchange(_ batch: PacketBatch) -> PacketBatch {
    let next = traffic.access { traffic in
      traffic.full.append(batch)
      return traffic.empty.popLast()
    }
    if let next { return next }
    // The tracker is behind, and this thread has the time to get memory for it.
    reserve.fill()
    return traffic.wait { $0.empty.popLast() }
  }

  /// Waits until the tracker has taken all.
  func finish() {
    traffic.access { $0.isOver = true }
    thread.join()
  }

  private static func run(_ ledger: Ledger, _ traffic: Monitor<Traffic>) {
    while true {
      let batches = next(traffic)
      if batches.isEmpty { return }
      for batch in batches {
        ledger.take(batch)
        traffic.access { $0.empty.append(batch) }
      }
    }
  }

  /// The full batches in the order they came; none when there will be no more.
  private static func next(_ traffic: Monitor<Traffic>) -> [PacketBatch] {
    traffic.wait { traffic in
      guard !traffic.full.isEmpty || traffic.isOver else { return nil }
      defer { traffic.full.removeAll(keepingCapacity: true) }
      return traffic.full
    }
  }
}
