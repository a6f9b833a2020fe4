/// An IPv4 or IPv6 address as a plain value.
///
/// An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) stays an IPv6 address and differs from
/// `192.0.2.1`.
@frozen
public struct IPAddress: Hashable, Sendable, BitwiseCopyable {
  /// The first eight bytes of an IPv6 address; 0 for IPv4.
  public var high: UInt64
  /// The last eight bytes of an IPv6 address, or the four bytes of an IPv4 address.
  public var low: UInt64
  /// 4 or 6; 0 in a value that stands for "no address".
  public var version: UInt8

  /// Makes an IPv4 address from its four bytes in network byte order.
  @inlinable
  public init(ipv4: UInt32) {
    high = 0
    low = UInt64(ipv4)
    version = 4
  }

  /// Makes an IPv6 address from its two halves in network byte order.
  @inlinable
  public init(ipv6High high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
    version = 6
  }

  /// The value that stands for "no address".
  @inlinable
  public static var none: IPAddress {
    var address = IPAddress(ipv4: 0)
    address.version = 0
    return address
  }

  /// An order for canonical keys: by version, then by value.
  @inlinable
  public static func precedes(_ left: IPAddress, _ right: IPAddress) -> Bool {
    if left.version != right.version { return left.version < right.version }
    return left.high != right.high ? left.high < right.high : left.low < right.low
  }

  /// Whether packets to this address go to many hosts: multicast (224.0.0.0/4, ff00::/8) or the
  /// limited broadcast address 255.255.255.255.
  public var isMulticastOrBroadcast: Bool {
    switch version {
    case 4: low >> 28 == 0xE || low == 0xFFFF_FFFF
    case 6: high >> 56 == 0xFF
    default: false
    }
  }
}

// MARK: - Text

extension IPAddress: CustomStringConvertible {
  /// Dotted decimal for IPv4, RFC 5952 for IPv6.
  public var description: String {
    var text: [UInt8] = []
    spell { text.append($0) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Gives the characters of the description to `body`, one after the other.
  @inlinable
  public func spell(_ body: (UInt8) -> Void) {
    switch version {
    case 4: Self.spellDottedDecimal(low, body)
    case 6: spellIPv6(body)
    default: body(UInt8(ascii: "-"))
    }
  }

  @inlinable
  static func spellDottedDecimal(_ value: UInt64, _ body: (UInt8) -> Void) {
    var shift: UInt64 = 32
    while shift > 0 {
      shift -= 8
      if shift < 24 { body(UInt8(ascii: ".")) }
      let byte = UInt8(truncatingIfNeeded: value >> shift)
      if byte >= 100 { body(UInt8(ascii: "0") + byte / 100) }
      if byte >= 10 { body(UInt8(ascii: "0") + byte / 10 % 10) }
      body(UInt8(ascii: "0") + byte % 10)
    }
  }

  /// RFC 5952 §4: lower case, no leading zeros, the longest run of zero groups shortened;
  /// §5: the mapped addresses with their last part in dotted decimal.
  @inlinable
  func spellIPv6(_ body: (UInt8) -> Void) {
    if high == 0 && low >> 32 == 0xFFFF {
      for byte in "::ffff:".utf8 { body(byte) }
      return Self.spellDottedDecimal(low, body)
    }
    let run = longestZeroRun
    var index = 0
    while index < 8 {
      if index == run.lowerBound, !run.isEmpty {
        body(UInt8(ascii: ":"))
        body(UInt8(ascii: ":"))
        index = run.upperBound
        continue
      }
      if index > 0, index != run.upperBound || run.isEmpty { body(UInt8(ascii: ":")) }
      Self.spellGroup(group(index), body)
      index += 1
    }
  }

  @inlinable
  static func spellGroup(_ group: UInt16, _ body: (UInt8) -> Void) {
    var shift = group == 0 ? 0 : (15 - UInt16(group.leadingZeroBitCount)) / 4 * 4
    while true {
      let digit = UInt8(truncatingIfNeeded: group >> shift & 15)
      body(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      if shift == 0 { return }
      shift -= 4
    }
  }

  @inlinable
  func group(_ index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)))
  }

  /// The first of the longest runs of at least two groups that are zero; empty if there is none.
  @inlinable
  var longestZeroRun: Range<Int> {
    var best = 0..<0
    var start = 0
    for index in 0...8 where index == 8 || group(index) != 0 {
      if index - start > max(best.count, 1) { best = start..<index }
      start = index + 1
    }
    return best
  }

  /// Reads an address from text; nil if it is neither IPv4 nor IPv6.
  public init?(_ text: some StringProtocol) {
    if text.contains(":") {
      self.init(ipv6Text: String(text))
    } else {
      guard let value = Self.parseDottedDecimal(String(text)) else { return nil }
      self.init(ipv4: value)
    }
  }

  private static func parseDottedDecimal(_ text: String) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      // "010" is ten to some programs and eight to others.
      guard !part.isEmpty, part == "0" || part.first != "0", part.allSatisfy(\.isASCIIDigit),
        let byte = UInt8(part)
      else { return nil }
      value = value << 8 | UInt32(byte)
    }
    return value
  }

  private init?(ipv6Text text: String) {
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard halves.count <= 2, let head = halves.first,
      let front = Self.parseGroups(String(head), isLast: halves.count == 1)
    else { return nil }
    var groups = front
    if halves.count == 2 {
      guard let back = Self.parseGroups(String(halves[1]), isLast: true),
        front.count + back.count <= 7
      else { return nil }
      groups += Array(repeating: 0, count: 8 - front.count - back.count) + back
    }
    guard groups.count == 8 else { return nil }
    let joined = { (part: ArraySlice<UInt16>) in part.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
    self.init(ipv6High: joined(groups[..<4]), low: joined(groups[4...]))
  }

  /// Groups of hexadecimal digits; those at the end of the address may end in dotted decimal.
  private static func parseGroups(_ text: String, isLast: Bool) -> [UInt16]? {
    if text.isEmpty { return [] }
    var groups: [UInt16] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if isLast, index == parts.count - 1, let value = parseDottedDecimal(String(part)) {
        groups += [UInt16(value >> 16), UInt16(value & 0xFFFF)]
      } else {
        guard part.count <= 4, part.allSatisfy(\.isHexDigit), let group = UInt16(part, radix: 16)
        else { return nil }
        groups.append(group)
      }
    }
    return groups
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
