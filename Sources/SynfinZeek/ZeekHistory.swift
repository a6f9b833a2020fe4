/// The letters of a connection's history, in the order of the events.
///
/// Upper case stands for the originator, lower case for the responder, as they were when the event happened.
public struct ZeekHistory: Sendable {
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

  @usableFromInline private(set) var count: Int32 = 0
  /// The events seen, the originator's in the low half; a flip of the roles leaves them as they are.
  private(set) var seen: UInt32 = 0
  /// The first eight letters, the first one in the low byte; few connections have more.
  @usableFromInline private(set) var beginning: UInt64 = 0
  @usableFromInline private(set) var rest: [UInt8] = []

  @inline(__always)
  init() {}

  /// A history of at most eight letters.
  @inline(__always)
  init(count: Int32, beginning: UInt64, seen: UInt32) {
    self.count = count
    self.beginning = beginning
    self.seen = seen
  }

  /// Makes it one of at most eight letters, which it was before.
  @inline(__always)
  mutating func begin(count: Int32, beginning: UInt64, seen: UInt32) {
    self.count = count
    self.beginning = beginning
    self.seen = seen
  }

  /// Whether all its letters are in `beginning`.
  var isShort: Bool { count <= 8 }

  /// How many letters it has.
  public var letterCount: Int { Int(count) }

  /// Whether it has no letters.
  public var isEmpty: Bool { count == 0 }

  @inlinable
  func letter(at index: Int32) -> UInt8 {
    index < 8 ? UInt8(truncatingIfNeeded: beginning >> UInt64(8 * index)) : rest[Int(index) - 8]
  }

  /// Gives the letters to `body`, one after the other.
  @inlinable
  public func spell(_ body: (UInt8) -> Void) {
    for index in 0..<count { body(letter(at: index)) }
  }

  /// Whether it is a SYN+ACK of the originator and nothing else.
  var isLoneHandshake: Bool { count == 1 && beginning == UInt64(UInt8(ascii: "H")) }

  /// Whether a closing by the originator means that nobody answered its SYN: `S`, then any letters but those of a
  /// connection that got somewhere, then `R` (the pattern `/\^?S[^HAFGIQ]*R.*/`).
  var isUnansweredReset: Bool {
    var index: Int32 = count > 0 && letter(at: 0) == UInt8(ascii: "^") ? 1 : 0
    guard index < count, letter(at: index) == UInt8(ascii: "S") else { return false }
    while true {
      index += 1
      guard index < count else { return false }
      let letter = letter(at: index)
      if letter == UInt8(ascii: "R") { return true }
      if "HAFGIQ".utf8.contains(letter) { return false }
    }
  }

  @inline(__always)
  mutating func add(_ letter: Unicode.Scalar, isOrig: Bool) {
    let upper = UInt8(ascii: letter)
    append(isOrig ? upper : upper | 0x20)
  }

  /// Notes an event; false if it was noted before, and then nothing is written.
  @inline(__always)
  mutating func note(_ event: Event, _ letter: Unicode.Scalar, isOrig: Bool) -> Bool {
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
    self = ZeekHistory(count: 0, beginning: 0, seen: seen)
    addFlip()
    append(UInt8(ascii: "h"))
  }

  private mutating func append(_ letter: UInt8) {
    if count < 8 {
      beginning |= UInt64(letter) << UInt64(8 * count)
    } else {
      guard count < Self.capacity else { return }
      rest.append(letter)
    }
    count += 1
  }
}

extension ZeekHistory: CustomStringConvertible {
  /// The letters; empty for none.
  public var description: String {
    var letters: [UInt8] = []
    spell { letters.append($0) }
    return String(decoding: letters, as: UTF8.self)
  }
}

/// Counts events of which the 1st, 10th, 100th and so on are worth a letter.
struct ZeekScaledCount: BitwiseCopyable {
  private(set) var count: UInt32 = 0
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
