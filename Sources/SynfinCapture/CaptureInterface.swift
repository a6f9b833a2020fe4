public import SynfinWire

/// An interface a capture was made on, as its file describes it.
///
/// The texts are the file's: whoever prints them must expect control characters.
public struct CaptureInterface: Hashable, Sendable {
  /// What the first byte of this interface's packets is.
  public var linkType: LinkType
  /// The most bytes kept of a packet; 0 means no limit.
  public var snapLength: Int
  /// The unit of its timestamps.
  public var timestampResolution: TimestampResolution
  /// Seconds to add to its timestamps, already added to those that `CaptureFile` delivers.
  public var timestampOffset: Int64 = 0
  /// Its name, such as "eth0" (pcapng `if_name`).
  public var name: String?
  /// What it is, for people (pcapng `if_description`).
  public var interfaceDescription: String?
  /// The capture filter in libpcap's syntax (pcapng `if_filter`).
  public var filter: String?
  /// The operating system of the capturing machine (pcapng `if_os`).
  public var operatingSystem: String?

  init(
    linkType: LinkType, snapLength: Int, timestampResolution: TimestampResolution = .microseconds
  ) {
    self.linkType = linkType
    self.snapLength = snapLength
    self.timestampResolution = timestampResolution
  }
}

/// The unit of an interface's timestamps: a power of ten or of two of a second.
public struct TimestampResolution: Hashable, Sendable, BitwiseCopyable {
  /// The octet of pcapng's `if_tsresol`: the high bit selects powers of two, the rest is the negated exponent.
  public var rawValue: UInt8

  /// Makes a unit from the octet of `if_tsresol`.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Millionths of a second, pcapng's default.
  public static let microseconds = TimestampResolution(rawValue: 6)
  /// Billionths of a second.
  public static let nanoseconds = TimestampResolution(rawValue: 9)
}

extension TimestampResolution: CustomStringConvertible {
  /// The unit in seconds, such as "10^-6 s".
  public var description: String {
    let exponent = rawValue & 0x7f
    return exponent == 0 ? "1 s" : "\(rawValue & 0x80 == 0 ? 10 : 2)^-\(exponent) s"
  }
}

/// What a capture file says about packets the capture saw and lost, summed over its interfaces.
public struct CaptureStatistics: Hashable, Sendable {
  /// Packets the interfaces received (pcapng `isb_ifrecv`).
  public var received: UInt64?
  /// Packets the interfaces dropped (pcapng `isb_ifdrop`, or the drop counts of obsolete packet blocks).
  public var droppedByInterface: UInt64?
  /// Packets the operating system dropped for want of buffer space (pcapng `isb_osdrop`).
  public var droppedByOS: UInt64?

  /// Makes statistics of the counters that are known.
  public init(
    received: UInt64? = nil, droppedByInterface: UInt64? = nil, droppedByOS: UInt64? = nil
  ) {
    self.received = received
    self.droppedByInterface = droppedByInterface
    self.droppedByOS = droppedByOS
  }
}
