internal import SynfinLifecycle
internal import SynfinReport
internal import SynfinWire

/// Finds one connection of a capture, named by its number or by one of its packets, and gives its packets to a collector.
///
/// The first pass finds the connection and what became of it, the second collects its packets: so
/// memory stays small however long it is. What cannot be read twice is collected in one pass.
struct ConnectionLookup {
  private enum Wanted {
    case connection(Int)
    case packet(UInt64)
  }

  /// A connection that was found.
  struct Found {
    let record: ConnectionRecord
    /// What the capture is and how far it could be read.
    let facts: CaptureFacts
    /// All its packets, if there is no second pass.
    fileprivate let steps: [StoryStep]
  }

  let input: InputOptions
  private let wanted: Wanted
  private let command: CommandName

  /// Takes the connection's number from the operands, and the files.
  init(_ arguments: ParsedArguments, for command: CommandName) throws(CommandError) {
    self.command = command
    var operands = arguments.operands
    if let packet = try arguments.positiveInteger(.packet) {
      wanted = .packet(packet)
    } else {
      wanted = .connection(
        try Self.takeID(&operands, canBeAlone: arguments.has(.read), command.rawValue))
    }
    try Self.refuseSecondNumber(operands, command.rawValue)
    input = try InputOptions(arguments, operands: operands)
    if case .packet = wanted, !isReadableTwice {
      throw CommandError(
        "--packet needs a file that can be read twice; save standard input to a file first")
    }
  }

  private static func takeID(
    _ operands: inout [String], canBeAlone: Bool, _ command: String
  ) throws(CommandError) -> Int {
    guard operands.count >= (canBeAlone ? 1 : 2), let last = operands.popLast() else {
      throw CommandError(
        "\(command) needs a file and a connection's number, as in: synfin \(command) FILE 1")
    }
    guard let id = Int(last), id > 0 else {
      throw CommandError("\(command): '\(last)' is no connection's number; synfin FILE lists them")
    }
    return id
  }

  /// A number that is no file was meant as another connection.
  private static func refuseSecondNumber(
    _ operands: [String], _ command: String
  ) throws(CommandError) {
    guard let number = operands.first(where: { Int($0) != nil && FileStatus(path: $0) == nil })
    else { return }
    throw CommandError(
      "\(command): '\(number)' is no file; \(command) tells one connection,"
        + " named by its number or by --packet")
  }

  private var isReadableTwice: Bool {
    input.paths.allSatisfy { FileStatus(path: $0)?.isRegular ?? ($0 != "-") }
  }

  /// The first pass.
  func find() throws -> Found {
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
    guard let found else { throw notFound(id, of: total, pipeline.facts) }
    return Found(record: found, facts: pipeline.facts, steps: search.steps)
  }

  /// The second pass: gives all packets of the connection to a collector.
  func collect<Collector: StepCollector>(
    _ found: Found, into collector: Collector
  ) throws -> Collector {
    var collector = collector
    guard isReadableTwice else {
      for step in found.steps { collector.add(step) }
      return collector
    }
    var tracking = Tracking(input.tracker, StepSink(id: found.record.id, collector: collector))
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

/// What takes the packets of one connection in capture order.
protocol StepCollector {
  mutating func add(_ step: StoryStep)
}

extension StoryCollector: StepCollector {}
extension GraphCollector: StepCollector {}

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
private struct StepSink<Collector: StepCollector>: PacketSink {
  let id: Int
  var collector: Collector

  mutating func take(_ seen: SeenPacket, _ bytes: RawSpan) {
    if seen.verdict.connection == id { collector.add(StoryStep(seen)) }
  }
}

extension StoryStep {
  fileprivate init(_ seen: SeenPacket) {
    self.init(number: seen.number, time: seen.time, packet: seen.packet, verdict: seen.verdict)
  }
}
