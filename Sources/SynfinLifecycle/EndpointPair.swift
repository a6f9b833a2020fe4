/// The two ends of a connection, in memory that `EndpointStore` owns and never moves.
///
/// An end is far too large to be copied for one of its fields, and stored inside the connection the compiler would copy
/// both for many a read. Behind an address nothing is copied. A pair is valid as long as the store that made it: both
/// live in the tracker.
@safe
struct EndpointPair {
  fileprivate let first: UnsafeMutablePointer<Endpoint>

  /// Makes both ends like those of another pair.
  func become(_ other: EndpointPair) {
    // Both pairs exist, and an end has no references: it is its bytes.
    unsafe UnsafeMutableRawPointer(first).copyMemory(
      from: other.first, byteCount: 2 * MemoryLayout<Endpoint>.stride)
  }

  /// Where an end is.
  @inline(__always)
  fileprivate func address(_ side: Side) -> UnsafeMutablePointer<Endpoint> {
    unsafe first + Int(side.rawValue)
  }
}

extension Connection {
  /// One end, where it is.
  subscript(side: Side) -> Endpoint {
    @inline(__always)
    unsafeAddress {
      unsafe UnsafePointer(ends.address(side))
    }
    @inline(__always)
    nonmutating unsafeMutableAddress {
      unsafe ends.address(side)
    }
  }
}

/// Owns the ends of all connections, in chunks that never move.
@safe
struct EndpointStore: ~Copyable {
  private static var pairsInChunk: Int { 16 }

  private var chunks: [UnsafeMutablePointer<Endpoint>] = unsafe []
  private var used = pairsInChunk
  private var freed: [EndpointPair] = []
  /// How many pairs are in use now.
  var inUse: Int {
    unsafe chunks.count * Self.pairsInChunk - (Self.pairsInChunk - used) - freed.count
  }

  deinit {
    // Allocated by `reserve`; the ends have nothing to release.
    for index in unsafe chunks.indices { unsafe chunks[index].deallocate() }
  }

  /// Makes two ends of which nothing is known.
  mutating func makePair() -> EndpointPair {
    let pair = reserve()
    // Both places exist, and ends have nothing to release.
    unsafe pair.first.initialize(to: Endpoint())
    unsafe (pair.first + 1).initialize(to: Endpoint())
    return pair
  }

  /// Makes two ends like those of another pair.
  mutating func makeCopy(of other: EndpointPair) -> EndpointPair {
    let pair = reserve()
    pair.become(other)
    return pair
  }

  /// Takes back two ends; their place will be used again.
  mutating func remove(_ pair: EndpointPair) {
    freed.append(pair)
  }

  private mutating func reserve() -> EndpointPair {
    if let pair = freed.popLast() { return pair }
    if used == Self.pairsInChunk {
      unsafe chunks.append(.allocate(capacity: 2 * Self.pairsInChunk))
      used = 0
    }
    defer { used += 1 }
    return unsafe EndpointPair(first: chunks[chunks.count - 1] + 2 * used)
  }
}
