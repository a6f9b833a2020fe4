import SynfinWire
import Testing

@testable import SynfinReport

@Suite struct TextBufferTests {
  @Test(
    arguments: [
      0, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 99_999, 100_000, 4_294_967_295,
      9_999_999_999_999_999_999, 10_000_000_000_000_000_000, .max,
    ] as [UInt64])
  func writesNumbers(_ number: UInt64) {
    #expect(TextBuffer.string { $0.append(number) } == String(number))
  }

  @Test(arguments: [0, -1, -10, .min, .max])
  func writesSignedNumbers(_ number: Int) {
    #expect(TextBuffer.string { $0.append(number) } == String(number))
  }

  @Test func fillsUpWithZeros() {
    #expect(TextBuffer.string { $0.append(42, digits: 6) } == "000042")
    #expect(TextBuffer.string { $0.append(1_234_567, digits: 6) } == "234567")
    #expect(TextBuffer.string { $0.append(7, digits: 0) } == "")
  }

  @Test func growsAndKeepsWhatItHas() {
    var text = TextBuffer(capacity: 1)
    var expected = ""
    for number in 0..<1000 {
      text.append(number)
      text.append(", ")
      text.append(string: "é\(number)")
      expected += "\(number), é\(number)"
    }
    #expect(text.string == expected)
    text.truncate(to: 6)
    text.append(UInt8(ascii: "!"), repeated: 3)
    #expect(text.string == "0, é0!!!")
    text.removeAll()
    #expect(text.string == "")
  }

  @Test func columnsGrowAndNeverShrink() {
    var width = 3
    let lines = ["a", "abcde", "abc"].map { word in
      TextBuffer.string { text in
        text.append("|")
        text.append(string: word)
        text.pad(from: 1, to: &width)
        text.append("|")
        let begin = text.count
        text.append(string: word)
        text.alignRight(from: begin, to: &width)
      }
    }
    #expect(lines == ["|a  |  a", "|abcde|abcde", "|abc  |  abc"])
  }

  /// Around every power of ten, where the number of digits changes.
  @Test func writesNumbersOfAnyLength() {
    var power: UInt64 = 1
    for _ in 0..<20 {
      for number in [power - 1, power, power + 1, power &* 7, .max - power] {
        #expect(TextBuffer.string { $0.append(number) } == String(number))
        #expect(TextBuffer.string { $0.append(key: "n", number) } == "\"n\":\(number),")
      }
      power = power.multipliedReportingOverflow(by: 10).partialValue
    }
    for number in [Int.min, -10, -1, 0, .max] {
      #expect(TextBuffer.string { $0.append(number) } == String(number))
    }
    for number in UInt64(0)..<12_000 {
      #expect(TextBuffer.string { $0.append(number) } == String(number))
      #expect(TextBuffer.string { $0.append(value: number) } == "\(number),")
    }
  }

  @Test(
    arguments: [
      (0, "0", "0"), (1, "0.000001", "0.000000001"), (1000, "0.001", "0.000001"),
      (10_000, "0.01", "0.00001"), (100_000, "0.1", "0.0001"), (120_000, "0.12", "0.00012"),
      (100_001, "0.100001", "0.000100001"),
      (12_345_670, "12.34567", "0.01234567"), (99_999_999_999, "99999.999999", "99.999999999"),
      (100_000_000_000, "100000", "100"), (100_000_020_000, "100000.02", "100.00002"),
      (1_000_000, "1", "0.001"),
      (1_500_100, "1.5001", "0.0015001"), (1_000_000_000, "1000", "1"),
      (-1_230_000_000, "-1230", "-1.23"),
      (.max, "9223372036854.775807", "9223372036.854775807"),
      (.min, "-9223372036854.775808", "-9223372036.854775808"),
    ] as [(Int64, String, String)])
  func writesNanosecondsExactly(_ value: Int64, _ milliseconds: String, _ seconds: String) {
    #expect(TextBuffer.string { $0.append(milliseconds: value) } == milliseconds)
    #expect(TextBuffer.string { $0.append(seconds: value) } == seconds)
    #expect(
      TextBuffer.string { $0.append(key: "t", milliseconds: value) } == "\"t\":\(milliseconds),")
  }

  /// Every byte in every place.
  @Test func writesDottedDecimals() {
    for byte in UInt32(0)...255 {
      let address = byte << 24 | (255 - byte) << 16 | (byte / 10) << 8 | byte % 100
      let expected = "\(byte).\(255 - byte).\(byte / 10).\(byte % 100)"
      #expect(TextBuffer.string { $0.append(IPAddress(ipv4: address)) } == expected)
    }
  }

  @Test(arguments: [
    "192.0.2.1", "0.0.0.0", "255.10.100.9", "2001:db8::1", "::", "::ffff:192.0.2.1",
  ])
  func writesAddresses(_ address: String) throws {
    let value = try #require(IPAddress(address))
    #expect(TextBuffer.string { $0.append(value) } == address)
  }
}
