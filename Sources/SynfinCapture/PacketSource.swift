internal import SynfinWire

/// What each packet of a pcapng interface needs to know of it.
struct PacketSource: BitwiseCopyable {
  let linkType: LinkType
  let longestPacket: Int
  let clock: PacketClock

  init(_ interface: CaptureInterface) {
    linkType = interface.linkType
    longestPacket = RecordLimits.packet(linkType, snapLength: interface.snapLength)
    clock = PacketClock(interface.timestampResolution, offset: interface.timestampOffset)
  }
}

/// Turns an interface's ticks into moments, clamping those outside of the years 1677 to 2262.
struct PacketClock: BitwiseCopyable {
  // Nanoseconds per tick; 0 for ticks that are no whole number of nanoseconds.
  private let multiplier: UInt64
  private let resolution: TimestampResolution
  private let offset: Int64

  init(_ resolution: TimestampResolution, offset seconds: Int64) {
    self.resolution = resolution
    multiplier = resolution.rawValue <= 9 ? Self.powerOfTen(9 - Int(resolution.rawValue)) : 0
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    offset = overflow ? (seconds < 0 ? .min : .max) : product
  }

  @inline(__always)
  func timestamp(_ ticks: UInt64) -> Timestamp {
    let (product, overflow) = ticks.multipliedReportingOverflow(by: multiplier)
    let nanoseconds =
      multiplier == 0
      ? fractional(ticks) : overflow ? .max : Int64(clamping: product)
    let (sum, sumOverflow) = nanoseconds.addingReportingOverflow(offset)
    // Only two numbers of the same sign overflow, and `nanoseconds` is not negative.
    return Timestamp(nanoseconds: sumOverflow ? .max : sum)
  }

  /// Nanoseconds of ticks shorter than one nanosecond or of a power of two, rounded down.
  private func fractional(_ ticks: UInt64) -> Int64 {
    let exponent = Int(resolution.rawValue & 0x7f)
    if resolution.rawValue & 0x80 != 0 {
      return Int64(clamping: (UInt128(ticks) * 1_000_000_000) >> exponent)
    }
    // 10^20 is beyond 64 bits, and so nothing of the ticks remains.
    return exponent < 29 ? Int64(clamping: ticks / Self.powerOfTen(exponent - 9)) : 0
  }

  private static func powerOfTen(_ exponent: Int) -> UInt64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }
}

extension CaptureStatistics {
  /// Adds another interface's counters; what only one of them knows stays known.
  mutating func add(_ other: CaptureStatistics) {
    func sum(_ left: UInt64?, _ right: UInt64?) -> UInt64? {
      guard let left, let right else { return left ?? right }
      let (sum, overflow) = left.addingReportingOverflow(right)
      return overflow ? .max : sum
    }
    received = sum(received, other.received)
    droppedByInterface = sum(droppedByInterface, other.droppedByInterface)
    droppedByOS = sum(droppedByOS, other.droppedByOS)
  }
}
