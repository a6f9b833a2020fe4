internal import SynfinWire

/// The lines above the table of live connections: what is watched, and how much there is of it.
public struct TopHead: Sendable {
  /// Its number of lines.
  public static let height = 3

  private static let name = "synfin top"

  /// Packets and their bytes so far.
  public struct Totals: Sendable {
    /// Packets.
    public var packets: UInt64 = 0
    /// Their bytes on the wire.
    public var bytes: UInt64 = 0
    /// Packets that the capture lost; nil if nobody counts them.
    public var dropped: UInt64?
    /// Connections that had to leave for others.
    public var evicted: UInt64 = 0

    /// None yet.
    public init() {}
  }

  /// The interfaces or the files, and the filter.
  public var subject: String
  /// What the time is of, such as "live"; nil to say nothing.
  public var pace: String?
  private let clock: TimeText
  private var totals = Totals()
  private var packetRate: UInt64?
  private var bitRate: String?

  /// Makes the head of a table.
  public init(subject: String, pace: String?, zone: TimeText.Zone) {
    self.subject = subject
    self.pace = pace
    clock = TimeText(zone: zone)
  }

  /// Takes what was counted until a look at the connections.
  public mutating func take(_ totals: Totals, _ sample: TopSample) {
    let (packets, bytes) = (
      totals.packets &- self.totals.packets, totals.bytes &- self.totals.bytes
    )
    let seconds = Double(sample.interval) / 1e9
    packetRate = seconds > 0 ? UInt64(min(1e18, (Double(packets) / seconds).rounded())) : nil
    bitRate = Phrase.rate(bytes: bytes, nanoseconds: sample.interval)
    self.totals = totals
  }

  /// The lines.
  ///
  /// - Parameters:
  ///   - view: what was chosen.
  ///   - page: rows that the screen has for the table.
  public func lines(_ sample: TopSample, _ view: TopView, width: Int, page: Int) -> [ScreenLine] {
    [watched(sample, view, width), amounts(sample, width), position(sample, view, width, page)]
  }

  private func watched(_ sample: TopSample, _ view: TopView, _ width: Int) -> ScreenLine {
    var right: [String] = []
    if let pace { right.append(pace) }
    if let moment = sample.moment { right.append(clock.timeOfDay(moment, digits: 0)) }
    let end = right.joined(separator: "  ")
    let pause = view.isPaused ? "paused" : ""
    let reserved = end.count + (pause.isEmpty ? 0 : pause.count + 2)
    var line = ScreenLine(width: width)
    line.append(Self.name, .bold)
    // Between it and its neighbours stay two columns each.
    let room = max(width - Self.name.count - 4 - reserved, 0)
    line.append("  " + (subject.count > room ? subject.prefix(max(room - 1, 0)) + "~" : subject))
    line.fill(before: reserved)
    if !pause.isEmpty {
      line.append(pause, .title)
      line.append("  ")
    }
    line.append(end)
    return line
  }

  private func amounts(_ sample: TopSample, _ width: Int) -> ScreenLine {
    var line = ScreenLine(width: width)
    line.append(Phrase.count(totals.packets, "packet"))
    if let packetRate { line.append(", \(Phrase.grouped(packetRate))/s") }
    if let bitRate { line.append(", \(bitRate)") }
    if let dropped = totals.dropped {
      line.append(", ")
      line.append("\(Phrase.grouped(dropped)) dropped", dropped > 0 ? .red : .plain)
    }
    line.append("; \(Phrase.count(sample.count, "connection"))")
    if totals.evicted > 0 { line.append(", \(Phrase.grouped(totals.evicted)) evicted") }
    if sample.over > 0 { line.append(", \(Phrase.grouped(sample.over)) over") }
    return line
  }

  private func position(
    _ sample: TopSample, _ view: TopView, _ width: Int, _ page: Int
  ) -> ScreenLine {
    var text = "sorted " + view.order.text
    let (first, rows) = (view.scroll, sample.rows.count)
    if rows > page || first > 0 {
      text += "; rows \(first + 1)-\(min(first + page, rows)) of \(Phrase.grouped(rows))"
    }
    if let interval = Self.interval(sample) { text += "; rates over \(interval)" }
    var line = ScreenLine(width: width)
    line.append(text, .dim)
    let help = "h: keys  q: quit"
    if text.count + help.count + 2 <= width {
      line.fill(before: help.count)
      line.append(help, .dim)
    }
    return line
  }

  /// What rates are over, unless it is a second, as one expects.
  private static func interval(_ sample: TopSample) -> String? {
    let time = sample.interval
    return time == 0 || (900_000_000..<1_250_000_000).contains(time)
      ? nil : CompactText.duration(time)
  }
}
