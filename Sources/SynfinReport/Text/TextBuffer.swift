/// UTF-8 text in memory of its own, for what is written too often to be made of strings.
///
/// The files of this type, of `TextPen`, `KeptText` and `DigitTable` hold the unsafe code of this target's output: every write
/// makes room first, and then stays inside it.
@safe
public struct TextBuffer: ~Copyable {
  /// What is written goes behind the first `count` bytes, after a call of `reserve`.
  private(set) var start: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  let digits = DigitTable.shared
  /// How many bytes there are.
  public internal(set) var count = 0

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

  /// Appends a part of another text.
  mutating func append(_ other: borrowing TextBuffer, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= other.count)
    reserve(range.count)
    // The part lies before the other text's end, and there is room for it.
    unsafe (start + count).update(from: other.start + range.lowerBound, count: range.count)
    count &+= range.count
  }

  /// Appends a part of this text once more.
  mutating func append(copyOf range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    reserve(range.count)
    // The part lies before `count`, and behind that there is room for it.
    unsafe (start + count).update(from: start + range.lowerBound, count: range.count)
    count &+= range.count
  }

  /// Appends a few bytes.
  @inline(__always)
  mutating func append<let length: Int>(_ bytes: [length of UInt8]) {
    reserve(length)
    // There is room for all of them.
    unsafe UnsafeMutableRawPointer(start + count).storeBytes(of: bytes, as: [length of UInt8].self)
    count &+= length
  }

  /// The bytes since `begin`, if there are exactly so many.
  func copy<let length: Int>(from begin: Int) -> [length of UInt8]? {
    guard begin >= 0, count - begin == length else { return nil }
    // What lies before `count` was written.
    return unsafe UnsafeRawPointer(start + begin).loadUnaligned(as: [length of UInt8].self)
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

  // MARK: - Pens

  /// Makes room for short pieces and lends the pen that writes them; nothing else may be written until it is given back.
  ///
  /// - Parameter room: at least the bytes of all pieces but one.
  @inline(__always)
  mutating func beginPieces(room: Int = 0) -> TextPen {
    reserve(room &+ TextPen.pieceSize)
    // The pen stays inside the memory that it is given.
    return unsafe TextPen(start + count, end: start + capacity, digits)
  }

  /// Takes a pen back with what it wrote.
  @inline(__always)
  mutating func endPieces(_ pen: TextPen) {
    let end = unsafe pen.place - start
    // The pen of another text, or of one that has grown since, would show here.
    precondition(end >= count && end <= capacity)
    count = end
  }

  /// Writes short pieces.
  @inline(__always)
  mutating func write(room: Int = 0, _ pieces: (inout TextPen) -> Void) {
    var pen = beginPieces(room: room)
    pieces(&pen)
    endPieces(pen)
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

  /// Writes a closing bracket in the place of the comma behind the last value, if there is one, and a comma behind it.
  @inline(__always)
  mutating func close(_ bracket: UInt8) {
    // There is room for both.
    reserve(2)
    if !replaceLast(UInt8(ascii: ","), with: bracket) {
      unsafe start[count] = bracket
      count &+= 1
    }
    unsafe start[count] = UInt8(ascii: ",")
    count &+= 1
  }

  /// Puts another byte in the place of one that was written.
  mutating func replace(at place: Int, _ change: (UInt8) -> UInt8) {
    precondition(place >= 0 && place < count)
    // What lies before `count` was written.
    unsafe start[place] = change(start[place])
  }

  /// Writes a few bytes over others.
  mutating func replace<let length: Int>(at place: Int, _ bytes: [length of UInt8]) {
    precondition(place >= 0 && place <= count - length)
    // All of it lies before `count`.
    unsafe UnsafeMutableRawPointer(start + place).storeBytes(of: bytes, as: [length of UInt8].self)
  }

  /// Whether bytes fit behind what there is.
  @inline(__always)
  func hasRoom(_ bytes: Int) -> Bool { capacity &- count >= bytes }

  /// Makes room for bytes behind what there is.
  @inline(__always)
  mutating func reserve(_ bytes: Int) {
    // Never negative: nothing is written behind `capacity`.
    if !hasRoom(bytes) { grow(bytes) }
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
