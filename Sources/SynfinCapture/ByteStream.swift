/// The bytes of one packet inside a reader's buffer, valid until that reader takes its next step.
///
/// Only `CaptureFile.next` hands them out, as a span that cannot outlive the call.
@safe
@usableFromInline
struct PacketBytes {
  // Points into the buffer of a ByteStream or of libpcap; `CaptureFile` owns both.
  @usableFromInline let start: UnsafeRawPointer
  @usableFromInline let count: Int

  @unsafe
  init(start: UnsafeRawPointer, count: Int) {
    unsafe self.start = start
    self.count = count
  }

  @inlinable
  func withSpan<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // `count` bytes from `start` are initialized and stay until the reader's next step.
    try body(unsafe RawSpan(_unsafeStart: start, byteCount: count))
  }
}

/// A file or pipe read front to back through one recycled buffer.
///
/// `require` makes bytes available, the loads look at them, `skip` and `take` move on. The buffer
/// grows only as far as bytes really arrive, so a damaged length cannot make it large.
@safe
struct ByteStream: ~Copyable {
  /// Bytes asked from the system at once: large enough to make the calls cheap, small enough for the cache.
  static let chunkSize = 256 * 1024

  private let descriptor: CInt
  private let closesDescriptor: Bool
  // Owned: allocated in init and `grow`, freed in `grow` and deinit; `capacity` bytes.
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  // The unread bytes are base[position ..< limit].
  private var position = 0
  private var limit = 0
  /// Bytes taken from the system since the start.
  private(set) var bytesRead: UInt64 = 0
  /// The error that ended the input, if one did.
  private(set) var failure: SystemError?
  private var ended = false

  init(descriptor: CInt, closesDescriptor: Bool, chunkSize: Int = ByteStream.chunkSize) {
    self.descriptor = descriptor
    self.closesDescriptor = closesDescriptor
    capacity = chunkSize
    unsafe base = .allocate(byteCount: chunkSize, alignment: 16)
  }

  /// A stream without any bytes.
  static var empty: ByteStream {
    ByteStream(descriptor: -1, closesDescriptor: false, chunkSize: 1)
  }

  deinit {
    unsafe base.deallocate()
    if closesDescriptor { SystemCalls.close(descriptor) }
  }

  /// Unread bytes in the buffer.
  var available: Int { limit &- position }

  /// Where the next unread byte lies in the input.
  var offset: UInt64 { bytesRead &- UInt64(truncatingIfNeeded: available) }

  /// Makes sure that `count` bytes are available; false if the input ends before.
  @inline(__always)
  mutating func require(_ count: Int) -> Bool {
    count <= limit &- position || refill(count)
  }

  /// The next four 32-bit numbers, in this machine's byte order; nil if fewer bytes than that are in the buffer.
  @inline(__always)
  var fourWords: (UInt32, UInt32, UInt32, UInt32)? {
    guard limit &- position >= 16 else { return nil }
    // The sixteen bytes lie inside the unread part, see the line above.
    return unsafe (
      base.loadUnaligned(fromByteOffset: position, as: UInt32.self),
      base.loadUnaligned(fromByteOffset: position &+ 4, as: UInt32.self),
      base.loadUnaligned(fromByteOffset: position &+ 8, as: UInt32.self),
      base.loadUnaligned(fromByteOffset: position &+ 12, as: UInt32.self)
    )
  }

  /// The 32-bit number at a distance of `distance` bytes, in this machine's byte order.
  @inline(__always)
  func load32(_ distance: Int) -> UInt32 {
    precondition(distance >= 0 && distance &+ 4 <= limit &- position)
    // The four bytes lie inside the unread part, see the line above.
    return unsafe base.loadUnaligned(fromByteOffset: position &+ distance, as: UInt32.self)
  }

  /// The 16-bit number at a distance of `distance` bytes, in this machine's byte order.
  @inline(__always)
  func load16(_ distance: Int) -> UInt16 {
    precondition(distance >= 0 && distance &+ 2 <= limit &- position)
    // The two bytes lie inside the unread part, see the line above.
    return unsafe base.loadUnaligned(fromByteOffset: position &+ distance, as: UInt16.self)
  }

  /// Moves past `recordLength` available bytes and gives the `count` of them that follow `headerLength`.
  @inline(__always)
  mutating func take(headerLength: Int, count: Int, recordLength: Int) -> PacketBytes {
    precondition(
      headerLength >= 0 && count >= 0 && headerLength &+ count <= recordLength
        && recordLength <= limit &- position)
    let start = position &+ headerLength
    position &+= recordLength
    // The bytes lie inside the buffer and stay until the next `require`.
    return unsafe PacketBytes(start: UnsafeRawPointer(base + start), count: count)
  }

  /// A copy of the next `count` available bytes from `distance` on.
  func copy(_ distance: Int, count: Int) -> [UInt8] {
    precondition(distance >= 0 && count >= 0 && distance &+ count <= available)
    // The bytes lie inside the unread part, see the line above.
    return unsafe [UInt8](UnsafeRawBufferPointer(start: base + position + distance, count: count))
  }

  /// Copies unread bytes out and moves past them: at least one unless the input has ended or failed.
  mutating func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    guard unsafe !target.isEmpty, require(1) else { return 0 }
    let count = min(target.count, available)
    // Both sides have `count` bytes: the unread part and the caller's buffer.
    unsafe target.copyMemory(from: UnsafeRawBufferPointer(start: base + position, count: count))
    position += count
    return count
  }

  /// Moves past `count` bytes, however many; false if the input ends before.
  mutating func skip(_ count: Int) -> Bool {
    var left = count
    while left > available {
      left -= available
      position = limit
      guard require(1) else { return false }
    }
    position += left
    return true
  }

  // MARK: Filling

  /// Moves the unread bytes to the front and reads until `count` are there.
  @inline(never)
  private mutating func refill(_ count: Int) -> Bool {
    compact()
    while available < count {
      if limit == capacity { grow(towards: count) }
      guard readOnce() else { return false }
    }
    return true
  }

  private mutating func compact() {
    guard position > 0 else { return }
    let count = available
    // Both ranges lie inside the buffer; memmove semantics allow the overlap.
    unsafe base.copyMemory(from: base + position, byteCount: count)
    position = 0
    limit = count
  }

  /// Doubles the buffer, but not beyond what is wanted by more than a chunk.
  private mutating func grow(towards count: Int) {
    let larger = min(capacity * 2, count + Self.chunkSize)
    let replacement = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    // `limit` bytes are initialized, and the new buffer is larger than the old one.
    unsafe replacement.copyMemory(from: base, byteCount: limit)
    unsafe base.deallocate()
    unsafe base = replacement
    capacity = larger
  }

  /// Reads once; false at the end of the input or on an error.
  private mutating func readOnce() -> Bool {
    guard !ended else { return false }
    do throws(SystemError) {
      // The free part of the buffer, base[limit ..< capacity].
      let free = unsafe UnsafeMutableRawBufferPointer(start: base + limit, count: capacity - limit)
      let count = try unsafe SystemCalls.read(descriptor, into: free)
      limit += count
      bytesRead += UInt64(count)
      ended = count == 0
    } catch {
      failure = error
      ended = true
    }
    return !ended
  }
}
