public import SynfinWire

/// What the head of a pcap file says of all its packets.
public struct SavefileFormat: Hashable, Sendable {
  /// What the first byte of its packets is; a pcap file has only one such type.
  public var linkType: LinkType
  /// The most bytes kept of a packet.
  public var snapLength: Int
  /// The unit of its time stamps.
  public var precision: LiveOptions.Precision

  /// Makes a format from its parts.
  public init(linkType: LinkType, snapLength: Int, precision: LiveOptions.Precision) {
    self.linkType = linkType
    self.snapLength = snapLength
    self.precision = precision
  }

  /// The format for the packets of these interfaces, of which there is at least one.
  ///
  /// - Throws: `CaptureError` of kind `unwritable` if their link types differ.
  public init(_ interfaces: [LiveInterface]) throws(CaptureError) {
    let isNano = interfaces.contains { $0.precision == .nanoseconds }
    let snapLength = interfaces.map(\.snapLength).max() ?? 0
    let first = interfaces.first
    self.init(
      linkType: first?.linkType ?? .null, snapLength: snapLength,
      precision: isNano ? .nanoseconds : .microseconds)
    guard let first, let other = interfaces.first(where: { $0.linkType != linkType }) else {
      return
    }
    throw CaptureError(
      .unwritable, subject: "\(first.name) and \(other.name)",
      problem: "a pcap file has one link type, not \(first.linkTypeName) and \(other.linkTypeName)",
      advice: "save them one by one, or capture on any")
  }

  /// The first bytes of a file, in this machine's byte order (pcap-savefile(5)).
  var header: [UInt8] {
    let words: [UInt32] = [
      precision == .nanoseconds ? 0xa1b2_3c4d : 0xa1b2_c3d4, Self.version, 0, 0,
      UInt32(clamping: snapLength), UInt32(linkType.rawValue),
    ]
    // Numbers without padding between them.
    return unsafe words.withUnsafeBytes { unsafe Array($0) }
  }

  /// The number of header bytes.
  static let headerLength = 24

  /// Version 2.4 as two 16-bit numbers.
  private static let version: UInt32 = {
    let (major, minor): (UInt32, UInt32) = (2, 4)
    return Int(littleEndian: 1) == 1 ? major | minor << 16 : major << 16 | minor
  }()
}
