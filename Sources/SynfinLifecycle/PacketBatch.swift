import SynfinWire

/// A flow as a packet names it.
struct FlowName: BitwiseCopyable {
  let key: FlowKey
  let senderIsLow: Bool
  let hash: UInt32

  @inline(__always)
  init(_ key: FlowKey, _ senderIsLow: Bool, _ seed: FlowSeed) {
    self.key = key
    self.senderIsLow = senderIsLow
    hash = key.hash(seed)
  }
}

/// A packet that waits to be looked at.
struct WaitingPacket: BitwiseCopyable {
  var name: FlowName
  var transport: Transport
  var ip: InternetHeader
  var number: UInt64
  var time: Timestamp
}

/// Packets that wait so that what they need from memory can be fetched for all of them at once.
@safe
struct PacketBatch: ~Copyable {
  static var capacity: Int { 32 }

  // Owned: allocated in init, freed in deinit; the first `count` are initialized, and trivial.
  private let packets: UnsafeMutablePointer<WaitingPacket>
  private(set) var count = 0

  init() {
    unsafe packets = .allocate(capacity: Self.capacity)
  }

  deinit {
    unsafe packets.deallocate()
  }

  var isFull: Bool { count == Self.capacity }

  @inline(__always)
  mutating func append(_ packet: consuming WaitingPacket) {
    precondition(count < Self.capacity)
    // Inside of what was allocated.
    unsafe (packets + count).initialize(to: packet)
    count += 1
  }

  mutating func removeAll() { count = 0 }

  subscript(index: Int) -> WaitingPacket {
    @inline(__always)
    unsafeAddress {
      precondition(index >= 0 && index < count)
      return unsafe UnsafePointer(packets + index)
    }
  }
}
