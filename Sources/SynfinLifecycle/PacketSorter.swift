public import SynfinWire

/// Puts packets into batches for trackers, of which each has a part of the flows.
@safe
public struct PacketSorter: ~Copyable {
  /// What all packets together amount to, whichever tracker gets them.
  public private(set) var totals = TrackerTotals()
  /// Whether one of the batches is full, and has to be exchanged before the next packet comes.
  public private(set) var hasFullBatch = false

  private let shard: FlowShard
  private var lastTime: Timestamp?
  // Read into in place, which saves a copy of each.
  private var plain = PlainPacket()
  private var batches: [PacketBatch]
  // Owned: allocated in init, freed in deinit. Apart from the batches, as writing through an array of classes costs more
  // than what is written.
  private let pens: UnsafeMutablePointer<BatchPen>

  /// Makes one that has an empty batch for each of the shards, which are all that belong together.
  public init(_ shards: [FlowShard]) {
    shard = shards.first ?? FlowShard()
    batches = (0..<shard.count).map { _ in PacketBatch() }
    unsafe pens = .allocate(capacity: shard.count)
    for index in 0..<shard.count {
      unsafe (pens + index).initialize(to: BatchPen(batches[index]))
    }
  }

  deinit {
    // Plain values.
    unsafe pens.deallocate()
  }

  /// How many shards there are.
  public var shardCount: Int { shard.count }

  /// Says that the next packet begins another file, whose clock need not go on where the last one ended.
  public mutating func beginFile() { lastTime = nil }

  /// Takes the next packet of the capture, if it is a plain one; false if it has to be decoded first.
  ///
  /// - Parameters:
  ///   - bytes: its captured bytes.
  ///   - linkType: the type of their first header.
  ///   - originalLength: bytes on the wire.
  ///   - number: its number in the capture, from 1.
  ///   - time: when it was captured.
  public mutating func append(
    plain bytes: RawSpan, linkType: LinkType, originalLength: Int, number: UInt64, time: Timestamp
  ) -> Bool {
    guard plain.read(bytes, linkType: linkType, originalLength: originalLength),
      let entry = JournalEntry(plain, number: number, time: time)
    else { return false }
    totals.count(time, after: &lastTime)
    let name = FlowName(
      plain.source, plain.sourcePort, plain.destination, plain.destinationPort, shard.seed)
    let owner = shard.owner(of: name.hash)
    // An owner is below the number of shards.
    if unsafe pens[owner].write(entry, name, plain) { hasFullBatch = true }
    return true
  }

  /// Takes the next packet of the capture.
  ///
  /// - Parameters:
  ///   - packet: the decoded packet; it stays as it is, but of one that is only borrowed the compiler makes a copy.
  ///   - bytes: its captured bytes.
  ///   - number: its number in the capture, from 1.
  ///   - time: when it was captured.
  public mutating func append(
    _ packet: inout Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) {
    totals.count(time, after: &lastTime)
    // Which datagram a fragment belongs to, and so which flow, is found out by all.
    guard !packet.fragment.isFragment else {
      for owner in 0..<shard.count { keepWhole(packet, bytes, number, time, owner) }
      return
    }
    let owner = shard.count == 1 ? 0 : shard.owner(of: packet)
    let delivery = Delivery(packet.ip, fragments: 0, number: number, time: time)
    // An owner is below the number of shards.
    let pen = unsafe pens + owner
    let isAlone = packet.tunnels.isEmpty
    if isAlone, packet.transportKind == .tcp, let entry = JournalEntry(packet.segment, delivery) {
      let segment = packet.segment
      let name = FlowName(packet.ip, segment.sourcePort, segment.destinationPort, shard.seed)
      unsafe pen.pointee.write(entry, name, segment, isWhole: packet.issue.reason == .none)
    } else if isAlone, packet.transportKind == .udp,
      let entry = JournalEntry(packet.datagram, delivery)
    {
      let datagram = packet.datagram
      let name = FlowName(packet.ip, datagram.sourcePort, datagram.destinationPort, shard.seed)
      unsafe pen.pointee.write(
        entry, name, isToMany: packet.ip.isToMany, isWhole: packet.issue.reason == .none)
    } else {
      return keepWhole(packet, bytes, number, time, owner)
    }
    if unsafe pen.pointee.isFull { hasFullBatch = true }
  }

  @inline(never)
  private mutating func keepWhole(
    _ packet: Packet, _ bytes: RawSpan, _ number: UInt64, _ time: Timestamp, _ owner: Int
  ) {
    unsafe pens[owner].writeWhole()
    batches[owner].keepWhole(packet, bytes, number, time)
    if unsafe pens[owner].isFull || batches[owner].hasManyBytes { hasFullBatch = true }
  }

  /// Whether the batch of a shard is full.
  public func isFull(_ shard: Int) -> Bool {
    precondition(shard < self.shard.count)
    return unsafe pens[shard].isFull || batches[shard].hasManyBytes
  }

  /// Gives the batch of a shard away.
  ///
  /// - Parameters:
  ///   - shard: from 0.
  ///   - exchange: takes the batch and returns an empty one.
  public mutating func exchange(
    _ shard: Int, _ exchange: (PacketBatch) -> PacketBatch
  ) {
    precondition(shard < self.shard.count)
    batches[shard].count = unsafe pens[shard].count
    batches[shard] = exchange(batches[shard])
    unsafe pens[shard] = BatchPen(batches[shard])
    hasFullBatch = (0..<shardCount).contains { isFull($0) }
  }

  /// Gives the batches of all shards away, full or not; no packet may come after that.
  public mutating func takeBatches() -> [PacketBatch] {
    for index in batches.indices { batches[index].count = unsafe pens[index].count }
    defer { batches = [] }
    return batches
  }
}
