/// An interface that went down or away, and what is waited for then.
///
/// The kernel hands packets over in blocks, and the last block follows a little after the bad news. So a
/// loss is final only when that block must have come.
struct LiveLoss {
  static let down = "the interface has been switched off"
  private var problem: String?
  private var since: Int64 = 0

  var isNoted: Bool { problem != nil }

  mutating func note(_ message: String) {
    if problem == nil { since = SystemCalls.monotonicNanoseconds() }
    // Down comes before gone; the later news is the better one. libpcap has only words for this.
    problem = message.contains("disappeared") ? "the interface has gone away" : message
  }

  mutating func clear() {
    problem = nil
  }

  /// What is wrong, once nothing more can come; nil before.
  var final: String? {
    let grace = LiveOptions.lateness(LiveOptions.readTimeout)
    guard let problem, SystemCalls.monotonicNanoseconds() &- since >= grace else { return nil }
    return problem
  }
}
