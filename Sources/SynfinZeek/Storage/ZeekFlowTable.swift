/// What is known of every connection, whatever became of it: its flow, its beginning, and where the rest is.
struct ZeekEntry: BitwiseCopyable {
  /// The addresses and ports of the first packet, in its direction.
  let flow: ZeekFlow
  /// The number of the first packet and, in the low byte, how many connections that packet had begun before this one:
  /// connections are ordered and told apart by it.
  let order: UInt64
  /// The time of the first packet in microseconds since 1970-01-01 UTC.
  let start: Int64
  /// The time of the entry that counts among the timers.
  var timerDue = Int64.max
  /// Where the rest is.
  var state: ZeekPlace

  init(flow: ZeekFlow, order: UInt64, start: Int64, state: ZeekPlace) {
    self.flow = flow
    self.order = order
    self.start = start
    self.state = state
  }

  /// The connection's unique identifier.
  var uid: ZeekUID { ZeekUID(flow, number: order >> 8, time: start) }
}

/// Where what became of a connection is kept.
enum ZeekPlace: BitwiseCopyable {
  /// In brief.
  case brief(Int32)
  case full(Int32)
}

/// The connection that a packet belongs to.
struct ZeekMatch: BitwiseCopyable {
  /// Its place.
  let slot: Int32
  /// Whether the packet goes the way of the connection's first packet.
  let isForward: Bool
}

/// The connections that have not ended, found by their flows.
///
/// Open addressing with linear probing. A slot is 64 bits: the hash, and the index of the entry plus one; 0 is empty.
@safe
struct ZeekFlowTable: ~Copyable {
  /// The connections; an index stays the same as long as its connection lives.
  var entries = ZeekSlab<ZeekEntry>()
  private var slots: UnsafeMutablePointer<UInt64>
  private var mask: Int
  /// How many connections there are.
  private(set) var count = 0
  private let seed: (UInt64, UInt64)

  init() {
    mask = 255
    unsafe slots = Self.emptySlots(mask + 1)
    seed = (UInt64.random(in: 1 ... .max), UInt64.random(in: 1 ... .max))
  }

  deinit {
    // Allocated by `emptySlots`, of a trivial type.
    unsafe slots.deallocate()
  }

  /// The connection of a flow; nil if there is none.
  @inline(__always)
  func find(_ flow: ZeekFlow) -> ZeekMatch? {
    let hash = flow.hash(seed)
    var position = Int(hash) & mask
    while true {
      // `mask` keeps the position inside the slots.
      let slot = unsafe slots[position]
      if slot == 0 { return nil }
      if UInt32(truncatingIfNeeded: slot >> 32) == hash {
        let index = Self.index(slot)
        if entries[index].flow.isSame(as: flow) { return ZeekMatch(slot: index, isForward: true) }
        if entries[index].flow.isReverse(of: flow) {
          return ZeekMatch(slot: index, isForward: false)
        }
      }
      position = (position + 1) & mask
    }
  }

  /// Puts in the connection of a flow that has none.
  mutating func insert(_ entry: ZeekEntry) -> Int32 {
    if (count + 1) * 10 > (mask + 1) * 6 { grow() }
    count += 1
    let index = entries.insert(entry)
    place(UInt64(entry.flow.hash(seed)) << 32 | UInt64(UInt32(bitPattern: index &+ 1)))
    return index
  }

  /// Takes a connection out.
  mutating func remove(_ index: Int32) {
    var gap = Int(entries[index].flow.hash(seed)) & mask
    while unsafe slots[gap] == 0 || Self.index(slots[gap]) != index { gap = (gap + 1) & mask }
    // Slots behind the gap that would be looked for in front of it move there, so that no search ends too early.
    var position = (gap + 1) & mask
    while true {
      let slot = unsafe slots[position]
      if slot == 0 { break }
      let home = Int(slot >> 32) & mask
      if (position &- home) & mask >= (position &- gap) & mask {
        unsafe slots[gap] = slot
        gap = position
      }
      position = (position + 1) & mask
    }
    unsafe slots[gap] = 0
    count -= 1
    entries.remove(index)
  }

  /// All connections in no order.
  var all: [Int32] {
    var all: [Int32] = []
    all.reserveCapacity(count)
    for position in 0...mask {
      // `mask` is the last slot.
      let slot = unsafe slots[position]
      if slot != 0 { all.append(Self.index(slot)) }
    }
    return all
  }

  /// All connections in the order of their beginnings.
  func sorted() -> [Int32] {
    // In the order of their places first: much of it is then in order already, and each entry is near the last one.
    var ordered = all.sorted().map { (order: entries[$0].order, index: $0) }
    ordered.sort { $0.order < $1.order }
    return ordered.map(\.index)
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

  private static func index(_ slot: UInt64) -> Int32 {
    Int32(bitPattern: UInt32(truncatingIfNeeded: slot)) &- 1
  }

  private static func emptySlots(_ count: Int) -> UnsafeMutablePointer<UInt64> {
    let slots = UnsafeMutablePointer<UInt64>.allocate(capacity: count)
    // The memory is fresh, and `count` slots long.
    unsafe slots.initialize(repeating: 0, count: count)
    return unsafe slots
  }
}
