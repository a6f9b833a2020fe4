/// A moment of a capture: signed nanoseconds since 1970-01-01 00:00:00 UTC.
///
/// The range reaches from the year 1677 to 2262. Arithmetic wraps instead of trapping, because
/// the values come from files that anybody may have written.
@frozen
public struct Timestamp: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Nanoseconds since 1970-01-01 00:00:00 UTC.
  public var nanoseconds: Int64

  /// Makes a moment from nanoseconds since 1970-01-01 00:00:00 UTC.
  @inlinable
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// Whether `left` is the earlier moment.
  @inlinable
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The time from `earlier` to this moment in nanoseconds; negative if the clock ran backwards.
  ///
  /// A file may claim any moment: what no 64 bits can hold becomes the longest time that they can.
  @inlinable
  public func nanoseconds(since earlier: Timestamp) -> Int64 {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    return overflow ? (nanoseconds < 0 ? .min : .max) : difference
  }
}
