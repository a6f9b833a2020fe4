internal import SynfinCapture
internal import SynfinLifecycle
internal import SynfinReport
internal import SynfinWire

/// `synfin packets`: one line, one tree or one object for each packet.
struct PacketsCommand {
  private enum Format: String, CaseIterable {
    case text, ndjson, none
  }

  private let input: InputOptions
  private let output: OutputOptions
  private let format: Format
  private let isVerbose: Bool
  private let line: PacketLinePrinter.Options

  init(_ arguments: ParsedArguments) throws(CommandError) {
    input = try InputOptions(arguments, operands: arguments.operands)
    output = try OutputOptions(arguments)
    format = try arguments.word(.format) ?? .text
    isVerbose = arguments.has(.verbose)
    line = PacketLinePrinter.Options(
      absoluteSequenceNumbers: arguments.has(.absolute),
      timeStyle: Self.timeStyle(arguments.count(.timeStyle)), zone: output.zone,
      numeric: output.numeric)
  }

  /// tcpdump's counting of the letter t.
  private static func timeStyle(_ count: Int) -> PacketLinePrinter.TimeStyle {
    switch count {
    case 0: .timeOfDay
    case 1: .none
    case 2: .epoch
    case 3: .sincePrevious
    case 4: .dateAndTime
    default: .sinceFirst
    }
  }

  func run() throws -> ExitStatus {
    let file = try output.open(reading: input.paths)
    var options = line
    options.color = output.usesColor(file)
    // A line on a terminal that also shows progress would be torn.
    let showsProgress = !file.isTerminal
    let facts: CaptureFacts
    switch (format, isVerbose) {
    case (.none, _): facts = try send(NoSink(), showsProgress)
    case (.ndjson, _): facts = try send(PacketJSONSink(file: file), showsProgress)
    case (.text, true):
      facts = try send(PacketTreeSink(file: file, options: options), showsProgress)
    case (.text, false):
      facts = try send(PacketLineSink(file: file, options: options), showsProgress)
    }
    return facts.complain(unless: false)
  }

  private func send<Sink: PacketSink & ~Copyable>(
    _ sink: consuming Sink, _ showsProgress: Bool
  ) throws -> CaptureFacts {
    var tracking = Tracking(input.tracker, sink)
    var pipeline = try Pipeline(input, showsProgress: showsProgress)
    try pipeline.run(&tracking)
    try tracking.sink.finish()
    return pipeline.facts
  }
}

/// Writes one line for each packet.
private struct PacketLineSink: PacketSink, ~Copyable {
  private var file: OutputFile
  private var printer: PacketLinePrinter
  private var text = TextBuffer()

  init(file: consuming OutputFile, options: PacketLinePrinter.Options) {
    self.file = file
    printer = PacketLinePrinter(options: options)
  }

  mutating func take(_ seen: SeenPacket, _ bytes: RawSpan) throws {
    printer.write(
      number: seen.number, time: seen.time, hasTime: seen.record.hasTimestamp,
      packet: seen.packet, verdict: seen.verdict, originalLength: seen.record.originalLength,
      into: &text)
    text.newline()
    try file.write(text)
    text.removeAll()
  }

  mutating func finish() throws { try file.commit() }
}

/// Writes the decoded layers of each packet.
private struct PacketTreeSink: PacketSink, ~Copyable {
  private var file: OutputFile
  private let options: PacketLinePrinter.Options

  init(file: consuming OutputFile, options: PacketLinePrinter.Options) {
    self.file = file
    self.options = options
  }

  mutating func take(_ seen: SeenPacket, _ bytes: RawSpan) throws {
    let lines = PacketTree.lines(
      bytes: bytes, linkType: seen.record.linkType, number: seen.number, time: seen.time,
      hasTime: seen.record.hasTimestamp, verdict: seen.verdict,
      capturedLength: seen.record.capturedLength, originalLength: seen.record.originalLength,
      zone: options.zone, numeric: options.numeric, color: options.color)
    for line in lines { try file.write(line + "\n") }
    try file.write("\n")
  }

  mutating func finish() throws { try file.commit() }
}

/// Writes one JSON object for each packet.
private struct PacketJSONSink: PacketSink, ~Copyable {
  private var file: OutputFile
  private var json = JSONWriter()

  init(file: consuming OutputFile) {
    self.file = file
  }

  mutating func take(_ seen: SeenPacket, _ bytes: RawSpan) throws {
    PacketJSON.write(
      into: &json, number: seen.number, time: seen.time, hasTime: seen.record.hasTimestamp,
      packet: seen.packet, verdict: seen.verdict, capturedLength: seen.record.capturedLength,
      originalLength: seen.record.originalLength)
    json.newline()
    try file.write(json.text)
    json.removeAll()
  }

  mutating func finish() throws { try file.commit() }
}
