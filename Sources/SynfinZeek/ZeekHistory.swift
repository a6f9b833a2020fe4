/// The letters of a connection's history, in the order of the events.
///
/// Upper case stands for the originator, lower case for the responder, as they were when the event happened.
struct ZeekHistory {
  /// What is noted once a side.
  enum Event: UInt32 {
    case syn = 1
    case fin = 2
    case reset = 4
    case finAndReset = 8
    case data = 16
    case acknowledgment = 32
    case manyFlags = 64
  }

  /// Letters that are kept; a connection that earns more is somebody's game.
  private static let capacity = 65_536

  private(set) var letters: [UInt8] = []
  /// The events seen, the originator's in the low half; a flip of the roles leaves them as they are.
  private var seen: UInt32 = 0

  /// Whether it is a SYN+ACK of the originator and nothing else.
  var isLoneHandshake: Bool { letters.count == 1 && letters[0] == UInt8(ascii: "H") }

  /// Whether a closing by the originator means that nobody answered its SYN: `S`, then any letters but those of a
  /// connection that got somewhere, then `R` (the pattern `/\^?S[^HAFGIQ]*R.*/`).
  var isUnansweredReset: Bool {
    var rest = letters[...]
    if rest.first == UInt8(ascii: "^") { rest.removeFirst() }
    guard rest.popFirst() == UInt8(ascii: "S") else { return false }
    for letter in rest {
      if letter == UInt8(ascii: "R") { return true }
      if "HAFGIQ".utf8.contains(letter) { return false }
    }
    return false
  }

  mutating func add(_ letter: StaticString, isOrig: Bool) {
    let upper = letter.utf8Byte
    append(isOrig ? upper : upper | 0x20)
  }

  /// Notes an event; false if it was noted before, and then nothing is written.
  mutating func note(_ event: Event, _ letter: StaticString, isOrig: Bool) -> Bool {
    let mask = isOrig ? event.rawValue : event.rawValue << 16
    guard seen & mask == 0 else { return false }
    seen |= mask
    add(letter, isOrig: isOrig)
    return true
  }

  /// Notes that the roles changed.
  mutating func addFlip() {
    append(UInt8(ascii: "^"))
  }

  /// Notes that the roles changed before the lone SYN+ACK.
  mutating func flipLoneHandshake() {
    letters = Array("^h".utf8)
  }

  private mutating func append(_ letter: UInt8) {
    if letters.count < Self.capacity { letters.append(letter) }
  }
}

extension StaticString {
  /// The one letter that it consists of.
  fileprivate var utf8Byte: UInt8 {
    withUTF8Buffer { unsafe $0.first ?? 0 }
  }
}

/// Counts events of which the 1st, 10th, 100th and so on are worth a letter.
struct ZeekScaledCount {
  private var count: UInt32 = 0
  private var threshold: UInt32 = 1

  /// Counts one; whether it is worth a letter.
  mutating func hit() -> Bool {
    count &+= 1
    guard count == threshold else { return false }
    let (next, overflow) = threshold.multipliedReportingOverflow(by: 10)
    if overflow { count = 0 } else { threshold = next }
    return true
  }
}
