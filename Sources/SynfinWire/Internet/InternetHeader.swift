/// What IPv4 and IPv6 headers have in common, as the tracker needs it.
public struct InternetHeader: Sendable, BitwiseCopyable {
  /// 4, 6, or 0 if the packet has no IP header.
  public var version: UInt8 = 0
  /// "Time to Live" (RFC 791) or "Hop Limit" (RFC 8200).
  public var timeToLive: UInt8 = 0
  /// "Type of Service" or "Traffic Class": six bits DSCP (RFC 2474), two bits ECN (RFC 3168).
  public var trafficClass: UInt8 = 0
  /// The protocol of the payload, behind any extension headers.
  public var payloadProtocol = IPProtocol(rawValue: 0)
  /// The IPv4 identification; 0 for IPv6.
  public var identification: UInt16 = 0
  /// What is known of the IPv4 header checksum.
  public var headerChecksum: ChecksumStatus = .unverified
  /// Whether the "don't fragment" bit is set (IPv4).
  public var dontFragment = false
  /// Whether it goes to many hosts: multicast or broadcast, by its address or by the link layer's.
  ///
  /// The broadcast address of a subnet looks like any other; only the frame tells.
  public var isToMany = false
  /// Bytes of the IP packet by its own length field, headers included.
  public var totalLength: Int32 = 0
  /// Bytes from the start of the packet to the IP payload, behind any extension headers.
  public var payloadOffset: Int32 = 0
  /// Bytes of the IP payload on the wire, behind any extension headers.
  public var payloadLength: Int32 = 0
  /// The sender.
  public var source = IPAddress.none
  /// The receiver.
  public var destination = IPAddress.none

  /// A header of which nothing is known.
  public init() {}
}

extension InternetHeader {
  /// What the IPv4 header at `offset` says of a packet of `totalLength` bytes.
  @inline(__always)
  init(
    _ header: IPv4Header, totalLength: Int, at offset: Int, isToGroup: Bool,
    checksum: ChecksumStatus
  ) {
    version = 4
    timeToLive = header.timeToLive
    trafficClass = header.typeOfService
    payloadProtocol = header.payloadProtocol
    identification = header.identification
    headerChecksum = checksum
    dontFragment = header.dontFragment
    isToMany = isToGroup || header.destination.isMulticastOrBroadcast
    self.totalLength = Int32(truncatingIfNeeded: totalLength)
    payloadOffset = Int32(truncatingIfNeeded: offset &+ header.headerLength)
    payloadLength = Int32(truncatingIfNeeded: totalLength &- header.headerLength)
    source = header.source
    destination = header.destination
  }

  /// What an IPv6 header says; where its payload begins and ends is not known yet.
  @inline(__always)
  init(_ header: IPv6Header, isToGroup: Bool) {
    version = 6
    timeToLive = header.hopLimit
    trafficClass = header.trafficClass
    isToMany = isToGroup || header.destination.isMulticastOrBroadcast
    source = header.source
    destination = header.destination
  }

  /// Takes what an IPv6 header says that no extension headers follow.
  @inline(__always)
  mutating func setPlain(_ header: IPv6Header, at offset: Int, isToGroup: Bool) {
    self = InternetHeader(header, isToGroup: isToGroup)
    totalLength = Int32(truncatingIfNeeded: IPv6Header.length &+ header.payloadLength)
    let start = offset &+ IPv6Header.length
    setPayload(header.nextHeader, from: start, to: start &+ header.payloadLength)
  }

  /// Notes a payload behind IPv6 and its extension headers, from `offset` to the end of the packet.
  @inline(__always)
  mutating func setPayload(_ number: IPProtocol, from offset: Int, to end: Int) {
    payloadProtocol = number
    payloadOffset = Int32(truncatingIfNeeded: offset)
    payloadLength = Int32(truncatingIfNeeded: end &- offset)
  }

  /// The sum of the addresses, with which a pseudo-header begins.
  @inline(__always)
  var addressSum: InternetChecksum {
    var sum = InternetChecksum()
    sum.add(source)
    sum.add(destination)
    return sum
  }
}

/// A piece of an IP datagram (RFC 791 §3.2, RFC 8200 §4.5).
public struct Fragment: Sendable, BitwiseCopyable {
  /// Whether the packet is a piece of a larger datagram.
  public var isFragment = false
  /// Whether more pieces follow.
  public var moreFragments = false
  /// Where in the datagram's payload the piece begins, in bytes.
  public var offset: Int32 = 0
  /// Names the datagram, together with addresses and protocol: 16 bits for IPv4, 32 for IPv6.
  public var identification: UInt32 = 0
  /// Bytes from the start of the packet to the IP header of the piece.
  public var headerOffset: Int32 = 0

  /// A packet that is no fragment.
  public init() {}
}
