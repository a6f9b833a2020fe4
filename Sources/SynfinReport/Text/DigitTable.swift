/// Numbers in decimal, three digits at a time: the text of all numbers below 1000.
///
/// Unsafe code: whoever calls it has made room for what it writes, and a number below 1000 is a place in the table.
@safe
struct DigitTable: @unchecked Sendable {
  /// Where text is written.
  typealias Place = UnsafeMutablePointer<UInt8>

  /// The one table, whose memory is never given back and never changes.
  static let shared = DigitTable()

  /// The text of each number twice, the first digit in the lowest byte.
  ///
  /// First without zeros in front, with how many digits these are in the highest byte; then all three digits, with how
  /// many are left without the zeros at the end.
  private let texts: UnsafeMutablePointer<UInt32>

  private init() {
    unsafe texts = .allocate(capacity: 2000)
    for number: UInt32 in 0..<1000 {
      let digits = (number / 100) | (number / 10 % 10) << 8 | (number % 10) << 16
      let text = digits | 0x30_3030
      let zeros = number < 10 ? 2 : number < 100 ? 1 : 0 as UInt32
      let ending = number % 100 == 0 ? 2 : number % 10 == 0 ? 1 : 0 as UInt32
      // There are two places for each number.
      unsafe (texts + Int(number)).initialize(to: text >> (8 * zeros) | (3 - zeros) << 24)
      unsafe (texts + 1000 + Int(number)).initialize(to: text | (3 - ending) << 24)
    }
  }

  // Each function returns the place behind what it wrote. There has to be room for four bytes more than that, because
  // the tables are copied in words.

  /// Writes a number of at most twenty digits.
  @unsafe @inline(never)
  func write(_ number: UInt64, at place: Place) -> Place {
    if number < 1000 {
      return unsafe putPlain(UInt32(truncatingIfNeeded: number), place)
    }
    if number < 1_000_000 {
      let (head, rest) = UInt32(truncatingIfNeeded: number).quotientAndRemainder(dividingBy: 1000)
      let next = unsafe putPlain(head, place)
      unsafe putPadded(rest, next)
      return unsafe next + 3
    }
    if number < 1_000_000_000 {
      let (head, rest) = UInt32(truncatingIfNeeded: number)
        .quotientAndRemainder(dividingBy: 1_000_000)
      let next = unsafe putPlain(head, place)
      let (middle, last) = rest.quotientAndRemainder(dividingBy: 1000)
      unsafe putPadded(middle, next)
      unsafe putPadded(last, next + 3)
      return unsafe next + 6
    }
    let (head, rest) = number.quotientAndRemainder(dividingBy: 1_000_000_000)
    let next = unsafe write(head, at: place)
    return unsafe write(nineDigits: UInt32(truncatingIfNeeded: rest), at: next)
  }

  /// Writes a number below 1,000,000,000 with zeros in front.
  @unsafe @inline(__always)
  func write(nineDigits number: UInt32, at place: Place) -> Place {
    let (head, rest) = number.quotientAndRemainder(dividingBy: 1_000_000)
    let (middle, last) = rest.quotientAndRemainder(dividingBy: 1000)
    unsafe putPadded(head, place)
    unsafe putPadded(middle, place + 3)
    unsafe putPadded(last, place + 6)
    return unsafe place + 9
  }

  /// Writes nanoseconds as milliseconds, exactly and without an exponent: 12, 0.5, 12.345.
  @unsafe @inline(never)
  func write(milliseconds value: Int64, at place: Place) -> Place {
    // Most times are short.
    guard UInt64(bitPattern: value) < 1_000_000_000 else {
      return unsafe write(longMilliseconds: value, at: place)
    }
    let (micro, nano) = UInt32(truncatingIfNeeded: value).quotientAndRemainder(dividingBy: 1000)
    let (whole, fraction) = micro.quotientAndRemainder(dividingBy: 1000)
    return unsafe write(fraction, nano, at: putPlain(whole, place))
  }

  @unsafe @inline(never)
  private func write(longMilliseconds value: Int64, at place: Place) -> Place {
    let start = unsafe putSign(of: value, place)
    let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    let (fraction, nano) = UInt32(truncatingIfNeeded: rest).quotientAndRemainder(dividingBy: 1000)
    return unsafe write(fraction, nano, at: write(whole, at: start))
  }

  /// Writes a point and two times three digits without the zeros at the end; nothing if all are zeros.
  @unsafe @inline(__always)
  private func write(_ fraction: UInt32, _ nano: UInt32, at point: Place) -> Place {
    if fraction | nano == 0 { return unsafe point }
    unsafe point.pointee = UInt8(ascii: ".")
    let length = unsafe putPadded(fraction, point + 1)
    // Most captures have microseconds and nothing smaller.
    if nano == 0 { return unsafe point + 1 + length }
    let rest = unsafe putPadded(nano, point + 4)
    return unsafe point + 4 + rest
  }

  /// Writes nanoseconds as seconds, exactly and without an exponent.
  @unsafe @inline(never)
  func write(seconds value: Int64, at place: Place) -> Place {
    let start = unsafe putSign(of: value, place)
    let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    let point = unsafe write(whole, at: start)
    if rest == 0 { return unsafe point }
    unsafe point.pointee = UInt8(ascii: ".")
    let (micro, nano) = UInt32(truncatingIfNeeded: rest).quotientAndRemainder(dividingBy: 1000)
    let (head, middle) = micro.quotientAndRemainder(dividingBy: 1000)
    let first = unsafe putPadded(head, point + 1)
    if middle | nano == 0 { return unsafe point + 1 + first }
    let second = unsafe putPadded(middle, point + 4)
    if nano == 0 { return unsafe point + 4 + second }
    let third = unsafe putPadded(nano, point + 7)
    return unsafe point + 7 + third
  }

  /// Writes four bytes in dotted decimal.
  @unsafe @inline(never)
  func write(dotted address: UInt32, at place: Place) -> Place {
    let second = unsafe putByte(address &>> 24, place)
    let third = unsafe putByte(address &>> 16 & 0xFF, second)
    let fourth = unsafe putByte(address &>> 8 & 0xFF, third)
    return unsafe putPlain(address & 0xFF, fourth)
  }

  /// Writes a number below 1000.
  @unsafe @inline(__always)
  private func putPlain(_ number: UInt32, _ place: Place) -> Place {
    let digits = unsafe texts[Int(truncatingIfNeeded: number)]
    unsafe UnsafeMutableRawPointer(place).storeBytes(of: digits.littleEndian, as: UInt32.self)
    return unsafe place + Int(truncatingIfNeeded: digits &>> 24)
  }

  /// Writes a number below 1000 and a dot.
  @unsafe @inline(__always)
  private func putByte(_ number: UInt32, _ place: Place) -> Place {
    let end = unsafe putPlain(number, place)
    unsafe end.pointee = UInt8(ascii: ".")
    return unsafe end + 1
  }

  /// Writes the three digits of a number; how many are left without the zeros at the end.
  @unsafe @inline(__always) @discardableResult
  private func putPadded(_ number: UInt32, _ place: Place) -> Int {
    let digits = unsafe texts[1000 &+ Int(truncatingIfNeeded: number)]
    unsafe UnsafeMutableRawPointer(place).storeBytes(of: digits.littleEndian, as: UInt32.self)
    return Int(truncatingIfNeeded: digits &>> 24)
  }

  @unsafe @inline(__always)
  private func putSign(of value: Int64, _ place: Place) -> Place {
    if value >= 0 { return unsafe place }
    unsafe place.pointee = UInt8(ascii: "-")
    return unsafe place + 1
  }
}
