/// What kind of address an IP address is, as the registries name it.
public enum AddressScope: String, Sendable {
  case unspecified, loopback, linkLocal = "link-local", `private`, sharedNAT = "shared (CGN)"
  case multicast, broadcast, documentation, benchmarking, reserved
  case uniqueLocal = "unique local", mapped = "IPv4-mapped", global
}

extension IPAddress {
  /// The historic class A to E of an IPv4 address (RFC 791 §3.2); nil for IPv6.
  public var addressClass: Character? {
    guard version == 4 else { return nil }
    switch low >> 24 {
    case 0...127: return "A"
    case 128...191: return "B"
    case 192...223: return "C"
    case 224...239: return "D"
    default: return "E"
    }
  }

  /// The special-purpose range that the address lies in (RFC 6890, RFC 4291), else `global`.
  public var scope: AddressScope {
    version == 6 ? ipv6Scope : ipv4Scope
  }

  private func lies(in network: UInt64, _ prefixLength: UInt64) -> Bool {
    low >> (32 - prefixLength) == network >> (32 - prefixLength)
  }

  private var ipv4Scope: AddressScope {
    if low == 0xFFFF_FFFF { return .broadcast }
    if low == 0 { return .unspecified }
    if lies(in: 0x7F00_0000, 8) { return .loopback }
    if lies(in: 0x0A00_0000, 8) || lies(in: 0xAC10_0000, 12) || lies(in: 0xC0A8_0000, 16) {
      return .private
    }
    if lies(in: 0x6440_0000, 10) { return .sharedNAT }
    if lies(in: 0xA9FE_0000, 16) { return .linkLocal }
    if lies(in: 0xC000_0200, 24) || lies(in: 0xC633_6400, 24) || lies(in: 0xCB00_7100, 24) {
      return .documentation
    }
    if lies(in: 0xC612_0000, 15) { return .benchmarking }
    if lies(in: 0xE000_0000, 4) { return .multicast }
    if lies(in: 0xF000_0000, 4) || lies(in: 0, 8) || lies(in: 0xC000_0000, 24) {
      return .reserved
    }
    return .global
  }

  private var ipv6Scope: AddressScope {
    if high == 0 && low == 0 { return .unspecified }
    if high == 0 && low == 1 { return .loopback }
    if high == 0 && low >> 32 == 0xFFFF { return .mapped }
    if high >> 56 == 0xFF { return .multicast }
    if high >> 54 == 0xFE80 >> 6 { return .linkLocal }
    if high >> 57 == 0xFC >> 1 { return .uniqueLocal }
    if high >> 32 == 0x2001_0DB8 || high >> 44 == 0x3FFF0 { return .documentation }
    if high >> 16 == 0x2001_0002_0000 { return .benchmarking }
    // 2000::/3 (RFC 4291 §2.5.4) and the translated addresses of 64:ff9b::/96 (RFC 6052 §2.1).
    if high >> 61 == 1 { return .global }
    if high == 0x0064_FF9B_0000_0000 && low >> 32 == 0 { return .global }
    return .reserved
  }
}
