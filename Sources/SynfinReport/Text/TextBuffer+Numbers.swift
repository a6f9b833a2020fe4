// Numbers as digits. Unsafe code: every write stays inside the room that `reserve` made for it.

extension TextBuffer {
  /// Appends a number in decimal.
  @inline(__always)
  mutating func append(_ number: UInt64) {
    // Most numbers are small.
    if number < 10 {
      append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number))
    } else {
      appendLong(number)
    }
  }

  /// Appends a number in decimal, all its digits at once.
  @inline(never)
  mutating func appendLong(_ number: UInt64) {
    guard number < 100_000_000, hasRoom(8) else { return appendVeryLong(number) }
    // There is room for the digits.
    unsafe putDigits(number)
  }

  /// Writes a number and a comma, for which there is room.
  @unsafe @inline(never)
  mutating func putValue(_ number: UInt64) {
    guard number < 100_000_000 else {
      appendVeryLong(number)
      return append(UInt8(ascii: ","))
    }
    unsafe putDigits(number)
    unsafe start[count] = UInt8(ascii: ",")
    count &+= 1
  }

  /// Writes nanoseconds as milliseconds and a comma, for which there is room.
  @unsafe @inline(never)
  mutating func putValue(milliseconds value: Int64) {
    let (micro, nano) = value.magnitude.quotientAndRemainder(dividingBy: 1000)
    // Most times are short.
    guard value >= 0, micro < 100_000_000 else {
      append(milliseconds: value)
      return append(UInt8(ascii: ","))
    }
    unsafe put(microseconds: UInt32(truncatingIfNeeded: micro), isRest: false, isFull: nano > 0)
    // Most captures have microseconds and nothing smaller.
    if nano > 0 { unsafe put(thousandths: UInt32(truncatingIfNeeded: nano)) }
    unsafe start[count] = UInt8(ascii: ",")
    count &+= 1
  }

  /// Writes a number below 100,000,000 without zeros in front, for which there is room.
  @unsafe @inline(__always)
  private mutating func putDigits(_ number: UInt64) {
    if number < 10_000 {
      let digits = FourDigits(UInt32(truncatingIfNeeded: number))
      let zeros = digits.leadingZeros
      unsafe put(digits.text &>> UInt32(8 &* zeros), at: count)
      count &+= 4 &- zeros
    } else {
      let digits = EightDigits(UInt32(truncatingIfNeeded: number))
      let zeros = digits.leadingZeros(atMost: 7)
      unsafe put(digits.text &>> UInt64(8 &* zeros), at: count)
      count &+= 8 &- zeros
    }
  }

  /// Appends a number of many digits, or makes room first.
  @inline(never)
  private mutating func appendVeryLong(_ number: UInt64) {
    reserve(32)
    if number < 100_000_000 { return append(number) }
    append(number / 100_000_000)
    append(eightDigitsOf: UInt32(truncatingIfNeeded: number % 100_000_000))
  }

  /// Appends eight digits, zeros in front among them.
  @inline(__always)
  mutating func append(eightDigitsOf number: UInt32) {
    reserve(8)
    // There is room for all of them.
    unsafe put(EightDigits(number).text, at: count)
    count &+= 8
  }

  /// Appends nine digits, zeros in front among them.
  @inline(__always)
  mutating func append(nineDigitsOf number: UInt32) {
    let (head, last) = number.quotientAndRemainder(dividingBy: 10)
    append(eightDigitsOf: head)
    append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: last))
  }

  /// Appends microseconds as milliseconds: "12", "0.5", "12.345".
  ///
  /// - Parameters:
  ///   - micro: less than 100,000,000.
  ///   - isRest: whether digits went before, so that zeros in front are written too.
  ///   - isFull: whether zeros at the end are written too, because more digits follow.
  /// - Precondition: there is room for 16 bytes.
  @unsafe @inline(__always)
  mutating func put(microseconds micro: UInt32, isRest: Bool, isFull: Bool) {
    let digits = EightDigits(micro)
    let zeros = digits.leadingZeros(atMost: isRest ? 0 : 4)
    let fraction = digits.values &>> 40
    // Five digits of whole milliseconds, without zeros in front, then three more behind a point.
    unsafe put(digits.text &>> UInt64(8 &* zeros), at: count)
    count &+= 5 &- zeros
    if fraction == 0 && !isFull { return }
    let point = UInt64(UInt8(ascii: "."))
    unsafe put(digits.text &>> 32 & ~0xFF | point, at: count)
    count &+= isFull ? 4 : 9 &- fraction.leadingZeroBitCount / 8
  }

  /// Appends nanoseconds as milliseconds, exactly and without an exponent.
  @inline(never)
  mutating func append(milliseconds value: Int64) {
    reserve(64)
    if value < 0 { append(UInt8(ascii: "-")) }
    let (micro, nano) = value.magnitude.quotientAndRemainder(dividingBy: 1000)
    let (head, rest) = micro.quotientAndRemainder(dividingBy: 100_000_000)
    if head > 0 { append(head) }
    // There is room for these and three more.
    unsafe put(
      microseconds: UInt32(truncatingIfNeeded: rest), isRest: head > 0, isFull: nano > 0)
    if nano > 0 { unsafe put(thousandths: UInt32(truncatingIfNeeded: nano)) }
  }

  /// Writes a number of at most two digits, for which there is room.
  @unsafe @inline(__always)
  private mutating func putPair(_ number: UInt32) {
    if number >= 10 {
      unsafe put(pair: number, at: count)
      count &+= 2
    } else {
      unsafe start[count] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number)
      count &+= 1
    }
  }

  /// Writes the three digits of a number from 1 to 999, without zeros at the end; there is room for four.
  @unsafe @inline(__always)
  private mutating func put(thousandths: UInt32) {
    let digits = FourDigits(thousandths)
    unsafe put(digits.text &>> 8, at: count)
    count &+= 3 &- digits.values.leadingZeroBitCount / 8
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

  /// Appends four bytes in dotted decimal.
  mutating func append(dotted address: UInt32) {
    reserve(16)
    var rest = address
    // Four times at most three digits and a dot, for which there is room.
    for _ in 0..<4 {
      var byte = rest &>> 24
      if byte >= 100 {
        unsafe start[count] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: byte / 100)
        byte %= 100
        unsafe put(pair: byte, at: count &+ 1)
        count &+= 3
      } else {
        unsafe putPair(byte)
      }
      unsafe start[count] = UInt8(ascii: ".")
      count &+= 1
      rest &<<= 8
    }
    count &-= 1
  }

  /// Writes the bytes of a number, the lowest one first, at a place for which there is room.
  @unsafe @inline(__always)
  private func put<Bytes: FixedWidthInteger & BitwiseCopyable>(_ bytes: Bytes, at place: Int) {
    unsafe UnsafeMutableRawPointer(start).storeBytes(
      of: bytes.littleEndian, toByteOffset: place, as: Bytes.self)
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

  /// Appends the lowest bits of a number as digits of Base64 (RFC 4648 §4), six bits each.
  @inline(__always)
  mutating func append(base64 bits: UInt64, digits: Int) {
    reserve(digits)
    let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for place in 0..<digits {
      let digit = Int(truncatingIfNeeded: bits &>> UInt64(6 &* (digits &- 1 &- place)) & 63)
      // The alphabet has 64 letters, and there is room for `digits` of them.
      unsafe start[count &+ place] = alphabet.utf8Start[digit]
    }
    count &+= digits
  }
}

/// The four digits of a number below 10,000, as `EightDigits` has eight.
private struct FourDigits {
  let values: UInt32

  @inline(__always)
  init(_ number: UInt32) {
    let hundreds = (number &* 5243) &>> 19
    let twos = hundreds | (number &- hundreds &* 100) &<< 16
    let tens = (twos &* 103) &>> 10 & 0x000F_000F
    values = tens | (twos &- tens &* 10) &<< 8
  }

  /// The digits as ASCII.
  var text: UInt32 { values | 0x3030_3030 }

  /// Zeros before the first digit that counts.
  var leadingZeros: Int { (values | 1 &<< 24).trailingZeroBitCount / 8 }
}

/// The eight digits of a number below 100,000,000, found all at once: one in each byte, the first in the lowest.
private struct EightDigits {
  let values: UInt64

  @inline(__always)
  init(_ number: UInt32) {
    let (high, low) = number.quotientAndRemainder(dividingBy: 10_000)
    // Two numbers of four digits become four of two digits, and these become eight digits. Divisions by 100 and by 10
    // are multiplications that are exact for numbers as small as these.
    let fours = UInt64(high) | UInt64(low) &<< 32
    let hundreds = (fours &* 5243) &>> 19 & 0x7F_0000_007F
    let twos = hundreds | (fours &- hundreds &* 100) &<< 16
    let tens = (twos &* 103) &>> 10 & 0x000F_000F_000F_000F
    values = tens | (twos &- tens &* 10) &<< 8
  }

  /// The digits as ASCII.
  var text: UInt64 { values | 0x3030_3030_3030_3030 }

  @inline(__always)
  func leadingZeros(atMost limit: UInt64) -> Int {
    (values | 1 &<< (8 &* limit)).trailingZeroBitCount / 8
  }
}
