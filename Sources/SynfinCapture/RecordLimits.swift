internal import SynfinWire

/// How long a packet may be before its length counts as damaged.
///
/// The numbers are libpcap's (`max_snaplen_for_dlt` in pcap-common.c). A file that announces a longer
/// snapshot length may have longer packets.
enum RecordLimits {
  static let ordinary = 256 * 1024
  static let largest = 128 * 1024 * 1024

  /// A pcapng block with a packet: the packet and as much again as options may reasonably take.
  static let longestPacketBlock = largest + 16 * 1024 * 1024
  /// A pcapng block with a description, which is kept in memory as a whole.
  static let longestDescription = 16 * 1024 * 1024
  /// The interfaces one pcapng file may declare.
  static let interfaces = 65_536

  static func packet(_ linkType: LinkType, snapLength: Int) -> Int {
    switch linkType.rawValue {
    case 189, 220, 231, 249, 266, 279: largest  // USB, D-Bus, EBHSCR
    default: min(max(snapLength, ordinary), largest)
    }
  }
}

extension ByteStream {
  /// Why `require(needed)` failed inside a record that begins at the next unread byte.
  func damage(in part: String, needed: Int) -> CaptureDamage {
    if let failure {
      return CaptureDamage(.unreadable, offset: offset, part: part, problem: failure.message)
    }
    return CaptureDamage(
      .cutShort(needed: needed, available: available), offset: offset, part: part)
  }

  /// A record at the next unread byte that cannot be as it stands.
  func damage(in part: String, problem: String) -> CaptureDamage {
    CaptureDamage(.impossible, offset: offset, part: part, problem: problem)
  }
}
