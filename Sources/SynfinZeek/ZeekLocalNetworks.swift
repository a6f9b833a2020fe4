public import SynfinWire

/// The networks that Zeek takes for local unless it is told otherwise (`Site::private_address_space`).
///
/// These are the blocks of the IANA registries of special-purpose addresses that are not routed, and local multicast.
public enum ZeekLocalNetworks {
  /// Whether an address is one of theirs.
  public static func contains(_ address: IPAddress) -> Bool {
    switch address.version {
    case 4: containsIPv4(UInt32(truncatingIfNeeded: address.low))
    case 6: containsIPv6(address)
    default: false
    }
  }

  private static func containsIPv4(_ address: UInt32) -> Bool {
    switch address >> 24 {
    case 0, 10, 127, 239, 240...255: return true
    default: break
    }
    switch address >> 16 {
    // 100.64/10, 169.254/16, 172.16/12, 192.168/16, 198.18/15
    case 0x6440...0x647F, 0xA9FE, 0xAC10...0xAC1F, 0xC0A8, 0xC612...0xC613: return true
    default: break
    }
    switch address >> 8 {
    // 192.0.0/24, 192.0.2/24, 198.51.100/24, 203.0.113/24, 224.0.0/24
    case 0xC00000, 0xC00002, 0xC63364, 0xCB0071, 0xE00000: return true
    default: return false
    }
  }

  private static func containsIPv6(_ address: IPAddress) -> Bool {
    let high = address.high
    // 6to4 addresses count as the IPv4 address that they hold (RFC 3056 §2).
    if high >> 48 == 0x2002 { return containsIPv4(UInt32(truncatingIfNeeded: high >> 16)) }
    // Unspecified and loopback.
    if high == 0, address.low <= 1 { return true }
    // 64:ff9b:1::/48, 100::/64, 2001::/23, 2001:db8::/32
    if high >> 16 == 0x0064_FF9B_0001 || high == 0x0100_0000_0000_0000 { return true }
    if high >> 41 == 0x2001_0000 >> 9 || high >> 32 == 0x2001_0DB8 { return true }
    // fc00::/7, fe80::/10, fec0::/10
    return high >> 57 == 0xFC >> 1 || high >> 54 == 0xFE80 >> 6 || high >> 54 == 0xFEC0 >> 6
  }
}
