internal import CPrefetch

/// Values in chunks of memory that never move, each found by a number.
///
/// An array would copy every value when it grows and check for uniqueness at every access; a chunk stays where it is.
/// Places are used again, the latest one first, while it is still in the cache.
@safe
struct ZeekSlab<Element: ~Copyable>: ~Copyable {
  /// Chunks of about 32 KiB; a power of two, so that the split of an index is a shift and a mask.
  @inline(__always)
  private static var chunkShift: Int {
    let fit = max(1, (32 << 10) / MemoryLayout<Element>.stride)
    return Int.bitWidth - 1 - fit.leadingZeroBitCount
  }
  @inline(__always)
  private static var chunkCapacity: Int { 1 << chunkShift }

  // Owned: where the chunks are, with room for `room` of them, and the chunks.
  private var chunks: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
  private var chunkCount = 0
  private var room = 4
  /// The place that was left last, which names the one left before it; below 0 if there is none.
  private var freed: Int32 = -1
  /// Places with and without a value; indices are below it.
  private(set) var placeCount = 0

  init() {
    precondition(MemoryLayout<Element>.size >= MemoryLayout<Int32>.size)
    unsafe chunks = .allocate(capacity: room)
  }

  deinit {
    // Allocated by `init` or `addChunk`; who put the values in has taken them out.
    for index in 0..<chunkCount { unsafe chunks[index].deallocate() }
    unsafe chunks.deallocate()
  }

  /// Puts a value in and says where it is.
  @inline(__always)
  mutating func insert(_ element: consuming Element) -> Int32 {
    let index = takePlace()
    // The place exists and holds no value: it is new, or `remove` has taken the value out.
    unsafe place(index).initialize(to: element)
    return index
  }

  /// Takes a value out; its place will be used again.
  @inline(__always)
  mutating func remove(_ index: Int32) {
    // Whoever removes a value has put it in, and forgets its index. Its memory is larger than a number.
    let memory = unsafe place(index).deinitialize(count: 1)
    unsafe memory.storeBytes(of: freed, as: Int32.self)
    freed = index
  }

  /// Takes a value out of a slab that is about to go.
  func discard(_ index: Int32) {
    // As in `remove`.
    unsafe place(index).deinitialize(count: 1)
  }

  /// A place without a value.
  @inline(__always)
  private mutating func takePlace() -> Int32 {
    let index = freed
    guard index >= 0 else { return reserve() }
    // `remove` has written there which place was left before.
    freed = unsafe UnsafeRawPointer(place(index)).load(as: Int32.self)
    return index
  }

  /// Makes room for one more value.
  private mutating func reserve() -> Int32 {
    let index = placeCount
    if index & (Self.chunkCapacity - 1) == 0 { addChunk() }
    placeCount += 1
    return Int32(truncatingIfNeeded: index)
  }

  private mutating func addChunk() {
    if chunkCount == room {
      let larger = UnsafeMutablePointer<UnsafeMutablePointer<Element>>.allocate(capacity: 2 * room)
      unsafe larger.update(from: chunks, count: chunkCount)
      unsafe chunks.deallocate()
      unsafe chunks = larger
      room *= 2
    }
    // Aligned, so that a value of whole lines of the cache begins where one does; bound once.
    let chunk = UnsafeMutableRawPointer.allocate(
      byteCount: MemoryLayout<Element>.stride << Self.chunkShift, alignment: 64)
    unsafe (chunks + chunkCount).initialize(
      to: chunk.bindMemory(to: Element.self, capacity: Self.chunkCapacity))
    chunkCount += 1
  }

  /// Fetches a value that will be needed soon, or some of its lines in the cache.
  @inline(__always)
  func prefetch(_ index: Int32, lines: Range<Int> = 0..<(MemoryLayout<Element>.size + 63) / 64) {
    let start = unsafe UnsafeRawPointer(place(index))
    for line in lines { unsafe synfin_prefetch(start + line * 64) }
  }

  /// The value at an index that `insert` returned.
  subscript(index: Int32) -> Element {
    @inline(__always)
    unsafeAddress {
      unsafe UnsafePointer(place(index))
    }
    @inline(__always)
    unsafeMutableAddress {
      unsafe place(index)
    }
  }

  @inline(__always)
  private func place(_ index: Int32) -> UnsafeMutablePointer<Element> {
    // An index outside would be a bug of this target, never something that a packet can cause.
    precondition(index >= 0 && Int(index) < placeCount)
    let chunk = unsafe chunks[Int(index) >> Self.chunkShift]
    return unsafe chunk + (Int(index) & (Self.chunkCapacity - 1))
  }
}
