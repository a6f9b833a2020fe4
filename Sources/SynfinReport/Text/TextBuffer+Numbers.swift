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

  /// Appends a number in decimal, four digits at a time.
  @inline(never)
  mutating func appendLong(_ number: UInt64) {
    if number >= 100_000_000 {
      append(number / 100_000_000)
      return append(number % 100_000_000, digits: 8)
    }
    reserve(8)
    let (head, tail) = UInt32(truncatingIfNeeded: number).quotientAndRemainder(dividingBy: 10_000)
    if head == 0 { return unsafe putGroup(tail) }
    unsafe putGroup(head)
    unsafe put(pair: tail / 100, at: count)
    unsafe put(pair: tail % 100, at: count &+ 2)
    count &+= 4
  }

  /// Writes a number of at most four digits, for which there is room.
  @unsafe @inline(__always)
  private mutating func putGroup(_ number: UInt32) {
    let (head, tail) = number.quotientAndRemainder(dividingBy: 100)
    if head > 0 {
      unsafe putPair(head)
      unsafe put(pair: tail, at: count)
      count &+= 2
    } else {
      unsafe putPair(tail)
    }
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

  /// Appends the three digits of a number from 1 to 999, without zeros at the end.
  @inline(__always)
  mutating func append(thousandths: UInt64) {
    reserve(3)
    // There is room for three digits.
    let (head, last) = UInt32(truncatingIfNeeded: thousandths).quotientAndRemainder(dividingBy: 10)
    unsafe put(pair: head % 100, at: count)
    unsafe start[count &+ 2] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: last)
    count &+= last > 0 ? 3 : head % 10 > 0 ? 2 : 1
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
