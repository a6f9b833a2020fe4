/// The format of a capture file, recognised by its first bytes.
public enum CaptureFormat: Hashable, Sendable, BitwiseCopyable {
  /// A libpcap savefile with timestamps in the given unit.
  case pcap(TimestampResolution, ByteOrder)
  /// A savefile of Alexey Kuznetsov's patched libpcap, whose records have longer headers.
  case modifiedPcap(ByteOrder)
  /// A pcapng file (draft-ietf-opsawg-pcapng).
  case pcapng
  /// A format that libpcap alone knows.
  case other

  /// The order of the bytes of a number.
  public enum ByteOrder: String, Hashable, Sendable, BitwiseCopyable {
    /// Least significant byte first.
    case littleEndian = "little-endian"
    /// Most significant byte first.
    case bigEndian = "big-endian"
  }
}

extension CaptureFormat: CustomStringConvertible {
  /// The format in words, such as "pcap with nanoseconds (little-endian)".
  public var description: String {
    switch self {
    case .pcap(.nanoseconds, let order): "pcap with nanoseconds (\(order.rawValue))"
    case .pcap(_, let order): "pcap with microseconds (\(order.rawValue))"
    case .modifiedPcap(let order): "modified pcap (\(order.rawValue))"
    case .pcapng: "pcapng"
    case .other: "a format read by libpcap"
    }
  }
}
