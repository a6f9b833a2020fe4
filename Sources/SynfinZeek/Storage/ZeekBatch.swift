/// Packets that wait to be taken together.
@safe
struct ZeekBatch: ~Copyable {
  static var capacity: Int { 128 }

  // Owned: allocated and initialized in init, freed in deinit; trivial, so that nobody needs to deinitialize them.
  private let packets: UnsafeMutablePointer<ZeekPacket>
  private(set) var count = 0

  init() {
    unsafe packets = .allocate(capacity: Self.capacity)
    unsafe packets.initialize(repeating: ZeekPacket(), count: Self.capacity)
  }

  deinit {
    unsafe packets.deallocate()
  }

  /// The place behind the last packet, to be written before `count` moves on.
  var next: ZeekPacket {
    @inline(__always)
    unsafeAddress {
      unsafe UnsafePointer(free)
    }
    @inline(__always)
    unsafeMutableAddress {
      unsafe free
    }
  }

  @inline(__always)
  private var free: UnsafeMutablePointer<ZeekPacket> {
    precondition(count < Self.capacity)
    return unsafe packets + count
  }

  /// Makes what was written into `next` the last packet; whether the batch is full now.
  @inline(__always)
  mutating func keepNext() -> Bool {
    precondition(count < Self.capacity)
    count += 1
    return count == Self.capacity
  }

  /// Makes it empty.
  mutating func removeAll() { count = 0 }

  subscript(index: Int) -> ZeekPacket {
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
  private func place(_ index: Int) -> UnsafeMutablePointer<ZeekPacket> {
    precondition(index >= 0 && index < count)
    return unsafe packets + index
  }
}
