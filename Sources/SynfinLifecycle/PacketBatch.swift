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
  /// `tcp` or `udp`; `none` for a packet that is kept whole.
  var kind: Transport.Kind
  /// Whether its decoding came to its end.
  var isWhole: Bool
  var delivery: Delivery
  /// The segment; of a datagram, the fields that both have.
  var segment: Segment

  /// Stands where no packet was put yet.
  static func empty(_ seed: FlowSeed) -> BatchedPacket {
    let ip = InternetHeader()
    return BatchedPacket(
      name: FlowName(ip, 0, 0, seed), kind: .none, isWhole: true,
      delivery: Delivery(ip, fragments: 0, number: 0, time: Timestamp(nanoseconds: 0)),
      segment: Segment(
        sourcePort: 0, destinationPort: 0, sequenceNumber: SequenceNumber(0), flags: []))
  }

  /// The datagram.
  var datagram: Datagram {
    @inline(__always)
    get {
      Datagram(
        sourcePort: segment.sourcePort, destinationPort: segment.destinationPort,
        payloadLength: Int(segment.payloadLength), checksum: segment.checksum)
    }
    @inline(__always)
    set {
      segment.sourcePort = newValue.sourcePort
      segment.destinationPort = newValue.destinationPort
      segment.payloadLength = newValue.payloadLength
      segment.checksum = newValue.checksum
    }
  }
}

/// Packets on their way to a tracker, which takes them together; see `Tracker+Batch.swift`.
///
/// One thread fills it, another may hand it to the tracker: they must pass it on, not share it.
@safe
public final class PacketBatch: @unchecked Sendable {
  /// How many packets it holds.
  @inlinable public static var capacity: Int { 512 }

  /// Whether its first packet is the first of a file.
  public var beginsFile = false

  private let seed: FlowSeed
  // Owned: allocated and initialized in init, freed in deinit; trivial, so that nobody needs to deinitialize them.
  private let packets: UnsafeMutablePointer<BatchedPacket>
  @usableFromInline private(set) var count = 0
  /// The packets that are kept whole, in their order: fragments, what came through tunnels, what is neither TCP nor UDP.
  private(set) var wholes: [(packet: Packet, bytes: Range<Int>)] = []
  /// Their bytes.
  private(set) var bytes: [UInt8] = []

  init(_ seed: FlowSeed) {
    self.seed = seed
    unsafe packets = .allocate(capacity: Self.capacity)
    unsafe packets.initialize(repeating: .empty(seed), count: Self.capacity)
  }

  deinit {
    unsafe packets.deallocate()
  }

  /// Whether it has to be handed on.
  @inlinable public var isFull: Bool { count == Self.capacity }

  /// Whether there is something in it.
  @inlinable public var isEmpty: Bool { count == 0 }

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
    // Inside of what was allocated. Written in place: what is put together first is copied afterwards.
    let place = unsafe packets + count
    count &+= 1
    let isAlone = !packet.fragment.isFragment && packet.tunnels.isEmpty
    var ports: (source: UInt16, destination: UInt16) = (0, 0)
    var kind = packet.transportKind
    switch kind {
    case .tcp where isAlone:
      ports = (packet.segment.sourcePort, packet.segment.destinationPort)
      unsafe place.pointee.segment = packet.segment
    case .udp where isAlone:
      ports = (packet.datagram.sourcePort, packet.datagram.destinationPort)
      unsafe place.pointee.datagram = packet.datagram
    default:
      kind = .none
      keepWhole(packet, bytes)
    }
    unsafe place.pointee.name = FlowName(packet.ip, ports.source, ports.destination, seed)
    unsafe place.pointee.kind = kind
    unsafe place.pointee.isWhole = packet.issue.reason == .none
    unsafe place.pointee.delivery = Delivery(packet.ip, fragments: 0, number: number, time: time)
  }

  @inline(never)
  private func keepWhole(_ packet: Packet, _ bytes: RawSpan) {
    let start = self.bytes.count
    // Only what fragments and tunnels are read from again.
    if packet.fragment.isFragment || !packet.tunnels.isEmpty {
      unsafe bytes.withUnsafeBytes { unsafe self.bytes.append(contentsOf: $0) }
    }
    wholes.append((packet, start..<self.bytes.count))
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
