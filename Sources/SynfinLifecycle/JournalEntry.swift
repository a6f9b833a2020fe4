import SynfinWire

/// The words of one segment, as they stand in a batch of packets and in the journal.
struct JournalEntry: BitwiseCopyable {
  /// The low byte of the first word.
  struct Bits {
    static let isServers: UInt64 = 1
    static let checksumShift: UInt64 = 1
    static let hasTimestamps: UInt64 = 8
    static let hasOptions: UInt64 = 16
    static let isIPv6: UInt64 = 32
  }

  /// The number of the packet, above the bits.
  let mark: UInt64
  /// When it was captured.
  let time: Timestamp
  let numbers: UInt64
  let header: UInt64
  let clocks: UInt64
  let options: UInt64

  /// The number of the packet.
  var packet: UInt64 { mark >> 8 }
  var hasOptions: Bool { Self.hasOptions(mark) }
  var hasTimestamps: Bool { Self.hasTimestamps(mark) }
  var flags: TCPFlags { TCPFlags(rawValue: UInt16(truncatingIfNeeded: header & 0xFF)) }
  var sequence: SequenceNumber { SequenceNumber(UInt32(truncatingIfNeeded: numbers >> 32)) }
  var acknowledgment: SequenceNumber { SequenceNumber(UInt32(truncatingIfNeeded: numbers)) }

  @inline(__always)
  static func hasTimestamps(_ moment: UInt64) -> Bool { moment & Bits.hasTimestamps != 0 }

  @inline(__always)
  static func hasOptions(_ moment: UInt64) -> Bool { moment & Bits.hasOptions != 0 }

  /// Says when a packet came that is kept elsewhere.
  init(_ time: Timestamp) {
    mark = 0
    self.time = time
    numbers = 0
    header = 0
    clocks = 0
    options = 0
  }

  /// The bytes of a datagram's payload.
  var payload: Int { Int(UInt16(truncatingIfNeeded: header >> 32)) }

  /// What a datagram says beside its transport header.
  @inline(__always)
  func delivery(isToMany: Bool) -> Delivery {
    Delivery(
      number: packet, time: time, ipBytes: UInt32(truncatingIfNeeded: options),
      identification: UInt16(truncatingIfNeeded: header >> 16),
      timeToLive: UInt8(truncatingIfNeeded: header >> 8), isToMany: isToMany)
  }

  /// The segment; its ports, of which nobody asks the journal, and SACK blocks are missing.
  func arrival(from sender: Side, _ blocks: SACKBlocks) -> Arrival {
    var arrival = Arrival.blank
    arrival.packet = packet
    arrival.time = time
    Self.unpack(mark, numbers, clocks, header, options, into: &arrival)
    arrival.sender = sender
    if arrival.segment.options.sackCount > 0 { arrival.segment.options.sackBlocks = blocks }
    return arrival
  }

  @inline(__always)
  fileprivate static func checksum(_ moment: UInt64) -> ChecksumStatus {
    switch moment >> Bits.checksumShift & 3 {
    case 0: .unverified
    case 1: .correct
    case 2: .offloaded
    default: .absent
    }
  }

  /// Bytes of an IPv4 and a TCP header with no options but the timestamps.
  @inline(__always)
  static func plainHeaders(_ bits: UInt64) -> Int {
    bits & Bits.hasTimestamps != 0 ? 52 : 40
  }

  /// The first word of a connection's first segment, so many nanoseconds after the first of all; nil if that is too much.
  @inline(__always)
  func beginning(_ nanoseconds: Int64, from sender: Side) -> UInt64? {
    let moment = UInt64(bitPattern: nanoseconds) << 8 | bits(sender)
    return Self.sinceEpoch(moment) == nanoseconds ? moment : nil
  }

  /// The first word of a segment behind another; nil if it came too long after that.
  @inline(__always)
  func following(_ lastPacket: UInt32, _ lastTime: Int64, from sender: Side) -> UInt64? {
    let step = UInt64(bitPattern: time.nanoseconds &- lastTime)
    let packets = packet &- UInt64(lastPacket)
    guard step >> 32 | packets >> 24 == 0 else { return nil }
    return step << 32 | packets << 8 | bits(sender)
  }

  @inline(__always)
  private func bits(_ sender: Side) -> UInt64 {
    mark & 0xFF | (sender == .server ? Bits.isServers : 0)
  }

  @inline(__always)
  static func sinceEpoch(_ moment: UInt64) -> Int64 { Int64(bitPattern: moment) >> 8 }

  @inline(__always)
  static func packets(_ moment: UInt64) -> UInt64 { moment >> 8 & 0xFF_FFFF }

  @inline(__always)
  static func nanoseconds(_ moment: UInt64) -> Int64 { Int64(moment >> 32) }

  /// SACK blocks behind the options.
  @inline(__always)
  static func blocks(_ options: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: options >> 32) }

  /// Unpacks a segment, but for its SACK blocks, its packet and its time.
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
    arrival.segment.options.sackCount = blocks(options)
    arrival.identification = UInt16(truncatingIfNeeded: header >> 16)
    arrival.timeToLive = UInt8(truncatingIfNeeded: header >> 8)
    arrival.sender = moment & Bits.isServers != 0 ? .server : .client
    arrival.segment.options.kinds = kinds(moment, options)
    arrival.ipBytes = UInt32(headers(moment, options)) &+ UInt32(payload)
  }

  /// The kinds of options of a segment.
  @inline(__always)
  fileprivate static func kinds(_ moment: UInt64, _ options: UInt64) -> TCPOptions.Kinds {
    guard hasOptions(moment) else { return hasTimestamps(moment) ? .timestamps : [] }
    return TCPOptions.Kinds(rawValue: UInt16(truncatingIfNeeded: options >> 16))
  }

  /// Bytes of the IP and the TCP header of a segment.
  @inline(__always)
  fileprivate static func headers(_ moment: UInt64, _ options: UInt64) -> UInt16 {
    guard !hasOptions(moment) else { return UInt16(truncatingIfNeeded: options) }
    return UInt16(plainHeaders(moment) + (moment & Bits.isIPv6 != 0 ? 20 : 0))
  }
}

/// The SACK blocks of a segment.
typealias SACKBlocks = [4 of SACKBlock]

/// A segment of a journal as it stands there, for whoever needs little of it: where nothing is out of the ordinary.
struct JournalGlance: BitwiseCopyable {
  fileprivate let moment: UInt64
  fileprivate let numbers: UInt64
  fileprivate let header: UInt64
  fileprivate let clocks: UInt64
  fileprivate let options: UInt64

  @inline(__always)
  init(moment: UInt64, numbers: UInt64, header: UInt64, clocks: UInt64, options: UInt64) {
    self.moment = moment
    self.numbers = numbers
    self.header = header
    self.clocks = clocks
    self.options = options
  }

  var isClients: Bool { moment & JournalEntry.Bits.isServers == 0 }
  var sender: Side { isClients ? .client : .server }
  /// Nanoseconds since the segment before; a connection's first segment has none, and says something else there.
  var step: Int64 { JournalEntry.nanoseconds(moment) }
  /// How many packets after the segment before it came; likewise.
  var packets: UInt64 { JournalEntry.packets(moment) }
  var isOffloaded: Bool {
    @inline(__always) get { JournalEntry.checksum(moment) == .offloaded }
  }
  var sequence: UInt32 { UInt32(truncatingIfNeeded: numbers >> 32) }
  var acknowledgment: UInt32 { UInt32(truncatingIfNeeded: numbers) }
  var flags: TCPFlags { TCPFlags(rawValue: UInt16(truncatingIfNeeded: header & 0xFF)) }
  var window: UInt16 { UInt16(truncatingIfNeeded: header >> 48) }
  var payload: UInt32 { UInt32(UInt16(truncatingIfNeeded: header >> 32)) }
  var ipBytes: UInt64 {
    UInt64(JournalEntry.headers(moment, options)) &+ UInt64(payload)
  }
  var hasTimestamps: Bool { JournalEntry.hasTimestamps(moment) }
  var timestampValue: UInt32 { UInt32(truncatingIfNeeded: clocks >> 32) }
  var timestampEchoReply: UInt32 { UInt32(truncatingIfNeeded: clocks) }
  /// Whether it has options beside the timestamps.
  var hasOptions: Bool { JournalEntry.hasOptions(moment) && !kinds.isSubset(of: .timestamps) }
  var kinds: TCPOptions.Kinds { JournalEntry.kinds(moment, options) }
  var maximumSegmentSize: UInt16? {
    kinds.contains(.maximumSegmentSize) ? UInt16(truncatingIfNeeded: options >> 48) : nil
  }
  /// The exponent as it was sent; it has a meaning only with the option.
  var windowScale: UInt8 { UInt8(truncatingIfNeeded: options >> 40) }
  var sackCount: UInt8 { JournalEntry.blocks(options) }
}
