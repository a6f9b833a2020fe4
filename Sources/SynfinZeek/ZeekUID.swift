internal import SynfinWire

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
