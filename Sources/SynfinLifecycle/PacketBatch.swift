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
    (key, senderIsLow) = FlowKey.make(ip.source, sourcePort, ip.destination, destinationPort)
    hash = key.hash(seed)
  }
}

/// A packet on its way to the tracker: what it needs of it.
struct BatchedPacket: BitwiseCopyable {
  var name: FlowName
  /// The segment or datagram; `none` for a packet that is kept whole.
  var transport: Transport
  var delivery: Delivery
  /// Whether its decoding came to its end.
  var isWhole: Bool
}

/// Packets on their way to a tracker, which takes them together; see `Tracker+Batch.swift`.
///
/// One thread fills it, another may hand it to the tracker: they must pass it on, not share it.
@safe
public final class PacketBatch: @unchecked Sendable {
  /// How many packets it holds.
  public static let capacity = 512

  /// Whether its first packet is the first of a file.
  public var beginsFile = false

  private let seed: FlowSeed
  // Owned: allocated in init, freed in deinit; the first `count` are initialized, and trivial.
  private let packets: UnsafeMutablePointer<BatchedPacket>
  private(set) var count = 0
  /// The packets that are kept whole, in their order: fragments, what came through tunnels, what is neither TCP nor UDP.
  private(set) var wholes: [(packet: Packet, bytes: Range<Int>)] = []
  /// Their bytes.
  private(set) var bytes: [UInt8] = []

  init(_ seed: FlowSeed) {
    self.seed = seed
    unsafe packets = .allocate(capacity: Self.capacity)
  }

  deinit {
    unsafe packets.deallocate()
  }

  /// Whether it has to be handed on.
  public var isFull: Bool { count == Self.capacity }

  /// Whether there is something in it.
  public var isEmpty: Bool { count == 0 }

  /// Puts the next packet of the capture in.
  ///
  /// - Parameters:
  ///   - packet: the decoded packet.
  ///   - bytes: its captured bytes.
  ///   - number: its number in the capture, from 1.
  ///   - time: when it was captured.
  @inline(__always)
  public func append(
    _ packet: borrowing Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) {
    if !packet.fragment.isFragment, packet.tunnels.isEmpty {
      switch packet.transport {
      case .tcp(let segment):
        return append(packet, segment.sourcePort, segment.destinationPort, number, time)
      case .udp(let datagram):
        return append(packet, datagram.sourcePort, datagram.destinationPort, number, time)
      default: break
      }
    }
    appendWhole(copy packet, bytes, number, time)
  }

  @inline(__always)
  private func append(
    _ packet: borrowing Packet, _ source: UInt16, _ destination: UInt16, _ number: UInt64,
    _ time: Timestamp
  ) {
    append(
      BatchedPacket(
        name: FlowName(packet.ip, source, destination, seed), transport: packet.transport,
        delivery: Delivery(packet.ip, fragments: 0, number: number, time: time),
        isWhole: packet.issue.reason == .none))
  }

  @inline(never)
  private func appendWhole(
    _ packet: Packet, _ bytes: RawSpan, _ number: UInt64, _ time: Timestamp
  ) {
    let start = self.bytes.count
    // Only what fragments and tunnels are read from again.
    if packet.fragment.isFragment || !packet.tunnels.isEmpty {
      unsafe bytes.withUnsafeBytes { unsafe self.bytes.append(contentsOf: $0) }
    }
    wholes.append((packet, start..<self.bytes.count))
    append(
      BatchedPacket(
        name: FlowName(packet.ip, 0, 0, seed), transport: .none,
        delivery: Delivery(packet.ip, fragments: 0, number: number, time: time), isWhole: true))
  }

  @inline(__always)
  private func append(_ packet: BatchedPacket) {
    precondition(count < Self.capacity)
    // Inside of what was allocated.
    unsafe (packets + count).initialize(to: packet)
    count += 1
  }

  /// Makes it empty.
  public func removeAll() {
    count = 0
    beginsFile = false
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
}
