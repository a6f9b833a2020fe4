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

/// The unique identifier of a connection: `C` and digits of base 62, as Zeek's look.
///
/// Zeek's are random; these are a hash of the flow and of its first packet's number and time, so that the same input
/// gives the same output.
public struct ZeekUID: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
  @usableFromInline private(set) var high: UInt64 = 0x9E37_79B9_7F4A_7C15
  @usableFromInline private(set) var low: UInt64 = 0xD1B5_4A32_D192_ED03

  init(_ flow: ZeekFlow, number: UInt64, time: Int64) {
    add(flow.source)
    add(flow.destination)
    add(
      UInt64(flow.sourcePort) << 32 | UInt64(flow.destinationPort) << 16 | UInt64(flow.ipProtocol))
    add(number)
    add(UInt64(bitPattern: time))
  }

  /// The identifier of a tunnel that is no connection of its own, such as GRE: of the pair of its ends.
  init(tunnelBetween left: IPAddress, and right: IPAddress) {
    let isOrdered = IPAddress.precedes(left, right)
    add(isOrdered ? left : right)
    add(isOrdered ? right : left)
  }

  private mutating func add(_ address: IPAddress) {
    add(address.high)
    add(address.low)
    add(UInt64(address.version))
  }

  private mutating func add(_ value: UInt64) {
    let product = (high ^ value).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    let mixed = product.high ^ product.low ^ low
    low = high &+ 0xE703_7ED1_A0B4_28DB
    high = mixed ^ mixed >> 29
  }

  /// 96 bits, in two numbers as Zeek writes them.
  public var description: String {
    var text: [UInt8] = []
    spell { text.append($0) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The characters of the description, if there are as many as there can be.
  public var characters: [18 of UInt8]? {
    let tail = UInt32(truncatingIfNeeded: low ^ high >> 32)
    let (rest, five) = high.quotientAndRemainder(dividingBy: Self.fiveDigits)
    let (last, nextFive) = rest.quotientAndRemainder(dividingBy: Self.fiveDigits)
    let (tailLast, tailFive) = tail.quotientAndRemainder(
      dividingBy: UInt32(truncatingIfNeeded: Self.fiveDigits))
    guard last > 0, tailLast > 0 else { return nil }
    let (front, middle) = (Self.digits(five), Self.digits(nextFive))
    let back = Self.digits(UInt64(tailFive))
    // Digit after digit, the first one in the lowest byte: five, five, the last, five, the last.
    let first = Self.text(front | middle << 40)
    let second = Self.text(middle >> 24 | last << 16 | back << 24)
    var characters: [18 of UInt8] = .init(repeating: UInt8(ascii: "C"))
    for place in 0..<8 {
      characters[1 + place] = UInt8(truncatingIfNeeded: first &>> UInt64(8 * place))
      characters[9 + place] = UInt8(truncatingIfNeeded: second &>> UInt64(8 * place))
    }
    characters[17] = Self.digit(UInt8(truncatingIfNeeded: tailLast))
    return characters
  }

  /// 62⁵.
  private static var fiveDigits: UInt64 { 916_132_832 }

  /// The values of five digits, each in a byte, the lowest one first.
  @inline(__always)
  private static func digits(_ value: UInt64) -> UInt64 {
    var rest = UInt32(truncatingIfNeeded: value)
    var digits: UInt64 = 0
    for place in 0..<5 as Range<UInt64> {
      let (quotient, value) = rest.quotientAndRemainder(dividingBy: 62)
      digits |= UInt64(value) << (8 * place)
      rest = quotient
    }
    return digits
  }

  /// The characters of eight digits at once; as in `digit`.
  @inline(__always)
  private static func text(_ digits: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // Digits are below 62: what is added takes the highest bit of a byte from 10 or 36 on.
    let letters = (digits &+ ones &* 118) >> 7 & ones
    let capitals = (digits &+ ones &* 92) >> 7 & ones
    return digits &+ ones &* UInt64(UInt8(ascii: "0")) &+ letters &* 39 &- capitals &* 58
  }

  /// Gives the characters of the description to `body`, one after the other.
  @inlinable
  public func spell(_ body: (UInt8) -> Void) {
    body(UInt8(ascii: "C"))
    Self.spell(high, body)
    Self.spell(UInt64(UInt32(truncatingIfNeeded: low ^ high >> 32)), body)
  }

  @inlinable
  static func spell(_ value: UInt64, _ body: (UInt8) -> Void) {
    var rest = value
    repeat {
      body(digit(UInt8(truncatingIfNeeded: rest % 62)))
      rest /= 62
    } while rest > 0
  }

  @inlinable
  static func digit(_ value: UInt8) -> UInt8 {
    // Digits, small letters, capitals: added up, because a branch could not foresee a hash.
    UInt8(ascii: "0") &+ value &+ (value >= 10 ? 39 : 0) &- (value >= 36 ? 58 : 0)
  }
}
