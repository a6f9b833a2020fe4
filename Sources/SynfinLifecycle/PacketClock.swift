import SynfinWire

/// Counts packets, and what their times are.
struct PacketClock {
  private var packets: UInt64 = 0
  private var backwards: UInt64 = 0
  private var earliest = Int64.max
  private var latest = Int64.min
  /// The time of the packet before in the same file.
  private var previous = Int64.min

  /// Counts a packet.
  @inline(__always)
  mutating func count(_ time: Timestamp) {
    let now = time.nanoseconds
    packets &+= 1
    if now < previous { backwards &+= 1 }
    previous = now
    earliest = min(earliest, now)
    latest = max(latest, now)
  }

  /// Says that the next packet begins another file, whose clock need not go on where the last one ended.
  mutating func beginFile() { previous = .min }

  /// What was counted, as far as it goes.
  var totals: TrackerTotals {
    var totals = TrackerTotals()
    totals.packets = packets
    totals.clockBackwards = backwards
    if packets > 0 {
      totals.first = Timestamp(nanoseconds: earliest)
      totals.last = Timestamp(nanoseconds: latest)
    }
    return totals
  }
}
