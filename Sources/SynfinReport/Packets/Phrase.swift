/// Numbers, amounts and packet lists as a person would say them.
enum Phrase {
  /// Digits in groups of three: 12,345.
  struct Grouped: TextPart {
    let value: UInt64

    init(_ value: UInt64) { self.value = value }

    func write(into text: inout TextBuffer) {
      if value < 1000 { return text.append(value) }
      Grouped(value / 1000).write(into: &text)
      text.append(",")
      text.append(value % 1000, digits: 3)
    }
  }

  /// A number and its noun: "1 segment", "12 segments", "2 retries".
  struct Count: TextPart {
    let value: UInt64
    let noun: StaticString

    init(_ value: UInt64, _ noun: StaticString) {
      self.value = value
      self.noun = noun
    }

    func write(into text: inout TextBuffer) {
      Grouped(value).write(into: &text)
      text.append(" ")
      text.append(noun)
      if value != 1 { text.appendPlural() }
    }
  }

  /// An amount of octets in decimal units with three digits that matter: 480 B, 16.2 kB.
  struct Bytes: TextPart {
    let value: UInt64

    init(_ value: UInt64) { self.value = value }

    func write(into text: inout TextBuffer) {
      switch value {
      case ..<1000:
        text.append(value)
        text.append(" B")
      case ..<999_500: Self.write(value, 1000, " kB", &text)
      case ..<999_500_000: Self.write(value, 1_000_000, " MB", &text)
      case ..<999_500_000_000: Self.write(value, 1_000_000_000, " GB", &text)
      case ..<999_500_000_000_000: Self.write(value, 1_000_000_000_000, " TB", &text)
      default: Self.write(value, 1_000_000_000_000_000, " PB", &text)
      }
    }

    @inline(__always)
    private static func write(
      _ value: UInt64, _ unit: UInt64, _ name: StaticString, _ text: inout TextBuffer
    ) {
      if value / unit >= 100 {
        text.append((value &+ unit / 2) / unit)
      } else {
        let tenths = (value &+ unit / 20) / (unit / 10)
        text.append(tenths / 10)
        if tenths % 10 != 0 {
          text.append(".")
          text.append(tenths % 10)
        }
      }
      text.append(name)
    }
  }

  /// Packets by their numbers: "packet 2", "packets 8–11", "packets 5, 9 and 12–14"; without any, nothing.
  struct Packets: TextPart {
    /// In order, each once.
    private let numbers: [UInt64]
    /// How many there are beyond those.
    private let more: UInt64

    /// - Parameter total: how many there are; more than are listed gives "and 3 more".
    init(_ numbers: [UInt64], total: UInt64 = 0) {
      self.numbers = Self.ascending(numbers)
      let listed = UInt64(self.numbers.count)
      more = total > listed ? total - listed : 0
    }

    /// Each number once, in order; most lists are so already.
    private static func ascending(_ numbers: [UInt64]) -> [UInt64] {
      for place in numbers.indices.dropFirst() where numbers[place] <= numbers[place - 1] {
        return Set(numbers).sorted()
      }
      return numbers
    }

    func write(into text: inout TextBuffer) {
      guard let first = numbers.first else { return }
      if numbers.count == 1 && more == 0 { return text.write("packet ", first) }
      text.append("packets ")
      writeNumbers(into: &text)
      if more > 0 { text.write(" and ", Grouped(more), " more") }
    }

    /// Three and more in a row are a range.
    private func writeNumbers(into text: inout TextBuffer) {
      // A range has two numbers, a dash and a comma.
      var pen = text.beginPieces(room: numbers.count * 3 * TextPen.pieceSize)
      var index = 0
      while index < numbers.count {
        var end = index
        while end + 1 < numbers.count, numbers[end + 1] == numbers[end] &+ 1 { end += 1 }
        if end - index < 2 { end = index }
        if index > 0 {
          if more == 0 && end + 1 == numbers.count {
            pen.write(constant: " and ")
          } else {
            pen.write(constant: ", ")
          }
        }
        pen.write(plain: numbers[index])
        if end > index {
          pen.write(constant: "–")
          pen.write(plain: numbers[end])
        }
        index = end + 1
      }
      text.endPieces(pen)
    }
  }
}

// The same as strings, for texts that are made of strings.
extension Phrase {
  static func grouped(_ value: some FixedWidthInteger) -> String {
    TextBuffer.string { text in
      if value < 0 { text.append("-") }
      Grouped(UInt64(value.magnitude)).write(into: &text)
    }
  }

  static func bytes(_ value: UInt64) -> String {
    TextBuffer.string { Bytes(value).write(into: &$0) }
  }

  static func count(_ value: some FixedWidthInteger, _ noun: String) -> String {
    TextBuffer.string { text in
      text.append(string: grouped(value))
      text.append(" ")
      text.append(string: noun)
      if value != 1 { text.appendPlural() }
    }
  }

  static func packets(_ numbers: [UInt64], total: UInt64? = nil) -> String {
    TextBuffer.string { Packets(numbers, total: total ?? 0).write(into: &$0) }
  }

  /// Bits per second of `bytes` in a time, such as "16.2 Mbit/s"; nil without a time.
  static func rate(bytes: UInt64, nanoseconds: Int64) -> String? {
    guard nanoseconds > 0 else { return nil }
    let bits = Double(bytes) * 8e9 / Double(nanoseconds)
    guard bits < 1e18 else { return nil }
    if bits < 1000 { return "\(Int(bits)) bit/s" }
    return self.bytes(UInt64(bits)).dropLast() + "bit/s"
  }
}

extension TextBuffer {
  /// Makes a plural of the noun at the end.
  fileprivate mutating func appendPlural() {
    if replaceLast(UInt8(ascii: "y"), with: UInt8(ascii: "i")) { append("es") } else { append("s") }
  }

  /// Gives a sentence that begins at `place` a capital letter, where its first one is an English one.
  mutating func capitalize(at place: Int) {
    replace(at: place) { letter in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) ? letter - 32 : letter
    }
  }
}
