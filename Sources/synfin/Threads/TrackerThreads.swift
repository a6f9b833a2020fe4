internal import SynfinLifecycle

/// Threads in which trackers take batches, while the next ones are filled.
///
/// Whoever has nothing else to do takes the next batch of a tracker that nobody works on: the other threads always, and the
/// one that fills batches when all are full.
final class TrackerThreads: @unchecked Sendable {
  /// What lies between the threads.
  private struct Traffic {
    /// The full batches for each tracker, in the order they came.
    var full: [[PacketBatch]]
    /// Whether a thread is at work on a tracker.
    var isBusy: [Bool]
    var empty: [PacketBatch] = []
    var isOver = false

    /// What is to be done next for the tracker that has most to do and is free, which is busy from then on.
    ///
    /// - Parameter most: how many batches to take at once.
    mutating func next(_ most: Int) -> Work? {
      var chosen: Int?
      for shard in full.indices where !isBusy[shard] && !full[shard].isEmpty {
        if let chosen, full[chosen].count >= full[shard].count { continue }
        chosen = shard
      }
      guard let shard = chosen else { return nil }
      isBusy[shard] = true
      let batches = Array(full[shard].prefix(most))
      full[shard].removeFirst(batches.count)
      return Work(shard: shard, batches: batches)
    }

    /// Notes that something is done.
    mutating func end(_ work: Work) {
      isBusy[work.shard] = false
      empty += work.batches
    }

    var isEmpty: Bool { full.allSatisfy(\.isEmpty) }
  }

  private struct Work {
    let shard: Int
    let batches: [PacketBatch]
  }

  /// Trackers for each thread, so that one is free when it looks for work.
  static let shardsPerThread = 2
  // Enough that nobody waits for another who is slow for a moment.
  private static let batchesPerThread = 8
  // Few enough that others find something to do.
  private static let batchesAtOnce = 2

  private let ledger: Ledger
  private let count: Int
  private let traffic: Monitor<Traffic>
  // Of the thread that fills batches alone.
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
    traffic.access { $0.full[shard].append(batch) }
    while true {
      let (empty, work) = traffic.wait { traffic -> (PacketBatch?, Work?)? in
        if let batch = traffic.empty.popLast() { return (batch, nil) }
        return traffic.next(1).map { (nil, $0) }
      }
      if let empty { return empty }
      guard let work else { continue }
      take(work)
      traffic.access { $0.end(work) }
    }
  }

  /// Takes the rest of the trackers' packets, and all that was handed on.
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
      // It ends before `finish` does.
      if let thread = Thread.start({ [self] in run() }) { others.append(thread) }
    }
  }

  /// Takes batches until there will be no more.
  private func run() {
    var done: Work?
    while true {
      let work = traffic.wait { traffic -> Work?? in
        if let work = done { traffic.end(work) }
        done = nil
        if let work = traffic.next(Self.batchesAtOnce) { return .some(work) }
        return traffic.isOver && traffic.isEmpty ? .some(nil) : nil
      }
      guard let work else { return }
      take(work)
      done = work
    }
  }

  private func take(_ work: Work) {
    for batch in work.batches { ledger.take(batch, work.shard) }
  }
}
