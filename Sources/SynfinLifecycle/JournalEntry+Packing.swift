import SynfinWire

extension JournalEntry {
  /// Packs a segment, but for its SACK blocks; nil if it does not fit.
  @inline(__always)
  init?(_ segment: borrowing Segment, _ delivery: borrowing Delivery) {
    let kinds = segment.options.kinds
    let payload = Int(segment.payloadLength)
    let headers = Int(delivery.ipBytes) &- payload
    // All that is wider than its place, in one number.
    let excess =
      delivery.number >> 32 | UInt64(bitPattern: Int64(payload | headers)) >> 16
      | UInt64(segment.flags.rawValue >> 8) | UInt64(delivery.fragments)
    let hasDamagedHeader = delivery.hasDamagedHeader
    let isDamaged = segment.checksum == .wrong || hasDamagedHeader
    guard excess == 0, !isDamaged, !kinds.contains(.multipath) else { return nil }
    var bits = Self.bits(segment.checksum, kinds)
    if Self.needsNoOptions(&bits, kinds, headers: headers) {
      options = 0
    } else {
      options = Self.values(segment.options) | Self.word(kinds, headers: headers)
    }
    mark = delivery.number << 8 | bits
    time = delivery.time
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

  /// Packs a datagram; nil if it does not fit.
  @inline(__always)
  init?(_ datagram: borrowing Datagram, _ delivery: borrowing Delivery) {
    let payload = Int(datagram.payloadLength)
    guard delivery.number >> 32 == 0, payload >> 16 == 0, delivery.fragments == 0,
      datagram.checksum != .wrong, !delivery.hasDamagedHeader
    else { return nil }
    mark = delivery.number << 8 | Self.bits(datagram.checksum, [])
    time = delivery.time
    numbers = 0
    clocks = 0
    header =
      UInt64(truncatingIfNeeded: payload) << 32 | UInt64(delivery.identification) << 16
      | UInt64(delivery.timeToLive) << 8
    options = UInt64(delivery.ipBytes)
  }

  /// Packs a plain packet, but for its SACK blocks; nil if it does not fit.
  @inline(__always)
  init?(_ packet: borrowing PlainPacket, number: UInt64, time: Timestamp) {
    // Lengths of a plain packet fit.
    guard number >> 32 == 0, packet.checksum != .wrong, packet.headerChecksum != .wrong else {
      return nil
    }
    self.time = time
    let shared =
      UInt64(truncatingIfNeeded: packet.payloadLength) << 32
      | UInt64(packet.identification) << 16 | UInt64(packet.timeToLive) << 8
    if packet.kind == .udp {
      mark = number << 8 | Self.bits(packet.checksum, [])
      numbers = 0
      clocks = 0
      header = shared
      options = UInt64(packet.ipBytes)
      return
    }
    let kinds = packet.optionKinds
    guard packet.flags.rawValue >> 8 == 0, !kinds.contains(.multipath) else { return nil }
    var bits = Self.bits(packet.checksum, kinds)
    let headers = Int(packet.ipBytes) &- packet.payloadLength
    if Self.needsNoOptions(&bits, kinds, headers: headers) {
      options = 0
    } else {
      let values = kinds.isSubset(of: .timestamps) ? 0 : Self.values(packet.options)
      options = values | Self.word(kinds, headers: headers)
    }
    mark = number << 8 | bits
    numbers = packet.numbers
    clocks = packet.clocks
    header = UInt64(packet.window) << 48 | shared | UInt64(packet.flags.rawValue)
  }

  /// The bits that say what is known of the checksum, and of the timestamps.
  @inline(__always)
  private static func bits(_ checksum: ChecksumStatus, _ kinds: TCPOptions.Kinds) -> UInt64 {
    UInt64(checksum.rawValue) << Bits.checksumShift
      | (kinds.contains(.timestamps) ? Bits.hasTimestamps : 0)
  }

  /// Whether the bits, to which it adds what is missing, say all of the options.
  @inline(__always)
  private static func needsNoOptions(
    _ bits: inout UInt64, _ kinds: TCPOptions.Kinds, headers: Int
  ) -> Bool {
    let plain = plainHeaders(bits)
    guard kinds.isSubset(of: .timestamps), headers == plain || headers == plain + 20 else {
      bits |= Bits.hasOptions
      return false
    }
    if headers != plain { bits |= Bits.isIPv6 }
    return true
  }

  /// The word of the options, without their values.
  @inline(__always)
  private static func word(_ kinds: TCPOptions.Kinds, headers: Int) -> UInt64 {
    UInt64(kinds.rawValue) << 16 | UInt64(truncatingIfNeeded: headers)
  }

  /// What the word of the options has beside that.
  @inline(__always)
  private static func values(_ options: borrowing TCPOptions) -> UInt64 {
    UInt64(options.maximumSegmentSize) << 48 | UInt64(options.windowScale) << 40
      | UInt64(options.sackCount) << 32
  }
}
