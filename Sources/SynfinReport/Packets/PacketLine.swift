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

  /// Writes the line of the next packet, without a line break.
  ///
  /// - Parameters:
  ///   - number: its number in the capture, from 1.
  ///   - hasTime: whether the capture gives it a time.
  ///   - originalLength: bytes on the wire.
  public mutating func write(
    number: UInt64, time: Timestamp, hasTime: Bool, packet: borrowing Packet,
    verdict: borrowing PacketVerdict, originalLength: Int, into text: inout TextBuffer
  ) {
    ink.begin(.dim, &text)
    writeNumber(number, &text)
    let begin = text.count
    clock.write(time, hasTime: hasTime, into: &text)
    if text.count > begin { text.indent(from: begin, by: 2) }
    text.append("  ")
    writeConnection(verdict.connection, &text)
    ink.end(.dim, &text)
    text.append("  ")
    let transport = verdict.effectiveTransport(of: packet)
    writeEnds(packet, transport, verdict, &text)
    text.append("  ")
    writeProtocol(packet, transport, verdict, &text)
    text.append(" ")
    writeDetail(packet, transport, verdict, originalLength, &text)
    PacketNotes(ink: ink).write(packet, transport, verdict, into: &text)
  }

  private mutating func writeNumber(_ number: UInt64, _ text: inout TextBuffer) {
    let begin = text.count
    text.append(number)
    text.alignRight(from: begin, to: &widths.number)
  }

  private mutating func writeConnection(_ connection: Int, _ text: inout TextBuffer) {
    let begin = text.count
    if connection > 0 {
      text.append("#")
      text.append(connection)
    } else {
      text.append("-")
    }
    text.alignRight(from: begin, to: &widths.connection)
  }

  private mutating func writeEnds(
    _ packet: Packet, _ transport: Transport, _ verdict: PacketVerdict, _ text: inout TextBuffer
  ) {
    guard packet.ip.version != 0 else { return text.append("-") }
    let ports = EndpointText.ports(of: transport, verdict, numeric: options.numeric)
    var begin = text.count
    EndpointText.write(
      packet.ip.source, port: ports.source.number, service: ports.source.service, into: &text)
    text.pad(from: begin, to: &widths.source)
    text.append(" → ")
    begin = text.count
    EndpointText.write(
      packet.ip.destination, port: ports.destination.number, service: ports.destination.service,
      into: &text)
    text.pad(from: begin, to: &widths.destination)
  }

  /// The protocol as people write it; of a fragment the one that it is a piece of.
  private mutating func writeProtocol(
    _ packet: Packet, _ transport: Transport, _ verdict: PacketVerdict, _ text: inout TextBuffer
  ) {
    let begin = text.count
    switch transport {
    case .tcp: text.append("TCP")
    case .udp: text.append("UDP")
    case .icmp(let message): text.append(message.version == 6 ? "ICMPv6" : "ICMP")
    case .fragment: text.append(string: packet.ip.payloadProtocol.description)
    case .other, .none:
      let name = ProtocolName.text(packet, verdict)
      text.append(string: name == "icmpv6" ? "ICMPv6" : name.uppercased())
    }
    text.pad(from: begin, to: &widths.proto)
  }

  /// What the packet says, by its transport protocol.
  private mutating func writeDetail(
    _ packet: Packet, _ transport: Transport, _ verdict: PacketVerdict, _ originalLength: Int,
    _ text: inout TextBuffer
  ) {
    switch transport {
    case .tcp(let segment): return writeTCP(segment, verdict, &text)
    case .icmp(let message): return ICMPText.write(message, into: &text)
    case .fragment: return PacketNotes.write(fragment: packet, verdict, into: &text)
    case .udp(let datagram):
      text.append("len ")
      text.append(Int(datagram.payloadLength))
    case .other:
      text.append("len ")
      text.append(Int(packet.ip.payloadLength))
    case .none:
      text.append(originalLength)
      text.append(" bytes")
    }
  }

  private mutating func writeTCP(
    _ segment: Segment, _ verdict: PacketVerdict, _ text: inout TextBuffer
  ) {
    let phrases = SegmentText(
      segment: segment, verdict: verdict, isAbsolute: options.absoluteSequenceNumbers)
    let style = Self.style(segment.flags)
    ink.begin(style, &text)
    var begin = text.count
    phrases.writeFlags(into: &text)
    text.pad(from: begin, to: &widths.flags)
    ink.end(style, &text)
    text.append("  seq ")
    begin = text.count
    phrases.writeSequence(into: &text)
    text.pad(from: begin, to: &widths.sequence)
    text.append("  ")
    begin = text.count
    if let number = phrases.acknowledgmentNumber {
      text.append("ack ")
      text.append(UInt64(number))
    }
    text.pad(from: begin, to: &widths.acknowledgment)
    text.append("  win ")
    begin = text.count
    text.append(phrases.window)
    text.pad(from: begin, to: &widths.window)
    writeLengthAndOptions(phrases, &text)
  }

  private mutating func writeLengthAndOptions(_ phrases: SegmentText, _ text: inout TextBuffer) {
    let segment = phrases.segment
    text.append("  len ")
    let begin = text.count
    text.append(Int(segment.payloadLength))
    let verdict = phrases.verdict
    if phrases.hasOptions || verdict.labels.rawValue != 0 || verdict.cause != nil {
      text.pad(from: begin, to: &widths.length)
    }
    if segment.flags.contains(.urg) {
      text.append("  urg ")
      text.append(UInt64(segment.urgentPointer))
    }
    guard phrases.hasOptions else { return }
    text.append("  ")
    ink.begin(.dim, &text)
    text.append("<")
    phrases.writeOptions(into: &text)
    text.append(">")
    ink.end(.dim, &text)
  }

  private static func style(_ flags: TCPFlags) -> Ink.Style? {
    if flags.contains(.rst) { return .red }
    if flags.contains(.syn) { return .green }
    return flags.contains(.fin) ? .magenta : nil
  }
}
