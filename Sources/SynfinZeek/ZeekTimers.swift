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

    func isBefore(_ other: Entry) -> Bool {
      due != other.due ? due < other.due : order < other.order
    }
  }

  private static let queueCount = 6

  /// No entry is due before this time.
  private(set) var earliest = Int64.max
  private var links = ZeekSlab<Link>()
  private var queues = InlineArray<6, Queue>(repeating: Queue())
  private var heap = Heap()

  mutating func add(_ entry: Entry) {
    earliest = min(earliest, entry.due)
    guard let queue = queue(for: entry) else { return heap.add(entry) }
    let link = links.insert(Link(entry: entry))
    if queues[queue].last >= 0 {
      links[queues[queue].last].next = link
    } else {
      queues[queue].first = link
    }
    queues[queue].last = link
  }

  /// Takes out the earliest entry if its time has come.
  mutating func next(at now: Int64) -> Entry? {
    guard earliest <= now else { return nil }
    var first = heap.first
    var source = -1
    for queue in 0..<Self.queueCount where queues[queue].first >= 0 {
      let entry = links[queues[queue].first].entry
      if first.map(entry.isBefore) ?? true {
        first = entry
        source = queue
      }
    }
    earliest = first?.due ?? .max
    guard let first, first.due <= now else { return nil }
    if source < 0 { heap.removeFirst() } else { removeFirst(of: source) }
    return first
  }

  private mutating func removeFirst(of queue: Int) {
    let link = queues[queue].first
    queues[queue].first = links[link].next
    if queues[queue].first < 0 { queues[queue].last = -1 }
    links.remove(link)
  }

  /// The queue that the entry can be appended to and that ends closest before it; an empty one if need be.
  private mutating func queue(for entry: Entry) -> Int? {
    var best: Int?
    var latest: Entry?
    for queue in 0..<Self.queueCount {
      if queues[queue].last < 0 {
        if best == nil { best = queue }
        continue
      }
      let last = links[queues[queue].last].entry
      if last.isBefore(entry), latest.map({ $0.isBefore(last) }) ?? true {
        best = queue
        latest = last
      }
    }
    return best
  }
}

extension ZeekTimers {
  /// One entry in a queue.
  struct Link: BitwiseCopyable {
    let entry: Entry
    /// The one behind it; below 0 if there is none.
    var next: Int32 = -1
  }

  /// Entries in order; below 0 if there are none.
  private struct Queue: BitwiseCopyable {
    var first: Int32 = -1
    var last: Int32 = -1
  }

  /// A binary heap.
  private struct Heap {
    private var entries: [Entry] = []

    var first: Entry? { entries.first }

    mutating func add(_ entry: Entry) {
      entries.append(entry)
      var index = entries.count - 1
      while index > 0 {
        let parent = (index - 1) / 2
        guard entries[index].isBefore(entries[parent]) else { return }
        entries.swapAt(index, parent)
        index = parent
      }
    }

    mutating func removeFirst() {
      guard let last = entries.popLast(), !entries.isEmpty else { return }
      entries[0] = last
      var index = 0
      while true {
        var child = 2 * index + 1
        guard child < entries.count else { return }
        if child + 1 < entries.count, entries[child + 1].isBefore(entries[child]) { child += 1 }
        guard entries[child].isBefore(entries[index]) else { return }
        entries.swapAt(index, child)
        index = child
      }
    }
  }
}

/// Zeek's default timeouts, in microseconds.
enum ZeekTimeout {
  /// From the originator's SYN to the responder's first sign of life (`tcp_attempt_delay`).
  static let attempt: Int64 = 5_000_000
  /// To the first look at a TCP connection (`tcp_SYN_timeout`).
  static let firstLook: Int64 = 5_000_000
  /// Between further looks (`tcp_session_timer`).
  static let look: Int64 = 6_000_000
  /// Silence that ends a connection that looks finished (`tcp_connection_linger`).
  static let linger: Int64 = 5_000_000
  /// From the end of a TCP connection to its row (`tcp_close_delay`).
  static let close: Int64 = 5_000_000
  /// Silence that ends an established TCP connection (`tcp_inactivity_timeout`).
  static let established: Int64 = 300_000_000
  /// The same with an interactive service (`port_inactivity_timeouts`).
  static let interactive: Int64 = 3_600_000_000
  /// Silence that ends anything else.
  static let other: Int64 = 60_000_000
  /// Between looks at a DNS conversation (`dns_session_timeout`).
  static let dns: Int64 = 10_000_000
  /// Silence that ends a DNS conversation.
  static let dnsSilence: Int64 = 9_000_000
}

/// When a connection is to be looked at, for each reason.
struct ZeekDeadlines {
  enum Reason: Int {
    case attempt, look, lookAfterFirstClose, lookAfterSecondClose, inactivity, delete, dns
  }

  /// Microseconds since 1970-01-01 UTC for each reason; the largest number means never.
  private var times = InlineArray<7, Int64>(repeating: .max)

  /// Whether there may be an earlier one than when this was last made false.
  var hasChanged = false

  subscript(reason: Reason) -> Int64 {
    @inline(__always)
    get { times[reason.rawValue] }
    @inline(__always)
    set {
      times[reason.rawValue] = newValue
      hasChanged = true
    }
  }

  /// The earliest one.
  var next: (reason: Reason, due: Int64) {
    var earliest = 0
    for index in 1..<7 where times[index] < times[earliest] { earliest = index }
    return (Reason(rawValue: earliest) ?? .attempt, times[earliest])
  }

  /// Forgets what Zeek's TCP analyzer had planned.
  mutating func cancelAnalyzer() {
    for index in 0..<7 where index != Reason.inactivity.rawValue { times[index] = .max }
  }

  /// Does what the earliest one demands if its time has come; whether the connection ends.
  mutating func look(at now: Int64, _ situation: ZeekSituation) -> Bool {
    let (reason, due) = next
    guard due <= now else { return false }
    self[reason] = .max
    return isOver(reason, at: now, situation)
  }

  /// Whether a deadline ends the connection; sets the next one of its kind if it does not.
  private mutating func isOver(
    _ reason: Reason, at now: Int64, _ situation: ZeekSituation
  ) -> Bool {
    switch reason {
    case .delete: return true
    case .inactivity:
      let due = situation.last + situation.inactivityTimeout
      if due <= now { return true }
      self[.inactivity] = due
    case .dns:
      if now - situation.last >= ZeekTimeout.dnsSilence { return true }
      self[.dns] = now + ZeekTimeout.dns
    case .attempt:
      return situation.isActive && situation.isUnanswered
    case .look, .lookAfterFirstClose, .lookAfterSecondClose:
      guard situation.isActive else { return false }
      if situation.last + ZeekTimeout.linger < now, situation.looksOver { return true }
      self[reason] = now + ZeekTimeout.look
    }
    return false
  }
}
