internal import SynfinLifecycle
internal import SynfinReport
internal import SynfinWire

/// `synfin show`: one connection in full.
///
/// The first pass finds the connection and what became of it, the second collects its packets: so
/// memory stays small however long it is. What cannot be read twice is collected in one pass.
struct ShowCommand {
  private enum Wanted {
    case connection(Int)
    case packet(UInt64)
  }

  /// How it is told.
  private enum Form {
    case text, svg, mermaid
  }

  private let input: InputOptions
  private let output: OutputOptions
  private let form: Form
  private let all: Bool
  private let wanted: Wanted

  init(_ arguments: ParsedArguments) throws(CommandError) {
    var operands = arguments.operands
    if let packet = try arguments.positiveInteger(.packet) {
      wanted = .packet(packet)
    } else {
      wanted = .connection(try Self.takeID(&operands, canBeAlone: arguments.has(.read)))
    }
    try Self.refuseSecondNumber(operands)
    input = try InputOptions(arguments, operands: operands)
    (form, output) = try Self.form(arguments)
    all = arguments.has(.all)
    if case .packet = wanted, !isReadableTwice {
      throw CommandError(
        "--packet needs a file that can be read twice; save standard input to a file first")
    }
  }

  /// The form, and where it goes: `--svg` names its own file.
  private static func form(
    _ arguments: ParsedArguments
  ) throws(CommandError) -> (Form, OutputOptions) {
    var output = try OutputOptions(arguments)
    guard let path = arguments.value(.svg) else {
      return (arguments.has(.mermaid) ? .mermaid : .text, output)
    }
    guard !arguments.has(.mermaid) else {
      throw CommandError("show: --svg and --mermaid are two forms; ask for one at a time")
    }
    guard !arguments.has(.output) else {
      throw CommandError("show: --svg names the file to write; leave out -o")
    }
    guard !path.isEmpty else {
      throw CommandError("--svg '': name a file, or - for standard output")
    }
    output.path = path
    return (.svg, output)
  }

  private static func takeID(
    _ operands: inout [String], canBeAlone: Bool
  ) throws(CommandError) -> Int {
    guard operands.count >= (canBeAlone ? 1 : 2), let last = operands.popLast() else {
      throw CommandError("show needs a file and a connection's number, as in: synfin show FILE 1")
    }
    guard let id = Int(last), id > 0 else {
      throw CommandError("show: '\(last)' is no connection's number; synfin FILE lists them")
    }
    return id
  }

  /// A number that is no file was meant as another connection.
  private static func refuseSecondNumber(_ operands: [String]) throws(CommandError) {
    guard let number = operands.first(where: { Int($0) != nil && FileStatus(path: $0) == nil })
    else { return }
    throw CommandError(
      "show: '\(number)' is no file; show tells one connection, named by its number or by --packet")
  }

  private var isReadableTwice: Bool {
    input.paths.allSatisfy { FileStatus(path: $0)?.isRegular ?? ($0 != "-") }
  }

  func run() throws -> ExitStatus {
    var file = try output.open(reading: input.paths)
    var tracking = Tracking(
      input.tracker,
      ConnectionSearch(wanted: wantedID, packet: wantedPacket, keeps: !isReadableTwice))
    var pipeline = try Pipeline(input)
    try pipeline.run(&tracking)
    let search = tracking.sink
    guard let id = search.wanted else { throw notFound(pipeline.facts) }
    var found: ConnectionRecord?
    var total = 0
    tracking.tracker.finish { record in
      total += 1
      if record.id == id { found = record }
    }
    guard let found else {
      throw notFound(id, of: total, pipeline.facts)
    }
    try file.write(story(of: found, search.steps, file))
    try file.commit()
    return pipeline.facts.complain(unless: false)
  }

  private func story(
    of record: ConnectionRecord, _ steps: [StoryStep], _ file: borrowing OutputFile
  ) throws -> String {
    let story =
      isReadableTwice
      ? ConnectionStory(record: record, collector: try collect(record))
      : ConnectionStory(record: record, steps: steps, all: all)
    return switch form {
    case .text:
      story.text(
        width: output.width(file) ?? 100, color: output.usesColor(file), zone: output.zone,
        numeric: output.numeric)
    case .svg: story.svg(zone: output.zone, numeric: output.numeric)
    case .mermaid: story.mermaid(zone: output.zone, numeric: output.numeric)
    }
  }

  /// The second pass.
  private func collect(_ record: ConnectionRecord) throws -> StoryCollector {
    let sink = StorySink(id: record.id, collector: StoryCollector(record: record, all: all))
    var tracking = Tracking(input.tracker, sink)
    var pipeline = try Pipeline(input)
    try pipeline.run(&tracking)
    return tracking.sink.collector
  }

  private var wantedID: Int? {
    if case .connection(let id) = wanted { id } else { nil }
  }

  private var wantedPacket: UInt64? {
    if case .packet(let number) = wanted { number } else { nil }
  }

  private func notFound(_ id: Int, of total: Int, _ facts: CaptureFacts) -> CommandError {
    let range = total == 0 ? "none" : total == 1 ? "only connection 1" : "only 1 to \(total)"
    let list = total == 0 ? "" : "; synfin FILE lists them"
    return CommandError("connection \(id): \(place) has \(range)" + (reason(facts) ?? list))
  }

  private func notFound(_ facts: CaptureFacts) -> CommandError {
    guard let number = wantedPacket, number <= facts.packets else {
      let count = CountText.noun(facts.packets, "packet")
      return CommandError(
        "--packet: \(place) has only \(count)"
          + (reason(facts) ?? "; synfin packets FILE lists them"))
    }
    return CommandError(
      "--packet: packet \(number) belongs to no TCP connection, UDP conversation or ping"
        + "; synfin packets shows what it is")
  }

  private var place: String {
    input.paths.count == 1 && input.paths[0] != "-" ? input.paths[0] : "the capture"
  }

  /// What may have kept it from being found: a damage, the filter or the limit; nil if none of them.
  private func reason(_ facts: CaptureFacts) -> String? {
    if let file = facts.files.first(where: { $0.damage != nil }), let damage = file.damage {
      return "; \(file.name) is \(damage)"
    }
    if input.filter != nil || input.packetLimit != nil {
      return " among the packets that -f and -c let through"
    }
    return nil
  }
}

/// Learns which connection is asked for, and keeps its packets if there is no second pass.
private struct ConnectionSearch: PacketSink {
  private(set) var wanted: Int?
  let packet: UInt64?
  let keeps: Bool
  private(set) var steps: [StoryStep] = []

  init(wanted: Int?, packet: UInt64?, keeps: Bool) {
    self.wanted = wanted
    self.packet = packet
    self.keeps = keeps
  }

  mutating func take(_ seen: SeenPacket, _ bytes: RawSpan) {
    let connection = seen.verdict.connection
    if seen.number == packet, connection > 0 { wanted = connection }
    if keeps, connection == wanted { steps.append(StoryStep(seen)) }
  }
}

/// Hands the packets of one connection to a collector.
private struct StorySink: PacketSink {
  let id: Int
  var collector: StoryCollector

  mutating func take(_ seen: SeenPacket, _ bytes: RawSpan) {
    if seen.verdict.connection == id { collector.add(StoryStep(seen)) }
  }
}

extension StoryStep {
  fileprivate init(_ seen: SeenPacket) {
    self.init(number: seen.number, time: seen.time, packet: seen.packet, verdict: seen.verdict)
  }
}
