import SynfinWire

/// The words of a line of a script, read one after the other.
struct Words {
  private var rest: ArraySlice<Substring>

  init(_ line: some StringProtocol) {
    rest = String(line).split(separator: " ")[...]
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func nextIfAny() -> String? { rest.popFirst().map(String.init) }

  mutating func next() -> String {
    guard let word = nextIfAny() else { preconditionFailure("the line ends early") }
    return word
  }

  /// Takes a word if it is the next one.
  mutating func skip(_ word: String) -> Bool {
    guard rest.first.map(String.init) == word else { return false }
    rest.removeFirst()
    return true
  }

  mutating func integer<Value: FixedWidthInteger>() -> Value {
    let word = next()
    guard let value = Value(word) else { preconditionFailure("no number: \(word)") }
    return value
  }

  /// A number on the circle of 2³²: relative to `base`, absolute with `=` in front.
  mutating func number(_ base: UInt32) -> UInt32 {
    if let first = rest.first, first.hasPrefix("=") {
      let word = next()
      guard let value = UInt32(word.dropFirst()) else { preconditionFailure("no number: \(word)") }
      return value
    }
    let offset: Int = integer()
    return base &+ UInt32(truncatingIfNeeded: offset)
  }

  /// Two numbers with a slash between them.
  mutating func pair() -> (UInt16, UInt16) {
    let parts = next().split(separator: "/").compactMap { UInt16($0) }
    precondition(parts.count == 2, "two numbers with a slash are expected")
    return (parts[0], parts[1])
  }

  /// Nanoseconds in "+10ms", "-3us", "+1.5s"; nil if the next word is something else.
  mutating func delay() -> Int64? {
    guard let word = rest.first, let sign = word.first, sign == "+" || sign == "-" else {
      return nil
    }
    rest.removeFirst()
    let digits = word.dropFirst().prefix { $0.isNumber || $0 == "." }
    let units = ["ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9]
    guard let value = Double(digits), let unit = units[String(word.dropFirst(digits.count + 1))]
    else { preconditionFailure("no time: \(word)") }
    return Int64((value * unit).rounded()) * (sign == "-" ? -1 : 1)
  }
}
