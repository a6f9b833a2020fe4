/// Which bytes of one side's stream were captured: as much of a reassembly as it takes to find gaps.
///
/// Numbers are relative to the side's first sequence number: the first byte is number 1. Bytes wait here until the
/// other side acknowledges them.
struct ZeekReassembly {
  /// Bytes behind a hole, without any acknowledgment, at which Zeek gives up (`tcp_max_above_hole_without_any_acks`).
  private static let limitWithoutAcknowledgments: UInt64 = 16_384
  /// Bytes waiting for an acknowledgment at which Zeek gives up (`tcp_excessive_data_without_further_acks`).
  private static let limit: UInt64 = 10_485_760
  /// Separate runs of bytes at which we give up: 16 KiB a side.
  private static let runLimit = 1024

  /// What an acknowledgment brought to light.
  struct Gaps {
    var count = 0
    var bytes: UInt64 = 0
  }

  /// Whether it gave up.
  private(set) var hasGivenUp = false
  /// Whether the end of the stream was noticed.
  var isAtEnd = false
  /// The number of the first byte that is neither captured in order nor given up.
  private(set) var next: UInt64 = 1
  /// Bytes below this number are acknowledged.
  private var acknowledged: UInt64 = 1
  /// The first run of captured bytes; empty if there is none.
  private var run: Range<UInt64> = 0..<0
  /// The runs behind it, in order; no two runs overlap or touch.
  private var others: [Range<UInt64>] = []

  /// Whether captured bytes wait for an acknowledgment or behind a hole.
  var holdsData: Bool { !run.isEmpty }

  /// Whether nothing has happened yet.
  var isBlank: Bool { next == 1 && acknowledged == 1 && run.isEmpty && !hasGivenUp && !isAtEnd }

  /// Makes one that holds no bytes a new one.
  @inline(__always)
  mutating func begin() {
    run = 0..<0
    next = 1
    acknowledged = 1
    hasGivenUp = false
    isAtEnd = false
  }

  /// Takes captured bytes.
  ///
  /// - Parameters:
  ///   - isUnacknowledged: whether the other side acknowledged nothing yet.
  ///   - isBeyondWindow: whether the stream is longer than any first window (`tcp_max_initial_window`).
  mutating func add(_ start: UInt64, _ length: Int, isUnacknowledged: Bool, isBeyondWindow: Bool) {
    let end = start &+ UInt64(clamping: length)
    guard !hasGivenUp, length > 0, start < end, end > acknowledged else { return }
    insert(max(start, acknowledged)..<end)
    if advance(), isUnacknowledged, isBeyondWindow { drop(below: next) }
    let isTooMuch =
      isUnacknowledged && unreached > Self.limitWithoutAcknowledgments || size > Self.limit
      || others.count >= Self.runLimit
    if isTooMuch {
      run = 0..<0
      others = []
      hasGivenUp = true
    }
  }

  /// Takes an acknowledgment of everything below a number.
  ///
  /// - Parameter isPartial: whether the connection's beginning was not captured.
  /// - Returns: the holes that the acknowledgment passes.
  @inline(__always)
  mutating func acknowledge(_ number: UInt64, isPartial: Bool) -> Gaps {
    number > acknowledged ? move(to: number, isPartial: isPartial) : Gaps()
  }

  private mutating func move(to number: UInt64, isPartial: Bool) -> Gaps {
    var gaps = Gaps()
    // Of a connection without a beginning, the byte that stands for the SYN and a keep-alive's are no loss.
    if number > next, !(number <= 2 && isPartial) {
      skipHoles(upTo: number, &gaps)
    }
    drop(below: number)
    _ = advance()
    return gaps
  }

  private mutating func skipHoles(upTo number: UInt64, _ gaps: inout Gaps) {
    if !hasGivenUp {
      if !run.isEmpty { skipHole(before: run, upTo: number, &gaps) }
      for run in others { skipHole(before: run, upTo: number, &gaps) }
      if number > next {
        gaps.count += 1
        gaps.bytes &+= number - next
      }
    }
    next = max(next, number)
  }

  private mutating func skipHole(
    before run: Range<UInt64>, upTo number: UInt64, _ gaps: inout Gaps
  ) {
    guard run.lowerBound < number, run.lowerBound >= next else { return }
    gaps.count += 1
    gaps.bytes &+= run.lowerBound - next
    next = run.upperBound
  }

  /// Moves over bytes that are now in order; whether there were any.
  private mutating func advance() -> Bool {
    if run.contains(next) {
      next = run.upperBound
    } else {
      guard let run = others.first(where: { $0.contains(next) }) else { return false }
      next = run.upperBound
    }
    return true
  }

  private mutating func drop(below number: UInt64) {
    acknowledged = number
    if !run.isEmpty, run.upperBound <= number { dropRuns(below: number) }
    if !run.isEmpty, run.lowerBound < number { run = number..<run.upperBound }
  }

  private mutating func dropRuns(below number: UInt64) {
    guard let rest = others.firstIndex(where: { $0.upperBound > number }) else {
      run = 0..<0
      if !others.isEmpty { others = [] }
      return
    }
    run = others[rest]
    others.removeFirst(rest + 1)
  }

  private mutating func insert(_ new: Range<UInt64>) {
    if run.isEmpty {
      run = new
    } else if new.lowerBound > run.upperBound {
      insertBehind(new)
    } else if new.upperBound < run.lowerBound {
      others.insert(run, at: 0)
      run = new
    } else {
      run = Self.union(run, new)
      while let next = others.first, next.lowerBound <= run.upperBound {
        run = Self.union(run, next)
        others.removeFirst()
      }
    }
  }

  private mutating func insertBehind(_ new: Range<UInt64>) {
    // Nearly always it follows the last one.
    if let last = others.last, new.lowerBound >= last.lowerBound,
      new.lowerBound <= last.upperBound
    {
      others[others.count - 1] = Self.union(last, new)
      return
    }
    var first = others.count
    while first > 0, others[first - 1].upperBound >= new.lowerBound { first -= 1 }
    var merged = new
    var end = first
    while end < others.count, others[end].lowerBound <= new.upperBound {
      merged = Self.union(merged, others[end])
      end += 1
    }
    others.replaceSubrange(first..<end, with: CollectionOfOne(merged))
  }

  private static func union(_ left: Range<UInt64>, _ right: Range<UInt64>) -> Range<UInt64> {
    min(left.lowerBound, right.lowerBound)..<max(left.upperBound, right.upperBound)
  }

  /// Bytes from the first hole to the last byte known, the holes included.
  private var unreached: UInt64 {
    let end = others.last?.upperBound ?? run.upperBound
    return end > next ? end - next : 0
  }

  private var size: UInt64 {
    others.reduce(run.upperBound - run.lowerBound) { $0 &+ ($1.upperBound - $1.lowerBound) }
  }
}
