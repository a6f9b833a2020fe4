internal import SynfinWire

/// The state of a pcapng file between its blocks, and the step from packet to packet
/// (draft-ietf-opsawg-pcapng).
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +---------------------------------------------------------------+
///     |                          Block Type                           |
///     |                      Block Total Length                       |
///     |                          Block Body                           |
///     |                      Block Total Length                       |
struct PcapngFile {
  /// The interfaces of all sections, in the order of the file.
  var interfaces: [CaptureInterface] = []
  // What a packet needs of its interface, parallel to `interfaces`.
  var sources: [PacketSource] = []
  // The last statistics of each interface that has some.
  var counters: [Int: CaptureStatistics] = [:]
  // Drops that obsolete packet blocks report; nil if none of them knows.
  var obsoleteDrops: UInt64?
  // Where the current section's interfaces begin.
  var firstInterface = 0
  // The current section's numbers are not in this machine's byte order.
  var swapped = false
  // Bytes of text that may still be kept from interface descriptions.
  var textAllowance = 16 << 20

  /// The counters of all interfaces added up; nil if the file has none.
  var statistics: CaptureStatistics? {
    if counters.isEmpty && obsoleteDrops == nil { return nil }
    var sum = CaptureStatistics()
    for counter in counters.values { sum.add(counter) }
    if sum.droppedByInterface == nil { sum.droppedByInterface = obsoleteDrops }
    return sum
  }

  /// Takes blocks up to and including the next one with a packet; nil at a clean end.
  mutating func step(
    _ stream: inout ByteStream, _ record: inout PacketRecord
  ) throws(CaptureDamage) -> PacketBytes? {
    while stream.require(8) {
      let type = number(stream, 0)
      switch type {
      case BlockType.enhancedPacket, BlockType.obsoletePacket:
        return try packet(&stream, &record, isObsolete: type == BlockType.obsoletePacket)
      case BlockType.simplePacket:
        return try simplePacket(&stream, &record)
      default:
        try otherBlock(type, &stream)
      }
    }
    if stream.available == 0 && stream.failure == nil { return nil }
    throw stream.damage(in: "a block header", needed: 8)
  }

  /// The 32-bit number at a distance of `distance` bytes, in the section's byte order.
  @inline(__always)
  func number(_ stream: borrowing ByteStream, _ distance: Int) -> UInt32 {
    let number = stream.load32(distance)
    return swapped ? number.byteSwapped : number
  }
}

// MARK: Packets

extension PcapngFile {
  /// Takes an enhanced packet block (pcapng draft §4.3), or the obsolete one with the same layout (appendix A).
  @inline(__always)
  private mutating func packet(
    _ stream: inout ByteStream, _ record: inout PacketRecord, isObsolete: Bool
  ) throws(CaptureDamage) -> PacketBytes {
    let packet = record.number &+ 1
    let length = Int(number(stream, 4))
    guard length >= 32 else { throw impossible(length, packet: packet, stream) }
    guard stream.require(28) else { throw stream.damage(in: "packet \(packet)", needed: length) }
    let interface = isObsolete ? obsoleteInterface(stream) : Int(number(stream, 8))
    guard interface < sources.count &- firstInterface else {
      throw undeclared(interface, packet: packet, stream)
    }
    let source = sources[firstInterface &+ interface]
    let captured = Int(number(stream, 20))
    guard captured <= length &- 32, captured <= source.longestPacket else {
      throw impossible(captured, in: length, limit: source.longestPacket, packet: packet, stream)
    }
    let ticks = UInt64(number(stream, 12)) &<< 32 | UInt64(number(stream, 16))
    let original = Int(number(stream, 24))
    try finishBlock(&stream, length: length, packet: packet)
    if isObsolete { countDrops(stream) }
    record.number = packet
    record.timestamp = source.clock.timestamp(ticks)
    record.hasTimestamp = true
    record.capturedLength = captured
    record.originalLength = original
    record.linkType = source.linkType
    record.interfaceID = firstInterface &+ interface
    return stream.take(headerLength: 28, count: captured, recordLength: length)
  }

  /// Takes a simple packet block (pcapng draft §4.4): the section's first interface, no time.
  private mutating func simplePacket(
    _ stream: inout ByteStream, _ record: inout PacketRecord
  ) throws(CaptureDamage) -> PacketBytes {
    let packet = record.number &+ 1
    let length = Int(number(stream, 4))
    guard length >= 16 else { throw impossible(length, packet: packet, stream) }
    guard firstInterface < sources.count else { throw undeclared(0, packet: packet, stream) }
    guard stream.require(12) else { throw stream.damage(in: "packet \(packet)", needed: length) }
    let source = sources[firstInterface]
    let original = Int(number(stream, 8))
    let snapLength = interfaces[firstInterface].snapLength
    // The captured length is not stored; a block with fewer bytes than that bounds it too.
    let captured = min(original, snapLength == 0 ? original : snapLength, length - 16)
    guard captured <= source.longestPacket else {
      throw impossible(captured, in: length, limit: source.longestPacket, packet: packet, stream)
    }
    try finishBlock(&stream, length: length, packet: packet)
    record.number = packet
    record.timestamp = Timestamp(nanoseconds: 0)
    record.hasTimestamp = false
    record.capturedLength = captured
    record.originalLength = original
    record.linkType = source.linkType
    record.interfaceID = firstInterface
    return stream.take(headerLength: 12, count: captured, recordLength: length)
  }

  /// Makes the whole packet block available and checks it against its trailer.
  @inline(__always)
  private func finishBlock(
    _ stream: inout ByteStream, length: Int, packet: UInt64
  ) throws(CaptureDamage) {
    guard length <= RecordLimits.longestPacketBlock, length & 3 == 0 else {
      throw impossible(length, packet: packet, stream)
    }
    guard stream.require(length) else {
      throw stream.damage(in: "packet \(packet)", needed: length)
    }
    guard Int(number(stream, length &- 4)) == length else {
      throw trailerMismatch(length, in: "packet \(packet)", stream)
    }
  }

  private func obsoleteInterface(_ stream: borrowing ByteStream) -> Int {
    Int(swapped ? stream.load16(8).byteSwapped : stream.load16(8))
  }

  /// Adds an obsolete packet block's drop count, 0xFFFF meaning that it is unknown.
  private mutating func countDrops(_ stream: borrowing ByteStream) {
    let drops = swapped ? stream.load16(10).byteSwapped : stream.load16(10)
    guard drops != 0xffff else { return }
    obsoleteDrops = (obsoleteDrops ?? 0) &+ UInt64(drops)
  }
}

// MARK: What can be wrong

extension PcapngFile {
  private func impossible(
    _ length: Int, packet: UInt64, _ stream: borrowing ByteStream
  ) -> CaptureDamage {
    stream.damage(
      in: "packet \(packet)", problem: "a packet block cannot have a total length of \(length)")
  }

  private func impossible(
    _ captured: Int, in length: Int, limit: Int, packet: UInt64, _ stream: borrowing ByteStream
  ) -> CaptureDamage {
    let most = min(length &- 32, limit)
    return stream.damage(
      in: "packet \(packet)",
      problem: "it claims \(captured) bytes where at most \(most) are possible")
  }

  private func undeclared(
    _ interface: Int, packet: UInt64, _ stream: borrowing ByteStream
  ) -> CaptureDamage {
    let declared = sources.count - firstInterface
    return stream.damage(
      in: "packet \(packet)",
      problem: "it names interface \(interface) where the section declares \(declared) so far")
  }

  /// The two lengths of a block differ.
  func trailerMismatch(
    _ length: Int, in part: String, _ stream: borrowing ByteStream
  ) -> CaptureDamage {
    stream.damage(
      in: part, problem: "its total length is \(length) at the front and another at the end")
  }
}
