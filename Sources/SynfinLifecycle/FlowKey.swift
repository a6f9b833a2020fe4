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

  /// Makes the key of a packet's flow; the same for both directions.
  init(
    _ source: IPAddress, _ sourcePort: UInt16, _ destination: IPAddress, _ destinationPort: UInt16
  ) {
    let sourceIsLow = Self.isLow(source, sourcePort, destination, destinationPort)
    let (low, high) = sourceIsLow ? (source, destination) : (destination, source)
    lowHigh = low.high
    lowLow = low.low
    highHigh = high.high
    highLow = high.low
    version = source.version
    ports =
      sourceIsLow
      ? UInt32(sourcePort) << 16 | UInt32(destinationPort)
      : UInt32(destinationPort) << 16 | UInt32(sourcePort)
  }

  /// Whether the source is the lower of the two sockets.
  static func isLow(
    _ source: IPAddress, _ sourcePort: UInt16, _ destination: IPAddress, _ destinationPort: UInt16
  ) -> Bool {
    source == destination
      ? sourcePort <= destinationPort : IPAddress.precedes(source, destination)
  }

  /// The lower socket.
  var low: (address: IPAddress, port: UInt16) {
    (address(lowHigh, lowLow), UInt16(ports >> 16))
  }

  /// The higher socket.
  var high: (address: IPAddress, port: UInt16) {
    (address(highHigh, highLow), UInt16(ports & 0xFFFF))
  }

  private func address(_ high: UInt64, _ low: UInt64) -> IPAddress {
    version == 6
      ? IPAddress(ipv6High: high, low: low) : IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
  }

  /// A hash that nobody can foresee who does not know the seed: a stranger must not be able to
  /// choose ports that all land in one place.
  func hash(_ seed: (UInt64, UInt64)) -> UInt32 {
    let first = Self.fold(lowLow ^ seed.0, highLow ^ UInt64(ports) << 32 ^ seed.1)
    guard version == 6 else { return Self.finish(first, seed.0) }
    return Self.finish(first ^ Self.fold(lowHigh ^ seed.1, highHigh ^ seed.0), seed.1)
  }

  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  private static func finish(_ value: UInt64, _ seed: UInt64) -> UInt32 {
    let folded = fold(value ^ seed, 0x9E37_79B9_7F4A_7C15)
    return UInt32(truncatingIfNeeded: folded ^ folded >> 32)
  }
}
