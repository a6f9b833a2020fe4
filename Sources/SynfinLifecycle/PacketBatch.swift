internal import CPrefetch
public import SynfinWire

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
}

/// Packets on their way to a tracker, which takes them together; see `Tracker+Batch.swift`.
///
/// One thread fills it, another may hand it to the tracker: they must pass it on, not share it.
@safe
public final class PacketBatch: @unchecked Sendable {
  /// How many packets it holds.
  public static let capacity = 512
  private static let byteLimit = 1 << 20

  /// Whether its first packet is the first of a file.
  public var beginsFile = false

  private let seed: FlowSeed
  // Owned: allocated and initialized in init, freed in deinit; trivial, so that nobody needs to deinitialize them.
  private let packets: UnsafeMutablePointer<BatchedPacket>
  /// The SACK blocks of each packet that has some.
  private let blocks: UnsafeMutablePointer<SACKBlocks>
  /// Where a plain packet is read into.
  private let plain: UnsafeMutablePointer<PlainPacket>
  private(set) var count = 0
  /// The packets that are kept whole, in their order: fragments, what came through tunnels or is damaged, what is neither
  /// TCP nor UDP.
  private(set) var wholes: [WholePacket] = []
  /// Their bytes.
  private(set) var bytes: [UInt8] = []
  // Apart from them, because asking an array of a class costs more than the rest of `append`.
  private var byteCount = 0

  init(_ seed: FlowSeed) {
    self.seed = seed
    unsafe packets = .allocate(capacity: Self.capacity)
    unsafe blocks = .allocate(capacity: Self.capacity)
    unsafe plain = .allocate(capacity: 1)
    let empty = BatchedPacket(
      name: FlowName(InternetHeader(), 0, 0, seed), kind: .none, isWhole: true, isToMany: false,
      entry: JournalEntry(Timestamp(nanoseconds: 0)))
    unsafe packets.initialize(repeating: empty, count: Self.capacity)
    unsafe plain.initialize(to: PlainPacket())
    unsafe blocks.initialize(repeating: TCPOptions().sackBlocks, count: Self.capacity)
  }

  deinit {
    unsafe packets.deallocate()
    unsafe blocks.deallocate()
    unsafe plain.deallocate()
  }

  /// Whether it has to be handed on: it holds as many packets as it can, or enough bytes of those that are kept whole.
  public var isFull: Bool { count == Self.capacity || byteCount >= Self.byteLimit }

  /// Whether there is something in it.
  public var isEmpty: Bool { count == 0 }

  /// Puts the next packet of the capture in, if it is a plain one; false if it has to be decoded first.
  ///
  /// - Parameters:
  ///   - bytes: its captured bytes.
  ///   - linkType: the type of their first header.
  ///   - originalLength: bytes on the wire.
  ///   - number: its number in the capture, from 1.
  ///   - time: when it was captured.
  public func append(
    plain bytes: RawSpan, linkType: LinkType, originalLength: Int, number: UInt64, time: Timestamp
  ) -> Bool {
    precondition(count < Self.capacity)
    // Allocated in init.
    guard
      unsafe plain.pointee.read(bytes, linkType: linkType, originalLength: originalLength),
      let entry = unsafe JournalEntry(plain.pointee, number: number, time: time)
    else { return false }
    let place = unsafe next()
    unsafe place.pointee.entry = entry
    unsafe place.pointee.name = FlowName(
      plain.pointee.source, plain.pointee.sourcePort, plain.pointee.destination,
      plain.pointee.destinationPort, seed)
    unsafe place.pointee.kind = plain.pointee.kind
    unsafe place.pointee.isWhole = true
    if unsafe plain.pointee.kind == .udp {
      unsafe place.pointee.isToMany = plain.pointee.isToMany
    } else if entry.hasOptions, unsafe plain.pointee.optionKinds.contains(.sack) {
      unsafe blocks[count] = plain.pointee.options.sackBlocks
    }
    count &+= 1
    return true
  }

  /// Where the next packet goes.
  @inline(__always)
  private func next() -> UnsafeMutablePointer<BatchedPacket> {
    // Inside of what was allocated. Written in place: what is put together first is copied afterwards.
    let place = unsafe packets + count
    // The other core has the lines behind: they are on their way here while the next packets are decoded.
    unsafe synfin_prefetch_to_write(place + 6)
    unsafe synfin_prefetch_to_write(UnsafeRawPointer(place + 6) + 64)
    return unsafe place
  }

  /// Puts the next packet of the capture in.
  ///
  /// - Parameters:
  ///   - packet: the decoded packet; it stays as it is, but of one that is only borrowed the compiler makes a copy.
  ///   - bytes: its captured bytes.
  ///   - number: its number in the capture, from 1.
  ///   - time: when it was captured.
  public func append(
    _ packet: inout Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) {
    precondition(count < Self.capacity)
    let place = unsafe next()
    let delivery = Delivery(packet.ip, fragments: 0, number: number, time: time)
    let isAlone = !packet.fragment.isFragment && packet.tunnels.isEmpty
    unsafe place.pointee.isWhole = packet.issue.reason == .none
    if isAlone, packet.transportKind == .tcp, let entry = JournalEntry(packet.segment, delivery) {
      unsafe place.pointee.kind = .tcp
      unsafe place.pointee.entry = entry
      unsafe place.pointee.name = FlowName(
        packet.ip, packet.segment.sourcePort, packet.segment.destinationPort, seed)
      if packet.segment.options.sackCount > 0 {
        unsafe blocks[count] = packet.segment.options.sackBlocks
      }
    } else if isAlone, packet.transportKind == .udp,
      let entry = JournalEntry(packet.datagram, delivery)
    {
      unsafe place.pointee.kind = .udp
      unsafe place.pointee.isToMany = packet.ip.isToMany
      unsafe place.pointee.entry = entry
      unsafe place.pointee.name = FlowName(
        packet.ip, packet.datagram.sourcePort, packet.datagram.destinationPort, seed)
    } else {
      unsafe place.pointee.kind = .none
      unsafe place.pointee.entry = JournalEntry(time)
      keepWhole(packet, bytes, number)
    }
    count &+= 1
  }

  @inline(never)
  private func keepWhole(_ packet: Packet, _ bytes: RawSpan, _ number: UInt64) {
    let start = self.bytes.count
    // Only what fragments and tunnels are read from again.
    if packet.fragment.isFragment || !packet.tunnels.isEmpty {
      unsafe bytes.withUnsafeBytes { unsafe self.bytes.append(contentsOf: $0) }
    }
    byteCount = self.bytes.count
    wholes.append(
      WholePacket(packet: packet, bytes: start..<self.bytes.count, number: number))
  }

  /// Makes it empty.
  public func removeAll() {
    count = 0
    beginsFile = false
    wholes.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
    byteCount = 0
  }

  subscript(index: Int) -> BatchedPacket {
    @inline(__always)
    unsafeAddress {
      precondition(index >= 0 && index < count)
      return unsafe UnsafePointer(packets + index)
    }
  }

  /// The SACK blocks of a packet.
  func blocks(_ index: Int) -> SACKBlocks {
    precondition(index >= 0 && index < count)
    return unsafe blocks[index]
  }
}
