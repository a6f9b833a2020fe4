import SynfinWire

/// The last few segments that take sequence space and wait for an acknowledgement, with their times.
///
/// When it is full, new segments are not timed: the samples get fewer, not wrong.
struct Flight: BitwiseCopyable {
  private static let capacity = 8

  private var count: UInt8 = 0
  private var ends = [8 of SequenceNumber](repeating: SequenceNumber(0))
  private var times = [8 of Timestamp](repeating: Timestamp(nanoseconds: 0))

  /// Forgets all of them.
  mutating func clear() { count = 0 }

  /// Notes a segment sent for the first time.
  @inline(__always)
  mutating func sent(_ end: SequenceNumber, at time: Timestamp) {
    let place = Int(count)
    guard place < Self.capacity else { return }
    ends[place] = end
    times[place] = time
    count &+= 1
  }

  /// Forgets the segments that end behind `start`, from where octets were sent again.
  ///
  /// Those that were repeated cannot be timed any more (Karn, RFC 6298 §3), and those behind them had to wait for
  /// them: the acknowledgement that covers them tells when the hole was filled, not how long the way is.
  mutating func repeated(from start: SequenceNumber) {
    keep { $0 <= start }
  }

  /// Takes out what `number` acknowledges.
  ///
  /// - Returns: when the latest of these segments was sent; that one drew the acknowledgement.
  @inline(__always)
  mutating func acknowledge(_ number: SequenceNumber) -> Timestamp? {
    guard count > 0 else { return nil }
    // Mostly one waits, and this is its acknowledgement.
    if count == 1, ends[0] <= number {
      count = 0
      return times[0]
    }
    return acknowledgeSome(number)
  }

  @inline(never)
  private mutating func acknowledgeSome(_ number: SequenceNumber) -> Timestamp? {
    var latest: Timestamp?
    for index in 0..<Int(count) where ends[index] <= number { latest = times[index] }
    if latest != nil { keep { number < $0 } }
    return latest
  }

  private mutating func keep(_ isKept: (SequenceNumber) -> Bool) {
    var kept = 0
    for index in 0..<Int(count) where isKept(ends[index]) {
      ends[kept] = ends[index]
      times[kept] = times[index]
      kept += 1
    }
    count = UInt8(kept)
  }
}

/// The times at which an end's clock (TSval, RFC 7323 §3) was first seen to show the values that wait for their echo.
///
/// An acknowledgement echoes the value of the segment that drew it, of a repeated one too: so these times need no
/// exception for repeats as those by sequence numbers do. When it is full, new values are not timed.
struct ClockFlight: BitwiseCopyable {
  private static let capacity = 4

  private var count: UInt8 = 0
  private var values = [4 of UInt32](repeating: 0)
  private var times = [4 of Timestamp](repeating: Timestamp(nanoseconds: 0))

  /// Forgets all of them.
  mutating func clear() { count = 0 }

  /// Notes a segment that takes sequence space.
  mutating func sent(_ value: UInt32, at time: Timestamp) {
    guard count < Self.capacity else { return }
    // The clock stands still while many segments leave; the first of them counts.
    if count > 0, Int32(bitPattern: value &- values[Int(count) - 1]) <= 0 { return }
    values[Int(count)] = value
    times[Int(count)] = time
    count += 1
  }

  /// Takes out the values up to the one that an acknowledgement echoes.
  ///
  /// - Returns: when a segment with exactly that value was first seen.
  @inline(__always)
  mutating func echoed(_ value: UInt32) -> Timestamp? {
    guard count > 0 else { return nil }
    // Mostly one waits, and this is its echo.
    if count == 1, values[0] == value {
      count = 0
      return times[0]
    }
    return echoedOfSome(value)
  }

  @inline(never)
  private mutating func echoedOfSome(_ value: UInt32) -> Timestamp? {
    var time: Timestamp?
    var kept = 0
    for index in 0..<Int(count) {
      let age = Int32(bitPattern: values[index] &- value)
      if age == 0 { time = times[index] }
      guard age > 0 else { continue }
      values[kept] = values[index]
      times[kept] = times[index]
      kept += 1
    }
    count = UInt8(kept)
    return time
  }
}
