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

  @Test(arguments: [
    "192.0.2.1", "0.0.0.0", "255.10.100.9", "2001:db8::1", "::", "::ffff:192.0.2.1",
  ])
  func writesAddresses(_ address: String) throws {
    let value = try #require(IPAddress(address))
    #expect(TextBuffer.string { $0.append(value) } == address)
  }
}
