internal import SynfinWire

/// The types of the blocks that matter here (of the pcapng draft's registry of block types).
enum BlockType {
  static let sectionHeader: UInt32 = 0x0a0d_0d0a
  static let interfaceDescription: UInt32 = 1
  static let obsoletePacket: UInt32 = 2
  static let simplePacket: UInt32 = 3
  static let interfaceStatistics: UInt32 = 5
  static let enhancedPacket: UInt32 = 6
}

extension PcapngFile {
  /// Reads the section header that a pcapng file begins with.
  mutating func begin(_ stream: inout ByteStream, name: String) throws(CaptureError) {
    do throws(CaptureDamage) {
      try sectionHeader(&stream)
    } catch {
      throw CaptureError(.damagedHeader, subject: name, problem: "\(error)")
    }
  }

  /// Takes a block that holds no packet.
  mutating func otherBlock(_ type: UInt32, _ stream: inout ByteStream) throws(CaptureDamage) {
    switch type {
    case BlockType.sectionHeader: try sectionHeader(&stream)
    case BlockType.interfaceDescription: try interfaceDescription(&stream)
    case BlockType.interfaceStatistics: try interfaceStatistics(&stream)
    default: try skipBlock(type, &stream)
    }
  }

  /// Takes a section header block (pcapng draft §4.1), which brings its own byte order.
  private mutating func sectionHeader(_ stream: inout ByteStream) throws(CaptureDamage) {
    let part = "a section header block"
    guard stream.require(12) else { throw stream.damage(in: part, needed: 28) }
    switch stream.load32(8) {
    case 0x1a2b_3c4d: swapped = false
    case 0x4d3c_2b1a: swapped = true
    default: throw stream.damage(in: part, problem: "its byte-order magic is wrong")
    }
    let block = try takeBlock(&stream, part, minimum: 28)
    let (major, minor) = (block.number16(12), block.number16(14))
    guard major == 1 else {
      throw block.damage("pcapng version \(major).\(minor) is unknown (1.0 is the usual one)")
    }
    firstInterface = sources.count
  }

  /// Takes an interface description block (pcapng draft §4.2).
  private mutating func interfaceDescription(_ stream: inout ByteStream) throws(CaptureDamage) {
    let block = try takeBlock(&stream, "an interface description block", minimum: 20)
    guard interfaces.count < RecordLimits.interfaces else {
      throw block.damage("more than \(RecordLimits.interfaces) interfaces")
    }
    var interface = CaptureInterface(
      linkType: LinkType(rawValue: block.number16(8)), snapLength: Int(block.number32(12)))
    try block.forEachOption(from: 16) { code, value in
      switch code {
      case 2: interface.name = text(value)
      case 3: interface.interfaceDescription = text(value)
      case 9 where value.count == 1:
        interface.timestampResolution = TimestampResolution(rawValue: block.bytes[value.lowerBound])
      // A string follows a zero octet; other octets stand for compiled filters.
      case 11 where block.bytes[value].first == 0: interface.filter = text(value.dropFirst())
      case 12: interface.operatingSystem = text(value)
      case 14 where value.count == 8:
        interface.timestampOffset = Int64(bitPattern: block.number64(value.lowerBound))
      default: break
      }
    }
    func text(_ range: Range<Int>) -> String? { keep(block.bytes[range]) }
    interfaces.append(interface)
    sources.append(PacketSource(interface))
  }

  /// The text, unless the file has already used up what may be kept of it.
  private mutating func keep(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.count <= textAllowance else { return nil }
    textAllowance -= bytes.count
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Takes an interface statistics block (pcapng draft §4.6); each replaces the interface's earlier one.
  private mutating func interfaceStatistics(_ stream: inout ByteStream) throws(CaptureDamage) {
    let block = try takeBlock(&stream, "an interface statistics block", minimum: 24)
    let interface = Int(block.number32(8))
    guard interface < sources.count - firstInterface else { return }
    var statistics = CaptureStatistics()
    try block.forEachOption(from: 20) { code, value in
      guard value.count == 8 else { return }
      let count = block.number64(value.lowerBound)
      switch code {
      case 4: statistics.received = count
      case 5: statistics.droppedByInterface = count
      case 7: statistics.droppedByOS = count
      default: break
      }
    }
    counters[firstInterface + interface] = statistics
  }

  /// Moves past a block that means nothing here, however long it is.
  private func skipBlock(_ type: UInt32, _ stream: inout ByteStream) throws(CaptureDamage) {
    let start = stream.offset
    let part = "a block of type \(type)"
    let length = Int(number(stream, 4))
    guard length >= 12, length & 3 == 0 else {
      throw stream.damage(in: part, problem: "it cannot have a total length of \(length)")
    }
    guard stream.skip(length - 4), stream.require(4) else {
      var damage = stream.damage(in: part, needed: length)
      damage.offset = start
      if stream.failure == nil {
        damage.kind = .cutShort(needed: length, available: Int(stream.bytesRead - start))
      }
      throw damage
    }
    guard Int(number(stream, 0)) == length else {
      var damage = trailerMismatch(length, in: part, stream)
      damage.offset = start
      throw damage
    }
    _ = stream.skip(4)
  }

  /// Takes a whole block that begins at the next unread byte, checked against its trailer.
  private func takeBlock(
    _ stream: inout ByteStream, _ part: String, minimum: Int
  ) throws(CaptureDamage) -> PcapngBlock {
    let length = Int(number(stream, 4))
    guard length >= minimum, length & 3 == 0, length <= RecordLimits.longestDescription else {
      throw stream.damage(in: part, problem: "it cannot have a total length of \(length)")
    }
    guard stream.require(length) else { throw stream.damage(in: part, needed: length) }
    guard Int(number(stream, length - 4)) == length else {
      throw trailerMismatch(length, in: part, stream)
    }
    let block = PcapngBlock(
      bytes: stream.copy(0, count: length), swapped: swapped, part: part, offset: stream.offset)
    _ = stream.skip(length)
    return block
  }
}
