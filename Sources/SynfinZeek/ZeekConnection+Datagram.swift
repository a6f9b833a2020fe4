internal import SynfinWire

/// A UDP datagram with a good checksum.
struct ZeekMessage: BitwiseCopyable {
  /// Bytes of payload by the length field.
  var length = 0
  /// Whether it is an answer, by the header of a DNS message; nil if it is too short for one.
  var isDNSResponse: Bool?
  /// The mode of an NTP message; nil if it is too short for one.
  var ntpMode: UInt8?
  /// Whether it was sent to a multicast group.
  var isToMany = false

  /// A datagram of which nothing is known.
  init() {}

  @inline(__always)
  init(_ datagram: borrowing ZeekDatagram, _ bytes: RawSpan) {
    length = datagram.udpLength(bytes) - UDPHeader.length
    let payload = datagram.offset + UDPHeader.length
    isDNSResponse =
      datagram.holds(UDPHeader.length + 12) ? bytes.uint8(at: payload + 2) & 0x80 != 0 : nil
    ntpMode = datagram.holds(UDPHeader.length + 48) ? bytes.uint8(at: payload) & 7 : nil
    isToMany = datagram.destination.isMulticast
  }
}

extension ZeekConnection {
  /// Takes a UDP datagram with a good checksum.
  mutating func take(_ message: ZeekMessage, isFromFirst: Bool, ipBytes: Int, now: Int64) {
    let isOrig = isFromFirst == first.isOrig
    let port = respPort
    takeBytes(message.length, isFromFirst: isFromFirst, ipBytes: ipBytes, now: now)
    _ = shared.history.note(.data, "D", isOrig: isOrig)
    if ZeekServicePorts.isDNS(port) {
      lookForDNS(message, isOrig: isOrig)
    } else if port == 123 || shared.isNTPFlipped {
      lookForNTP(message, isOrig: isOrig)
    }
  }

  /// Counts a packet of UDP, ICMP or another protocol.
  mutating func takeBytes(_ bytes: Int, isFromFirst: Bool, ipBytes: Int, now: Int64) {
    shared.last = now
    if isFromFirst {
      first.count(ipBytes: ipBytes)
      first.addDatagram(bytes)
    } else {
      second.count(ipBytes: ipBytes)
      second.addDatagram(bytes)
    }
  }

  /// A conversation whose first DNS message is a response to the "responder" has the roles wrong.
  private mutating func lookForDNS(_ message: ZeekMessage, isOrig: Bool) {
    guard !shared.hasSeenDNS, let isResponse = message.isDNSResponse else { return }
    shared.hasSeenDNS = true
    if isResponse, isOrig, !message.isToMany { flip() }
  }

  /// A server's message from the originator, or a client's from the responder, means that the roles are wrong.
  private mutating func lookForNTP(_ message: ZeekMessage, isOrig: Bool) {
    guard !shared.isNTPFlipped, message.ntpMode == (isOrig ? 4 : 3) else { return }
    shared.isNTPFlipped = true
    flip()
  }
}

extension IPAddress {
  @inline(__always)
  fileprivate var isMulticast: Bool {
    version == 4 ? low >> 28 == 0xE : high >> 56 == 0xFF
  }
}
