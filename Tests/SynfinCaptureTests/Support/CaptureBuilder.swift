/// Writes numbers in one byte order.
struct ByteWriter {
  var isBigEndian: Bool
  private(set) var bytes: [UInt8] = []

  init(isBigEndian: Bool) {
    self.isBigEndian = isBigEndian
  }

  mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    for index in 0..<Number.bitWidth / 8 {
      let shift = isBigEndian ? Number.bitWidth - 8 - 8 * index : 8 * index
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  mutating func append(_ more: [UInt8]) {
    bytes += more
  }

  mutating func pad() {
    while bytes.count % 4 != 0 { bytes.append(0) }
  }
}

/// Writes a pcap file byte by byte and remembers where each record ends.
struct PcapBuilder {
  private var writer: ByteWriter
  private let isModified: Bool
  /// The file's length after the header and after each record.
  private(set) var ends: [Int] = []

  init(
    magic: UInt32 = 0xa1b2_c3d4, isBigEndian: Bool = false, version: (UInt16, UInt16) = (2, 4),
    snapLength: UInt32 = 262_144, linkWord: UInt32 = 1
  ) {
    isModified = magic == 0xa1b2_cd34
    writer = ByteWriter(isBigEndian: isBigEndian)
    writer.append(magic)
    writer.append(version.0)
    writer.append(version.1)
    writer.append(UInt64(0))
    writer.append(snapLength)
    writer.append(linkWord)
    ends = [writer.bytes.count]
  }

  var bytes: [UInt8] { writer.bytes }

  /// Adds a record; the lengths are those of `packet` unless others are given.
  mutating func add(
    _ packet: [UInt8], seconds: UInt32 = 1, fraction: UInt32 = 2, captured: Int? = nil,
    original: Int? = nil
  ) {
    writer.append(seconds)
    writer.append(fraction)
    writer.append(UInt32(captured ?? packet.count))
    writer.append(UInt32(original ?? packet.count))
    if isModified { writer.append(UInt64(0)) }
    writer.append(packet)
    ends.append(writer.bytes.count)
  }
}

/// Writes a pcapng file block by block and remembers where each one ends.
struct PcapngBuilder {
  typealias Option = (code: UInt16, value: [UInt8])

  private(set) var bytes: [UInt8] = []
  /// The file's length after each block, and how many packets it then has.
  private(set) var ends: [(offset: Int, packets: Int)] = []
  private(set) var packets = 0
  private var isBigEndian = false

  /// Adds a block with this body, padded.
  mutating func block(
    _ type: UInt32, totalLength: UInt32? = nil, trailer: UInt32? = nil,
    _ body: (inout ByteWriter) -> Void
  ) {
    var content = ByteWriter(isBigEndian: isBigEndian)
    body(&content)
    content.pad()
    var block = ByteWriter(isBigEndian: isBigEndian)
    let length = totalLength ?? UInt32(content.bytes.count + 12)
    block.append(type)
    block.append(length)
    block.append(content.bytes)
    block.append(trailer ?? length)
    bytes += block.bytes
    if [2, 3, 6].contains(type) { packets += 1 }
    ends.append((bytes.count, packets))
  }

  mutating func section(isBigEndian: Bool = false, length: Int64 = -1, version: UInt16 = 1) {
    self.isBigEndian = isBigEndian
    block(0x0a0d_0d0a) {
      $0.append(UInt32(0x1a2b_3c4d))
      $0.append(version)
      $0.append(UInt16(0))
      $0.append(length)
    }
  }

  mutating func interface(
    linkType: UInt16 = 1, snapLength: UInt32 = 262_144, options: [Option] = []
  ) {
    block(1) {
      $0.append(linkType)
      $0.append(UInt16(0))
      $0.append(snapLength)
      Self.append(options, to: &$0)
    }
  }

  mutating func packet(
    _ packet: [UInt8], interface: UInt32 = 0, ticks: UInt64 = 0, captured: Int? = nil,
    original: Int? = nil, options: [Option] = [], trailer: UInt32? = nil
  ) {
    block(6, trailer: trailer) {
      $0.append(interface)
      $0.append(UInt32(ticks >> 32))
      $0.append(UInt32(truncatingIfNeeded: ticks))
      $0.append(UInt32(captured ?? packet.count))
      $0.append(UInt32(original ?? packet.count))
      $0.append(packet)
      $0.pad()
      Self.append(options, to: &$0)
    }
  }

  mutating func obsoletePacket(
    _ packet: [UInt8], interface: UInt16 = 0, drops: UInt16 = 0xffff, ticks: UInt64 = 0
  ) {
    block(2) {
      $0.append(interface)
      $0.append(drops)
      $0.append(UInt32(ticks >> 32))
      $0.append(UInt32(truncatingIfNeeded: ticks))
      $0.append(UInt32(packet.count))
      $0.append(UInt32(packet.count))
      $0.append(packet)
    }
  }

  mutating func simplePacket(_ packet: [UInt8], original: Int? = nil) {
    block(3) {
      $0.append(UInt32(original ?? packet.count))
      $0.append(packet)
    }
  }

  mutating func statistics(interface: UInt32 = 0, _ counters: [UInt16: UInt64]) {
    let big = isBigEndian
    block(5) {
      $0.append(interface)
      $0.append(UInt64(0))
      let options: [Option] = counters.map { code, count in
        var value = ByteWriter(isBigEndian: big)
        value.append(count)
        return (code, value.bytes)
      }
      Self.append(options, to: &$0)
    }
  }

  private static func append(_ options: [Option], to writer: inout ByteWriter) {
    if options.isEmpty { return }
    for option in options {
      writer.append(option.code)
      writer.append(UInt16(option.value.count))
      writer.append(option.value)
      writer.pad()
    }
    writer.append(UInt32(0))
  }
}
