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

  /// Whether there may be an earlier one than when this was last made false.
  var hasChanged = false

  /// Microseconds since 1970-01-01 UTC for each reason; the largest number means never.
  private var times = InlineArray<7, Int64>(repeating: .max)

  subscript(reason: Reason) -> Int64 {
    @inline(__always)
    get { times[reason.rawValue] }
    @inline(__always)
    set {
      times[reason.rawValue] = newValue
      hasChanged = true
    }
  }

  /// The time of the earliest one.
  @inline(__always)
  var earliest: Int64 {
    min(
      min(times[0], times[1]), min(times[2], times[3]), min(times[4], times[5]), times[6])
  }

  /// Forgets what Zeek's TCP analyzer had planned.
  mutating func cancelAnalyzer() {
    for index in 0..<7 where index != Reason.inactivity.rawValue { times[index] = .max }
  }

  /// Does what the earliest one demands if its time has come; whether the connection ends.
  mutating func look(at now: Int64, _ situation: ZeekSituation) -> Bool {
    let due = earliest
    guard due <= now else { return false }
    var index = 0
    while times[index] != due { index += 1 }
    let reason = Reason(rawValue: index) ?? .attempt
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
