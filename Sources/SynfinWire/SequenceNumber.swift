/// A TCP sequence number: a point on a circle of 2³² (RFC 9293 §3.4).
///
/// Comparison is by signed 32-bit difference, so it is meaningful for numbers less than 2³¹
/// apart. It is no `Comparable`: the order is not transitive around the circle.
@frozen
public struct SequenceNumber: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The number as it stands in the header.
  public var rawValue: UInt32

  /// Makes a sequence number from the value in a header.
  @inlinable
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// Makes a sequence number from the value in a header.
  @inlinable
  public init(_ rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// How far this number lies after `other`, modulo 2³² as a signed number.
  @inlinable
  public func distance(from other: SequenceNumber) -> Int {
    Int(Int32(bitPattern: rawValue &- other.rawValue))
  }

  /// Whether `left` comes before `right` by at most half the circle.
  @inlinable
  public static func < (left: SequenceNumber, right: SequenceNumber) -> Bool {
    Int32(bitPattern: left.rawValue &- right.rawValue) < 0
  }

  /// Whether `left` is `right` or comes before it by at most half the circle.
  @inlinable
  public static func <= (left: SequenceNumber, right: SequenceNumber) -> Bool {
    Int32(bitPattern: left.rawValue &- right.rawValue) <= 0
  }

  /// Whether `left` comes after `right` by at most half the circle.
  @inlinable
  public static func > (left: SequenceNumber, right: SequenceNumber) -> Bool {
    right < left
  }

  /// Whether `left` is `right` or comes after it by at most half the circle.
  @inlinable
  public static func >= (left: SequenceNumber, right: SequenceNumber) -> Bool {
    right <= left
  }

  /// The number `count` octets further round the circle.
  @inlinable
  public static func + (left: SequenceNumber, count: Int) -> SequenceNumber {
    SequenceNumber(left.rawValue &+ UInt32(truncatingIfNeeded: count))
  }

  /// The number `count` octets back round the circle.
  @inlinable
  public static func - (left: SequenceNumber, count: Int) -> SequenceNumber {
    SequenceNumber(left.rawValue &- UInt32(truncatingIfNeeded: count))
  }
}
