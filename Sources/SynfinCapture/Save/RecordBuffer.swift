internal import SynfinWire

/// Records of a pcap file on their way to the disk, always whole ones.
@safe
struct RecordBuffer: ~Copyable {
  /// How many bytes are worth a system call.
  static let blockSize = 65_536
  private static let headerLength = 16

  // Owned: allocated in init and `grow`, freed in `grow` and deinit; `capacity` bytes, `count` of them initialized.
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  private(set) var count = 0
  private(set) var packets = 0
  private let isNano: Bool

  init(_ format: SavefileFormat) {
    // The longest packet of a capture fits behind a block that is almost full.
    capacity = Self.blockSize + Self.headerLength + min(max(format.snapLength, 0), 1 << 18)
    unsafe base = .allocate(byteCount: capacity, alignment: 16)
    isNano = format.precision == .nanoseconds
  }

  deinit {
    unsafe base.deallocate()
  }

  var isFull: Bool { count >= Self.blockSize }

  /// Bytes that a record takes.
  static func length(of bytes: RawSpan) -> Int { headerLength &+ bytes.byteCount }

  mutating func append(_ record: PacketRecord, _ bytes: RawSpan) {
    let length = Self.length(of: bytes)
    if length > capacity &- count { grow(by: length) }
    let (seconds, nanoseconds) = record.timestamp.parts
    // The header and the bytes lie inside the buffer, see the lines above.
    unsafe store(UInt32(truncatingIfNeeded: seconds), at: count)
    unsafe store(
      UInt32(truncatingIfNeeded: isNano ? nanoseconds : nanoseconds / 1000), at: count &+ 4)
    unsafe store(UInt32(truncatingIfNeeded: bytes.byteCount), at: count &+ 8)
    unsafe store(UInt32(truncatingIfNeeded: record.originalLength), at: count &+ 12)
    let target = unsafe base + count + Self.headerLength
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress {
        unsafe target.copyMemory(from: start, byteCount: source.count)
      }
    }
    count &+= length
    packets &+= 1
  }

  @unsafe
  private func store(_ value: UInt32, at offset: Int) {
    unsafe base.storeBytes(of: value, toByteOffset: offset, as: UInt32.self)
  }

  @inline(never)
  private mutating func grow(by length: Int) {
    let larger = count + length
    let replacement = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    // `count` bytes are initialized, and the new buffer is larger than that.
    unsafe replacement.copyMemory(from: base, byteCount: count)
    unsafe base.deallocate()
    unsafe base = replacement
    capacity = larger
  }

  mutating func clear() {
    count = 0
    packets = 0
  }

  /// Writes all of it; gives how many bytes went out, and the error if those are not all.
  func write(to descriptor: CInt) -> (written: Int, failure: SystemError?) {
    var written = 0
    while written < count {
      do throws(SystemError) {
        // The rest of the initialized bytes.
        let rest = unsafe UnsafeRawBufferPointer(start: base + written, count: count - written)
        written += try unsafe SystemCalls.write(descriptor, rest)
      } catch {
        return (written, error)
      }
    }
    return (written, nil)
  }

  /// The whole records among the first `limit` bytes.
  func wholeRecords(in limit: Int) -> (bytes: Int, packets: Int) {
    var bytes = 0
    var packets = 0
    while bytes < count {
      // A record begins here, and so a header lies inside the initialized bytes.
      let captured = unsafe base.loadUnaligned(fromByteOffset: bytes + 8, as: UInt32.self)
      let next = bytes + Self.headerLength + Int(captured)
      guard next <= limit else { break }
      bytes = next
      packets += 1
    }
    return (bytes, packets)
  }
}

extension Timestamp {
  /// Whole seconds since 1970, rounded down, and the nanoseconds from there.
  var parts: (seconds: Int64, nanoseconds: Int64) {
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return rest < 0 ? (seconds &- 1, rest &+ 1_000_000_000) : (seconds, rest)
  }
}
