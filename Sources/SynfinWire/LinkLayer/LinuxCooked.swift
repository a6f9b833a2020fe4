/// A Linux "cooked" header, version 1 or 2: what a capture on the device "any" has instead of a
/// link layer (tcpdump.org/linktypes, LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2).
public struct LinuxCookedHeader: Sendable {
  /// How the packet met the capturing host: 0 to us, 1 broadcast, 2 multicast, 3 between others,
  /// 4 from us.
  public var packetType: UInt16
  /// Hardware type (`ARPHRD_` value).
  public var hardwareType: UInt16
  /// The sender's link-layer address, at most eight bytes, in the high bytes.
  public var address: UInt64
  /// Bytes of the address, 0 to 8.
  public var addressLength: Int
  /// The protocol of what follows.
  public var type: UInt16
  /// The index of the interface; version 2 only.
  public var interfaceIndex: UInt32?

  /// Bytes of a version 1 header.
  public static let length = 16
  /// Bytes of a version 2 header.
  public static let lengthV2 = 20

  /// Reads a version 1 header; the caller knows that its 16 bytes are there.
  public init(_ bytes: RawSpan, at offset: Int) {
    packetType = bytes.uint16(at: offset)
    hardwareType = bytes.uint16(at: offset + 2)
    addressLength = min(Int(bytes.uint16(at: offset + 4)), 8)
    address = bytes.uint64(at: offset + 6)
    type = bytes.uint16(at: offset + 14)
    interfaceIndex = nil
  }

  /// Reads a version 2 header; the caller knows that its 20 bytes are there.
  public init(version2 bytes: RawSpan, at offset: Int) {
    type = bytes.uint16(at: offset)
    interfaceIndex = bytes.uint32(at: offset + 4)
    hardwareType = bytes.uint16(at: offset + 8)
    packetType = UInt16(bytes.uint8(at: offset + 10))
    addressLength = min(Int(bytes.uint8(at: offset + 11)), 8)
    address = bytes.uint64(at: offset + 12)
  }
}

extension PacketWalk {
  mutating func linuxCooked(_ bytes: RawSpan) -> LinkPayload? {
    let length = LinuxCookedHeader.length
    guard needs(length, .linuxCooked, at: 0, bytes) else { return nil }
    layers.enter(.linuxCooked, at: 0, length: length)
    isToGroup = (1...2).contains(bytes.uint16(at: 0))
    return afterCookedType(bytes, bytes.uint16(at: 14), at: length)
  }

  mutating func linuxCookedV2(_ bytes: RawSpan) -> LinkPayload? {
    let length = LinuxCookedHeader.lengthV2
    guard needs(length, .linuxCookedV2, at: 0, bytes) else { return nil }
    layers.enter(.linuxCookedV2, at: 0, length: length)
    isToGroup = (1...2).contains(bytes.uint8(at: 10))
    return afterCookedType(bytes, bytes.uint16(at: 0), at: length)
  }

  /// The type is an Ethernet type, or 4 for an LLC header whose frame length is not told.
  private mutating func afterCookedType(
    _ bytes: RawSpan, _ type: UInt16, at offset: Int
  ) -> LinkPayload? {
    if type == 4 { return llc(bytes, at: offset, length: packetEnd - offset) }
    return typed(type, at: offset)
  }
}
