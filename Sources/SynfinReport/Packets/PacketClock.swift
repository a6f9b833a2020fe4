import SynfinWire

/// The time column: what a packet's time is in the chosen style.
struct PacketClock: Sendable {
  private let style: PacketLinePrinter.TimeStyle
  private var moment: MomentText
  private var first: Timestamp?
  private var previous: Timestamp?

  init(style: PacketLinePrinter.TimeStyle, zone: TimeText.Zone) {
    self.style = style
    moment = MomentText(zone)
  }

  /// Writes the column's text for the next packet; nothing for the style without a time.
  mutating func write(_ time: Timestamp, hasTime: Bool, into text: inout TextBuffer) {
    guard hasTime else {
      if style == .none { return }
      text.append(UInt8(ascii: " "), repeated: width - 1)
      return text.append(UInt8(ascii: "-"))
    }
    defer { previous = time }
    let start = first ?? time
    first = start
    switch style {
    case .none: return
    case .timeOfDay: moment.timeOfDay(time, digits: 6, into: &text)
    case .dateAndTime: moment.dateAndTime(time, digits: 6, into: &text)
    case .epoch: Self.write(seconds: time.nanoseconds, into: &text)
    case .sincePrevious: align(time.nanoseconds(since: previous ?? time), into: &text)
    case .sinceFirst: align(time.nanoseconds(since: start), into: &text)
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

  private func align(_ nanoseconds: Int64, into text: inout TextBuffer) {
    let begin = text.count
    Self.write(seconds: nanoseconds, into: &text)
    text.indent(from: begin, by: width - (text.count - begin))
  }

  /// Seconds with six decimals, which line up under each other.
  static func seconds(_ nanoseconds: Int64) -> String {
    TextBuffer.string { write(seconds: nanoseconds, into: &$0) }
  }

  private static func write(seconds nanoseconds: Int64, into text: inout TextBuffer) {
    let micro = nanoseconds.magnitude / 1000
    if nanoseconds < 0 { text.append(UInt8(ascii: "-")) }
    text.append(micro / 1_000_000)
    text.append(UInt8(ascii: "."))
    text.append(micro % 1_000_000, digits: 6)
  }
}
