public import SynfinWire

/// What a capture says about one packet, without the packet's bytes.
public struct PacketRecord: Sendable, BitwiseCopyable {
  /// The packet's number in its file or live capture, from 1, as Wireshark counts: blocks without a packet have no number.
  public var number: UInt64
  /// When the packet was captured, 1970-01-01 if `hasTimestamp` is false.
  public var timestamp: Timestamp
  /// False for packets stored without a time (pcapng's simple packet blocks).
  public var hasTimestamp: Bool
  /// Bytes of the packet in the file.
  public var capturedLength: Int
  /// Bytes of the packet on the wire, as the capturing program wrote them down.
  public var originalLength: Int
  /// What the packet's first byte is.
  public var linkType: LinkType
  /// Index into `CaptureFile.interfaces` or `LiveCaptureSet.interfaces`.
  public var interfaceID: Int

  /// Makes a record from its parts.
  @inlinable
  public init(
    number: UInt64, timestamp: Timestamp, hasTimestamp: Bool = true, capturedLength: Int,
    originalLength: Int, linkType: LinkType, interfaceID: Int = 0
  ) {
    self.number = number
    self.timestamp = timestamp
    self.hasTimestamp = hasTimestamp
    self.capturedLength = capturedLength
    self.originalLength = originalLength
    self.linkType = linkType
    self.interfaceID = interfaceID
  }

  /// The record before the first packet.
  static var none: PacketRecord {
    PacketRecord(
      number: 0, timestamp: Timestamp(nanoseconds: 0), hasTimestamp: false, capturedLength: 0,
      originalLength: 0, linkType: .null)
  }
}
