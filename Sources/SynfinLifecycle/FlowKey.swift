import SynfinWire

/// Names a flow: the unordered pair of two sockets (address and port).
struct FlowKey: Equatable, BitwiseCopyable {
  private var lowHigh: UInt64
  private var lowLow: UInt64
  private var highHigh: UInt64
  private var highLow: UInt64
  /// The port of the lower socket in the high half, that of the higher socket in the low half.
  private var ports: UInt32
  private var version: UInt8

  /// Makes the key of a packet's flow, the same for both directions, and says whether the source is the lower socket.
  @inline(__always)
  static func make(
    _ source: IPAddress, _ sourcePort: UInt16, _ destination: IPAddress, _ destinationPort: UInt16
  ) -> (key: FlowKey, sourceIsLow: Bool) {
    if source.version == 4, destination.version == 4 {
      // Sockets of 48 bits, in order without a branch: which of two hosts sends next nobody can predict.
      let from = source.low << 16 | UInt64(sourcePort)
      let to = destination.low << 16 | UInt64(destinationPort)
      return (FlowKey(ipv4Low: min(from, to), high: max(from, to)), from <= to)
    }
    let sourceIsLow =
      source == destination
      ? sourcePort <= destinationPort : IPAddress.precedes(source, destination)
    if sourceIsLow {
      return (FlowKey(source, sourcePort, destination, destinationPort), true)
    }
    return (FlowKey(destination, destinationPort, source, sourcePort), false)
  }

  /// - Parameters:
  ///   - low: address and port of the lower socket, in 32 and 16 bits.
  ///   - high: those of the higher one.
  @inline(__always)
  private init(ipv4Low low: UInt64, high: UInt64) {
    lowHigh = 0
    lowLow = low >> 16
    highHigh = 0
    highLow = high >> 16
    version = 4
    ports = UInt32(truncatingIfNeeded: low) << 16 | UInt32(high & 0xFFFF)
  }

  @inline(__always)
  private init(_ low: IPAddress, _ lowPort: UInt16, _ high: IPAddress, _ highPort: UInt16) {
    lowHigh = low.high
    lowLow = low.low
    highHigh = high.high
    highLow = high.low
    version = low.version
    ports = UInt32(lowPort) << 16 | UInt32(highPort)
  }

  /// The lower socket.
  var low: (address: IPAddress, port: UInt16) {
    (address(lowHigh, lowLow), UInt16(ports >> 16))
  }

  /// The higher socket.
  var high: (address: IPAddress, port: UInt16) {
    (address(highHigh, highLow), UInt16(ports & 0xFFFF))
  }

  /// Both ends, told apart.
  func sockets(clientIsLow: Bool, hasPorts: Bool) -> (client: Socket, server: Socket) {
    let lower = Socket(address: low.address, port: hasPorts ? low.port : nil)
    let higher = Socket(address: high.address, port: hasPorts ? high.port : nil)
    return clientIsLow ? (lower, higher) : (higher, lower)
  }

  private func address(_ high: UInt64, _ low: UInt64) -> IPAddress {
    version == 6
      ? IPAddress(ipv6High: high, low: low) : IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
  }

  /// A hash that nobody can foresee who does not know the seed: a stranger must not be able to
  /// choose ports that all land in one place.
  @inline(__always)
  func hash(_ seed: FlowSeed) -> UInt32 {
    let first = Self.fold(lowLow ^ seed.first, highLow ^ UInt64(ports) << 32 ^ seed.second)
    guard version == 6 else { return Self.finish(first, seed.first) }
    return Self.finish(
      first ^ Self.fold(lowHigh ^ seed.second, highHigh ^ seed.first), seed.second)
  }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  @inline(__always)
  private static func finish(_ value: UInt64, _ seed: UInt64) -> UInt32 {
    let folded = fold(value ^ seed, 0x9E37_79B9_7F4A_7C15)
    return UInt32(truncatingIfNeeded: folded ^ folded >> 32)
  }
}

/// What the hashes of a run depend on, drawn at random.
struct FlowSeed: BitwiseCopyable {
  let first = UInt64.random(in: 1 ... .max)
  let second = UInt64.random(in: 1 ... .max)
}
