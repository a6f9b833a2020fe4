/// UTF-8 text in memory of its own, for what is written too often to be made of strings.
///
/// This file holds the unsafe code of this target's output: every write makes room first, and then stays inside it.
@safe
public struct TextBuffer: ~Copyable {
  private var start: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// How many bytes there are.
  public private(set) var count = 0

  /// Makes an empty buffer.
  ///
  /// - Parameter capacity: bytes that fit before it has to grow.
  public init(capacity: Int = 4096) {
    self.capacity = max(capacity, 64)
    unsafe start = .allocate(capacity: self.capacity)
  }

  deinit {
    // Allocated by `init` or `grow`; bytes need no deinitialisation.
    unsafe start.deallocate()
  }

  /// Gives the bytes to `body`, for as long as the call lasts.
  public func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // All bytes before `count` were written, and the buffer cannot change during the call.
    try body(unsafe RawSpan(_unsafeStart: start, byteCount: count))
  }

  /// Forgets the bytes but keeps their memory.
  public mutating func removeAll() { count = 0 }

  /// Ends a line.
  public mutating func newline() { append(UInt8(ascii: "\n")) }

  /// Takes back everything behind the first `length` bytes.
  mutating func truncate(to length: Int) {
    precondition(length >= 0 && length <= count)
    count = length
  }

  /// Whether all bytes since `begin` are as they should be.
  @inline(__always)
  func allSatisfy(from begin: Int, _ condition: (UInt8) -> Bool) -> Bool {
    precondition(begin >= 0)
    var isSatisfied = true
    // All bytes before `count` were written.
    for place in begin..<count { isSatisfied = unsafe condition(start[place]) && isSatisfied }
    return isSatisfied
  }

  /// Appends a byte; a text's bytes must add up to UTF-8.
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    // There is room for one.
    unsafe start[count] = byte
    count &+= 1
  }

  /// Appends a text of this program.
  @inline(__always)
  mutating func append(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    reserve(length)
    // A static string is `length` bytes in the program, and there is room for them.
    unsafe (start + count).initialize(from: text.utf8Start, count: length)
    count &+= length
  }

  /// Appends a text that is not known when this program is built.
  mutating func append(string text: String) {
    var text = text
    let length = text.utf8.count
    reserve(length)
    // There is room for all of them.
    text.withUTF8 { bytes in
      guard let first = bytes.baseAddress else { return }
      unsafe (start + count).update(from: first, count: length)
    }
    count &+= length
  }

  /// Appends a byte several times.
  mutating func append(_ byte: UInt8, repeated times: Int) {
    guard times > 0 else { return }
    reserve(times)
    // There is room for all of them.
    unsafe (start + count).update(repeating: byte, count: times)
    count += times
  }

  /// Moves what was written since `begin` to the right by a number of spaces.
  mutating func indent(from begin: Int, by spaces: Int) {
    guard spaces > 0 else { return }
    precondition(begin >= 0 && begin <= count)
    reserve(spaces)
    // Both ranges lie before `count + spaces`; `update` may move to an overlapping place.
    unsafe (start + begin + spaces).update(from: start + begin, count: count - begin)
    unsafe (start + begin).update(repeating: UInt8(ascii: " "), count: spaces)
    count += spaces
  }

  // MARK: - Numbers

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

  @inline(never)
  private mutating func appendLong(_ number: UInt64) {
    if number >= 100_000_000 { return append(number, digits: Self.digits(of: number)) }
    reserve(8)
    // At most two groups of four digits, for which there is room.
    let small = UInt32(truncatingIfNeeded: number)
    if small < 10_000 { return unsafe putGroup(small) }
    unsafe putGroup(small / 10_000)
    let rest = small % 10_000
    unsafe put(pair: rest / 100, at: count)
    unsafe put(pair: rest % 100, at: count &+ 2)
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

  /// Appends a decimal point and thousandths, without zeros at the end.
  @inline(__always)
  mutating func append(thousandths: UInt64) {
    reserve(4)
    // There is room for a point and three digits.
    let (head, last) = UInt32(truncatingIfNeeded: thousandths).quotientAndRemainder(dividingBy: 10)
    unsafe start[count] = UInt8(ascii: ".")
    unsafe put(pair: head % 100, at: count &+ 1)
    unsafe start[count &+ 3] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: last)
    count &+= last > 0 ? 4 : head % 10 > 0 ? 3 : 2
  }

  /// How many decimal digits a number has.
  @inline(__always)
  static func digits(of number: UInt64) -> Int {
    var rest = number
    var count = 1
    while true {
      if rest < 10 { return count }
      if rest < 100 { return count &+ 1 }
      if rest < 1000 { return count &+ 2 }
      if rest < 10_000 { return count &+ 3 }
      rest /= 10_000
      count &+= 4
    }
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

  // MARK: - JSON

  /// Appends `"name":`, as JSON names a value; nothing in the name may need escaping.
  @inline(__always)
  mutating func append(key name: StaticString) {
    let length = name.utf8CodeUnitCount
    reserve(length &+ 3)
    unsafe putKey(name, length)
  }

  /// Appends `"name":number,`.
  @inline(__always)
  mutating func append(key name: StaticString, _ number: UInt64) {
    let length = name.utf8CodeUnitCount
    reserve(length &+ 5)
    unsafe putKey(name, length)
    if number < 10 {
      // There is room for two more.
      unsafe start[count] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number)
      unsafe start[count &+ 1] = UInt8(ascii: ",")
      count &+= 2
    } else {
      appendLong(number)
      append(UInt8(ascii: ","))
    }
  }

  /// Writes a key for which there is room.
  @unsafe @inline(__always)
  private mutating func putKey(_ name: StaticString, _ length: Int) {
    unsafe start[count] = UInt8(ascii: "\"")
    unsafe (start + count + 1).initialize(from: name.utf8Start, count: length)
    unsafe start[count &+ length &+ 1] = UInt8(ascii: "\"")
    unsafe start[count &+ length &+ 2] = UInt8(ascii: ":")
    count &+= length &+ 3
  }

  // MARK: - Changes

  /// Puts another byte in the place of the last one, if that is `old`; whether it was.
  @inline(__always)
  mutating func replaceLast(_ old: UInt8, with new: UInt8) -> Bool {
    // What lies before `count` was written.
    guard count > 0, unsafe start[count &- 1] == old else { return false }
    unsafe start[count &- 1] = new
    return true
  }

  /// Puts another byte in the place of one that was written.
  mutating func replace(at place: Int, _ change: (UInt8) -> UInt8) {
    precondition(place >= 0 && place < count)
    // What lies before `count` was written.
    unsafe start[place] = change(start[place])
  }

  /// Takes back zeros at the end, as far as they were written since `begin`.
  @inline(__always)
  mutating func trimZeros(from begin: Int) {
    precondition(begin >= 0)
    // What lies before `count` was written.
    while count > begin, unsafe start[count &- 1] == UInt8(ascii: "0") { count &-= 1 }
  }

  @inline(__always)
  private mutating func reserve(_ bytes: Int) {
    // Never negative: nothing is written behind `capacity`.
    if capacity &- count < bytes { grow(bytes) }
  }

  @inline(never)
  private mutating func grow(_ bytes: Int) {
    let larger = max(capacity * 2, count + bytes)
    let new = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    // The new memory is larger than what was written.
    unsafe new.update(from: start, count: count)
    unsafe start.deallocate()
    unsafe start = new
    capacity = larger
  }
}
