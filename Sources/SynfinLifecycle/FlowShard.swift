import SynfinWire

/// The part of all flows that one of several trackers has.
public struct FlowShard: Sendable {
  let index: Int
  let count: Int
  let seed: FlowSeed

  /// All flows.
  public init() { self.init(index: 0, count: 1, seed: FlowSeed()) }

  private init(index: Int, count: Int, seed: FlowSeed) {
    self.index = index
    self.count = count
    self.seed = seed
  }

  /// All flows in so many parts of about the same size.
  public static func all(_ count: Int) -> [FlowShard] {
    let seed = FlowSeed()
    return (0..<count).map { FlowShard(index: $0, count: count, seed: seed) }
  }

  /// Which part a flow belongs to.
  @inline(__always)
  func owner(of hash: UInt32) -> Int {
    // The high bits, as the low ones say where in a table the flow is.
    Int(truncatingIfNeeded: UInt64(hash) &* UInt64(truncatingIfNeeded: count) >> 32)
  }

  /// Which part the flow of a packet belongs to that is no fragment; what has no flow belongs to the first.
  func owner(of packet: borrowing Packet) -> Int {
    let ip = packet.ip
    switch packet.transport {
    case .tcp(let segment):
      return owner(of: FlowName(ip, segment.sourcePort, segment.destinationPort, seed).hash)
    case .udp(let datagram):
      return owner(of: FlowName(ip, datagram.sourcePort, datagram.destinationPort, seed).hash)
    case .icmp(let message):
      switch message.role {
      case .echoRequest, .echoReply:
        return owner(of: FlowKey.make(echo: message, ip).key.hash(seed))
      default: return owner(of: FlowKey.make(quoted: message.quoted).key.hash(seed))
      }
    case .other, .fragment, .none: return 0
    }
  }
}

extension FlowKey {
  /// The key of an echo exchange, whose identifier stands for both ports.
  static func make(
    echo message: ICMPMessage, _ ip: InternetHeader
  ) -> (key: FlowKey, sourceIsLow: Bool) {
    make(ip.source, message.identifier, ip.destination, message.identifier)
  }

  /// The key of the flow whose packet an ICMP error quotes.
  static func make(quoted: QuotedPacket) -> (key: FlowKey, sourceIsLow: Bool) {
    let isEcho = quoted.payloadProtocol == .icmp || quoted.payloadProtocol == .icmpv6
    return make(
      quoted.source, quoted.sourcePort, quoted.destination,
      isEcho ? quoted.sourcePort : quoted.destinationPort)
  }
}
