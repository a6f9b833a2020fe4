internal import SynfinCapture
internal import SynfinLifecycle
internal import SynfinReport
internal import SynfinWire

/// `synfin capture`: what happens on an interface, as it happens.
struct CaptureCommand {
  /// Rows of a table of states: packets wait while it is made.
  private static let statesLimit = 10_000

  private let capture: CaptureOptions
  private let output: OutputOptions
  private let format: EventOutput.Format
  private let events: EventChoice
  private let communityIDSeed: UInt16
  private let duration: Int64?
  private let statesInterval: Int64?

  init(_ arguments: ParsedArguments) throws(CommandError) {
    capture = try CaptureOptions(arguments)
    output = try OutputOptions(arguments)
    format = try arguments.word(.format) ?? .text
    events = try arguments.word(.events) ?? .all
    communityIDSeed = try arguments.uint16(.communityIDSeed) ?? 0
    duration = try arguments.seconds(.duration)
    statesInterval = try arguments.seconds(.states)
    if statesInterval != nil, format != .text {
      throw CommandError("--states prints a table; use it with --format text")
    }
  }

  func run() throws -> ExitStatus {
    let input = try LiveInput(capture)
    StopRequest.listen()
    ProgressRequest.listen()
    input.announce()
    // Standard output may be where the packets go.
    let file = capture.saving?.path == "-" ? OutputFile.standardError() : .standardOutput()
    let printer = EventLinePrinter(
      zone: output.zone, numeric: output.numeric, color: output.usesColor(file))
    let sink = EventOutput(
      format, events, file, printer, RecordJSON(communityIDSeed: communityIDSeed))
    var tracking = LiveTracking(capture.tracker, sink)
    var pipeline = LivePipeline(input, packetLimit: capture.packetLimit)
    // One fault may bring another, and each is told: that of the interface as well as that of the savefile.
    var faults: [any Error] = []
    do {
      try takeAll(&pipeline, &tracking)
    } catch {
      faults.append(error)
    }
    do {
      try pipeline.close()
    } catch {
      faults.append(error)
    }
    tracking.note(dropped: pipeline.dropped)
    // Where the events could not be written, nothing else can.
    if faults.allSatisfy({ $0 is CaptureError }) {
      do {
        try tracking.finish()
        try report(pipeline.facts, &tracking)
      } catch {
        faults.append(error)
      }
    }
    LiveProgress.tellEnd(pipeline.facts)
    return Self.end(faults)
  }

  /// Says what went wrong, once, and gives the status for the worst of it.
  private static func end(_ faults: [any Error]) -> ExitStatus {
    var told: [CaptureError] = []
    var worst = ExitStatus.done
    for fault in faults {
      if let fault = fault as? CaptureError {
        // The savefile says again at the end what was wrong before.
        if told.contains(fault) { continue }
        told.append(fault)
      }
      let status = Main.complain(of: fault)
      if worst != .failed, status != .done { worst = status }
    }
    return worst
  }

  private func takeAll(
    _ pipeline: inout LivePipeline, _ tracking: inout LiveTracking<EventOutput>
  ) throws {
    var clock = LiveClock(duration: duration, statesInterval: statesInterval)
    while !StopRequest.isPending, !pipeline.isDone, !clock.isOver {
      tracking.setClock(System.monotonicNanoseconds())
      let count = try pipeline.round(&tracking)
      tracking.note(dropped: pipeline.dropped)
      if count == 0 { try tracking.advance() }
      if ProgressRequest.take() { LiveProgress.tell(pipeline.facts, tracking.tracker.liveCount) }
      if clock.wantsStates() { try writeStates(&tracking) }
      try tracking.sink.flush()
    }
    try pipeline.finish(&tracking)
  }

  private func report(
    _ facts: CaptureFacts, _ tracking: inout LiveTracking<EventOutput>
  ) throws {
    var facts = facts
    facts.matched = facts.packets
    facts.evicted = tracking.tracker.evicted
    let totals = tracking.tracker.totals
    let tally = tracking.tally
    if format == .ndjson {
      try tracking.sink.writeObject { CaptureEndJSON.write(into: &$0, facts, totals) }
    } else {
      let options = SummaryReport.Options(
        zone: output.zone, numeric: output.numeric, color: false, width: nil, showsTable: false)
      var report = SummaryReport(facts: facts, totals: totals, options: options)
      report.add(tally)
      try tracking.sink.write(format == .none ? "" : "\n")
      try report.write { try tracking.sink.write($0) }
    }
    try tracking.sink.finish()
  }

  private func writeStates(_ tracking: inout LiveTracking<EventOutput>) throws {
    let now = Timestamp(nanoseconds: System.wallClockNanoseconds())
    let text = TimeText(zone: output.zone)
    let table = StateTable(at: now, numeric: output.numeric)
    try tracking.sink.write("\n\(text.dateAndTime(now, digits: 0))\n")
    var flows: [FlowSnapshot] = []
    var more: UInt64 = 0
    tracking.show { flow in
      if flow.isOver { return }
      if flows.count < Self.statesLimit { flows.append(flow) } else { more += 1 }
    }
    for line in table.lines(flows) { try tracking.sink.write(line + "\n") }
    if more > 0 { try tracking.sink.write("and \(CountText.grouped(more)) more\n") }
    try tracking.sink.write("\n")
  }
}
