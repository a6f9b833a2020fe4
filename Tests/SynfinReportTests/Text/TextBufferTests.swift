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
        #expect(Self.pieces { $0.write(key: "n", number) } == "\"n\":\(number),")
      }
      power = power.multipliedReportingOverflow(by: 10).partialValue
    }
    for number in [Int.min, -10, -1, 0, .max] {
      #expect(TextBuffer.string { $0.append(number) } == String(number))
    }
    for number in UInt64(0)..<12_000 {
      #expect(TextBuffer.string { $0.append(number) } == String(number))
      #expect(Self.pieces { $0.write(number) } == "\(number),")
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
    #expect(TextBuffer.string { $0.append(seconds: value) } == seconds)
    #expect(Self.pieces { $0.write(seconds: value) } == "\(seconds),")
    #expect(Self.pieces { $0.write(milliseconds: value) } == "\(milliseconds),")
    #expect(
      Self.pieces { $0.write(key: "t", milliseconds: value) } == "\"t\":\(milliseconds),")
  }

  /// The longest pieces, as many as there is room for, in memory that is just large enough.
  @Test func writesPiecesInTheirRoom() {
    let name: StaticString = "a_name_of_sixty_four_bytes_is_the_longest_one_that_a_pen_takes__"
    let text = Self.pieces(room: 40 * TextPen.pieceSize) { pen in
      for _ in 0..<40 { pen.write(key: name, word: name) }
    }
    #expect(text == String(repeating: "\"\(name)\":\"\(name)\",", count: 40))
  }

  /// Words of every length, as they are copied in halves that overlap.
  @Test func writesWordsOfEveryLength() {
    let words: [StaticString] = [
      "", "a", "ab", "abc", "abcd", "abcde", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmno",
      "abcdefghijklmnop", "abcdefghijklmnopq", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvw",
    ]
    for word in words {
      #expect(Self.pieces { $0.write(quoted: word) } == "\"\(word)\",")
      #expect(Self.pieces { $0.write(spaced: word) } == "\(word) ")
    }
  }

  @Test func writesListsAndRepeats() {
    #expect(
      Self.pieces { $0.write(key: "l", count: 2) { $0.write(UInt64($1)) } } == "\"l\":[0,1],")
    #expect(Self.pieces { $0.write(key: "l", count: 0) { $0.write(UInt64($1)) } } == "\"l\":[],")
    let text = Self.pieces(room: 10 * TextPen.pieceSize) { pen in
      pen.write(key: "a", opening: UInt8(ascii: "{"))
      let begin = pen.mark
      pen.write(key: "n", 12)
      pen.closeObject()
      let end = pen.mark
      pen.write(key: "b", opening: UInt8(ascii: "{"))
      pen.write(again: begin, end)
      pen.write(key: "c", opening: UInt8(ascii: "{"))
      pen.closeObject()
    }
    #expect(text == "\"a\":{\"n\":12},\"b\":{\"n\":12},\"c\":{},")
  }

  /// What is kept is written as it was made, longer than a piece or not.
  @Test func writesWhatIsKept() {
    let words = KeptWords(["", "SYN", "fifteen letters"])
    for (place, word) in ["", "SYN", "fifteen letters"].enumerated() {
      #expect(Self.pieces { $0.write(quoted: words[place]) } == "\"\(word)\",")
      #expect(Self.pieces { $0.write(spaced: words[place]) } == "\(word) ")
    }
    for length in [0, 1, 40, 1000] {
      let text = KeptText { $0.append(UInt8(ascii: "k"), repeated: length) }
      let written = Self.pieces(room: length + TextPen.pieceSize) { pen in
        pen.write(text)
        pen.write(UInt8(ascii: ","), repeated: 3)
        pen.replaceLast(with: UInt8(ascii: "."))
      }
      #expect(written == String(repeating: "k", count: length) + ",,.")
    }
  }

  /// What a pen writes into a text of its own.
  private static func pieces(room: Int = 0, _ write: (inout TextPen) -> Void) -> String {
    TextBuffer.string { $0.write(room: room, write) }
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
