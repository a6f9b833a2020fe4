internal import CPrefetch
import SynfinWire

/// A flow as a packet names it.
struct FlowName: BitwiseCopyable {
  let key: FlowKey
  let senderIsLow: Bool
  let hash: UInt32

  @inline(__always)
  init(
    _ ip: borrowing InternetHeader, _ sourcePort: UInt16, _ destinationPort: UInt16,
    _ seed: FlowSeed
  ) {
    self.init(ip.source, sourcePort, ip.destination, destinationPort, seed)
  }

  @inline(__always)
  init(
    _ source: IPAddress, _ sourcePort: UInt16, _ destination: IPAddress, _ destinationPort: UInt16,
    _ seed: FlowSeed
  ) {
    (key, senderIsLow) = FlowKey.make(source, sourcePort, destination, destinationPort)
    hash = key.hash(seed)
  }
}

extension FlowName {
  /// The port of the sender.
  var sourcePort: UInt16 { senderIsLow ? key.low.port : key.high.port }
  /// The port of the receiver.
  var destinationPort: UInt16 { senderIsLow ? key.high.port : key.low.port }
}

/// A packet on its way to the tracker: what it needs of it, in a line and a half of the cache.
///
/// It crosses from one core to another, so each byte counts.
struct BatchedPacket: BitwiseCopyable {
  var name: FlowName
  /// `tcp` or `udp`; `none` for a packet that is kept whole.
  var kind: Transport.Kind
  /// Whether its decoding came to its end.
  var isWhole: Bool
  /// Whether it goes to many hosts.
  var isToMany: Bool
  /// The segment or the datagram.
  var entry: JournalEntry
}

/// A packet that has more to say than fits into a `BatchedPacket`.
struct WholePacket {
  let packet: Packet
  /// Where its bytes are among those of the batch.
  let bytes: Range<Int>
  let number: UInt64
  let time: Timestamp
}

/// Packets on their way to a tracker, which takes them together; see `Tracker+Batch.swift`.
///
/// One thread fills it, another may hand it to the tracker: they must pass it on, not share it.
@safe
public final class PacketBatch: @unchecked Sendable {
  /// How many packets it holds.
  public static let capacity = 512
  private static let byteLimit = 1 << 20

  // Owned: allocated in init, freed in deinit; trivial. The packets are read only where a pen wrote, so that a batch which
  // stays small takes no more pages than it needs.
  fileprivate let packets: UnsafeMutablePointer<BatchedPacket>
  /// The SACK blocks of each packet that has some.
  fileprivate let blocks: UnsafeMutablePointer<SACKBlocks>
  /// The packets in it.
  var count = 0
  /// The packets that are kept whole, in their order: fragments, what came through tunnels or is damaged, what is neither
  /// TCP nor UDP.
  private(set) var wholes: [WholePacket] = []
  /// Their bytes.
  private(set) var bytes: [UInt8] = []

  /// Makes an empty batch.
  public init() {
    unsafe packets = .allocate(capacity: Self.capacity)
    unsafe blocks = .allocate(capacity: Self.capacity)
    unsafe blocks.initialize(repeating: TCPOptions().sackBlocks, count: Self.capacity)
  }

  deinit {
    unsafe packets.deallocate()
    unsafe blocks.deallocate()
  }

  /// Whether it has to be handed on because of the bytes that are kept.
  var hasManyBytes: Bool { bytes.count >= Self.byteLimit }

  /// Keeps a packet for which a pen made a place.
  func keepWhole(_ packet: Packet, _ bytes: RawSpan, _ number: UInt64, _ time: Timestamp) {
    let start = self.bytes.count
    // Only what fragments and tunnels are read from again.
    if packet.fragment.isFragment || !packet.tunnels.isEmpty {
      unsafe bytes.withUnsafeBytes { unsafe self.bytes.append(contentsOf: $0) }
    }
    wholes.append(
      WholePacket(packet: packet, bytes: start..<self.bytes.count, number: number, time: time))
  }

  /// Makes it empty.
  public func removeAll() {
    count = 0
    wholes.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }

  subscript(index: Int) -> BatchedPacket {
    @inline(__always)
    unsafeAddress {
      precondition(index >= 0 && index < count)
      return unsafe UnsafePointer(packets + index)
    }
  }

  /// The SACK blocks of a packet that has some.
  func blocks(_ index: Int) -> SACKBlocks {
    precondition(index >= 0 && index < count)
    return unsafe blocks[index]
  }
}

/// Where in a batch the next packet goes; good as long as the batch lives.
@safe
struct BatchPen {
  private let packets: UnsafeMutablePointer<BatchedPacket>
  private let blocks: UnsafeMutablePointer<SACKBlocks>
  private(set) var count: Int

  init(_ batch: PacketBatch) {
    unsafe packets = batch.packets
    unsafe blocks = batch.blocks
    count = batch.count
  }

  var isFull: Bool { count == PacketBatch.capacity }

  /// Writes a plain packet, and says whether the batch is full now.
  @inline(__always)
  mutating func write(
    _ entry: JournalEntry, _ name: FlowName, _ plain: borrowing PlainPacket
  ) -> Bool {
    let index = count
    let place = unsafe next(entry, name)
    unsafe place.pointee.kind = plain.kind
    unsafe place.pointee.isWhole = true
    if plain.kind == .udp {
      unsafe place.pointee.isToMany = plain.isToMany
    } else if entry.hasOptions {
      unsafe blocks[index] = plain.options.sackBlocks
    }
    return count == PacketBatch.capacity
  }

  /// Writes a segment.
  mutating func write(
    _ entry: JournalEntry, _ name: FlowName, _ segment: borrowing Segment, isWhole: Bool
  ) {
    let index = count
    let place = unsafe next(entry, name)
    unsafe place.pointee.kind = .tcp
    unsafe place.pointee.isWhole = isWhole
    unsafe blocks[index] = segment.options.sackBlocks
  }

  /// Writes a datagram.
  mutating func write(_ entry: JournalEntry, _ name: FlowName, isToMany: Bool, isWhole: Bool) {
    let place = unsafe next(entry, name)
    unsafe place.pointee.kind = .udp
    unsafe place.pointee.isToMany = isToMany
    unsafe place.pointee.isWhole = isWhole
  }

  /// Makes a place for a packet that is kept whole.
  mutating func writeWhole() {
    precondition(!isFull)
    unsafe packets[count].kind = .none
    count &+= 1
  }

  /// The next place, with what all that are not kept whole have.
  @inline(__always)
  private mutating func next(
    _ entry: JournalEntry, _ name: FlowName
  ) -> UnsafeMutablePointer<BatchedPacket> {
    precondition(!isFull)
    // Inside of what was allocated. Written in place: what is put together first is copied afterwards.
    let place = unsafe packets + count
    // The other core has the lines behind: they are on their way here while the next packets are decoded.
    unsafe synfin_prefetch_to_write(place + 6)
    unsafe synfin_prefetch_to_write(UnsafeRawPointer(place + 6) + 64)
    unsafe place.pointee.entry = entry
    unsafe place.pointee.name = name
    count &+= 1
    return unsafe place
  }
}
