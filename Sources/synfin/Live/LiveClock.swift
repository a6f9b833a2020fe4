/// What the time that passes asks of a live capture.
struct LiveClock {
  private let end: Double
  private let statesInterval: Double?
  private var nextStates: Double

  /// - Parameters:
  ///   - duration: nanoseconds after which to stop; nil for never.
  ///   - statesInterval: nanoseconds from one table of states to the next; nil for none.
  init(duration: Int64?, statesInterval: Int64?) {
    let now = System.monotonicSeconds()
    end = duration.map { now + Double($0) / 1e9 } ?? .infinity
    self.statesInterval = statesInterval.map { Double($0) / 1e9 }
    nextStates = now + (self.statesInterval ?? .infinity)
  }

  /// Whether the capture has lasted for as long as it was to.
  var isOver: Bool { System.monotonicSeconds() >= end }

  /// Whether it is time for a table of states.
  mutating func wantsStates() -> Bool {
    guard let statesInterval else { return false }
    let now = System.monotonicSeconds()
    guard now >= nextStates else { return false }
    nextStates = max(nextStates + statesInterval, now)
    return true
  }
}
