import SynfinWire

/// The time column: what a packet's time is in the chosen style.
struct PacketClock: Sendable {
  private let style: PacketLinePrinter.TimeStyle
  private let text: TimeText
  private var first: Timestamp?
  private var previous: Timestamp?

  init(style: PacketLinePrinter.TimeStyle, zone: TimeText.Zone) {
    self.style = style
    text = TimeText(zone: zone)
  }

  /// The column's text for the next packet; empty for the style without a time.
  mutating func text(_ time: Timestamp, hasTime: Bool) -> String {
    guard hasTime else { return style == .none ? "" : "-".leftPadded(to: width) }
    defer { previous = time }
    let start = first ?? time
    first = start
    switch style {
    case .none: return ""
    case .timeOfDay: return text.timeOfDay(time, digits: 6)
    case .dateAndTime: return text.dateAndTime(time, digits: 6)
    case .epoch: return Self.seconds(time.nanoseconds)
    case .sincePrevious:
      return Self.seconds(time.nanoseconds(since: previous ?? time)).leftPadded(to: 12)
    case .sinceFirst: return Self.seconds(time.nanoseconds(since: start)).leftPadded(to: 12)
    }
  }

  /// Characters of a time of these years, for the columns to line up.
  private var width: Int {
    switch style {
    case .none: 0
    case .timeOfDay: 15
    case .dateAndTime: 26
    case .epoch: 17
    case .sincePrevious, .sinceFirst: 12
    }
  }

  /// Seconds with six decimals, which line up under each other.
  static func seconds(_ nanoseconds: Int64) -> String {
    let micro = (nanoseconds.magnitude / 1000)
    let fraction = String(micro % 1_000_000 + 1_000_000).dropFirst()
    return (nanoseconds < 0 ? "-" : "") + "\(micro / 1_000_000).\(fraction)"
  }
}
