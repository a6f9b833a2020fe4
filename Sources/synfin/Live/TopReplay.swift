internal import SynfinCapture
internal import SynfinReport
internal import SynfinWire

/// Somebody has seen enough.
struct LeftEarly: Error {}

/// Takes the packets of files at the pace at which they were captured, and shows them.
struct TopReplay: PacketConsumer, ~Copyable {
  /// After so many packets it is looked at keys and clocks even if none has to wait.
  private static let turn = 256
  /// So long a key may wait at most, in seconds.
  private static let patience = 0.05

  private(set) var session: TopSession
  private var totals = TopHead.Totals()
  /// Seconds of the capture in a second; infinite if nothing waits.
  private let speed: Double
  /// The time of the capture that it is now, and the clock when that was found out.
  private var now: Timestamp?
  private var lastLook = 0.0
  /// The latest time of all packets.
  private var latest = Timestamp(nanoseconds: .min)
  private var packetsLeft = Self.turn

  init(_ session: consuming TopSession, speed: Double) {
    self.session = session
    self.speed = speed == 0 ? .infinity : speed
  }

  mutating func beginFile() { session.tracking.beginFile() }

  @inline(__always)
  mutating func take(_ packet: inout Packet, _ place: PacketPlace, _ bytes: RawSpan) throws {
    if latest < place.time { try wait(for: place.time) }
    totals.packets += 1
    totals.bytes &+= UInt64(truncatingIfNeeded: place.record.originalLength)
    try session.tracking.take(&packet, place, bytes)
    packetsLeft -= 1
    if packetsLeft == 0 { try look() }
  }

  /// Waits until the time has come.
  @inline(never)
  private mutating func wait(for time: Timestamp) throws {
    if now == nil { start(at: time) }
    while let now, now < time {
      if speed == .infinity {
        self.now = time
        break
      }
      let seconds = Double(time.nanoseconds(since: now)) / 1e9 / speed
      try look(patience: max(0.001, min(Self.patience, seconds)))
    }
    latest = time
  }

  private mutating func start(at time: Timestamp) {
    now = time
    latest = time
    lastLook = System.monotonicSeconds()
    session.start(steady: time.nanoseconds)
  }

  /// Looks at keys and clocks; while it pauses, until that is over.
  @inline(never)
  private mutating func look(patience: Double = 0) throws {
    packetsLeft = Self.turn
    var patience = patience
    repeat {
      session.takeKeys(within: Int((patience * 1000).rounded(.up)))
      if session.isLeaving { throw LeftEarly() }
      letTimePass()
      if session.isDue { try refresh() }
      patience = Self.patience
    } while session.view.isPaused
  }

  private mutating func letTimePass() {
    let clock = System.monotonicSeconds()
    defer { lastLook = clock }
    guard let now, speed != .infinity, !session.view.isPaused else { return }
    let step = min((clock - lastLook) * speed * 1e9, 1e18)
    let (sum, overflow) = now.nanoseconds.addingReportingOverflow(Int64(step))
    self.now = Timestamp(nanoseconds: overflow ? .max : sum)
  }

  /// Shows the connections as they are now, or after the last packet if the packets come later than they should.
  private mutating func refresh() throws {
    guard let now else { return session.show() }
    try session.refresh(at: now, steady: now.nanoseconds, totals)
  }

  /// Gives the terminal back.
  consuming func leave() {}

  /// Shows how it all ended, until somebody leaves.
  mutating func finish() throws {
    session.head.pace = "end of file"
    // The last second is let run out, so that its rates are those of a second.
    let refreshes = session.refreshes
    if speed == .infinity || now == nil { try refresh() }
    while session.refreshes == refreshes, now != nil { try look(patience: Self.patience) }
    while !session.isLeaving { session.takeKeys(within: 100) }
  }
}
