import SynfinWire

/// The segments of connections as they came, in 32 bytes each, until somebody asks what they amount to.
///
/// A segment takes four words of 64 bits, and more if it carries options beyond the timestamps:
///
///     |      nanoseconds since the last       | packets since the last | bits |
///     |          sequence number              |   acknowledgment number       |
///     |              TSval                    |            TSecr              |
///     |  window | payload | identification | time to live |       flags        |
///     | [MSS | window scale, SACK blocks | kinds | bytes of headers]           |
///     | [a SACK block]...                                                      |
///
/// The first word of all is the time of the first segment. What does not fit, such as more than four seconds between
/// two segments, is refused; then the connection has to leave the journal.
struct SegmentJournal: ~Copyable {
  /// Chunks that a connection may take; beyond that it is smaller as a `Connection`.
  private static var chunkLimit: UInt8 { 20 }

  private var chunks = Slab<JournalChunk>()

  /// Takes a segment of a connection; false if it does not fit.
  @inline(__always)
  mutating func append(_ arrival: borrowing Arrival, to flow: inout TCPFlow) -> Bool {
    let isFirst = flow.place < 0
    let entry = JournalEntry(
      arrival, after: isFirst ? arrival.packet : UInt64(flow.lastPacket),
      isFirst ? arrival.time.nanoseconds : flow.lastTime)
    guard let entry, flow.chunks < Self.chunkLimit else { return false }
    if isFirst {
      addChunk(to: &flow)
      chunks[flow.place].firstPacket = UInt32(truncatingIfNeeded: arrival.packet)
      push(UInt64(bitPattern: arrival.time.nanoseconds), to: &flow)
    }
    push(entry.moment, to: &flow)
    push(entry.numbers, to: &flow)
    push(entry.clocks, to: &flow)
    push(entry.header, to: &flow)
    if entry.hasOptions {
      push(entry.options, to: &flow)
      for index in 0..<Int(arrival.segment.options.sackCount) {
        let block = arrival.segment.options.sackBlocks[index]
        push(UInt64(block.left.rawValue) << 32 | UInt64(block.right.rawValue), to: &flow)
      }
    }
    flow.lastPacket = UInt32(truncatingIfNeeded: arrival.packet)
    flow.lastTime = arrival.time.nanoseconds
    return true
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

  /// The sequence number of a connection's first segment.
  func firstNumber(of flow: borrowing TCPFlow) -> SequenceNumber {
    SequenceNumber(UInt32(truncatingIfNeeded: chunks[chunks[flow.place].next].words[2] >> 32))
  }

  /// The number and time of a connection's first packet.
  func start(of flow: borrowing TCPFlow) -> (packet: UInt64, time: Timestamp) {
    let head = chunks[flow.place].next
    return (
      UInt64(chunks[head].firstPacket),
      Timestamp(nanoseconds: Int64(bitPattern: chunks[head].words[0]))
    )
  }

  /// Begins to read the segments of a connection.
  func reader(of flow: borrowing TCPFlow) -> JournalReader {
    let (packet, time) = start(of: flow)
    return JournalReader(
      chunk: chunks[flow.place].next, last: flow.place, words: flow.words, packet: packet,
      time: time.nanoseconds)
  }

  /// The next segment; nil behind the last.
  @inline(__always)
  func next(_ reader: inout JournalReader) -> Arrival? {
    guard reader.hasMore else { return nil }
    let moment = word(&reader)
    let numbers = word(&reader)
    let clocks = word(&reader)
    let header = word(&reader)
    let hasOptions = JournalEntry.hasOptions(moment)
    let options = hasOptions ? word(&reader) : 0
    var arrival = JournalEntry.arrival(
      moment, numbers, clocks, header, options, &reader.packet, &reader.time)
    for index in 0..<Int(arrival.segment.options.sackCount) {
      let block = word(&reader)
      arrival.segment.options.sackBlocks[index] = SACKBlock(
        left: SequenceNumber(UInt32(truncatingIfNeeded: block >> 32)),
        right: SequenceNumber(UInt32(truncatingIfNeeded: block)))
    }
    return arrival
  }

  @inline(__always)
  private func word(_ reader: inout JournalReader) -> UInt64 {
    if reader.position == JournalChunk.capacity {
      reader.chunk = chunks[reader.chunk].next
      reader.position = 0
    }
    defer { reader.position += 1 }
    return chunks[reader.chunk].words[reader.position]
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
}

/// How far a journal was read.
struct JournalReader {
  fileprivate var chunk: Int32
  fileprivate var position = 1
  fileprivate let last: Int32
  fileprivate let words: UInt8
  fileprivate var packet: UInt64
  fileprivate var time: Int64

  fileprivate init(chunk: Int32, last: Int32, words: UInt8, packet: UInt64, time: Int64) {
    self.chunk = chunk
    self.last = last
    self.words = words
    self.packet = packet
    self.time = time
  }

  fileprivate var hasMore: Bool { chunk != last || position < Int(words) }
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

  let moment: UInt64
  let numbers: UInt64
  let clocks: UInt64
  let header: UInt64
  let options: UInt64

  var hasOptions: Bool { Self.hasOptions(moment) }

  @inline(__always)
  static func hasOptions(_ moment: UInt64) -> Bool { moment & Bits.hasOptions != 0 }

  /// Packs a segment; nil if it does not fit.
  @inline(__always)
  init?(
    _ arrival: borrowing Arrival, after lastPacket: UInt64, _ lastTime: Int64
  ) {
    let kinds = arrival.segment.options.kinds
    let step = arrival.time.nanoseconds &- lastTime
    let packets = arrival.packet &- lastPacket
    let payload = Int(arrival.segment.payloadLength)
    let headers = Int(arrival.ipBytes) - payload
    guard step >= 0, step >> 32 == 0, packets >> 24 == 0, arrival.packet >> 32 == 0,
      payload >> 16 == 0, headers >> 16 == 0, arrival.segment.flags.rawValue <= 0xFF,
      arrival.segment.checksum != .wrong, !arrival.hasDamagedHeader, arrival.fragments == 0,
      !kinds.contains(.multipath)
    else { return nil }
    var bits = arrival.sender == .server ? Bits.isServers : 0
    bits |= UInt64(arrival.segment.checksum.rawValue) << Bits.checksumShift
    if kinds.contains(.timestamps) { bits |= Bits.hasTimestamps }
    let plain = Self.plainHeaders(bits)
    if kinds.isSubset(of: .timestamps), headers == plain {
      options = 0
    } else if kinds.isSubset(of: .timestamps), headers == plain + 20 {
      bits |= Bits.isIPv6
      options = 0
    } else {
      bits |= Bits.hasOptions
      let segment = arrival.segment.options
      options =
        UInt64(segment.maximumSegmentSize) << 48 | UInt64(segment.windowScale) << 40
        | UInt64(segment.sackCount) << 32 | UInt64(kinds.rawValue) << 16 | UInt64(headers)
    }
    moment = UInt64(step) << 32 | packets << 8 | bits
    numbers =
      UInt64(arrival.sequence.rawValue) << 32 | UInt64(arrival.acknowledgment.rawValue)
    clocks =
      UInt64(arrival.segment.options.timestampValue) << 32
      | UInt64(arrival.segment.options.timestampEchoReply)
    header =
      UInt64(arrival.segment.window) << 48 | UInt64(payload) << 32
      | UInt64(arrival.identification) << 16 | UInt64(arrival.timeToLive) << 8
      | UInt64(arrival.segment.flags.rawValue)
  }

  /// Bytes of an IPv4 and a TCP header with no options but the timestamps.
  @inline(__always)
  private static func plainHeaders(_ bits: UInt64) -> Int {
    bits & Bits.hasTimestamps != 0 ? 52 : 40
  }

  /// Unpacks a segment; `packet` and `time` are those of the one before, and then its own.
  @inline(__always)
  static func arrival(
    _ moment: UInt64, _ numbers: UInt64, _ clocks: UInt64, _ header: UInt64, _ options: UInt64,
    _ packet: inout UInt64, _ time: inout Int64
  ) -> Arrival {
    packet &+= moment >> 8 & 0xFF_FFFF
    time &+= Int64(moment >> 32)
    let payload = UInt16(truncatingIfNeeded: header >> 32)
    var segment = Segment(
      sourcePort: 0, destinationPort: 0,
      sequenceNumber: SequenceNumber(UInt32(truncatingIfNeeded: numbers >> 32)),
      acknowledgmentNumber: SequenceNumber(UInt32(truncatingIfNeeded: numbers)),
      flags: TCPFlags(rawValue: UInt16(truncatingIfNeeded: header & 0xFF)),
      window: UInt16(truncatingIfNeeded: header >> 48), payloadLength: Int(payload),
      checksum: ChecksumStatus(
        rawValue: UInt8(truncatingIfNeeded: moment >> Bits.checksumShift & 3)) ?? .unverified)
    var headers = plainHeaders(moment)
    if moment & Bits.isIPv6 != 0 { headers += 20 }
    if moment & Bits.hasTimestamps != 0 { segment.options.kinds = .timestamps }
    segment.options.timestampValue = UInt32(truncatingIfNeeded: clocks >> 32)
    segment.options.timestampEchoReply = UInt32(truncatingIfNeeded: clocks)
    if hasOptions(moment) {
      segment.options.kinds = TCPOptions.Kinds(
        rawValue: UInt16(truncatingIfNeeded: options >> 16))
      segment.options.maximumSegmentSize = UInt16(truncatingIfNeeded: options >> 48)
      segment.options.windowScale = UInt8(truncatingIfNeeded: options >> 40)
      segment.options.sackCount = UInt8(truncatingIfNeeded: options >> 32)
      headers = Int(options & 0xFFFF)
    }
    return Arrival(
      segment: segment, identification: UInt16(truncatingIfNeeded: header >> 16),
      timeToLive: UInt8(truncatingIfNeeded: header >> 8), ipBytes: UInt32(headers + Int(payload)),
      hasDamagedHeader: false, fragments: 0,
      sender: moment & Bits.isServers != 0 ? .server : .client, packet: packet,
      time: Timestamp(nanoseconds: time))
  }
}
