/// What a tracker needs of a plain packet, without what a `Packet` has for all others.
///
/// What was there before `read` gave true means nothing, nor does what another kind of packet has.
public struct PlainPacket: Sendable, BitwiseCopyable {
  /// The sender.
  public private(set) var source = IPAddress.none
  /// The receiver.
  public private(set) var destination = IPAddress.none
  /// `tcp` or `udp`.
  public private(set) var kind = Transport.Kind.none
  /// Whether the frame goes to a group of hosts.
  public private(set) var isToGroup = false
  /// The time to live, or the hop limit.
  public private(set) var timeToLive: UInt8 = 0
  /// The IPv4 identification; 0 for IPv6.
  public private(set) var identification: UInt16 = 0
  /// Bytes of the IP packet.
  public private(set) var ipBytes: UInt32 = 0
  /// What is known of the IPv4 header checksum.
  public private(set) var headerChecksum = ChecksumStatus.unverified
  /// What is known of the checksum of the segment or the datagram.
  public private(set) var checksum = ChecksumStatus.unverified
  /// The sender's port.
  public private(set) var sourcePort: UInt16 = 0
  /// The receiver's port.
  public private(set) var destinationPort: UInt16 = 0
  /// Bytes of payload by the lengths in the headers.
  public private(set) var payloadLength: Int = 0
  /// Control bits of a segment.
  public private(set) var flags: TCPFlags = []
  /// The window of a segment, before scaling.
  public private(set) var window: UInt16 = 0
  /// The sequence number of a segment in the high half, its acknowledgment number in the low half.
  public private(set) var numbers: UInt64 = 0
  /// The timestamps of a segment, TSval in the high half; 0 without.
  public private(set) var clocks: UInt64 = 0
  /// Which options a segment carries.
  public private(set) var optionKinds: TCPOptions.Kinds = []
  /// The options of a segment; means something only if `optionKinds` has more than timestamps.
  public private(set) var options = TCPOptions()

  /// A packet of which nothing is known.
  public init() {}

  /// Reads a captured packet; false if it is not plain, or not Ethernet's.
  ///
  /// - Parameters:
  ///   - bytes: the captured bytes from the link-layer header on.
  ///   - linkType: the link-layer header's type.
  ///   - originalLength: bytes on the wire; at least as many as captured, at most 2³¹ − 1.
  public mutating func read(_ bytes: RawSpan, linkType: LinkType, originalLength: Int) -> Bool {
    linkType == .ethernet
      && readPlain(bytes, originalLength: originalLength, verifiesChecksums: true)
  }

  /// Whether it goes to many hosts: multicast or broadcast, by its address or by the link layer's.
  public var isToMany: Bool { isToGroup || destination.isMulticastOrBroadcast }
}

extension PlainPacket: PlainHeaders {
  @inline(__always)
  mutating func set(
    _ header: IPv4Header, at offset: Int, isToGroup: Bool, checksum: ChecksumStatus
  ) {
    source = header.source
    destination = header.destination
    self.isToGroup = isToGroup
    timeToLive = header.timeToLive
    identification = header.identification
    ipBytes = UInt32(truncatingIfNeeded: header.totalLength)
    headerChecksum = checksum
  }

  @inline(__always)
  mutating func set(_ header: IPv6Header, at offset: Int, isToGroup: Bool) {
    source = header.source
    destination = header.destination
    self.isToGroup = isToGroup
    timeToLive = header.hopLimit
    identification = 0
    ipBytes = UInt32(truncatingIfNeeded: IPv6Header.length &+ header.payloadLength)
    headerChecksum = .unverified
  }

  @inline(__always)
  mutating func set(
    _ header: TCPHeader, payloadLength: Int, _ frame: RawSpan, options range: Range<Int>,
    checksum: ChecksumStatus
  ) {
    kind = .tcp
    sourcePort = header.sourcePort
    destinationPort = header.destinationPort
    self.payloadLength = payloadLength
    flags = header.flags
    window = header.window
    numbers =
      UInt64(header.sequenceNumber.rawValue) << 32 | UInt64(header.acknowledgmentNumber.rawValue)
    self.checksum = checksum
    if TCPOptions.areTimestamps(frame, range) {
      optionKinds = .timestamps
      clocks = frame.uint64(at: range.lowerBound &+ 4)
    } else if range.isEmpty {
      optionKinds = []
      clocks = 0
    } else {
      setOptions(frame, range)
    }
  }

  @inline(__always)
  private mutating func setOptions(_ frame: RawSpan, _ range: Range<Int>) {
    options.set(frame, from: range.lowerBound, to: range.upperBound, areCut: false)
    optionKinds = options.kinds
    clocks = UInt64(options.timestampValue) << 32 | UInt64(options.timestampEchoReply)
  }

  @inline(__always)
  mutating func set(_ datagram: Datagram) {
    kind = .udp
    sourcePort = datagram.sourcePort
    destinationPort = datagram.destinationPort
    payloadLength = Int(datagram.payloadLength)
    checksum = datagram.checksum
  }
}
