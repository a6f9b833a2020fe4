internal import SynfinLifecycle
internal import SynfinReport
internal import SynfinWire
internal import SynfinZeek

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

  init(_ arguments: ParsedArguments) throws(CommandError) {
    input = try InputOptions(arguments, operands: arguments.operands)
    output = try OutputOptions(arguments)
    format = try arguments.word(.format) ?? .text
    communityIDSeed = try arguments.uint16(.communityIDSeed) ?? 0
    choice = try RecordChoice(arguments)
    alarms = try arguments.words(.failOn) ?? []
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
    var file = try output.open(reading: input.paths)
    var pipeline = try Pipeline(input)
    var recording = Recording(input.tracker)
    try pipeline.run(&recording)
    recording.finish()
    let facts = pipeline.facts
    var alarm = OutcomeAlarm(alarms)
    switch format {
    case .ndjson: try writeJSON(recording.tracker, to: &file, &alarm)
    case .csv: try writeCSV(recording.tracker, to: &file, &alarm)
    case .text, .zeek, .none: try writeText(recording.tracker, facts, to: &file, &alarm)
    }
    try file.commit()
    return facts.complain(unless: alarm.complain())
  }

  private func runZeek() throws -> ExitStatus {
    var log = ZeekLogConsumer(
      file: try output.open(reading: input.paths), ignoresChecksums: input.tracker.ignoresChecksums)
    var pipeline = try Pipeline(input)
    try pipeline.run(&log)
    try log.finish()
    return pipeline.facts.complain(unless: false)
  }

  private func writeJSON(
    _ tracker: consuming Tracker, to file: inout OutputFile, _ alarm: inout OutcomeAlarm
  ) throws {
    var json = JSONWriter()
    let writer = RecordJSON(communityIDSeed: communityIDSeed)
    try choice.forEach(of: tracker) { record, isListed in
      alarm.look(at: &record)
      guard isListed else { return }
      writer.write(into: &json, &record)
      json.newline()
      if json.text.count < OutputFile.blockSize { return }
      try file.write(json.text)
      json.removeAll()
    }
    try file.write(json.text)
  }

  private func writeCSV(
    _ tracker: consuming Tracker, to file: inout OutputFile, _ alarm: inout OutcomeAlarm
  ) throws {
    var table = RecordCSV(communityIDSeed: communityIDSeed)
    try choice.forEach(of: tracker) { record, isListed in
      alarm.look(at: &record)
      guard isListed else { return }
      table.write(&record)
      if table.text.count < OutputFile.blockSize { return }
      try file.write(table.text)
      table.removeAll()
    }
    try file.write(table.text)
  }

  private func writeText(
    _ tracker: consuming Tracker, _ facts: CaptureFacts, to file: inout OutputFile,
    _ alarm: inout OutcomeAlarm
  ) throws {
    var report = SummaryReport(
      facts: facts, totals: tracker.totals,
      options: SummaryReport.Options(
        zone: output.zone, numeric: output.numeric, color: output.usesColor(file),
        width: output.width(file), showsTable: format == .text))
    if format == .none, choice.isEverything, alarms.isEmpty {
      // Totals alone need no whole records.
      var tracker = tracker
      tracker.conclude()
      var replay = Replay()
      tracker.summaries(tracker.recordIDs, &replay) { report.add($0) }
    } else {
      try choice.forEach(of: tracker) { record, isListed in
        alarm.look(at: &record)
        report.add(&record, isListed: isListed)
      }
    }
    try report.write { try file.write($0) }
  }
}

/// Writes Zeek's conn.log, each row when its connection has ended.
private struct ZeekLogConsumer: PacketConsumer, ~Copyable {
  private var tracker: ZeekTracker
  private var log = ZeekLog()
  private var file: OutputFile

  init(file: consuming OutputFile, ignoresChecksums: Bool) {
    self.file = file
    tracker = ZeekTracker(ignoresChecksums: ignoresChecksums)
  }

  mutating func beginFile() {}

  mutating func take(
    _ packet: borrowing Packet, _ place: PacketPlace, _ bytes: RawSpan
  ) throws {
    log.note(place.time)
    tracker.process(copy packet, bytes, number: place.number, time: place.time)
    if tracker.hasRows { try write() }
  }

  mutating func finish() throws {
    try tracker.finish { row in
      log.add(row)
      try file.write(log.bytes)
      log.removeBytes()
    }
    log.end()
    try file.write(log.bytes)
    try file.commit()
  }

  private mutating func write() throws {
    for row in tracker.rows { log.add(row) }
    tracker.removeRows()
    try file.write(log.bytes)
    log.removeBytes()
  }
}

/// Counts the connections that `--fail-on` speaks of.
struct OutcomeAlarm {
  private let outcomes: Set<Outcome>
  private var count = 0
  private var first: ConnectionRecord?

  init(_ outcomes: Set<Outcome>) {
    self.outcomes = outcomes
  }

  mutating func look(at record: inout ConnectionRecord) {
    guard !outcomes.isEmpty, outcomes.contains(record.outcome) else { return }
    count += 1
    if first == nil { first = record }
  }

  /// Says what was found; whether there was anything.
  func complain() -> Bool {
    guard let first else { return false }
    let number = CountText.noun(UInt64(count), "connection")
    System.complain(
      "--fail-on: \(number), the first is connection \(first.id) (\(first.outcome.rawValue))")
    return true
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
