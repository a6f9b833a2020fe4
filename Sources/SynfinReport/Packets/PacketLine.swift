public import SynfinLifecycle
public import SynfinWire

/// Prints one line for each packet, in columns that stay where they are.
///
/// A column grows when something longer comes and never shrinks, so that the eye can run down.
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
  private let ink: Ink
  private var clock: PacketClock
  private var widths = Widths()

  /// The columns' widths, as wide as the widest text so far.
  struct Widths {
    var number = 4
    var connection = 3
    var source = 19
    var destination = 19
    var proto = 4
    var flags = 7
    var sequence = 11
    var acknowledgment = 10
    var window = 6
    var length = 4
  }

  /// Makes a printer that has seen no packet yet.
  public init(options: Options) {
    self.options = options
    ink = Ink(isOn: options.color)
    clock = PacketClock(style: options.timeStyle, zone: options.zone)
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
    var line = Self.right(String(number), &widths.number)
    let moment = clock.text(time, hasTime: hasTime)
    if !moment.isEmpty { line += "  " + moment }
    let connection = verdict.connection > 0 ? "#\(verdict.connection)" : "-"
    line += "  " + Self.right(connection, &widths.connection)
    line = ink(line, .dim) + "  " + ends(packet, verdict)
    let name = Self.protocolName(packet, verdict)
    line += "  " + Self.left(name, &widths.proto) + " "
    line += detail(packet, verdict, originalLength)
    let notes = Self.notes(packet, verdict)
    if !notes.isEmpty { line += "  " + ink("[" + notes.joined(separator: ", ") + "]", .yellow) }
    return line
  }

  /// The protocol as people write it; of a fragment the one that it is a piece of.
  private static func protocolName(_ packet: Packet, _ verdict: PacketVerdict) -> String {
    let name = ProtocolName.text(packet, verdict)
    if name == "fragment" { return packet.ip.payloadProtocol.description }
    return name == "icmpv6" ? "ICMPv6" : name.uppercased()
  }

  private mutating func ends(_ packet: Packet, _ verdict: PacketVerdict) -> String {
    guard packet.ip.version != 0 else { return "-" }
    let ends = EndpointText.ends(of: packet, verdict, numeric: options.numeric)
    return Self.left(ends.source, &widths.source) + " → "
      + Self.left(ends.destination, &widths.destination)
  }

  /// What the packet says, by its transport protocol.
  private mutating func detail(
    _ packet: Packet, _ verdict: PacketVerdict, _ originalLength: Int
  ) -> String {
    switch verdict.effectiveTransport(of: packet) {
    case .tcp(let segment): tcp(segment, verdict)
    case .udp(let datagram): "len \(datagram.payloadLength)"
    case .icmp(let message): ICMPText.line(message)
    case .fragment: Self.fragment(packet, verdict)
    case .other: "len \(packet.ip.payloadLength)"
    case .none: "\(originalLength) bytes"
    }
  }

  private mutating func tcp(_ segment: Segment, _ verdict: PacketVerdict) -> String {
    let text = SegmentText(
      segment: segment, verdict: verdict, isAbsolute: options.absoluteSequenceNumbers)
    var line = ink(Self.left(text.flags, &widths.flags), Self.style(segment.flags))
    line += "  seq " + Self.left(text.sequence, &widths.sequence)
    let acknowledgment = text.acknowledgment.map { "ack " + $0 } ?? ""
    widths.acknowledgment = max(widths.acknowledgment, acknowledgment.count)
    line += "  " + acknowledgment.padded(to: widths.acknowledgment)
    line += "  win " + Self.left(text.window, &widths.window)
    let parts = text.options
    var length = String(segment.payloadLength)
    if !parts.isEmpty || !Self.notes(nil, verdict).isEmpty {
      length = Self.left(length, &widths.length)
    }
    line += "  len " + length
    if segment.flags.contains(.urg) { line += "  urg \(segment.urgentPointer)" }
    if !parts.isEmpty { line += "  " + ink("<" + parts.joined(separator: ", ") + ">", .dim) }
    return line
  }

  private static func style(_ flags: TCPFlags) -> Ink.Style? {
    if flags.contains(.rst) { return .red }
    if flags.contains(.syn) { return .green }
    return flags.contains(.fin) ? .magenta : nil
  }

  /// What deserves a remark at the end of the line.
  private static func notes(_ packet: Packet?, _ verdict: PacketVerdict) -> [String] {
    var notes = LabelText.names(verdict.labels)
    if let cause = verdict.cause.map(LabelText.name), !notes.contains(cause) {
      notes.append("cause: \(cause)")
    }
    guard let packet else { return notes }
    notes += checksumNotes(packet, verdict)
    if !packet.tunnels.isEmpty { notes.append(TunnelText.inside(packet.tunnels)) }
    if verdict.isQuote { notes.append("quotes #\(verdict.connection)") }
    if case .fragment = verdict.effectiveTransport(of: packet) {
      // The line says it already.
    } else if packet.fragment.isFragment {
      notes.append(fragment(packet, verdict))
    }
    if packet.issue.reason != .none { notes.append(packet.issue.description) }
    return notes
  }

  private static func checksumNotes(_ packet: Packet, _ verdict: PacketVerdict) -> [String] {
    var notes: [String] = []
    if packet.ip.headerChecksum == .wrong { notes.append("IP header checksum wrong") }
    switch verdict.effectiveTransport(of: packet) {
    case .tcp(let segment) where segment.checksum == .wrong: notes.append("checksum wrong")
    case .udp(let datagram) where datagram.checksum == .wrong: notes.append("checksum wrong")
    case .udp(let datagram) where datagram.checksum == .absent: notes.append("no checksum")
    case .icmp(let message) where message.checksum == .wrong: notes.append("checksum wrong")
    default: break
    }
    return notes
  }

  private static func fragment(_ packet: Packet, _ verdict: PacketVerdict) -> String {
    let piece = packet.fragment
    let first = Int(piece.offset)
    let end = first + Int(packet.ip.payloadLength)
    var text = "fragment \(piece.identification) bytes \(first)–\(max(first, end - 1))"
    if piece.moreFragments { text += ", more follow" }
    if case .none = verdict.reassembled { return text }
    return verdict.isIncomplete ? text : text + ", completes the datagram"
  }

  private static func left(_ text: String, _ width: inout Int) -> String {
    width = max(width, text.count)
    return text.padded(to: width)
  }

  private static func right(_ text: String, _ width: inout Int) -> String {
    width = max(width, text.count)
    return text.leftPadded(to: width)
  }
}
