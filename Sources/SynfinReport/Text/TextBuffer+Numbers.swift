// Numbers as digits. Unsafe code: every write stays inside the room that `reserve` made for it.

extension TextBuffer {
  /// Appends a number in decimal.
  @inline(__always)
  mutating func append(_ number: UInt64) {
    // The longest number has twenty digits.
    reserve(32)
    // Most numbers are small.
    if number < 10 {
      unsafe start[count] = UInt8(ascii: "0") | UInt8(truncatingIfNeeded: number)
      count &+= 1
    } else {
      unsafe moveEnd(to: digits.write(number, at: start + count))
    }
  }

  /// Appends nanoseconds as seconds, exactly and without an exponent.
  mutating func append(seconds value: Int64) {
    reserve(32)
    unsafe moveEnd(to: digits.write(seconds: value, at: start + count))
  }

  /// Appends four bytes in dotted decimal.
  mutating func append(dotted address: UInt32) {
    reserve(32)
    unsafe moveEnd(to: digits.write(dotted: address, at: start + count))
  }

  /// Counts what was written up to a place, for which there was room.
  @unsafe @inline(__always)
  private mutating func moveEnd(to place: DigitTable.Place) {
    count = unsafe place - start
  }

  /// Appends the last digits of a number, with zeros in front if it has fewer.
  @inline(__always)
  mutating func append(_ number: UInt64, digits: Int) {
    reserve(digits)
    var rest = number
    var place = count &+ digits
    // From the last digit down to `count`, all inside the room that was made.
    while place &- count >= 2 {
      place &-= 2
      let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
      unsafe put(pair: UInt32(truncatingIfNeeded: pair), at: place)
      rest = quotient
    }
    if place > count {
      unsafe start[count] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
    }
    count &+= digits
  }

  /// Writes two digits at a place for which there is room.
  @unsafe @inline(__always)
  private func put(pair: UInt32, at place: Int) {
    let digits = unsafe UnsafeRawPointer(Self.pairs.utf8Start)
      .loadUnaligned(fromByteOffset: Int(truncatingIfNeeded: pair &* 2), as: UInt16.self)
    unsafe UnsafeMutableRawPointer(start).storeBytes(
      of: digits, toByteOffset: place, as: UInt16.self)
  }

  /// The numbers of two digits, from which longer ones are made up: half as many divisions.
  private static var pairs: StaticString {
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"
  }

  /// Appends the lowest bits of a number as digits of Base64, six bits each.
  mutating func append(base64 bits: UInt64, digits: Int) {
    for place in 0..<digits {
      append(Self.base64(bits &>> UInt64(6 &* (digits &- 1 &- place))))
    }
  }

  /// The digit of the lowest six bits in Base64 (RFC 4648 §4).
  @inline(__always)
  static func base64(_ bits: UInt64) -> UInt8 {
    let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    // The alphabet has 64 letters.
    return unsafe alphabet.utf8Start[Int(truncatingIfNeeded: bits & 63)]
  }
}
