import SynfinWire
import Testing

@testable import SynfinLifecycle

@Suite struct SequenceRangesTests {
  /// Of two numbers half the circle apart each comes before the other.
  @Test func halfTheCircle_holdsNothing() {
    let start = SequenceNumber(0)
    let end = SequenceNumber(1 << 31)
    var ranges = SequenceRanges()
    _ = ranges.append(
      Hole(
        start: start, end: end, revealed: Timestamp(nanoseconds: 0), timestampValue: 0,
        identification: 0))
    #expect(ranges.octets(after: start) == 0)
    #expect(ranges.octets(before: end) == 0)
    #expect(ranges.fill(start, end + 5).octets == 0)
  }
}
