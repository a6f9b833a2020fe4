public import SynfinLifecycle
public import SynfinWire

/// Prints one line for each packet.
public struct PacketLinePrinter: Sendable {
  /// What the first column says of time; the letters are tcpdump's.
  public enum TimeStyle: Sendable {
    /// Hours, minutes, seconds and microseconds of the day.
    case timeOfDay
    /// `-t`: nothing.
    case none
    /// `-tt`: seconds since 1970-01-01 UTC.
    case epoch
    /// `-ttt`: time since the packet before.
    case sincePrevious
    /// `-tttt`: date and time.
    case dateAndTime
    /// `-ttttt`: time since the first packet.
    case sinceFirst
  }

  /// How lines look.
  public struct Options: Sendable {
    /// Shows sequence numbers as they stand in the header (`-S`), not counted from the first.
    public var absoluteSequenceNumbers = false
    /// What the first column says.
    public var timeStyle = TimeStyle.timeOfDay
    /// The zone that times of day are told in.
    public var zone: TimeText.Zone
    /// Shows port numbers, never service names (`-n`).
    public var numeric = false
    /// Uses terminal colours.
    public var color = false

    /// Makes options; all but the zone have defaults.
    public init(
      absoluteSequenceNumbers: Bool = false, timeStyle: TimeStyle = .timeOfDay,
      zone: TimeText.Zone, numeric: Bool = false, color: Bool = false
    ) {
      self.absoluteSequenceNumbers = absoluteSequenceNumbers
      self.timeStyle = timeStyle
      self.zone = zone
      self.numeric = numeric
      self.color = color
    }
  }

  private let options: Options

  /// Makes a printer that has seen no packet yet.
  public init(options: Options) {
    self.options = options
  }

  /// The line of the next packet, without a line break.
  ///
  /// - Parameters:
  ///   - number: its number in the capture, from 1.
  ///   - hasTime: whether the capture gives it a time.
  ///   - capturedLength: bytes that were captured.
  ///   - originalLength: bytes on the wire.
  public mutating func line(
    number: UInt64, time: Timestamp, hasTime: Bool, packet: Packet, verdict: PacketVerdict,
    capturedLength: Int, originalLength: Int
  ) -> String {
    "\(number)"
  }
}
