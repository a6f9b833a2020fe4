internal import SynfinReport

/// A line on the terminal that says how far the work is, for work that lasts.
struct Progress {
  private static let firstAfter = 1.0
  private static let interval = 0.2

  private let isShown: Bool
  private let start: Double
  private var next: Double
  private var isVisible = false

  /// - Parameter isShown: whether progress is wanted; it also takes a terminal to see it.
  init(isShown: Bool) {
    self.isShown = isShown && System.isTerminal(System.standardError)
    start = System.monotonicSeconds()
    next = start + Self.firstAfter
    ProgressRequest.listen()
  }

  /// Says how far the work is if it is time to.
  ///
  /// - Parameters:
  ///   - read: bytes read of the present file.
  ///   - size: bytes of the present file; nil if nobody knows.
  mutating func update(packets: UInt64, read: UInt64, of size: UInt64?) {
    let isAsked = ProgressRequest.take()
    guard isShown || isAsked else { return }
    let now = System.monotonicSeconds()
    guard now >= next || isAsked else { return }
    next = now + Self.interval
    let line = text(elapsed: now - start, packets: packets, read: read, of: size)
    if isAsked {
      finish()
      System.print("synfin: \(line)\n", to: System.standardError)
    } else {
      isVisible = true
      System.print("\r\u{1B}[K\(line)", to: System.standardError)
    }
  }

  private func text(elapsed: Double, packets: UInt64, read: UInt64, of size: UInt64?) -> String {
    let rate = CountText.grouped(UInt64(Double(packets) / elapsed))
    var line = "\(CountText.grouped(packets)) packets, \(rate)/s"
    if let size, size > 0 {
      let share = min(1, Double(read) / Double(size))
      line = "\(Self.bar(share)) \(Int(share * 100)) %  \(line)"
      if share > 0 {
        let left = Int64(elapsed / share * (1 - share) * 1e9)
        line += ", \(DurationText.short(left)) left"
      }
    }
    return line
  }

  /// Takes the line away.
  mutating func finish() {
    if isVisible { System.print("\r\u{1B}[K", to: System.standardError) }
    isVisible = false
  }

  private static func bar(_ share: Double) -> String {
    let width = 24
    let full = Int(share * Double(width))
    return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
  }
}
