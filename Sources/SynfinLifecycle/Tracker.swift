public import SynfinWire

/// Settings of a tracker.
public struct TrackerOptions: Sendable {
  /// Nanoseconds of silence after which a UDP or ICMP echo conversation is over.
  public var conversationTimeout: Int64 = 60_000_000_000
  /// Takes segments with a wrong checksum as good ones.
  public var ignoresChecksums = false
  /// Whether `process` says of every packet what it means; without that the packets of most connections are not looked
  /// at before the end, which is faster and takes less memory.
  public var judgesPackets = true
  /// Where to look for memory first.
  public var reserve: ChunkReserve?
  /// When to let go of what is over; nil keeps everything to the end, as is right for files.
  ///
  /// With it, events tell what happens, and `judgesPackets` is false.
  public var expiry: Expiry?

  /// The defaults.
  public init() {}
}

/// Totals over everything that a tracker saw.
public struct TrackerTotals: Sendable {
  /// Packets, whatever they were.
  public var packets: UInt64 = 0
  /// TCP segments.
  public var tcp: UInt64 = 0
  /// UDP datagrams.
  public var udp: UInt64 = 0
  /// ICMP and ICMPv6 messages.
  public var icmp: UInt64 = 0
  /// IP packets of other protocols.
  public var otherIP: UInt64 = 0
  /// Fragments, whether or not their datagram was completed.
  public var fragments: UInt64 = 0
  /// Packets without IP.
  public var notIP: UInt64 = 0
  /// Packets whose decoding ended early.
  public var undecoded: UInt64 = 0
  /// The first of them.
  public var firstUndecoded: UInt64?
  /// ICMP errors that quote no connection of the capture.
  public var unmatchedErrors: UInt64 = 0
  /// Packets whose time is before that of the packet before.
  public var clockBackwards: UInt64 = 0
  /// The earliest time.
  public var first: Timestamp?
  /// The latest time.
  public var last: Timestamp?
}

/// Turns decoded packets into the life stories of connections.
///
/// Feed it every packet in capture order, then `finish` it. A connection's record depends on its own packets alone
/// (and on the ICMP errors that quote it).
public struct Tracker: ~Copyable {
  /// What was seen so far.
  public internal(set) var totals = TrackerTotals()

  let options: TrackerOptions
  let seed = FlowSeed()
  var tcpFlows: FlowTable<TCPFlow>
  /// The number of each TCP connection's record.
  var ids: Slab<UInt32>
  /// The segments of the connections that have few, see `Tracker+Journal.swift`.
  var journal: SegmentJournal
  var connections = Slab<Connection>()
  /// The flows whose connections are not in the journal.
  var revived = Slab<Int32>()
  /// What is kept besides, if connections and conversations are to leave.
  var live = LiveState()
  var conversations: FlowTable<Conversation>
  var echoes = FlowTable<Conversation>()
  var endpoints = EndpointStore()
  var cold = ColdStorage()
  /// Connections as they would be if damaged segments did not count; see `Tracker+TCP.swift`.
  var shadows = Slab<Connection>()
  /// The datagram that the last fragment of all completed, decoded; where it was a tunnel's, the packet inside.
  public private(set) var datagram = Packet()
  private var reassembly = FragmentReassembly()
  /// The tunnels that the first packet of a record came through, for those that came through one.
  private(set) var paths: [Int: [TunnelRecord]] = [:]
  private var lastTime: Timestamp?
  private(set) var nextID = 1
  var udpStreams = 0
  var icmpStreams = 0

  /// Makes a tracker that knows no connection yet.
  public init(options: TrackerOptions = TrackerOptions()) {
    var options = options
    // Events say what happens; nobody asks of single packets.
    if let expiry = options.expiry {
      options.judgesPackets = false
      live.followsPackets = expiry.followsPackets
    }
    self.options = options
    tcpFlows = FlowTable(options.reserve)
    ids = Slab(options.reserve)
    journal = SegmentJournal(options.reserve)
    conversations = FlowTable(options.reserve)
  }

  /// Takes the next packet of the capture and says what it means.
  ///
  /// - Parameters:
  ///   - packet: the decoded packet.
  ///   - bytes: its captured bytes; looked at only to put fragments together.
  ///   - number: its number in the capture, from 1.
  ///   - time: when it was captured.
  public mutating func process(
    _ packet: Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) -> PacketVerdict {
    count(time)
    return takeCounted(packet, bytes, number, time)
  }

  /// Takes a packet whose time was counted.
  mutating func takeCounted(
    _ packet: Packet, _ bytes: RawSpan, _ number: UInt64, _ time: Timestamp
  ) -> PacketVerdict {
    if packet.ip.version == 0 { totals.notIP += 1 }
    if packet.issue.reason != .none { countUndecoded(number) }
    guard packet.fragment.isFragment else {
      return dispatch(packet, bytes, fragments: 0, number: number, time: time)
    }
    totals.fragments += 1
    guard packet.ip.headerChecksum != .wrong || options.ignoresChecksums else {
      return takeDamagedFragment(packet, bytes, number, time)
    }
    guard let whole = takeFragment(packet, bytes, number, time) else { return PacketVerdict() }
    datagram = whole.packet
    let kept = reassembly.bytes
    // The span is used within this call alone, while `kept` lives.
    var verdict = unsafe dispatch(
      whole.packet, kept.span.bytes, fragments: whole.fragments, number: number, time: time)
    verdict.reassembled = whole.packet.transport
    return verdict
  }

  /// A fragment with a wrong header checksum is part of no datagram, as its receiver drops it; if it is the first one,
  /// it still tells whose it was, and counts there as a damaged packet.
  private mutating func takeDamagedFragment(
    _ packet: Packet, _ bytes: RawSpan, _ number: UInt64, _ time: Timestamp
  ) -> PacketVerdict {
    guard var first = FragmentReassembly.first(packet, bytes) else { return PacketVerdict() }
    first.ip.headerChecksum = .wrong
    datagram = first
    var verdict = dispatch(first, fragments: 1, number: number, time: time)
    verdict.reassembled = first.transport
    verdict.isIncomplete = true
    return verdict
  }

  /// Says that the next packet begins another file, whose clock need not go on where the last one ended.
  public mutating func beginFile() {
    lastTime = nil
  }

  @inline(__always)
  private mutating func dispatch(
    _ packet: Packet, _ bytes: RawSpan, fragments: UInt32, number: UInt64, time: Timestamp
  ) -> PacketVerdict {
    guard !packet.tunnels.isEmpty else {
      return dispatch(packet, fragments: fragments, number: number, time: time)
    }
    let id = nextID
    let verdict = dispatch(packet, fragments: fragments, number: number, time: time)
    if nextID != id { paths[id] = TunnelRecord.path(of: packet, bytes) }
    return verdict
  }

  private mutating func dispatch(
    _ packet: Packet, fragments: UInt32, number: UInt64, time: Timestamp
  ) -> PacketVerdict {
    switch packet.transport {
    case .tcp(let segment):
      totals.tcp += 1
      return track(
        segment, FlowName(packet.ip, segment.sourcePort, segment.destinationPort, seed),
        Delivery(packet.ip, fragments: fragments, number: number, time: time))
    case .udp(let datagram):
      totals.udp += 1
      return track(
        datagram, FlowName(packet.ip, datagram.sourcePort, datagram.destinationPort, seed),
        Delivery(packet.ip, fragments: fragments, number: number, time: time))
    case .icmp(let message):
      totals.icmp += 1
      return track(message, packet.ip, fragments, number, time)
    case .other: totals.otherIP += 1
    case .fragment, .none: break
    }
    return PacketVerdict()
  }

  /// Counts a packet by its time.
  private mutating func count(_ time: Timestamp) {
    totals.packets += 1
    if live.followsPackets { live.clock = max(live.clock, time.nanoseconds) }
    if let lastTime, time < lastTime { totals.clockBackwards += 1 }
    lastTime = time
    totals.first = min(totals.first ?? time, time)
    totals.last = max(totals.last ?? time, time)
  }

  /// Counts the packets of a batch by their times.
  mutating func countTimes(of batch: borrowing PacketBatch) {
    guard !batch.isEmpty else { return }
    var last = lastTime ?? batch[0].entry.time
    var earliest = totals.first ?? last
    var latest = totals.last ?? last
    for index in 0..<batch.count {
      let time = batch[index].entry.time
      if time < last { totals.clockBackwards += 1 }
      last = time
      if time < earliest { earliest = time }
      if latest < time { latest = time }
    }
    totals.packets += UInt64(batch.count)
    totals.first = earliest
    totals.last = latest
    lastTime = last
  }

  /// Counts a packet whose decoding ended early.
  mutating func countUndecoded(_ number: UInt64) {
    totals.undecoded += 1
    if totals.firstUndecoded == nil { totals.firstUndecoded = number }
  }

  /// The number of the next record.
  mutating func takeID() -> Int {
    defer { nextID += 1 }
    return nextID
  }

  /// The tunnels of a record that is handed out and gone.
  mutating func takePath(_ id: Int) -> [TunnelRecord]? { paths.removeValue(forKey: id) }

  /// Fragments of datagrams that were never completed count with their flow.
  mutating func countIncompleteDatagrams() {
    for datagram in reassembly.takeIncomplete() { countIncomplete(datagram) }
  }

  private mutating func countIncomplete(_ datagram: IncompleteDatagram) {
    switch datagram.packet.transport {
    case .tcp(let segment): countIncomplete(datagram, segment)
    case .udp(let message): countIncomplete(datagram, message)
    default: break
    }
  }

  /// Adds a fragment; a datagram that it completes can be a fragment again, in a tunnel.
  private mutating func takeFragment(
    _ packet: Packet, _ bytes: RawSpan, _ number: UInt64, _ time: Timestamp
  ) -> (packet: Packet, fragments: UInt32)? {
    var whole = reassembly.add(packet, bytes, number: number, at: time)
    if let abandoned = reassembly.takeAbandoned() { countIncomplete(abandoned) }
    for _ in 0..<TunnelList.limit {
      guard let piece = whole?.packet, piece.fragment.isFragment else { return whole }
      let datagram = reassembly.bytes
      // The span is used within this call alone, while `datagram` lives.
      whole = unsafe reassembly.add(piece, datagram.span.bytes, number: number, at: time)
      if let abandoned = reassembly.takeAbandoned() { countIncomplete(abandoned) }
    }
    return whole
  }
}
