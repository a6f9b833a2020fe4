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

  private var chunks = Slab<JournalChunk>()

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

  /// Begins to read the segments of a connection.
  func reader(of flow: borrowing TCPFlow) -> JournalReader {
    let head = chunks[flow.place].next
    return unsafe JournalReader(
      words: chunks.words(of: head), chunk: head, last: flow.place, end: Int(flow.words),
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
    unsafe reader.words = chunks.words(of: reader.chunk)
    reader.position = 0
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

extension Slab<JournalChunk> {
  /// Where the words of a chunk are, which stay there.
  fileprivate func words(of index: Int32) -> UnsafePointer<UInt64> {
    // The words follow the two numbers of 32 bits that a chunk begins with.
    unsafe (UnsafeRawPointer(address(of: index)) + 8).assumingMemoryBound(to: UInt64.self)
  }
}

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

/// The words of one segment.
private struct JournalEntry {
  /// The low byte of the first word.
  private struct Bits {
    static let isServers: UInt64 = 1
    static let checksumShift: UInt64 = 1
    static let hasTimestamps: UInt64 = 8
    static let hasOptions: UInt64 = 16
    static let isIPv6: UInt64 = 32
  }

  /// Whether the segment fits into the words.
  let fits: Bool
  let moment: UInt64
  let numbers: UInt64
  let clocks: UInt64
  let header: UInt64
  let options: UInt64

  var hasOptions: Bool { Self.hasOptions(moment) }
  var hasTimestamps: Bool { Self.hasTimestamps(moment) }

  @inline(__always)
  static func hasTimestamps(_ moment: UInt64) -> Bool { moment & Bits.hasTimestamps != 0 }

  @inline(__always)
  static func hasOptions(_ moment: UInt64) -> Bool { moment & Bits.hasOptions != 0 }

  /// Packs a segment; look at `fits` before anything else.
  @inline(__always)
  init(
    _ segment: borrowing Segment, _ delivery: borrowing Delivery, _ sender: Side,
    after lastPacket: UInt64, _ lastTime: Int64
  ) {
    let kinds = segment.options.kinds
    let step = delivery.time.nanoseconds &- lastTime
    let packets = delivery.number &- lastPacket
    let payload = Int(segment.payloadLength)
    let headers = Int(delivery.ipBytes) &- payload
    // All that is wider than its place, in one number.
    let excess =
      UInt64(bitPattern: step) >> 32 | packets >> 24 | delivery.number >> 32
      | UInt64(bitPattern: Int64(payload | headers)) >> 16
      | UInt64(segment.flags.rawValue >> 8) | UInt64(delivery.fragments)
    let hasDamagedHeader = delivery.hasDamagedHeader
    let isDamaged = segment.checksum == .wrong || hasDamagedHeader
    fits = excess == 0 && !isDamaged && !kinds.contains(.multipath)
    var bits = sender == .server ? Bits.isServers : 0
    bits |= UInt64(segment.checksum.rawValue) << Bits.checksumShift
    if kinds.contains(.timestamps) { bits |= Bits.hasTimestamps }
    let plain = Self.plainHeaders(bits)
    if kinds.isSubset(of: .timestamps), headers == plain || headers == plain + 20 {
      if headers != plain { bits |= Bits.isIPv6 }
      options = 0
    } else {
      bits |= Bits.hasOptions
      options =
        UInt64(segment.options.maximumSegmentSize) << 48
        | UInt64(segment.options.windowScale) << 40 | UInt64(segment.options.sackCount) << 32
        | UInt64(kinds.rawValue) << 16 | UInt64(truncatingIfNeeded: headers)
    }
    moment = UInt64(bitPattern: step) << 32 | packets << 8 | bits
    numbers =
      UInt64(segment.sequenceNumber.rawValue) << 32
      | UInt64(segment.acknowledgmentNumber.rawValue)
    clocks =
      UInt64(segment.options.timestampValue) << 32 | UInt64(segment.options.timestampEchoReply)
    header =
      UInt64(segment.window) << 48 | UInt64(truncatingIfNeeded: payload) << 32
      | UInt64(delivery.identification) << 16 | UInt64(delivery.timeToLive) << 8
      | UInt64(segment.flags.rawValue)
  }

  @inline(__always)
  private static func checksum(_ moment: UInt64) -> ChecksumStatus {
    switch moment >> Bits.checksumShift & 3 {
    case 0: .unverified
    case 1: .correct
    case 2: .offloaded
    default: .absent
    }
  }

  /// Bytes of an IPv4 and a TCP header with no options but the timestamps.
  @inline(__always)
  private static func plainHeaders(_ bits: UInt64) -> Int {
    bits & Bits.hasTimestamps != 0 ? 52 : 40
  }

  @inline(__always)
  static func packets(_ moment: UInt64) -> UInt64 { moment >> 8 & 0xFF_FFFF }

  @inline(__always)
  static func nanoseconds(_ moment: UInt64) -> Int64 { Int64(moment >> 32) }

  /// Unpacks a segment, but for its SACK blocks.
  @inline(__always)
  static func unpack(
    _ moment: UInt64, _ numbers: UInt64, _ clocks: UInt64, _ header: UInt64, _ options: UInt64,
    into arrival: inout Arrival
  ) {
    let payload = UInt16(truncatingIfNeeded: header >> 32)
    arrival.segment.sequenceNumber = SequenceNumber(UInt32(truncatingIfNeeded: numbers >> 32))
    arrival.segment.acknowledgmentNumber = SequenceNumber(UInt32(truncatingIfNeeded: numbers))
    arrival.segment.flags = TCPFlags(rawValue: UInt16(truncatingIfNeeded: header & 0xFF))
    arrival.segment.window = UInt16(truncatingIfNeeded: header >> 48)
    arrival.segment.payloadLength = Int32(payload)
    arrival.segment.checksum = checksum(moment)
    arrival.segment.options.timestampValue = UInt32(truncatingIfNeeded: clocks >> 32)
    arrival.segment.options.timestampEchoReply = UInt32(truncatingIfNeeded: clocks)
    // Without a word of their own, all these are 0.
    arrival.segment.options.maximumSegmentSize = UInt16(truncatingIfNeeded: options >> 48)
    arrival.segment.options.windowScale = UInt8(truncatingIfNeeded: options >> 40)
    arrival.segment.options.sackCount = UInt8(truncatingIfNeeded: options >> 32)
    arrival.identification = UInt16(truncatingIfNeeded: header >> 16)
    arrival.timeToLive = UInt8(truncatingIfNeeded: header >> 8)
    arrival.sender = moment & Bits.isServers != 0 ? .server : .client
    var headers = plainHeaders(moment) + (moment & Bits.isIPv6 != 0 ? 20 : 0)
    var kinds: TCPOptions.Kinds = moment & Bits.hasTimestamps != 0 ? .timestamps : []
    if hasOptions(moment) {
      kinds = TCPOptions.Kinds(rawValue: UInt16(truncatingIfNeeded: options >> 16))
      headers = Int(options & 0xFFFF)
    }
    arrival.segment.options.kinds = kinds
    arrival.ipBytes = UInt32(truncatingIfNeeded: headers + Int(payload))
  }
}
