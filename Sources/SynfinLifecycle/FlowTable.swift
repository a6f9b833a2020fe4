/// What a `FlowTable` can hold.
protocol Flow: ~Copyable {
  /// The flow that it is about.
  var key: FlowKey { get }
}

/// Flows in the order of their first packets, and the latest one of each key found by hash.
///
/// Open addressing with linear probing. A slot is 64 bits: the hash, and the index of the flow plus one; 0 is empty.
@safe
struct FlowTable<Element: Flow & ~Copyable>: ~Copyable {
  /// The flows; indices count up in the order of first packets.
  var flows = Slab<Element>()
  private var slots: UnsafeMutablePointer<UInt64>
  private var mask: Int
  private var used = 0
  private let seed: (UInt64, UInt64)

  init() {
    mask = 255
    unsafe slots = Self.emptySlots(mask + 1)
    seed = (UInt64.random(in: 1 ... .max), UInt64.random(in: 1 ... .max))
  }

  deinit {
    // Allocated by `emptySlots`, of a trivial type.
    unsafe PageBlocks.deallocate(slots)
  }

  /// The index of the latest flow with this key; nil if there is none.
  func find(_ key: FlowKey) -> Int32? {
    let hash = key.hash(seed)
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

  /// Puts a flow in; from now on its key leads to it.
  mutating func insert(_ flow: consuming Element) -> Int32 {
    let key = flow.key
    if (used + 1) * 10 > (mask + 1) * 6 { grow() }
    let index = flows.append(flow)
    let hash = key.hash(seed)
    var position = Int(hash) & mask
    while true {
      let slot = unsafe slots[position]
      let isSame =
        slot != 0 && UInt32(truncatingIfNeeded: slot >> 32) == hash
        && flows[Self.index(slot)].key == key
      if slot == 0 || isSame {
        if slot == 0 { used += 1 }
        unsafe slots[position] = UInt64(hash) << 32 | UInt64(UInt32(bitPattern: index &+ 1))
        return index
      }
      position = (position + 1) & mask
    }
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
    unsafe PageBlocks.deallocate(old)
  }

  private func place(_ slot: UInt64) {
    var position = Int(slot >> 32) & mask
    while unsafe slots[position] != 0 { position = (position + 1) & mask }
    unsafe slots[position] = slot
  }

  private static func index(_ slot: UInt64) -> Int32 {
    Int32(bitPattern: UInt32(truncatingIfNeeded: slot)) &- 1
  }

  private static func emptySlots(_ count: Int) -> UnsafeMutablePointer<UInt64> {
    let bytes = count * MemoryLayout<UInt64>.stride
    // The memory is fresh, and `count` slots long.
    let slots = unsafe PageBlocks.allocate(bytes).bindMemory(to: UInt64.self, capacity: count)
    unsafe slots.initialize(repeating: 0, count: count)
    return unsafe slots
  }
}
