import SynfinReport
import SynfinWire
import Testing

@Suite struct TimeTextTests {
  @Test(arguments: [
    (Int64(0), "1970-01-01T00:00:00.000000000Z"),
    (951_782_400_123_456_789, "2000-02-29T00:00:00.123456789Z"),
    (1_795_174_645_000_000_001, "2026-11-20T11:37:25.000000001Z"),
    (-1, "1969-12-31T23:59:59.999999999Z"),
    (.min, "1677-09-21T00:12:43.145224192Z"),
    (.max, "2262-04-11T23:47:16.854775807Z"),
  ])
  func rfc3339(_ nanoseconds: Int64, _ expected: String) {
    #expect(TimeText.rfc3339(Timestamp(nanoseconds: nanoseconds)) == expected)
  }

  @Test func digitsAreCutOff() {
    let time = Timestamp(nanoseconds: 951_782_405_999_999_999)
    let text = TimeText(zone: .utc)
    #expect(text.timeOfDay(time) == "00:00:05.999999")
    #expect(text.timeOfDay(time, digits: 0) == "00:00:05")
    #expect(text.dateAndTime(time, digits: 3) == "2000-02-29 00:00:05.999")
    #expect(text.zoneName(at: time) == "UTC")
  }

  @Test(arguments: [
    (Int64(0), "0 s"), (850, "850 ns"), (1000, "1.0 µs"), (9_949, "9.9 µs"), (9_960, "10 µs"),
    (85_400, "85 µs"), (999_499, "999 µs"), (999_500, "1.0 ms"), (4_200_000, "4.2 ms"),
    (214_317_000, "214 ms"), (999_600_000, "1.0 s"), (1_249_000_000, "1.2 s"),
    (59_940_000_000, "59.9 s"), (59_960_000_000, "1 min"), (123_000_000_000, "2 min 3 s"),
    (18_600_000_000_000, "5 h 10 min"), (90_000_000_000_000, "1 d 1 h"), (-85_400, "-85 µs"),
    (.max, "106751 d 23 h"), (.min, "-106751 d 23 h"),
  ])
  func durations(_ nanoseconds: Int64, _ expected: String) {
    #expect(DurationText.short(nanoseconds) == expected)
  }
}
