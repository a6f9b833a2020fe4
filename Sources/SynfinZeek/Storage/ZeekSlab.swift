/// Values in chunks of memory that never move, each found by a number.
///
/// An array would copy every value when it grows and check for uniqueness at every access; a chunk stays where it is.
/// Places are used again, the latest one first, while it is still in the cache.
@safe
struct ZeekSlab<Element: ~Copyable>: ~Copyable {
  /// Chunks of about 32 KiB; a power of two, so that the split of an index is a shift and a mask.
  private static var chunkShift: Int {
    let fit = max(1, (32 << 10) / MemoryLayout<Element>.stride)
    return Int.bitWidth - 1 - fit.leadingZeroBitCount
  }
  private static var chunkCapacity: Int { 1 << chunkShift }

  private var chunks: [UnsafeMutablePointer<Element>] = unsafe []
  private var freed: [Int32] = []
  private var count = 0

  deinit {
    // Allocated by `reserve`; who put the values in has taken them out.
    for index in unsafe chunks.indices { unsafe chunks[index].deallocate() }
  }

  /// Puts a value in and says where it is.
  mutating func insert(_ element: consuming Element) -> Int32 {
    let index = freed.popLast() ?? reserve()
    // The place exists and holds no value: it is new, or `remove` has taken the value out.
    unsafe place(index).initialize(to: element)
    return index
  }

  /// Takes a value out; its place will be used again.
  mutating func remove(_ index: Int32) {
    // Whoever removes a value has put it in, and forgets its index.
    unsafe place(index).deinitialize(count: 1)
    freed.append(index)
  }

  /// Takes a value out of a slab that is about to go.
  func discard(_ index: Int32) {
    // As in `remove`.
    unsafe place(index).deinitialize(count: 1)
  }

  /// Makes room for one more value.
  private mutating func reserve() -> Int32 {
    let index = count
    if index & (Self.chunkCapacity - 1) == 0 {
      unsafe chunks.append(.allocate(capacity: Self.chunkCapacity))
    }
    count += 1
    return Int32(truncatingIfNeeded: index)
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
    precondition(index >= 0 && Int(index) < count)
    let chunk = unsafe chunks[Int(index) >> Self.chunkShift]
    return unsafe chunk + (Int(index) & (Self.chunkCapacity - 1))
  }
}
