internal import CPrefetch

/// What a `FlowTable` can hold.
protocol Flow: ~Copyable {
  /// The flow that it is about.
  var key: FlowKey { get }
}

/// Flows, and the latest one of each key found by hash.
///
/// Open addressing with linear probing. A slot is 64 bits: the hash, and the index of the flow plus one; 0 is empty.
@safe
struct FlowTable<Element: Flow & ~Copyable>: ~Copyable {
  /// The flows; as long as none is removed, indices count up in the order of first packets.
  var flows: Slab<Element>
  private var slots: UnsafeMutablePointer<UInt64>
  private var mask: Int
  /// Slots that lead to a flow.
  private(set) var used = 0

  init(_ reserve: ChunkReserve? = nil) {
    flows = Slab(reserve)
    mask = 255
    unsafe slots = Self.emptySlots(mask + 1)
  }

  deinit {
    // Allocated by `emptySlots`, of a trivial type.
    unsafe slots.deallocate()
  }

  /// The index of the latest flow with this key; nil if there is none.
  @inline(__always)
  func find(_ key: borrowing FlowKey, _ hash: UInt32) -> Int32? {
    var position = Int(hash) & mask
    while true {
      // `mask` keeps the position inside the slots.
      let slot = unsafe slots[position]
      if slot == 0 { return nil }
      if UInt32(truncatingIfNeeded: slot >> 32) == hash {
        let index = Self.index(slot)
        if flows[index].key == key { return index }
      }
      position = (position + 1) & mask
    }
  }

  /// Fetches the place where the search for a hash begins.
  @inline(__always)
  func prefetch(_ hash: UInt32) {
    // `mask` keeps the position inside the slots.
    unsafe synfin_prefetch(slots + (Int(hash) & mask))
  }

  /// Fetches the flow whose slot is the first with a hash, which most often is the one; says where that slot is.
  @inline(__always)
  func prefetchFlow(_ hash: UInt32) -> Int32 {
    var position = Int(hash) & mask
    while true {
      // `mask` keeps the position inside the slots.
      let slot = unsafe slots[position]
      let isIt = UInt32(truncatingIfNeeded: slot >> 32) == hash
      if slot == 0 || isIt {
        if slot != 0 { flows.prefetch(Self.index(slot)) }
        return Int32(truncatingIfNeeded: position)
      }
      position = (position &+ 1) & mask
    }
  }

  /// The same as `find`, which knows where the slot was when it was fetched.
  @inline(__always)
  func find(_ key: borrowing FlowKey, _ hash: UInt32, near position: Int32) -> Int32? {
    // There is but one slot for a key, and `mask` keeps the position inside.
    let slot = unsafe slots[Int(position) & mask]
    if slot != 0, UInt32(truncatingIfNeeded: slot >> 32) == hash {
      let index = Self.index(slot)
      if flows[index].key == key { return index }
    }
    return find(key, hash)
  }

  /// Puts a flow in; from now on its key leads to it.
  mutating func insert(_ flow: consuming Element, _ hash: UInt32) -> Int32 {
    let key = flow.key
    if (used + 1) * 10 > (mask + 1) * 7 { grow() }
    let index = flows.insert(flow)
    var position = Int(hash) & mask
    while true {
      let slot = unsafe slots[position]
      let isSame =
        slot != 0 && UInt32(truncatingIfNeeded: slot >> 32) == hash
        && flows[Self.index(slot)].key == key
      if slot == 0 || isSame {
        if slot == 0 { used += 1 }
        unsafe slots[position] = Self.slot(hash, index)
        return index
      }
      position = (position + 1) & mask
    }
  }

  /// Takes a flow out, if its key still leads to it: from now on to another flow with that key, or nowhere if `heir` is -1.
  mutating func remove(_ index: Int32, _ hash: UInt32, heir: Int32) {
    if let position = position(of: index, hash) {
      if heir >= 0 {
        unsafe slots[position] = Self.slot(hash, heir)
      } else {
        clear(position)
      }
    }
    flows.remove(index)
  }

  /// The slot that leads to a flow.
  private func position(of index: Int32, _ hash: UInt32) -> Int? {
    let wanted = Self.slot(hash, index)
    var position = Int(hash) & mask
    // `mask` keeps the position inside the slots.
    while unsafe slots[position] != 0 {
      if unsafe slots[position] == wanted { return position }
      position = (position + 1) & mask
    }
    return nil
  }

  /// Empties a slot and moves up what a search would not find behind it.
  private mutating func clear(_ position: Int) {
    var hole = position
    var next = (hole + 1) & mask
    // `mask` keeps positions inside the slots.
    while unsafe slots[next] != 0 {
      let home = Int(unsafe slots[next] >> 32) & mask
      if (next - home) & mask >= (next - hole) & mask {
        unsafe slots[hole] = slots[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    unsafe slots[hole] = 0
    used -= 1
  }

  private mutating func grow() {
    let oldCount = mask + 1
    let old = unsafe slots
    mask = oldCount * 2 - 1
    unsafe slots = Self.emptySlots(mask + 1)
    for position in 0..<oldCount {
      let slot = unsafe old[position]
      if slot != 0 { place(slot) }
    }
    unsafe old.deallocate()
  }

  private func place(_ slot: UInt64) {
    var position = Int(slot >> 32) & mask
    while unsafe slots[position] != 0 { position = (position + 1) & mask }
    unsafe slots[position] = slot
  }

  private static func slot(_ hash: UInt32, _ index: Int32) -> UInt64 {
    UInt64(hash) << 32 | UInt64(UInt32(bitPattern: index &+ 1))
  }

  private static func index(_ slot: UInt64) -> Int32 {
    Int32(bitPattern: UInt32(truncatingIfNeeded: slot)) &- 1
  }

  private static func emptySlots(_ count: Int) -> UnsafeMutablePointer<UInt64> {
    let bytes = count * MemoryLayout<UInt64>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    // Just what was allocated, `count` slots long.
    unsafe synfin_populate(memory, bytes)
    return unsafe memory.initializeMemory(as: UInt64.self, repeating: 0, count: count)
  }
}
