internal import SynfinWire

/// The layout of a libpcap savefile, and the step from record to record (draft-ietf-opsawg-pcap).
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +---------------------------------------------------------------+
///     |                      Timestamp (Seconds)                      |
///     |            Timestamp (Microseconds or nanoseconds)            |
///     |                    Captured Packet Length                     |
///     |                    Original Packet Length                     |
///     |                          Packet Data                          |
struct PcapFile: BitwiseCopyable {
  static let fileHeaderLength = 24
  /// Bytes before the packet data in a record of any but the modified format.
  private static let ordinaryHeaderLength = 16

  /// The order of the two lengths in a record; early versions wrote the original length first.
  private enum LengthOrder { case capturedFirst, originalFirst, smallerIsCaptured }

  /// The numbers are not in this machine's byte order.
  private let swapped: Bool
  /// The records are as in the picture above, their numbers in this machine's byte order.
  private let isOrdinary: Bool
  private let recordHeaderLength: Int
  private let nanosecondsPerUnit: Int64
  private let lengthOrder: LengthOrder
  private let longestPacket: Int
  let linkType: LinkType
  let snapLength: Int
  let format: CaptureFormat

  /// The file's interface: a pcap file has exactly one.
  var interface: CaptureInterface {
    let nanoseconds = nanosecondsPerUnit == 1
    return CaptureInterface(
      linkType: linkType, snapLength: snapLength,
      timestampResolution: nanoseconds ? .nanoseconds : .microseconds)
  }

  /// Takes the next record of an ordinary file if all of it is in the buffer; nil if `step` has to see to it.
  @inline(__always)
  func takeAvailable(
    _ stream: inout ByteStream, _ record: inout PacketRecord
  ) -> PacketBytes? {
    guard isOrdinary, let words = stream.fourWords else { return nil }
    let captured = Int(words.2)
    let recordLength = captured &+ Self.ordinaryHeaderLength
    guard captured <= longestPacket, recordLength <= stream.available else { return nil }
    note(
      words.0, words.1, captured: captured, original: Int(words.3), in: &record)
    return stream.take(
      headerLength: Self.ordinaryHeaderLength, count: captured, recordLength: recordLength)
  }

  /// Takes the next record; nil at a clean end.
  func step(
    _ stream: inout ByteStream, _ record: inout PacketRecord
  ) throws(CaptureDamage) -> PacketBytes? {
    guard stream.require(recordHeaderLength) else {
      if stream.available == 0 && stream.failure == nil { return nil }
      throw stream.damage(in: "packet \(record.number &+ 1)'s header", needed: recordHeaderLength)
    }
    let seconds = number(stream, 0)
    let fraction = number(stream, 4)
    let (captured, original) = lengths(stream)
    guard captured <= longestPacket else {
      throw impossibleLength(captured, in: record.number &+ 1, stream)
    }
    let recordLength = recordHeaderLength &+ captured
    guard stream.require(recordLength) else {
      throw stream.damage(in: "packet \(record.number &+ 1)", needed: recordLength)
    }
    note(seconds, fraction, captured: captured, original: original, in: &record)
    return stream.take(
      headerLength: recordHeaderLength, count: captured, recordLength: recordLength)
  }

  @inline(__always)
  private func note(
    _ seconds: UInt32, _ fraction: UInt32, captured: Int, original: Int,
    in record: inout PacketRecord
  ) {
    record.number &+= 1
    // At most 2^32 · 10^9 + 2^32 · 10^3, which fits.
    record.timestamp = Timestamp(
      nanoseconds: Int64(seconds) &* 1_000_000_000 &+ Int64(fraction) &* nanosecondsPerUnit)
    record.capturedLength = captured
    record.originalLength = original
  }

  /// A number of the file in this machine's byte order.
  private func number(_ stream: borrowing ByteStream, _ distance: Int) -> UInt32 {
    let number = stream.load32(distance)
    return swapped ? number.byteSwapped : number
  }

  private func lengths(_ stream: borrowing ByteStream) -> (captured: Int, original: Int) {
    let first = Int(number(stream, 8))
    let second = Int(number(stream, 12))
    switch lengthOrder {
    case .capturedFirst: return (first, second)
    case .originalFirst: return (second, first)
    case .smallerIsCaptured: return (min(first, second), max(first, second))
    }
  }

  private func impossibleLength(
    _ length: Int, in packet: UInt64, _ stream: borrowing ByteStream
  ) -> CaptureDamage {
    stream.damage(
      in: "packet \(packet)",
      problem: "it claims \(length) bytes where at most \(longestPacket) are possible")
  }
}

extension PcapFile {
  /// Reads the file header, whose magic number is at the front of `stream`.
  init(_ stream: inout ByteStream, magic: PcapMagic, name: String) throws(CaptureError) {
    guard stream.require(Self.fileHeaderLength) else {
      throw CaptureError(
        .damagedHeader, subject: name, offset: stream.offset,
        problem: "the pcap file header is cut short"
          + " (needs \(Self.fileHeaderLength) bytes, \(stream.available) are there)")
    }
    let swap = magic.swapped
    let (major, minor) = (
      swap ? stream.load16(4).byteSwapped : stream.load16(4),
      swap ? stream.load16(6).byteSwapped : stream.load16(6)
    )
    guard (major == 2 && minor <= 4) || (major == 543 && minor == 0) else {
      throw CaptureError(
        .damagedHeader, subject: name, offset: 4,
        problem: "pcap version \(major).\(minor) is unknown (2.4 is the usual one)")
    }
    self.init(
      magic, snapLength: swap ? stream.load32(16).byteSwapped : stream.load32(16),
      linkWord: swap ? stream.load32(20).byteSwapped : stream.load32(20),
      lengthOrder: major == 543 || minor < 3
        ? .originalFirst : minor == 3 ? .smallerIsCaptured : .capturedFirst)
    _ = stream.skip(Self.fileHeaderLength)
  }

  private init(
    _ magic: PcapMagic, snapLength: UInt32, linkWord: UInt32, lengthOrder: LengthOrder
  ) {
    swapped = magic.swapped
    recordHeaderLength = magic.kind == .modified ? 24 : Self.ordinaryHeaderLength
    isOrdinary = !swapped && magic.kind != .modified && lengthOrder == .capturedFirst
    nanosecondsPerUnit = magic.kind == .nanoseconds ? 1 : 1000
    self.lengthOrder = lengthOrder
    // The high bits say how long the frame check sequence is, and are otherwise reserved.
    linkType = LinkType(rawValue: UInt16(truncatingIfNeeded: linkWord))
    self.snapLength = Int(snapLength)
    longestPacket = RecordLimits.packet(linkType, snapLength: self.snapLength)
    format = magic.format
  }
}

/// What the first four bytes of a libpcap savefile tell.
struct PcapMagic {
  enum Kind { case microseconds, nanoseconds, modified }

  let kind: Kind
  /// The numbers are not in this machine's byte order.
  let swapped: Bool

  /// Recognises the number at the start of a file, read in this machine's byte order.
  init?(_ number: UInt32) {
    if let kind = Self.kind(number) {
      (self.kind, swapped) = (kind, false)
    } else if let kind = Self.kind(number.byteSwapped) {
      (self.kind, swapped) = (kind, true)
    } else {
      return nil
    }
  }

  var format: CaptureFormat {
    let order: CaptureFormat.ByteOrder =
      swapped == (1.littleEndian == 1) ? .bigEndian : .littleEndian
    switch kind {
    case .microseconds: return .pcap(.microseconds, order)
    case .nanoseconds: return .pcap(.nanoseconds, order)
    case .modified: return .modifiedPcap(order)
    }
  }

  private static func kind(_ number: UInt32) -> Kind? {
    switch number {
    case 0xa1b2_c3d4: .microseconds
    case 0xa1b2_3c4d: .nanoseconds
    case 0xa1b2_cd34: .modified
    default: nil
    }
  }
}
