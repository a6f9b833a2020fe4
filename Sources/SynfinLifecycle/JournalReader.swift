import SynfinWire

/// How far a journal was read; good as long as nothing is put in or taken out.
///
/// It points at the words: of a borrowed chunk the compiler copies all to take one.
@safe
struct JournalReader {
  fileprivate var words: UnsafePointer<UInt64>
  fileprivate var position = 1
  fileprivate var chunk: Int32
  fileprivate let last: Int32
  fileprivate let end: Int
  fileprivate var packet: UInt64
  fileprivate var time: Int64

  fileprivate init(
    words: UnsafePointer<UInt64>, chunk: Int32, last: Int32, end: Int, packet: UInt64
  ) {
    unsafe self.words = words
    self.chunk = chunk
    self.last = last
    self.end = end
    self.packet = packet
    // The first word of all is the time of the first segment.
    time = unsafe Int64(bitPattern: words[0])
  }

  /// When the connection began.
  var start: (packet: UInt64, time: Timestamp) { (packet, Timestamp(nanoseconds: time)) }

  fileprivate var hasMore: Bool { chunk != last || position < end }
}

extension SegmentJournal {
  /// Begins to read the segments of a connection.
  func reader(of flow: borrowing TCPFlow) -> JournalReader {
    let head = chunks[flow.place].next
    return unsafe JournalReader(
      words: UnsafePointer(chunks.words(of: head)), chunk: head, last: flow.place,
      end: Int(flow.words),
      packet: UInt64(chunks[head].firstPacket))
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
    if JournalEntry.hasTimestamps(moment) { _ = word(&reader) }
    let options = JournalEntry.hasOptions(moment) ? word(&reader) : 0
    for _ in 0..<JournalEntry.blocks(options) { _ = word(&reader) }
    return JournalGlance(moment: moment, numbers: numbers, header: header, options: options)
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
    if reader.position == JournalChunk.capacity { turn(&reader) }
    defer { reader.position += 1 }
    // `position` is below the capacity.
    return unsafe reader.words[reader.position]
  }

  /// Goes to the next chunk.
  private func turn(_ reader: inout JournalReader) {
    reader.chunk = chunks[reader.chunk].next
    unsafe reader.words = UnsafePointer(chunks.words(of: reader.chunk))
    reader.position = 0
  }
}
