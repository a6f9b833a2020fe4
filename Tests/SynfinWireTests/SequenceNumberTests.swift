import Testing

@testable import SynfinWire

@Suite("Sequence number")
struct SequenceNumberTests {
  static let points: [UInt32] = [
    0, 1, 2, 0x3FFF_FFFF, 0x7FFF_FFFE, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0001, 0xFFFF_FFFE,
    0xFFFF_FFFF,
  ]

  @Test("orders by the shorter way round the circle", arguments: points)
  func order(start: UInt32) {
    let left = SequenceNumber(start)
    for step: UInt32 in [1, 2, 1000, 0x7FFF_FFFE, 0x7FFF_FFFF] {
      let right = SequenceNumber(start &+ step)
      #expect(left < right && left <= right)
      #expect(right > left && right >= left)
      #expect(!(right < left) && !(right <= left) && !(left > right) && !(left >= right))
      #expect(right.distance(from: left) == Int(step))
      #expect(left.distance(from: right) == -Int(step))
    }
    #expect(left <= left && left >= left && !(left < left) && !(left > left))
    #expect(left.distance(from: left) == 0)
    #expect(SequenceNumber(start &+ 0x8000_0000).distance(from: left) == -0x8000_0000)
  }

  @Test("goes round the circle without a trap", arguments: points)
  func arithmetic(start: UInt32) {
    for count in [0, 1, 1460, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x1_0000_0005, -1, Int.min, Int.max] {
      let number = SequenceNumber(start)
      let low = UInt32(truncatingIfNeeded: count)
      #expect((number + count).rawValue == start &+ low)
      #expect((number - count).rawValue == start &- low)
      #expect(number + count - count == number)
    }
  }
}

@Suite("Timestamp")
struct TimestampTests {
  @Test("orders, and subtracts without a trap")
  func arithmetic() {
    let early = Timestamp(nanoseconds: 1_000)
    let late = Timestamp(nanoseconds: 3_500)
    #expect(early < late && !(late < early))
    #expect(late.nanoseconds(since: early) == 2_500)
    #expect(early.nanoseconds(since: late) == -2_500)
    let least = Timestamp(nanoseconds: .min)
    #expect(Timestamp(nanoseconds: .max).nanoseconds(since: least) == .max)
    #expect(least.nanoseconds(since: Timestamp(nanoseconds: .max)) == .min)
  }
}
