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
struct SegmentJournal: ~Copyable {
  /// Chunks that a connection may take; beyond that it is smaller as a `Connection`.
  private static var chunkLimit: UInt8 { 43 }

  // Read in `JournalReader.swift`.
  private(set) var chunks: Slab<JournalChunk>
  /// The time of the first segment of all.
  private(set) var epoch: Int64?

  init(_ reserve: ChunkReserve? = nil) {
    chunks = Slab(reserve)
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
    return append(entry, blocks(), from: sender, to: &flow)
  }

  /// Takes a segment of a connection; false if it does not fit.
  @inline(__always)
  mutating func append(
    _ entry: borrowing JournalEntry, _ blocks: @autoclosure () -> SACKBlocks, from sender: Side,
    to flow: inout TCPFlow
  ) -> Bool {
    guard flow.chunks < Self.chunkLimit else { return false }
    let moment: UInt64
    if flow.place < 0 {
      guard let beginning = begin(&flow, entry, from: sender) else { return false }
      moment = beginning
    } else {
      guard let following = entry.following(flow.lastPacket, flow.lastTime, from: sender)
      else { return false }
      moment = following
    }
    flow.lastPacket = UInt32(truncatingIfNeeded: entry.packet)
    flow.lastTime = entry.time.nanoseconds
    var pen = Pen(flow, chunks)
    push(moment, &pen, &flow)
    push(entry.numbers, &pen, &flow)
    push(entry.header, &pen, &flow)
    if entry.hasTimestamps { push(entry.clocks, &pen, &flow) }
    if entry.hasOptions { pushOptions(entry.options, blocks(), &pen, &flow) }
    flow.words = UInt8(truncatingIfNeeded: pen.position)
    return true
  }

  /// Begins a journal; nil if its first segment does not fit.
  @inline(never)
  private mutating func begin(
    _ flow: inout TCPFlow, _ entry: borrowing JournalEntry, from sender: Side
  ) -> UInt64? {
    let time = entry.time.nanoseconds
    let epoch = epoch ?? time
    self.epoch = epoch
    guard let moment = entry.beginning(time &- epoch, from: sender)
    else { return nil }
    var chunk = JournalChunk()
    chunk.firstPacket = UInt32(truncatingIfNeeded: entry.packet)
    let place = chunks.insert(chunk)
    chunks[place].next = place
    flow.start = entry.sequence
    flow.place = place
    flow.chunks = 1
    flow.words = 0
    return moment
  }

  private mutating func pushOptions(
    _ word: UInt64, _ blocks: @autoclosure () -> SACKBlocks, _ pen: inout Pen,
    _ flow: inout TCPFlow
  ) {
    push(word, &pen, &flow)
    let count = Int(JournalEntry.blocks(word))
    if count > 0 { pushBlocks(blocks(), count, &pen, &flow) }
  }

  @inline(never)
  private mutating func pushBlocks(
    _ blocks: SACKBlocks, _ count: Int, _ pen: inout Pen, _ flow: inout TCPFlow
  ) {
    for index in 0..<count {
      let block = blocks[index]
      push(UInt64(block.left.rawValue) << 32 | UInt64(block.right.rawValue), &pen, &flow)
    }
  }

  /// Where the next word goes.
  @safe
  private struct Pen {
    var words: UnsafeMutablePointer<UInt64>
    var position: Int

    init(_ flow: borrowing TCPFlow, _ chunks: borrowing Slab<JournalChunk>) {
      unsafe words = chunks.words(of: flow.place)
      position = Int(flow.words)
    }
  }

  @inline(__always)
  private mutating func push(_ word: UInt64, _ pen: inout Pen, _ flow: inout TCPFlow) {
    if pen.position == JournalChunk.capacity {
      addChunk(to: &flow)
      pen = Pen(flow, chunks)
    }
    // `position` is below the capacity.
    unsafe pen.words[pen.position] = word
    pen.position += 1
  }

  /// Forgets the segments of a connection.
  mutating func release(_ flow: inout TCPFlow) {
    var chunk = flow.place
    for _ in 0..<flow.chunks {
      let next = chunks[chunk].next
      chunks.remove(chunk)
      chunk = next
    }
    flow.place = -1
    flow.chunks = 0
  }

  // MARK: - Fetching ahead

  /// Fetches the last chunk of a connection, where the next segment will be put.
  @inline(__always)
  func prefetchEnd(of flow: borrowing TCPFlow) {
    chunks.prefetch(flow.place)
  }

  /// Fetches all chunks of some connections, of whom the last ones are known.
  func prefetch(_ chains: inout JournalGroup) {
    for chain in 0..<chains.count { chunks.prefetch(chains.last[chain]) }
    var reached = chains.last
    while chains.count > 0 {
      for chain in (0..<chains.count).reversed() {
        let next = chunks[reached[chain]].next
        if next == chains.last[chain] {
          chains.count -= 1
          chains.last[chain] = chains.last[chains.count]
          reached[chain] = reached[chains.count]
        } else {
          chunks.prefetch(next)
          reached[chain] = next
        }
      }
    }
  }

  /// Puts a chunk behind the last one; the last one leads to the first.
  @inline(never)
  private mutating func addChunk(to flow: inout TCPFlow) {
    let chunk = chunks.insert(JournalChunk())
    chunks[chunk].next = chunks[flow.place].next
    chunks[flow.place].next = chunk
    flow.place = chunk
    flow.words = 0
    flow.chunks += 1
  }
}

/// A cache line of a journal.
struct JournalChunk: BitwiseCopyable {
  static let capacity = 7

  var next: Int32 = -1
  /// In the first chunk, the number of the first packet.
  var firstPacket: UInt32 = 0
  var words = [7 of UInt64](repeating: 0)
}

extension Slab<JournalChunk> {
  /// Where the words of a chunk are, which stay there.
  func words(of index: Int32) -> UnsafeMutablePointer<UInt64> {
    // The words follow the two numbers of 32 bits that a chunk begins with.
    unsafe (UnsafeMutableRawPointer(mutating: address(of: index)) + 8)
      .assumingMemoryBound(to: UInt64.self)
  }
}

/// Journals that are fetched together, by their last chunks.
struct JournalGroup {
  static let size: Int32 = 16

  var count = 0
  var last = [16 of Int32](repeating: 0)

  /// Where the group of an index ends.
  static func end(of index: Int32) -> Int32 { (index / size + 1) * size }

  mutating func append(_ chunk: Int32) {
    last[count] = chunk
    count += 1
  }
}
