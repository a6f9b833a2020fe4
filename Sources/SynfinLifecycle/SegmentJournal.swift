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
/// The first word of all is the time of the first segment. What does not fit, such as more than four seconds between
/// two segments, is refused; then the connection has to leave the journal.
struct SegmentJournal: ~Copyable {
  /// Chunks that a connection may take; beyond that it is smaller as a `Connection`.
  private static var chunkLimit: UInt8 { 20 }

  // Read in `JournalReader.swift`.
  private(set) var chunks = Slab<JournalChunk>()

  /// Takes a segment of a connection whose others are here; false if it is none, or the segment not for it.
  @inline(__always)
  mutating func keep(
    _ segment: borrowing Segment, _ delivery: borrowing Delivery, senderIsLow: Bool,
    in flow: inout TCPFlow
  ) -> Bool {
    guard flow.facts.contains(.journaled) else { return false }
    let sender = flow.side(senderIsLow)
    if flow.previous >= 0, !flow.fits(copy segment, from: sender) { return false }
    // Only in a simultaneous open; then the journal does not say any more what number the client begins with.
    if sender == .client, segment.flags.isSynAck { flow.facts.remove(.startKnown) }
    return append(segment, delivery, from: sender, to: &flow)
  }

  /// Takes a segment of a connection; false if it does not fit.
  @inline(__always)
  mutating func append(
    _ segment: borrowing Segment, _ delivery: borrowing Delivery, from sender: Side,
    to flow: inout TCPFlow
  ) -> Bool {
    let isFirst = flow.place < 0
    let entry = JournalEntry(
      segment, delivery, sender, after: isFirst ? delivery.number : UInt64(flow.lastPacket),
      isFirst ? delivery.time.nanoseconds : flow.lastTime)
    guard entry.fits, flow.chunks < Self.chunkLimit else { return false }
    if isFirst {
      begin(&flow, delivery.number, delivery.time)
      flow.start = segment.sequenceNumber
    }
    flow.lastPacket = UInt32(truncatingIfNeeded: delivery.number)
    flow.lastTime = delivery.time.nanoseconds
    let words = Int(flow.words)
    if entry.hasOptions || words + 4 > JournalChunk.capacity {
      push(entry, segment.options, to: &flow)
    } else {
      chunks[flow.place].put(
        entry.moment, entry.numbers, entry.header, entry.clocks, at: words)
      flow.words = UInt8(words + (entry.hasTimestamps ? 4 : 3))
    }
    return true
  }

  private mutating func begin(_ flow: inout TCPFlow, _ packet: UInt64, _ time: Timestamp) {
    addChunk(to: &flow)
    chunks[flow.place].firstPacket = UInt32(truncatingIfNeeded: packet)
    push(UInt64(bitPattern: time.nanoseconds), to: &flow)
  }

  private mutating func push(
    _ entry: JournalEntry, _ options: borrowing TCPOptions, to flow: inout TCPFlow
  ) {
    push(entry.moment, to: &flow)
    push(entry.numbers, to: &flow)
    push(entry.header, to: &flow)
    if entry.hasTimestamps { push(entry.clocks, to: &flow) }
    guard entry.hasOptions else { return }
    push(entry.options, to: &flow)
    for index in 0..<Int(options.sackCount) {
      let block = options.sackBlocks[index]
      push(UInt64(block.left.rawValue) << 32 | UInt64(block.right.rawValue), to: &flow)
    }
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
    chunks.prefetch(flow.place, offset: 64)
  }

  /// Fetches the first chunk of a connection; the last one should be there.
  @inline(__always)
  func prefetchStart(of flow: borrowing TCPFlow) {
    let head = chunks[flow.place].next
    chunks.prefetch(head)
    chunks.prefetch(head, offset: 64)
  }

  @inline(__always)
  private mutating func push(_ word: UInt64, to flow: inout TCPFlow) {
    if flow.words == JournalChunk.capacity { addChunk(to: &flow) }
    chunks[flow.place].words[Int(flow.words)] = word
    flow.words += 1
  }

  /// Puts a chunk behind the last one; the last one leads to the first.
  private mutating func addChunk(to flow: inout TCPFlow) {
    let chunk = chunks.insert(JournalChunk())
    if flow.place < 0 {
      chunks[chunk].next = chunk
    } else {
      chunks[chunk].next = chunks[flow.place].next
      chunks[flow.place].next = chunk
    }
    flow.place = chunk
    flow.words = 0
    flow.chunks += 1
  }
}

/// Two cache lines of a journal.
struct JournalChunk: BitwiseCopyable {
  static let capacity = 15

  var next: Int32 = -1
  /// In the first chunk, the number of the first packet.
  var firstPacket: UInt32 = 0
  var words = [15 of UInt64](repeating: 0)
  @inline(__always)
  mutating func put(
    _ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64, at index: Int
  ) {
    words[index] = first
    words[index + 1] = second
    words[index + 2] = third
    words[index + 3] = fourth
  }
}
