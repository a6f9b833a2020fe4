import SynfinWire

/// The words of one segment.
struct JournalEntry {
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
  private static func plainHeaders(_ bits: UInt64) -> Int {
    bits & Bits.hasTimestamps != 0 ? 52 : 40
  }

  @inline(__always)
  static func packets(_ moment: UInt64) -> UInt64 { moment >> 8 & 0xFF_FFFF }

  @inline(__always)
  static func nanoseconds(_ moment: UInt64) -> Int64 { Int64(moment >> 32) }

  /// SACK blocks behind the options.
  @inline(__always)
  static func blocks(_ options: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: options >> 32) }

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
    arrival.segment.options.sackCount = blocks(options)
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

/// A segment of a journal as far as it matters where nothing is out of the ordinary.
struct JournalGlance {
  fileprivate let moment: UInt64
  fileprivate let numbers: UInt64
  fileprivate let header: UInt64
  fileprivate let options: UInt64

  @inline(__always)
  init(moment: UInt64, numbers: UInt64, header: UInt64, options: UInt64) {
    self.moment = moment
    self.numbers = numbers
    self.header = header
    self.options = options
  }

  var isClients: Bool { moment & 1 == 0 }
  var isOffloaded: Bool { JournalEntry.checksum(moment) == .offloaded }
  var sequence: UInt32 { UInt32(truncatingIfNeeded: numbers >> 32) }
  var acknowledgment: UInt32 { UInt32(truncatingIfNeeded: numbers) }
  var flags: TCPFlags { TCPFlags(rawValue: UInt16(truncatingIfNeeded: header & 0xFF)) }
  var window: UInt16 { UInt16(truncatingIfNeeded: header >> 48) }
  var payload: UInt32 { UInt32(UInt16(truncatingIfNeeded: header >> 32)) }
  /// Whether it has options beside the timestamps.
  var hasOptions: Bool { JournalEntry.hasOptions(moment) && !kinds.isSubset(of: .timestamps) }
  var maximumSegmentSize: UInt16? {
    kinds.contains(.maximumSegmentSize) ? UInt16(truncatingIfNeeded: options >> 48) : nil
  }
  /// Options beside the timestamps.
  private var kinds: TCPOptions.Kinds {
    TCPOptions.Kinds(rawValue: UInt16(truncatingIfNeeded: options >> 16))
  }
}
