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

  /// Runs of captured bytes, in order, neither overlapping nor touching.
  private var runs: [Range<UInt64>] = []
  /// The number of the first byte that is neither captured in order nor given up.
  private(set) var next: UInt64 = 1
  /// Bytes below this number are acknowledged.
  private var acknowledged: UInt64 = 1
  /// Whether it gave up.
  private(set) var hasGivenUp = false
  /// Whether the end of the stream was noticed.
  var isAtEnd = false

  /// Whether captured bytes wait for an acknowledgment or behind a hole.
  var holdsData: Bool { !runs.isEmpty }

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
      || runs.count > Self.runLimit
    if isTooMuch {
      runs = []
      hasGivenUp = true
    }
  }

  /// Takes an acknowledgment of everything below a number.
  ///
  /// - Parameter isPartial: whether the connection's beginning was not captured.
  /// - Returns: the holes that the acknowledgment passes.
  mutating func acknowledge(_ number: UInt64, isPartial: Bool) -> Gaps {
    var gaps = Gaps()
    guard number > acknowledged else { return gaps }
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
      var index = 0
      while index < runs.count {
        let run = runs[index]
        if run.lowerBound >= number { break }
        index += 1
        if run.lowerBound < next { continue }
        gaps.count += 1
        gaps.bytes &+= run.lowerBound - next
        next = run.upperBound
      }
      if number > next {
        gaps.count += 1
        gaps.bytes &+= number - next
      }
    }
    next = max(next, number)
  }

  /// Moves over bytes that are now in order; whether there were any.
  private mutating func advance() -> Bool {
    guard let run = runs.first(where: { $0.lowerBound <= next && next < $0.upperBound }) else {
      return false
    }
    next = run.upperBound
    return true
  }

  private mutating func drop(below number: UInt64) {
    acknowledged = number
    var count = 0
    while count < runs.count, runs[count].upperBound <= number { count += 1 }
    if count > 0 { runs.removeFirst(count) }
    if let first = runs.first, first.lowerBound < number { runs[0] = number..<first.upperBound }
  }

  private mutating func insert(_ run: Range<UInt64>) {
    // Nearly always it follows the last one.
    if let last = runs.last, run.lowerBound >= last.lowerBound, run.lowerBound <= last.upperBound {
      runs[runs.count - 1] = last.lowerBound..<max(last.upperBound, run.upperBound)
      return
    }
    var first = runs.count
    while first > 0, runs[first - 1].upperBound >= run.lowerBound { first -= 1 }
    var merged = run
    var end = first
    while end < runs.count, runs[end].lowerBound <= run.upperBound {
      merged =
        min(merged.lowerBound, runs[end].lowerBound)..<max(merged.upperBound, runs[end].upperBound)
      end += 1
    }
    runs.replaceSubrange(first..<end, with: CollectionOfOne(merged))
  }

  /// Bytes from the first hole to the last byte known, the holes included.
  private var unreached: UInt64 {
    guard let last = runs.last, last.upperBound > next else { return 0 }
    return last.upperBound - next
  }

  private var size: UInt64 {
    runs.reduce(0) { $0 &+ ($1.upperBound - $1.lowerBound) }
  }
}
