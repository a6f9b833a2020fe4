internal import CPrefetch

/// What finding a connection takes, whatever became of it: its flow, its age, and where the rest is.
///
/// It fills one line of the cache.
struct ZeekEntry: BitwiseCopyable {
  /// The addresses and ports of the first packet, in its direction.
  let flow: ZeekFlow
  /// The number of the first packet and, in the low byte, how many connections that packet had begun before this one:
  /// connections are ordered and told apart by it.
  let order: UInt64
  /// The time of the entry that counts among the timers.
  var timerDue = Int64.max
  /// The flow's hash.
  let hash: UInt32
  private var place: Int32

  init(flow: ZeekFlow, hash: UInt32, order: UInt64, state: ZeekPlace) {
    self.flow = flow
    self.hash = hash
    self.order = order
    place = state.number
  }

  /// Where the rest is.
  var state: ZeekPlace {
    @inline(__always)
    get { place >= 0 ? .brief(place) : .full(~place) }
    @inline(__always)
    set { place = newValue.number }
  }

  /// The unique identifier of a connection that began at a time.
  func uid(start: Int64) -> ZeekUID { ZeekUID(flow, number: order >> 8, time: start) }
}

/// Where what became of a connection is kept.
enum ZeekPlace: BitwiseCopyable {
  /// In brief.
  case brief(Int32)
  case full(Int32)

  /// Both in one number.
  @inline(__always)
  fileprivate var number: Int32 {
    switch self {
    case .brief(let place): place
    case .full(let place): ~place
    }
  }
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

  /// The hash of a flow in this table.
  @inline(__always)
  func hash(_ flow: ZeekFlow) -> UInt32 { flow.hash(seed) }

  /// The connection of a flow; nil if there is none.
  ///
  /// - Parameter guess: a position where it may be, to be looked at first.
  @inline(__always)
  func find(_ flow: ZeekFlow, hash: UInt32, guess: UInt32) -> ZeekMatch? {
    let guessed = slot(at: guess, hash)
    if guessed >= 0, let match = match(guessed, flow) { return match }
    return find(flow, hash: hash)
  }

  /// The connection of a flow; nil if there is none.
  @inline(never)
  func find(_ flow: ZeekFlow, hash: UInt32) -> ZeekMatch? {
    var position = Int(hash) & mask
    while true {
      // `mask` keeps the position inside the slots.
      let slot = unsafe slots[position]
      if slot == 0 { return nil }
      if UInt32(truncatingIfNeeded: slot >> 32) == hash, let match = match(Self.index(slot), flow) {
        return match
      }
      position = (position + 1) & mask
    }
  }

  /// How a packet belongs to a connection; nil if it does not.
  @inline(__always)
  private func match(_ index: Int32, _ flow: ZeekFlow) -> ZeekMatch? {
    // Both at once: no branch could foresee which way a packet goes.
    let ahead = entries[index].flow.difference(from: flow)
    let back = entries[index].flow.difference(fromReverseOf: flow)
    return min(ahead, back) == 0 ? ZeekMatch(slot: index, isForward: ahead == 0) : nil
  }

  /// Puts in the connection of a flow that has none.
  mutating func insert(_ entry: ZeekEntry) -> Int32 {
    if (count + 1) * 10 > (mask + 1) * 6 { grow() }
    count += 1
    let index = entries.insert(entry)
    place(UInt64(entry.hash) << 32 | UInt64(UInt32(bitPattern: index &+ 1)))
    return index
  }

  /// Takes a connection out.
  mutating func remove(_ index: Int32) {
    var gap = Int(entries[index].hash) & mask
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

  /// Fetches the place where the search for a hash begins.
  @inline(__always)
  func prefetchSlot(_ hash: UInt32) {
    // `mask` keeps the position inside the slots.
    unsafe synfin_prefetch(slots + (Int(hash) & mask))
  }

  /// The position of the first connection with a hash, if it is near where the search begins, or else of a free place.
  @inline(__always)
  func position(of hash: UInt32) -> UInt32 {
    var position = hash
    for _ in 0..<8 {
      // As in `prefetchSlot`.
      let slot = unsafe slots[Int(position) & mask]
      if slot == 0 || UInt32(truncatingIfNeeded: slot >> 32) == hash { break }
      position &+= 1
    }
    return position
  }

  /// The connection at a position, if it has a hash; below 0 if not.
  @inline(__always)
  func slot(at position: UInt32, _ hash: UInt32) -> Int32 {
    // As in `prefetchSlot`.
    let slot = unsafe slots[Int(position) & mask]
    return slot != 0 && UInt32(truncatingIfNeeded: slot >> 32) == hash ? Self.index(slot) : -1
  }

  /// All connections in the order of their places, in which many are in the order of their beginnings.
  var all: [Int32] {
    var isThere = [Bool](repeating: false, count: entries.placeCount)
    for position in 0...mask {
      // `mask` is the last slot.
      let slot = unsafe slots[position]
      if slot != 0 { isThere[Int(Self.index(slot))] = true }
    }
    var all: [Int32] = []
    all.reserveCapacity(count)
    for place in isThere.indices where isThere[place] {
      all.append(Int32(truncatingIfNeeded: place))
    }
    return all
  }

  /// All connections in the order of their beginnings.
  func sorted() -> [Int32] {
    var ordered = all.map { (order: entries[$0].order, index: $0) }
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
