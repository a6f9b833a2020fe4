internal import CPrefetch

/// Plain values in chunks of memory that never move: the storage of everything that lives per connection.
///
/// An array would copy every value when it grows and check for uniqueness at every access; a chunk stays where it is.
@safe
struct Slab<Element: ~Copyable>: ~Copyable {
  /// A power of two, so that the split of an index is a shift and a mask.
  private static var chunkCapacity: Int { 1 << chunkShift }
  @inline(__always)
  private static var chunkShift: Int {
    let fit = ChunkReserve.chunkBytes / MemoryLayout<Element>.stride
    return Int.bitWidth - 1 - fit.leadingZeroBitCount
  }

  // Owned: where the chunks are, with room for `room` of them, and the chunks.
  private var chunks: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
  private var chunkCount = 0
  private var room = 4
  private var freed: [Int32] = []
  /// How many values were ever put in; indices are below it.
  private(set) var count = 0
  /// How many are in now.
  var inUse: Int { count - freed.count }

  private let stock: ChunkReserve?

  /// Makes an empty slab.
  ///
  /// - Parameter stock: where to look for memory first.
  init(_ stock: ChunkReserve? = nil) {
    self.stock = stock
    unsafe chunks = .allocate(capacity: room)
  }

  deinit {
    // Allocated by `init` or `addChunk`; the values have nothing to release.
    for index in 0..<chunkCount { unsafe chunks[index].deallocate() }
    unsafe chunks.deallocate()
  }

  /// Puts a value in and says where it is.
  mutating func insert(_ element: consuming Element) -> Int32 {
    guard let index = freed.popLast() else { return append(element) }
    self[index] = element
    return index
  }

  /// Puts in a copy of a value of another slab, byte by byte, and says where it is.
  ///
  /// Only for values without references, as all values here are.
  mutating func insertCopy(of index: Int32, from other: borrowing Slab) -> Int32 {
    let copy = freed.popLast() ?? reserve()
    overwrite(copy, withCopyOf: index, from: other)
    return copy
  }

  /// Makes the first value a copy of a value of another slab, as `insertCopy` does.
  mutating func makeFirst(copyOf index: Int32, from other: borrowing Slab) {
    overwrite(count == 0 ? reserve() : 0, withCopyOf: index, from: other)
  }

  private mutating func overwrite(
    _ place: Int32, withCopyOf index: Int32, from other: borrowing Slab
  ) {
    // Both slots exist, and a value without references is its bytes.
    unsafe UnsafeMutableRawPointer(self.place(place)).copyMemory(
      from: other.place(index), byteCount: MemoryLayout<Element>.size)
  }

  /// Puts a value behind all others, so that indices count up in the order of the calls.
  mutating func append(_ element: consuming Element) -> Int32 {
    let index = reserve()
    // The slot exists and was never initialised before.
    unsafe place(index).initialize(to: element)
    return index
  }

  /// Makes room for one more value.
  private mutating func reserve() -> Int32 {
    let index = count
    if index & (Self.chunkCapacity - 1) == 0 { addChunk() }
    count += 1
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
    let chunk = unsafe stock?.take() ?? ChunkReserve.allocate()
    // Bound once, and never given back before the slab goes; its values are trivial.
    unsafe (chunks + chunkCount).initialize(
      to: chunk.bindMemory(to: Element.self, capacity: Self.chunkCapacity))
    chunkCount += 1
  }

  /// Takes a value out; its place will be used again.
  mutating func remove(_ index: Int32) {
    freed.append(index)
  }

  /// Fetches a value, which will be needed soon.
  @inline(__always)
  func prefetch(_ index: Int32) {
    let start = unsafe UnsafeRawPointer(place(index))
    var offset = 0
    while offset < MemoryLayout<Element>.size {
      unsafe synfin_prefetch(start + offset)
      offset &+= 64
    }
  }

  /// Where a value is, which stays there as long as the slab.
  @inline(__always)
  func address(of index: Int32) -> UnsafePointer<Element> { unsafe UnsafePointer(place(index)) }

  /// The value at an index that `insert` or `append` returned.
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
