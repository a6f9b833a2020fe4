public import SynfinLifecycle
internal import SynfinWire

/// Prints one line for each event of a live capture, in columns that stay where they are.
///
/// A column grows when something longer comes and never shrinks, so that the eye can run down.
public struct EventLinePrinter: Sendable {
  private let numeric: Bool
  private let ink: Ink
  private let zone: TimeText.Zone
  private var moment: MomentText
  // The day of the last event, and its hour since 1970, to see soon that the day is still the same.
  private var day: String?
  private var hour = Int64.min
  private var idWidth = 4
  private var endsWidth = 44

  /// Makes a printer.
  ///
  /// - Parameters:
  ///   - numeric: shows port numbers, never service names.
  ///   - color: uses terminal colours.
  public init(zone: TimeText.Zone, numeric: Bool, color: Bool) {
    self.numeric = numeric
    ink = Ink(isOn: color)
    self.zone = zone
    moment = MomentText(zone)
  }

  /// Writes a line without its end, behind a line with the date where another day has begun.
  public mutating func write(_ event: LifeEvent, into text: inout TextBuffer) {
    noteDay(event.time, &text)
    moment.timeOfDay(event.time, digits: 6, into: &text)
    text.append("  ")
    column(&idWidth, &text) {
      $0.append("#")
      $0.append(event.id)
    }
    text.append(event.transport.title)
    text.append("  ")
    let numeric = numeric
    column(&endsWidth, &text) { Self.writeEnds(event, numeric, &$0) }
    let style = EventText.style(event)
    ink.begin(style, &text)
    EventText.write(event, into: &text)
    ink.end(style, &text)
    if event.dropped > 0, EventText.isWeakenedByDrops(event.kind) {
      text.write("  (the capture dropped ", Phrase.Count(event.dropped, "packet"), " meanwhile)")
    }
  }

  private mutating func noteDay(_ time: Timestamp, _ text: inout TextBuffer) {
    let hour = time.nanoseconds / 3_600_000_000_000
    guard hour != self.hour else { return }
    self.hour = hour
    let today = TimeText(zone: zone).date(time)
    if let day, day != today {
      text.append(string: ink(today, .dim))
      text.newline()
    }
    day = today
  }

  private func column(
    _ width: inout Int, _ text: inout TextBuffer, _ write: (inout TextBuffer) -> Void
  ) {
    let begin = text.count
    write(&text)
    let length = text.count - begin
    width = max(width, length)
    text.append(UInt8(ascii: " "), repeated: width - length + 2)
  }

  private static func writeEnds(_ event: LifeEvent, _ numeric: Bool, _ text: inout TextBuffer) {
    EndpointText.write(event.client.address, port: event.client.port, into: &text)
    // In ASCII, of which each byte takes a column.
    text.append(" > ")
    let service = event.server.port.flatMap {
      numeric ? nil : ServiceName.lookup(port: $0, transport: event.transport)
    }
    EndpointText.write(event.server.address, port: event.server.port, into: &text)
    if let service {
      text.append(" ")
      text.append(string: service)
    }
  }
}

extension TransportProtocol {
  /// Its name in capitals, in four columns.
  fileprivate var title: StaticString {
    switch self {
    case .tcp: "TCP "
    case .udp: "UDP "
    case .icmp: "ICMP"
    }
  }
}
