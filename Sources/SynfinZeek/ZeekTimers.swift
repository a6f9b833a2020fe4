/// The times at which connections want to be looked at, the earliest first.
///
/// A binary heap. A connection has one entry that counts: the one with the time it has noted as its next; earlier
/// entries of it are stale and skipped when they come up. A new one is made only when a time moves forward, which
/// happens at most a few times in a connection's life.
struct ZeekTimers {
  struct Entry {
    /// Microseconds since 1970-01-01 UTC.
    var due: Int64
    /// The number of the connection; orders entries of the same time.
    var connection: UInt64
    /// Where the connection is kept.
    var slot: Int
  }

  private var heap: [Entry] = []

  mutating func add(_ entry: Entry) {
    heap.append(entry)
    var index = heap.count - 1
    while index > 0 {
      let parent = (index - 1) / 2
      guard Self.isBefore(heap[index], heap[parent]) else { return }
      heap.swapAt(index, parent)
      index = parent
    }
  }

  /// Takes out the earliest entry if its time has come.
  mutating func next(at now: Int64) -> Entry? {
    guard let first = heap.first, first.due <= now else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    return first
  }

  private mutating func sink() {
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, Self.isBefore(heap[child + 1], heap[child]) { child += 1 }
      guard Self.isBefore(heap[child], heap[index]) else { return }
      heap.swapAt(index, child)
      index = child
    }
  }

  private static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
    left.due != right.due ? left.due < right.due : left.connection < right.connection
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

  subscript(reason: Reason) -> Int64 {
    get { times[reason.rawValue] }
    set { times[reason.rawValue] = newValue }
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
}
