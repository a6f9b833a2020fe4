import SynfinWire

/// What a packet says beside its transport header, as far as tracking needs it.
struct Delivery: BitwiseCopyable {
  /// The number of the packet.
  let number: UInt64
  /// When it was captured.
  let time: Timestamp
  /// Bytes of the IP packet.
  let ipBytes: UInt32
  /// The fragments that it was put together from; 0 if it came whole.
  let fragments: UInt32
  /// The IPv4 identification; 0 for IPv6.
  let identification: UInt16
  /// The time to live, or the hop limit.
  let timeToLive: UInt8
  /// Whether the IP header's checksum is wrong.
  let hasDamagedHeader: Bool
  /// Whether it goes to many hosts.
  let isToMany: Bool

  @inline(__always)
  init(
    _ ip: borrowing InternetHeader, fragments: UInt32, number: UInt64, time: Timestamp
  ) {
    self.number = number
    self.time = time
    self.fragments = fragments
    ipBytes = ip.totalLength.magnitude
    identification = ip.identification
    timeToLive = ip.timeToLive
    hasDamagedHeader = ip.headerChecksum == .wrong
    isToMany = ip.isToMany
  }

  /// Of a packet that is neither damaged nor put together from fragments.
  @inline(__always)
  init(
    number: UInt64, time: Timestamp, ipBytes: UInt32, identification: UInt16, timeToLive: UInt8,
    isToMany: Bool
  ) {
    self.number = number
    self.time = time
    self.ipBytes = ipBytes
    fragments = 0
    self.identification = identification
    self.timeToLive = timeToLive
    hasDamagedHeader = false
    self.isToMany = isToMany
  }
}
