internal import SynfinLifecycle
internal import SynfinReport
internal import SynfinWire

/// `synfin analyze`: the connections of capture files.
struct AnalyzeCommand {
  private enum Format: String, CaseIterable {
    case text, ndjson, csv, zeek, none
  }

  private let input: InputOptions
  private let output: OutputOptions
  private let format: Format
  private let communityIDSeed: UInt16
  private let choice: RecordChoice
  private let alarms: Set<Outcome>
  private let threads: Int

  init(_ arguments: ParsedArguments) throws(CommandError) {
    input = try InputOptions(arguments, operands: arguments.operands)
    output = try OutputOptions(arguments)
    format = try arguments.word(.format) ?? .text
    communityIDSeed = try arguments.uint16(.communityIDSeed) ?? 0
    choice = try RecordChoice(arguments)
    alarms = try arguments.words(.failOn) ?? []
    threads = try arguments.threads()
    if format == .zeek { try Self.refuseRecordFlags(arguments) }
  }

  /// Zeek's rows are not the records that these flags speak of.
  private static func refuseRecordFlags(_ arguments: ParsedArguments) throws(CommandError) {
    let keys: [Flag.Key] = [
      .outcome, .host, .port, .transport, .sort, .limit, .failOn, .udpTimeout,
    ]
    for flag in Flag.all where keys.contains(flag.key) && arguments.has(flag.key) {
      throw CommandError(
        "--\(flag.long) does not go with --format zeek; use -f to choose packets, or another format"
      )
    }
  }

  func run() throws -> ExitStatus {
    if format == .zeek { return try runZeek() }
    let file = Monitor(try output.open(reading: input.paths))
    var pipeline = try Pipeline(input)
    var recording = Recording(input.tracker, threads: threads)
    try pipeline.run(&recording)
    let ledger = recording.finish()
    var alarm = OutcomeAlarm(alarms)
    switch format {
    case .ndjson:
      let seed = communityIDSeed
      try write(ledger, to: file, &alarm) { JSONLines(communityIDSeed: seed) }
    case .csv:
      let seed = communityIDSeed
      try file.access { try Self.writeNames(to: &$0) }
      try write(ledger, to: file, &alarm) { CSVLines(communityIDSeed: seed) }
    case .text, .zeek, .none: try report(ledger, pipeline.facts, to: file, &alarm)
    }
    try file.access { try $0.commit() }
    return pipeline.facts.complain(unless: alarm.complain())
  }

  private func write(
    _ ledger: Ledger, to file: Monitor<OutputFile>, _ alarm: inout OutcomeAlarm,
    _ makeLines: @escaping @Sendable () -> some RecordLines & ~Copyable
  ) throws {
    let output = RecordOutput(ledger: ledger, choice: choice, threads: threads)
    try output.write(to: file, &alarm, makeLines)
  }

  private static func writeNames(to file: inout OutputFile) throws {
    var table = RecordCSV()
    table.writeNames()
    try file.write(table.text)
  }

  private func runZeek() throws -> ExitStatus {
    var log = ZeekLogConsumer(
      file: try output.open(reading: input.paths), ignoresChecksums: input.tracker.ignoresChecksums)
    var pipeline = try Pipeline(input)
    try pipeline.run(&log)
    try log.finish()
    return pipeline.facts.complain(unless: false)
  }

  private func report(
    _ ledger: Ledger, _ facts: CaptureFacts, to file: Monitor<OutputFile>,
    _ alarm: inout OutcomeAlarm
  ) throws {
    let options = file.access { file in
      SummaryReport.Options(
        zone: output.zone, numeric: output.numeric, color: output.usesColor(file),
        width: output.width(file), showsTable: format == .text)
    }
    var report = SummaryReport(facts: facts, totals: ledger.totals, options: options)
    if format == .none, choice.isEverything, alarms.isEmpty {
      // Totals alone need no whole records.
      report.add(try RecordBlocks.tally(ledger, threads: threads))
    } else {
      try choice.forEach(of: ledger) { record, isListed in
        alarm.look(at: &record)
        report.add(&record, isListed: isListed)
      }
    }
    try report.write { text in try file.access { try $0.write(text) } }
  }
}

extension CaptureFacts {
  /// Warns of each file that ended early, and says with which status the process is to end.
  func complain(unless alarm: Bool) -> ExitStatus {
    var status = alarm ? ExitStatus.assertionFailed : .done
    for file in files {
      guard let damage = file.damage else { continue }
      System.complain("\(file.name): \(damage); the result covers the packets before that")
      if !alarm { status = .partial }
    }
    return status
  }
}
