internal import SynfinLifecycle
internal import SynfinReport
internal import SynfinWire

/// `synfin report`: the whole capture as one HTML page.
///
/// The first pass finds what became of each connection, the second collects the packets of the most notable ones. What
/// cannot be read twice is told without details.
struct ReportCommand {
  /// With more connections the second pass, which follows each packet of all of them, would take gigabytes.
  private static let mostConnections = 1_000_000

  private let input: InputOptions
  private let output: OutputOptions
  private let threads: Int
  private let options: HTMLReport.Options

  init(_ arguments: ParsedArguments) throws(CommandError) {
    input = try InputOptions(arguments, operands: arguments.operands)
    output = try OutputOptions(arguments)
    threads = try arguments.threads()
    let command = ShowCommandLine(input, arguments).text
    options = HTMLReport.Options(
      zone: output.zone, numeric: output.numeric, showCommand: command ?? "",
      details: command == nil ? 0 : try arguments.details())
  }

  func run() throws -> ExitStatus {
    var file = try output.open(reading: input.paths)
    guard !file.isTerminal else {
      throw CommandError(
        "report: a page is nothing for a terminal; name a file, as in -o report.html")
    }
    let facts = options.showCommand.isEmpty ? try once(&file) : try twice(&file)
    try file.commit()
    return facts.complain(unless: false)
  }

  /// Input that can be read only once.
  private func once(_ file: inout OutputFile) throws -> CaptureFacts {
    var tracking = Tracking(input.tracker, DetailSink())
    var pipeline = try Pipeline(input)
    try pipeline.run(&tracking)
    var report = HTMLReport(options: options)
    report.retransmissions = tracking.sink.retransmissions
    tracking.tracker.conclude()
    var replay = Replay()
    tracking.tracker.records(tracking.tracker.recordIDs, &replay) { report.add(&$0) }
    let totals = tracking.tracker.totals
    try report.write(facts: pipeline.facts, totals: totals, details: []) { try file.write($0) }
    return pipeline.facts
  }

  private func twice(_ file: inout OutputFile) throws -> CaptureFacts {
    var report = HTMLReport(options: options)
    let survey = try survey(&report)
    let details = report.isTooLarge ? [] : try collect(survey.details, for: &report)
    try report.write(facts: survey.facts, totals: survey.totals, details: details) {
      try file.write($0)
    }
    return survey.facts
  }

  /// The second pass.
  private func collect(
    _ details: [ReportDetail], for report: inout HTMLReport
  ) throws -> [ReportDetail] {
    var tracking = Tracking(input.tracker, DetailSink(details))
    var pipeline = try Pipeline(input)
    try pipeline.run(&tracking)
    report.retransmissions = tracking.sink.retransmissions
    return tracking.sink.details
  }

  /// What is left of the first pass: the tracker's memory is given back before the second begins.
  private struct Survey {
    var facts: CaptureFacts
    var totals: TrackerTotals
    /// Of the notable connections, which have yet to see their packets.
    var details: [ReportDetail]
  }

  private func survey(_ report: inout HTMLReport) throws -> Survey {
    var pipeline = try Pipeline(input)
    var recording = Recording(input.tracker, threads: threads)
    try pipeline.run(&recording)
    let ledger = recording.finish()
    var replay = Replay()
    try ledger.records(ledger.recordIDs, &replay) { report.add(&$0) }
    report.isTooLarge = ledger.recordIDs.count > Self.mostConnections
    var details: [ReportDetail] = []
    for id in report.isTooLarge ? [] : report.notable {
      try ledger.records(id..<id + 1, &replay) { details.append(ReportDetail(record: $0)) }
    }
    return Survey(facts: pipeline.facts, totals: ledger.totals, details: details)
  }
}

/// Hands the packets of chosen connections to their details, and counts what was sent again in all.
private struct DetailSink: PacketSink {
  private(set) var details: [ReportDetail] = []
  private(set) var retransmissions = RetransmissionRate()
  /// For each connection the place of its detail; -1 for those that have none.
  private var places: [Int32] = []

  init() {}

  init(_ details: [ReportDetail]) {
    self.details = details
    places = [Int32](repeating: -1, count: (details.last?.id ?? 0) + 1)
    for (place, detail) in details.enumerated() { places[detail.id] = Int32(place) }
  }

  mutating func take(_ seen: SeenPacket, _ bytes: RawSpan) {
    retransmissions.add(seen.packet, seen.verdict, time: seen.time)
    let connection = seen.verdict.connection
    guard connection > 0, connection < places.count, places[connection] >= 0 else { return }
    details[Int(places[connection])].add(
      StoryStep(
        number: seen.number, time: seen.time, packet: seen.packet, verdict: seen.verdict))
  }
}

extension ParsedArguments {
  /// How many connections are told in full.
  fileprivate func details() throws(CommandError) -> Int {
    guard let text = value(.detail) else { return 200 }
    guard let number = Int(text), (0...10_000).contains(number) else {
      throw CommandError("--detail '\(text)': give a number from 0 to 10000")
    }
    return number
  }
}
