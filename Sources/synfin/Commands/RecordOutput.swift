internal import SynfinLifecycle
internal import SynfinReport

/// What turns records into lines of text.
protocol RecordLines: ~Copyable, SendableMetatype {
  /// Writes a record, which stays as it is.
  mutating func write(_ record: inout ConnectionRecord)
  /// Moves the lines so far to a file.
  mutating func move(to file: inout OutputFile) throws
}

/// Writes the chosen records as lines, in several threads where each can be chosen by itself.
struct RecordOutput {
  let ledger: Ledger
  let choice: RecordChoice
  let threads: Int

  func write<Lines: RecordLines & ~Copyable>(
    to file: Monitor<OutputFile>, _ alarm: inout OutcomeAlarm,
    _ makeLines: @escaping @Sendable () -> Lines
  ) throws {
    guard choice.isOfEach else { return try writeInOrder(to: file, &alarm, makeLines()) }
    let found = Monitor(alarm)
    let (ledger, choice, blank) = (ledger, choice, alarm)
    try RecordBlocks.run(ledger.recordIDs, threads: threads) { blocks in
      var replay = Replay()
      var lines = makeLines()
      var alarm = blank
      while let block = blocks.next() {
        try ledger.records(block, &replay) { record in
          guard choice.includes(&record) else { return }
          alarm.look(at: &record)
          lines.write(&record)
        }
        try blocks.inTurn(block) { try file.access { try lines.move(to: &$0) } }
      }
      found.access { $0.add(alarm) }
    }
    alarm = found.access { $0 }
  }

  /// Writes the records that the limit lets through, in the order that was asked for.
  private func writeInOrder(
    to file: Monitor<OutputFile>, _ alarm: inout OutcomeAlarm,
    _ lines: consuming some RecordLines & ~Copyable
  ) throws {
    try choice.forEach(of: ledger) { record, isListed in
      alarm.look(at: &record)
      guard isListed else { return }
      lines.write(&record)
      try file.access { try lines.move(to: &$0) }
    }
  }
}

extension RecordBlocks {
  /// Counts all records, in several threads.
  static func tally(_ ledger: Ledger, threads: Int) throws -> RecordTally {
    let total = Monitor(RecordTally())
    try run(ledger.recordIDs, threads: threads) { blocks in
      var replay = Replay()
      var tally = RecordTally()
      while let block = blocks.next() {
        ledger.summaries(block, &replay) { tally.add($0) }
      }
      total.access { $0.add(tally) }
    }
    return total.access { $0 }
  }
}

/// Records as NDJSON.
struct JSONLines: RecordLines, ~Copyable {
  private let writer: RecordJSON
  private var json = JSONWriter()

  init(communityIDSeed: UInt16) {
    writer = RecordJSON(communityIDSeed: communityIDSeed)
  }

  mutating func write(_ record: inout ConnectionRecord) {
    writer.writeAhead(into: &json, &record)
    json.newline()
  }

  mutating func move(to file: inout OutputFile) throws {
    json.complete()
    try file.write(json.text)
    json.removeAll()
  }
}

/// Records as CSV.
struct CSVLines: RecordLines, ~Copyable {
  private var table: RecordCSV

  init(communityIDSeed: UInt16) {
    table = RecordCSV(communityIDSeed: communityIDSeed)
  }

  mutating func write(_ record: inout ConnectionRecord) { table.writeAhead(&record) }

  mutating func move(to file: inout OutputFile) throws {
    table.complete()
    try file.write(table.text)
    table.removeAll()
  }
}
