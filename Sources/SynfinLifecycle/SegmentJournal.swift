import SynfinWire

/// The segments of connections as they came, in 24 to 32 bytes each, until somebody asks what they amount to.
///
/// A segment takes three words of 64 bits, a fourth with timestamps, and more with other options:
///
///     |      nanoseconds since the last       | packets since the last | bits |
///     |          sequence number              |   acknowledgment number       |
///     |  window | payload | identification | time to live |       flags        |
///     | [TSval                                |            TSecr]             |
///     | [MSS | window scale, SACK blocks | kinds | bytes of headers]           |
///     | [a SACK block]...                                                      |
///
/// The first word of all has, above its bits, the time since the first segment of all connections instead. What does not
/// fit, such as more than four seconds between two segments, is refused; then the connection has to leave the journal.
///
/// The words stand in cache lines. The last one is part of the flow, so that most segments need nothing else; a full one is
/// moved here, where the flow's last one leads to it, and it to the one before.
struct SegmentJournal: ~Copyable {
  /// Full chunks after which a connection is smaller as a `Connection`; the last segment before can fill two more.
  static var chunkLimit: Int { 42 }

  // Read in `JournalReader.swift`.
  private(set) var chunks: Slab<JournalChunk>
  /// The time of the first segment of all.
  private(set) var epoch: Int64?

  init(_ reserve: ChunkReserve? = nil) {
    chunks = Slab(reserve)
  }

  /// Begins the journal of a connection; false if its first segment does not fit.
  mutating func begin(
    _ entry: borrowing JournalEntry, _ blocks: SACKBlocks, from sender: Side,
    in flow: inout TCPFlow
  ) -> Bool {
    let time = entry.time.nanoseconds
    let epoch = epoch ?? time
    self.epoch = epoch
    guard let moment = entry.beginning(time &- epoch, from: sender) else { return false }
    flow.facts.insert(.journaled)
    flow.start = entry.sequence
    flow.tail.firstPacket = UInt32(truncatingIfNeeded: entry.packet)
    write(moment, entry, blocks, to: &flow)
    return true
  }

  /// Takes a segment of a connection whose others are here; false if it is none, or the segment not for it.
  @inline(__always)
  mutating func keep(
    _ entry: borrowing JournalEntry, _ blocks: @autoclosure () -> SACKBlocks, senderIsLow: Bool,
    in flow: inout TCPFlow
  ) -> Bool {
    guard flow.facts.contains(.journaled) else { return false }
    let sender = flow.side(senderIsLow)
    if flow.previous >= 0, !flow.fits(entry, from: sender) { return false }
    // Only in a simultaneous open; then the journal does not say any more what number the client begins with.
    if sender == .client, entry.flags.isSynAck { flow.facts.remove(.startKnown) }
    guard flow.chunks < Self.chunkLimit,
      let moment = entry.following(flow.lastPacket, flow.lastTime, from: sender)
    else { return false }
    write(moment, entry, blocks(), to: &flow)
    return true
  }

  // MARK: - Writing

  @inline(__always)
  private mutating func write(
    _ moment: UInt64, _ entry: borrowing JournalEntry, _ blocks: @autoclosure () -> SACKBlocks,
    to flow: inout TCPFlow
  ) {
    flow.lastPacket = UInt32(truncatingIfNeeded: entry.packet)
    flow.lastTime = entry.time.nanoseconds
    if flow.words == JournalChunk.capacity { moveTail(of: &flow) }
    guard flow.words <= JournalChunk.capacity - 4, !entry.hasOptions else {
      return writeSingly(moment, entry, blocks(), to: &flow)
    }
    let position = Int(flow.words)
    // All four lie inside; the last one counts only with timestamps.
    unsafe flow.tail.words[unchecked: position] = moment
    unsafe flow.tail.words[unchecked: position &+ 1] = entry.numbers
    unsafe flow.tail.words[unchecked: position &+ 2] = entry.header
    unsafe flow.tail.words[unchecked: position &+ 3] = entry.clocks
    flow.words &+= entry.hasTimestamps ? 4 : 3
  }

  /// Writes a segment that may begin in one chunk and end in the next.
  @inline(never)
  private mutating func writeSingly(
    _ moment: UInt64, _ entry: borrowing JournalEntry, _ blocks: SACKBlocks,
    to flow: inout TCPFlow
  ) {
    push(moment, to: &flow)
    push(entry.numbers, to: &flow)
    push(entry.header, to: &flow)
    if entry.hasTimestamps { push(entry.clocks, to: &flow) }
    guard entry.hasOptions else { return }
    push(entry.options, to: &flow)
    for index in 0..<Int(JournalEntry.blocks(entry.options)) {
      let block = blocks[index]
      push(UInt64(block.left.rawValue) << 32 | UInt64(block.right.rawValue), to: &flow)
    }
  }

  @inline(__always)
  private mutating func push(_ word: UInt64, to flow: inout TCPFlow) {
    if flow.words == JournalChunk.capacity { moveTail(of: &flow) }
    flow.tail.words[Int(flow.words)] = word
    flow.words &+= 1
  }

  /// Moves the last chunk of a flow, which is full, out of it.
  private mutating func moveTail(of flow: inout TCPFlow) {
    flow.tail.previous = chunks.insert(flow.tail)
    flow.chunks &+= 1
    flow.words = 0
  }

  /// Forgets the segments of a connection.
  mutating func release(_ flow: inout TCPFlow) {
    flow.facts.remove(.journaled)
    for _ in 0..<flow.chunks {
      chunks.remove(flow.tail.previous)
      flow.tail.previous = chunks[flow.tail.previous].previous
    }
    flow.chunks = 0
    flow.words = 0
  }

  // MARK: - Fetching ahead

  /// Fetches the full chunks of some connections.
  func prefetch(_ chains: inout JournalGroup) {
    for chain in 0..<chains.count { chunks.prefetch(chains.reached[chain]) }
    while chains.count > 0 {
      for chain in (0..<chains.count).reversed() {
        let previous = chunks[chains.reached[chain]].previous
        if previous < 0 {
          chains.count -= 1
          chains.reached[chain] = chains.reached[chains.count]
        } else {
          chunks.prefetch(previous)
          chains.reached[chain] = previous
        }
      }
    }
  }
}

/// A cache line of a journal.
struct JournalChunk: BitwiseCopyable {
  static let capacity = 7

  /// The index of the chunk before; -1 for none.
  var previous: Int32 = -1
  /// The number of the connection's first packet.
  var firstPacket: UInt32 = 0
  var words = [7 of UInt64](repeating: 0)
}

/// Journals that are fetched together, each by the latest chunk that was not looked into yet.
struct JournalGroup {
  static let size: Int32 = 16

  var count = 0
  var reached = [16 of Int32](repeating: 0)

  /// Where the group of an index ends.
  static func end(of index: Int32) -> Int32 { (index / size + 1) * size }

  mutating func append(_ chunk: Int32) {
    reached[count] = chunk
    count += 1
  }
}
