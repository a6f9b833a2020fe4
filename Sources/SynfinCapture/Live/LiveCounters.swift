/// libpcap's 32-bit counters of one interface, summed in 64 bits.
struct LiveCounters {
  private var received = WrappingCounter()
  private var dropped = WrappingCounter()
  private var droppedByInterface = WrappingCounter()

  mutating func take(received: UInt32, dropped: UInt32, byInterface: UInt32) {
    self.received.take(received)
    self.dropped.take(dropped)
    droppedByInterface.take(byInterface)
  }

  var sums: CaptureStatistics {
    CaptureStatistics(
      received: received.sum, droppedByInterface: droppedByInterface.sum, droppedByOS: dropped.sum)
  }
}

/// A counter that starts again at 0 after 2^32 - 1.
struct WrappingCounter {
  private var last: UInt32 = 0
  private(set) var sum: UInt64 = 0

  mutating func take(_ now: UInt32) {
    // A step back is no wrap: the interface's own counters start anew with its driver, and cannot be
    // read any more when it is gone.
    let step = Int32(bitPattern: now &- last)
    if step > 0 { sum &+= UInt64(step) }
    last = now
  }
}
