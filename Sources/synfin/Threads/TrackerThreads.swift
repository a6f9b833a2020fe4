internal import SynfinLifecycle

/// Threads in which trackers take batches, while the next ones are filled.
///
/// Whoever has nothing else to do takes the next batch of a tracker that nobody works on: the other threads always, and the
/// one that fills batches when all are full.
final class TrackerThreads {
  /// What lies between the threads.
  private struct Traffic {
    /// The full batches for each tracker, in the order they came.
    var full: [[PacketBatch]]
    /// Whether a thread is at work on a tracker.
    var isBusy: [Bool]
    var empty: [PacketBatch] = []
    var isOver = false

    /// The next batch of the tracker that has most to do and is free; it is busy from now on.
    mutating func next() -> Work? {
      var most: Int?
      for shard in full.indices where !isBusy[shard] && !full[shard].isEmpty {
        if let found = most, full[found].count >= full[shard].count { continue }
        most = shard
      }
      guard let most else { return nil }
      isBusy[most] = true
      return Work(shard: most, batch: full[most].removeFirst())
    }
  }

  private struct Work {
    let shard: Int
    let batch: PacketBatch
  }

  /// Trackers for each thread, so that one is free when it looks for work.
  static let shardsPerThread = 2
  // Enough that nobody waits for another who is slow for a moment.
  private static let batchesPerThread = 6

  private let ledger: Ledger
  private let count: Int
  private let traffic: Monitor<Traffic>
  private var others: [Thread] = []
  private var hasStarted = false

  /// - Parameters:
  ///   - shards: how many trackers there are.
  ///   - threads: how many threads there may be, the calling one included; they start with the first full batch.
  init(_ ledger: Ledger, shards: Int, threads: Int) {
    self.ledger = ledger
    count = threads
    traffic = Monitor(
      Traffic(
        full: Array(repeating: [], count: shards), isBusy: Array(repeating: false, count: shards)))
  }

  /// Hands a batch on and returns an empty one.
  func exchange(_ batch: PacketBatch, _ shard: Int) -> PacketBatch {
    if !hasStarted { start() }
    let empty = traffic.access { traffic in
      traffic.full[shard].append(batch)
      return traffic.empty.popLast()
    }
    return empty ?? help()
  }

  /// Takes the rest of a tracker's packets, and all that was handed on.
  func finish(_ rest: [PacketBatch]) {
    traffic.access { traffic in
      for (shard, batch) in rest.enumerated() { traffic.full[shard].append(batch) }
      traffic.isOver = true
    }
    run()
    for thread in others { thread.join() }
  }

  private func start() {
    hasStarted = true
    guard count > 1 else { return }
    let batches = count * Self.batchesPerThread
    traffic.access { traffic in
      for _ in 0..<batches { traffic.empty.append(PacketBatch()) }
    }
    for _ in 1..<count {
      let (ledger, traffic) = (ledger, traffic)
      if let thread = Thread.start({ Self.run(ledger, traffic) }) { others.append(thread) }
    }
  }

  /// Takes a batch, or waits until there is an empty one.
  private func help() -> PacketBatch {
    let work = traffic.wait { traffic -> Work? in
      if let batch = traffic.empty.popLast() { return Work(shard: -1, batch: batch) }
      return traffic.next()
    }
    if work.shard >= 0 { Self.take(work, ledger, traffic) }
    return work.batch
  }

  private static func take(_ work: Work, _ ledger: Ledger, _ traffic: Monitor<Traffic>) {
    ledger.take(work.batch, work.shard)
    traffic.access { $0.isBusy[work.shard] = false }
  }

  private func run() { Self.run(ledger, traffic) }

  /// Takes batches until there will be no more.
  private static func run(_ ledger: Ledger, _ traffic: Monitor<Traffic>) {
    while true {
      let work = traffic.wait { traffic -> Work?? in
        if let work = traffic.next() { return .some(work) }
        return traffic.isOver && traffic.full.allSatisfy(\.isEmpty) ? .some(nil) : nil
      }
      guard let work else { return }
      take(work, ledger, traffic)
      traffic.access { $0.empty.append(work.batch) }
    }
  }
}
