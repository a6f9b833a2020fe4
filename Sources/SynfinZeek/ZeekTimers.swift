/// The times at which connections want to be looked at, the earliest first; of the same time, the older connection first.
///
/// A connection has one entry that counts: the one with the time it has noted as its next; earlier entries of it are
/// stale and skipped when they come up. A new one is made only when a time moves forward, which happens at most a few
/// times in a connection's life.
///
/// Nearly all timeouts are one of a few numbers of seconds from now, so that entries come nearly in order: a few queues,
/// each in order, take most of them, and a heap takes what fits into none.
struct ZeekTimers: ~Copyable {
  struct Entry: BitwiseCopyable {
    /// Microseconds since 1970-01-01 UTC.
    let due: Int64
    /// Tells the connection from others, and orders entries of the same time.
    let order: UInt64
    /// Where the connection is kept.
    let slot: Int32

    /// Behind all others.
    static var never: Entry { Entry(due: .max, order: .max, slot: -1) }

    @inline(__always)
    func isBefore(_ other: Entry) -> Bool {
      due != other.due ? due < other.due : order < other.order
    }
  }

  private static let queueCount = 6

  /// No entry is due before this time.
  private(set) var earliest = Int64.max
  /// Where the connections of entries are whose turn comes soon, and some time later; below 0 if unknown.
  private(set) var soon: (near: Int32, far: Int32) = (-1, -1)
  private var chunks = ZeekTimerQueue.Chunks()
  private var queues = InlineArray<6, ZeekTimerQueue>(repeating: ZeekTimerQueue())
  private var heap = Heap()

  mutating func add(_ entry: Entry) {
    earliest = min(earliest, entry.due)
    guard let queue = queue(for: entry) else { return heap.add(entry) }
    queues[queue].append(entry, &chunks)
  }

  /// Takes out the earliest entry if its time has come.
  mutating func next(at now: Int64) -> Entry? {
    guard earliest <= now else { return nil }
    var first = heap.first
    var source = -1
    for queue in 0..<Self.queueCount where queues[queue].first.isBefore(first) {
      first = queues[queue].first
      source = queue
    }
    earliest = first.due
    guard first.due <= now, first.slot >= 0 else { return nil }
    if source < 0 {
      heap.removeFirst()
      soon = (heap.first.slot, heap.second.slot)
    } else {
      soon = queues[source].removeFirst(&chunks)
    }
    return first
  }

  /// The queue that the entry can be appended to and that ends closest before it; an empty one if need be.
  private mutating func queue(for entry: Entry) -> Int? {
    var best: Int?
    var latest: Entry?
    for queue in 0..<Self.queueCount {
      if queues[queue].isEmpty {
        if best == nil { best = queue }
        continue
      }
      let last = queues[queue].last
      if last.isBefore(entry), latest.map({ $0.isBefore(last) }) ?? true {
        best = queue
        latest = last
      }
    }
    return best
  }
}

extension ZeekTimers {
  /// A heap in which each entry is before four others, so that it has few levels.
  private struct Heap {
    private var entries: [Entry] = []

    /// The earliest one; behind all others if there is none.
    var first: Entry { entries.first ?? .never }
    /// The one behind that.
    var second: Entry { earliestChild(of: 0).map { entries[$0] } ?? .never }

    mutating func add(_ entry: Entry) {
      entries.append(entry)
      var index = entries.count - 1
      while index > 0 {
        let parent = (index - 1) / 4
        guard entry.isBefore(entries[parent]) else { break }
        entries[index] = entries[parent]
        index = parent
      }
      entries[index] = entry
    }

    mutating func removeFirst() {
      guard let last = entries.popLast(), !entries.isEmpty else { return }
      var index = 0
      while let child = earliestChild(of: index), entries[child].isBefore(last) {
        entries[index] = entries[child]
        index = child
      }
      entries[index] = last
    }

    private func earliestChild(of index: Int) -> Int? {
      let first = 4 * index + 1
      guard first < entries.count else { return nil }
      var earliest = first
      for child in first + 1..<max(first + 1, min(first + 4, entries.count))
      where entries[child].isBefore(entries[earliest]) {
        earliest = child
      }
      return earliest
    }
  }
}
