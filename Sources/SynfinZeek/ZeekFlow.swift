internal import SynfinWire

/// The transport of a connection as conn.log names it.
public enum ZeekTransport: Sendable, BitwiseCopyable {
  case tcp, udp, icmp
  /// Any other protocol over IP.
  case unknown

  /// The name in conn.log.
  public var name: StaticString {
    switch self {
    case .tcp: "tcp"
    case .udp: "udp"
    case .icmp: "icmp"
    case .unknown: "unknown_transport"
    }
  }
}

/// The addresses and ports of one packet.
struct ZeekFlow: BitwiseCopyable {
  private let sourceHigh: UInt64
  private let sourceLow: UInt64
  private let destinationHigh: UInt64
  private let destinationLow: UInt64
  /// The source's in the high half.
  private let ports: UInt32
  /// The protocol number, the version above it, and in the highest bit whether answers are no part of it.
  private let kind: UInt16
  let transport: ZeekTransport

  /// - Parameter isOneWay: whether answers are no part of it (most kinds of ICMP).
  @inline(__always)
  init(
    _ datagram: borrowing ZeekDatagram, _ transport: ZeekTransport, _ sourcePort: UInt16,
    _ destinationPort: UInt16, isOneWay: Bool = false
  ) {
    sourceHigh = datagram.source.high
    sourceLow = datagram.source.low
    destinationHigh = datagram.destination.high
    destinationLow = datagram.destination.low
    ports = UInt32(sourcePort) << 16 | UInt32(destinationPort)
    kind =
      (isOneWay ? 0x8000 : 0) | UInt16(datagram.version) << 8 | UInt16(datagram.ipProtocol)
    self.transport = transport
  }

  /// The flow of a plain segment.
  @inline(__always)
  init(_ packet: borrowing PlainPacket) {
    sourceHigh = packet.source.high
    sourceLow = packet.source.low
    destinationHigh = packet.destination.high
    destinationLow = packet.destination.low
    ports = UInt32(packet.sourcePort) << 16 | UInt32(packet.destinationPort)
    kind = UInt16(packet.source.version) << 8 | UInt16(IPProtocol.tcp.rawValue)
    transport = .tcp
  }

  /// A flow of nothing.
  init() {
    (sourceHigh, sourceLow, destinationHigh, destinationLow) = (0, 0, 0, 0)
    ports = 0
    kind = 0
    transport = .unknown
  }

  /// A flow of UDP over IPv4, for tests.
  init(from source: UInt32, to destination: UInt32, sourcePort: UInt16, destinationPort: UInt16) {
    sourceHigh = 0
    sourceLow = UInt64(source)
    destinationHigh = 0
    destinationLow = UInt64(destination)
    ports = UInt32(sourcePort) << 16 | UInt32(destinationPort)
    kind = 4 << 8 | 17
    transport = .udp
  }

  var sourcePort: UInt16 { UInt16(truncatingIfNeeded: ports >> 16) }
  var destinationPort: UInt16 { UInt16(truncatingIfNeeded: ports) }
  var ipProtocol: UInt8 { UInt8(truncatingIfNeeded: kind) }
  var source: IPAddress { address(sourceHigh, sourceLow) }
  var destination: IPAddress { address(destinationHigh, destinationLow) }

  private func address(_ high: UInt64, _ low: UInt64) -> IPAddress {
    kind >> 8 & 0x7F == 6
      ? IPAddress(ipv6High: high, low: low) : IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
  }

  /// Whether it is of one socket with itself.
  var isLoop: Bool {
    sourcePort == destinationPort && sourceLow == destinationLow && sourceHigh == destinationHigh
  }

  /// 0 if packets of both go the same way in the same connection.
  @inline(__always)
  func difference(from other: ZeekFlow) -> UInt64 {
    (sourceLow ^ other.sourceLow) | (destinationLow ^ other.destinationLow)
      | (sourceHigh ^ other.sourceHigh) | (destinationHigh ^ other.destinationHigh)
      | UInt64(ports ^ other.ports) | UInt64(kind ^ other.kind)
  }

  /// 0 if packets of both go opposite ways in the same connection.
  @inline(__always)
  func difference(fromReverseOf other: ZeekFlow) -> UInt64 {
    (sourceLow ^ other.destinationLow) | (destinationLow ^ other.sourceLow)
      | (sourceHigh ^ other.destinationHigh) | (destinationHigh ^ other.sourceHigh)
      | UInt64(ports ^ (other.ports << 16 | other.ports >> 16))
      | UInt64(kind ^ other.kind) | UInt64(kind >> 15)
  }

  /// A hash, the same for both directions, that nobody can foresee who does not know the seed.
  @inline(__always)
  func hash(_ seed: (UInt64, UInt64)) -> UInt32 {
    let sum =
      Self.hash(sourceHigh, sourceLow, sourcePort, seed)
      &+ Self.hash(destinationHigh, destinationLow, destinationPort, seed)
    let folded = Self.fold(sum ^ UInt64(ipProtocol) ^ seed.0, 0x9E37_79B9_7F4A_7C15)
    return UInt32(truncatingIfNeeded: folded ^ folded >> 32)
  }

  /// The hash of one socket.
  @inline(__always)
  private static func hash(
    _ high: UInt64, _ low: UInt64, _ port: UInt16, _ seed: (UInt64, UInt64)
  ) -> UInt64 {
    let first = fold(low ^ seed.0, UInt64(port) ^ seed.1)
    return high == 0 ? first : fold(first ^ seed.1, high ^ seed.0)
  }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
