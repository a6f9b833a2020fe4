internal import SynfinCapture
internal import SynfinLifecycle
internal import SynfinReport
internal import SynfinWire

/// `synfin states`: connections and the states of both ends at one moment of a capture.
struct StatesCommand {
  private enum Format: String, CaseIterable {
    case text, ndjson
  }

  /// What stops the reading.
  enum Moment {
    case packet(UInt64)
    case time(MomentOption)
    case end
  }

  private let input: InputOptions
  private let output: OutputOptions
  private let format: Format
  private let moment: Moment

  init(_ arguments: ParsedArguments) throws(CommandError) {
    var input = try InputOptions(arguments, operands: arguments.operands)
    // Who has left a live table by then is not shown either.
    input.tracker.expiry = try Expiry(arguments)
    self.input = input
    output = try OutputOptions(arguments)
    format = try arguments.word(.format) ?? .text
    moment = try Self.moment(arguments)
  }

  private static func moment(_ arguments: ParsedArguments) throws(CommandError) -> Moment {
    let packet = try arguments.positiveInteger(.packet)
    guard let text = arguments.value(.at) else { return packet.map { .packet($0) } ?? .end }
    guard packet == nil else {
      throw CommandError("--at and --packet name two moments; give one")
    }
    guard let time = MomentOption(text) else {
      throw CommandError(
        "--at '\(text)': give a time such as 10:00:05.5, 2026-11-20T10:00:05Z, 1732104005 or +5.5")
    }
    return .time(time)
  }

  func run() throws -> ExitStatus {
    var file = try output.open(reading: input.paths)
    var pipeline = try Pipeline(input)
    var states = StatesConsumer(input.tracker, moment, output.zone)
    do {
      try pipeline.run(&states)
    } catch is MomentReached {}
    try states.reachEnd()
    let flows = states.snapshots()
    switch format {
    case .text: try write(flows, states, to: &file)
    case .ndjson:
      var json = JSONWriter()
      for flow in flows where !flow.isOver {
        SnapshotJSON.write(into: &json, flow)
        json.newline()
        try file.write(json.text)
        json.removeAll()
      }
    }
    try file.commit()
    return pipeline.facts.complain(unless: false)
  }

  private func write(
    _ flows: [FlowSnapshot], _ states: borrowing StatesConsumer, to file: inout OutputFile
  ) throws {
    let text = TimeText(zone: output.zone)
    guard let time = states.time else {
      return try file.write("no packet before that moment\n")
    }
    let zone = text.zoneName(at: time)
    try file.write(
      "after packet \(states.packet), at \(text.dateAndTime(time, digits: 6)) (\(zone))\n\n")
    for line in StateTable(at: time, numeric: output.numeric).lines(flows) {
      try file.write(line + "\n")
    }
  }
}

/// The moment has come: no more packets are needed.
private struct MomentReached: Error {}

/// Takes packets up to a moment.
private struct StatesConsumer: PacketConsumer, ~Copyable {
  private var tracking: LiveTracking<NoLifeSink>
  /// The moment, once it is known.
  private(set) var time: Timestamp?
  /// The number of the last packet before it.
  private(set) var packet: UInt64 = 0
  private let moment: StatesCommand.Moment
  private let zone: TimeText.Zone
  private var end: Timestamp?

  init(_ options: TrackerOptions, _ moment: StatesCommand.Moment, _ zone: TimeText.Zone) {
    tracking = LiveTracking(options, NoLifeSink())
    self.moment = moment
    self.zone = zone
  }

  mutating func beginFile() { tracking.beginFile() }

  mutating func take(_ packet: inout Packet, _ place: PacketPlace, _ bytes: RawSpan) throws {
    switch moment {
    case .packet(let number) where place.number > number: throw MomentReached()
    case .time(let option):
      let end = end ?? option.resolved(from: place.time, zone)
      self.end = end
      if end < place.time { throw MomentReached() }
    default: break
    }
    try tracking.take(&packet, place, bytes)
    self.packet = place.number
    time = place.time
  }

  /// Lets time go on from the last packet to the moment.
  mutating func reachEnd() throws {
    guard packet > 0, let end = end ?? time else { return }
    time = end
    while tracking.mustAdvance(to: end) { try tracking.advance(to: end) }
  }

  /// Every connection and conversation as it is now.
  mutating func snapshots() -> [FlowSnapshot] {
    var flows: [FlowSnapshot] = []
    tracking.show { flows.append($0) }
    return flows
  }
}

/// Takes what a live tracker tells and does nothing.
struct NoLifeSink: LifeSink, ~Copyable {
  mutating func take(_ event: LifeEvent) {}
  mutating func take(_ record: inout ConnectionRecord, _ departure: Departure) {}
}
