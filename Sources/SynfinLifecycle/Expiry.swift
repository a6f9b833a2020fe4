/// When a tracker that runs for weeks lets go of what it keeps.
///
/// Times are nanoseconds of silence.
public struct Expiry: Sendable {
  /// An open TCP connection.
  public var idle: Int64 = 3_600_000_000_000
  /// A TCP connection whose handshake is not complete.
  public var unanswered: Int64 = 120_000_000_000
  /// A TCP connection that is over: as long, late segments still find it (Linux's TIME_WAIT).
  public var closed: Int64 = 60_000_000_000
  /// Connections and conversations kept at once, but for one that just came.
  public var limit = 1_000_000

  /// Whether the time is that of the packets, as is right for files; if not, `Tracker.setClock` tells it.
  ///
  /// The clock that stamps packets may be set, and then all of a live capture would seem to have been silent for years.
  public var followsPackets = true

  /// The defaults.
  public init() {}
}

/// Why a connection or conversation left a tracker that runs for weeks.
public enum Departure: String, Sendable, CaseIterable {
  /// It was over, and no late segment came any more.
  case closed
  /// It was silent for too long.
  case idle
  /// Another one needed its place.
  case evicted
  /// The capture ended.
  case end
}
