internal import SynfinWire

/// The transport of a connection as conn.log names it.
public enum ZeekTransport: String, Sendable {
  case tcp, udp, icmp
  /// Any other protocol over IP.
  case unknown = "unknown_transport"
}

/// The addresses and ports of one packet.
struct ZeekFlow {
  let source: IPAddress
  let sourcePort: UInt16
  let destination: IPAddress
  let destinationPort: UInt16
  let transport: ZeekTransport
  let ipProtocol: UInt8
  /// Whether answers are no part of it (most kinds of ICMP).
  let isOneWay: Bool

  var key: ZeekFlowKey { ZeekFlowKey(self) }
}

/// Names a flow: protocol and two sockets, in no order unless the flow has only one way.
struct ZeekFlowKey: Hashable {
  private let left: IPAddress
  private let right: IPAddress
  private let ports: UInt32
  private let ipProtocol: UInt8
  private let isOneWay: Bool

  init(_ flow: ZeekFlow) {
    let isOrdered =
      flow.isOneWay
      || (flow.source == flow.destination
        ? flow.sourcePort <= flow.destinationPort
        : IPAddress.precedes(flow.source, flow.destination))
    left = isOrdered ? flow.source : flow.destination
    right = isOrdered ? flow.destination : flow.source
    let (low, high) =
      isOrdered
      ? (flow.sourcePort, flow.destinationPort) : (flow.destinationPort, flow.sourcePort)
    ports = UInt32(low) << 16 | UInt32(high)
    ipProtocol = flow.ipProtocol
    isOneWay = flow.isOneWay
  }
}

/// The unique identifier of a connection: `C` and digits of base 62, as Zeek's look.
///
/// Zeek's are random; these are a hash of the flow and of its first packet's number and time, so that the same input
/// gives the same output.
public struct ZeekUID: Hashable, Sendable, CustomStringConvertible {
  private var high: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var low: UInt64 = 0xD1B5_4A32_D192_ED03

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
    "C" + Self.base62(high) + Self.base62(UInt64(UInt32(truncatingIfNeeded: low ^ high >> 32)))
  }

  private static func base62(_ value: UInt64) -> String {
    var text = ""
    var rest = value
    repeat {
      text.unicodeScalars.append(digit(UInt8(rest % 62)))
      rest /= 62
    } while rest > 0
    return text
  }

  private static func digit(_ value: UInt8) -> Unicode.Scalar {
    switch value {
    case 0..<10: Unicode.Scalar(UInt8(ascii: "0") + value)
    case 10..<36: Unicode.Scalar(UInt8(ascii: "a") + value - 10)
    default: Unicode.Scalar(UInt8(ascii: "A") + value - 36)
    }
  }
}
