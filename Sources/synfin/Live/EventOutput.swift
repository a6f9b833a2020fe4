internal import SynfinLifecycle
internal import SynfinReport

/// Which events are told.
enum EventChoice: String, CaseIterable {
  case all, lifecycle, problems

  func includes(_ kind: LifeEvent.Kind) -> Bool {
    switch kind {
    case .problem, .windowOpened: self != .lifecycle
    case .reset, .refused, .rejected, .unreachable, .unanswered, .halfOpen: true
    default: self != .problems
    }
  }
}

/// Writes the events and records of a live capture as they come.
struct EventOutput: LifeSink, ~Copyable {
  /// What is written.
  enum Format: String, CaseIterable {
    case text, ndjson, none
  }

  private let format: Format
  private let choice: EventChoice
  private var file: OutputFile
  private var printer: EventLinePrinter
  private var text = TextBuffer()
  private let records: RecordJSON
  private var json = JSONWriter()

  init(
    _ format: Format, _ choice: EventChoice, _ file: consuming OutputFile,
    _ printer: EventLinePrinter, _ records: RecordJSON
  ) {
    self.format = format
    self.choice = choice
    self.file = file
    self.printer = printer
    self.records = records
  }

  mutating func take(_ event: LifeEvent) throws {
    guard choice.includes(event.kind) else { return }
    switch format {
    case .text:
      printer.write(event, into: &text)
      text.newline()
      try file.write(text)
      text.removeAll()
    case .ndjson:
      EventJSON.write(into: &json, event)
      try endLine()
    case .none: break
    }
  }

  mutating func take(_ record: inout ConnectionRecord, _ departure: Departure) throws {
    guard format == .ndjson else { return }
    records.write(into: &json, &record)
    try endLine()
  }

  /// Writes text as it is.
  mutating func write(_ text: String) throws { try file.write(text) }

  /// Writes a line that `body` makes.
  mutating func writeObject(_ body: (inout JSONWriter) -> Void) throws {
    body(&json)
    try endLine()
  }

  /// Hands on what was written so far, for those who watch.
  mutating func flush() throws { try file.flush() }

  /// Ends the output.
  mutating func finish() throws { try file.commit() }

  private mutating func endLine() throws {
    json.newline()
    try file.write(json.text)
    json.removeAll()
  }
}
