import SynfinWire

/// How far a journal was read; good as long as nothing is put in or taken out.
///
/// It points at the words: of a borrowed chunk the compiler copies all to take one.
@safe
struct JournalReader {
  /// The next word, and the end of the chunk that it is in.
  fileprivate var next: UnsafePointer<UInt64>
  fileprivate var end: UnsafePointer<UInt64>
  /// The words of the last chunk, and where they end.
  private let tail: UnsafePointer<UInt64>
  private let tailEnd: UnsafePointer<UInt64>
  /// The full chunks, the latest one first, and how many of them were not begun yet.
  private var chunks = [44 of Int32](repeating: -1)
  private var remaining: Int
  /// When the connection began.
  private(set) var start: (packet: UInt64, time: Timestamp)
  // Of the last segment; before the first, as if the steps in its first word led from there.
  fileprivate var packet: UInt64
  fileprivate var time: Int64

  @inline(__always)
  fileprivate init(_ flow: UnsafePointer<TCPFlow>, _ journal: borrowing SegmentJournal) {
    // The chunk is the last part of the flow, and its words the last part of the chunk; both stay where they are.
    unsafe tail =
      UnsafeRawPointer(flow + 1).assumingMemoryBound(to: UInt64.self)
      - JournalChunk.capacity
    unsafe tailEnd = tail + Int(flow.pointee.words)
    remaining = Int(unsafe flow.pointee.chunks)
    var chunk = unsafe flow.pointee.tail.previous
    for index in 0..<remaining {
      chunks[index] = chunk
      chunk = journal.chunks[chunk].previous
    }
    packet = UInt64(unsafe flow.pointee.tail.firstPacket)
    time = journal.epoch ?? 0
    unsafe next = tail
    unsafe end = tail + JournalChunk.capacity
    start = (packet, Timestamp(nanoseconds: time))
    turn(journal)
    let moment = unsafe next[0]
    start.time.nanoseconds &+= JournalEntry.sinceEpoch(moment)
    packet &-= JournalEntry.packets(moment)
    time = start.time.nanoseconds &- JournalEntry.nanoseconds(moment)
  }

  fileprivate var hasMore: Bool { unsafe next != tailEnd }

  /// Goes to the next chunk.
  fileprivate mutating func turn(_ journal: borrowing SegmentJournal) {
    if remaining == 0 {
      unsafe next = tail
    } else {
      remaining &-= 1
      unsafe next = journal.chunks.words(of: chunks[remaining])
    }
    unsafe end = next + JournalChunk.capacity
  }
}

extension Slab<JournalChunk> {
  /// Where the words of a chunk are, which stay there.
  fileprivate func words(of index: Int32) -> UnsafePointer<UInt64> {
    // The words are the last part of a chunk.
    unsafe UnsafeRawPointer(address(of: index) + 1).assumingMemoryBound(to: UInt64.self)
      - JournalChunk.capacity
  }
}

extension SegmentJournal {
  /// Begins to read the segments of a connection.
  @inline(__always)
  func reader(of index: Int32, in flows: borrowing Slab<TCPFlow>) -> JournalReader {
    unsafe JournalReader(flows.address(of: index), self)
  }

  /// Reads the next segment into `arrival`; false behind the last.
  @inline(__always)
  func next(_ reader: inout JournalReader, into arrival: inout Arrival) -> Bool {
    guard reader.hasMore else { return false }
    let moment = word(&reader)
    let numbers = word(&reader)
    let header = word(&reader)
    let clocks = JournalEntry.hasTimestamps(moment) ? word(&reader) : 0
    let options = JournalEntry.hasOptions(moment) ? word(&reader) : 0
    reader.packet &+= JournalEntry.packets(moment)
    reader.time &+= JournalEntry.nanoseconds(moment)
    arrival.packet = reader.packet
    arrival.time = Timestamp(nanoseconds: reader.time)
    JournalEntry.unpack(moment, numbers, clocks, header, options, into: &arrival)
    if arrival.segment.options.sackCount > 0 { readBlocks(&reader, into: &arrival) }
    return true
  }

  /// Reads what matters of the next segment where nothing is out of the ordinary; nil behind the last.
  @inline(__always)
  func glance(_ reader: inout JournalReader) -> JournalGlance? {
    guard reader.hasMore else { return nil }
    let moment = word(&reader)
    let numbers = word(&reader)
    let header = word(&reader)
    let clocks = JournalEntry.hasTimestamps(moment) ? word(&reader) : 0
    let options = JournalEntry.hasOptions(moment) ? word(&reader) : 0
    for _ in 0..<JournalEntry.blocks(options) { _ = word(&reader) }
    return JournalGlance(
      moment: moment, numbers: numbers, header: header, clocks: clocks, options: options)
  }

  private func readBlocks(_ reader: inout JournalReader, into arrival: inout Arrival) {
    for index in 0..<Int(arrival.segment.options.sackCount) {
      let block = word(&reader)
      arrival.segment.options.sackBlocks[index] = SACKBlock(
        left: SequenceNumber(UInt32(truncatingIfNeeded: block >> 32)),
        right: SequenceNumber(UInt32(truncatingIfNeeded: block)))
    }
  }

  @inline(__always)
  private func word(_ reader: inout JournalReader) -> UInt64 {
    if unsafe reader.next == reader.end { reader.turn(self) }
    defer { unsafe reader.next += 1 }
    // It is in the chunk, since it is before its end.
    return unsafe reader.next.pointee
  }
}
