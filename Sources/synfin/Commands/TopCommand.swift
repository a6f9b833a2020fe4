internal import SynfinCapture
internal import SynfinLifecycle
internal import SynfinReport
internal import SynfinWire

/// `synfin top`: the connections of an interface, or of files replayed, in a table that is always up to date.
struct TopCommand {
  private enum Source {
    case live(CaptureOptions)
    case files(InputOptions, speed: Double)
  }

  private let source: Source
  private let output: OutputOptions

  init(_ arguments: ParsedArguments) throws(CommandError) {
    output = try OutputOptions(arguments)
    let hasFiles = arguments.has(.read) || !arguments.operands.isEmpty
    if hasFiles, !arguments.has(.interface) {
      var input = try InputOptions(arguments, operands: arguments.operands)
      // A live table lets go of what is over.
      input.tracker.expiry = try Expiry(arguments)
      source = .files(input, speed: try arguments.speed() ?? 1)
      return
    }
    guard !arguments.has(.read), !arguments.has(.speed) else {
      throw CommandError(
        "-r and --speed are for files, which -i does not read; leave the one or the other away")
    }
    source = .live(try CaptureOptions(arguments))
  }

  func run() throws -> ExitStatus {
    switch source {
    case .live(let capture): try watch(capture)
    case .files(let input, let speed): try replay(input, speed)
    }
  }

  private func head(_ subject: String, _ filter: String?, _ pace: String?) -> TopHead {
    let subject = filter.map { "\(subject), \($0)" } ?? subject
    return TopHead(subject: System.harmless(subject), pace: pace, zone: output.zone)
  }

  // MARK: Live

  private func watch(_ capture: CaptureOptions) throws -> ExitStatus {
    // Before privileges are given up: curses reads files. The terminal is the shell's until the first table, so that what
    // is said on standard error stays to be read.
    let screen = try Screen(color: output.usesColor(OutputFile.standardOutput()))
    let input = try LiveInput(capture)
    // What others answer to SIGUSR1 is on the screen; unheard, it would end the process.
    ProgressRequest.listen()
    input.announce()
    let names = input.captures.interfaces.map(\.name).joined(separator: ", ")
    var session = TopSession(
      capture.tracker, head(names, capture.live.filter, "live"), TopView(numeric: output.numeric),
      screen)
    var pipeline = LivePipeline(input, packetLimit: capture.packetLimit)
    // A fault is told when the terminal is the shell's again.
    try follow(&pipeline, &session)
    return .done
  }

  private func follow(
    _ pipeline: inout LivePipeline, _ session: inout TopSession
  ) throws {
    session.start(steady: System.monotonicNanoseconds())
    while !session.isLeaving, !pipeline.isDone {
      if session.isDue { try refresh(&session, pipeline) }
      session.tracking.setClock(System.monotonicNanoseconds())
      let count = try pipeline.round(&session.tracking)
      session.tracking.note(dropped: pipeline.dropped)
      if count == 0 { try session.tracking.advance() }
      session.takeKeys()
    }
    guard !session.isLeaving else { return }
    session.head.pace = "stopped"
    try refresh(&session, pipeline)
    while !session.isLeaving { session.takeKeys(within: 100) }
  }

  private func refresh(
    _ session: inout TopSession, _ pipeline: borrowing LivePipeline
  ) throws {
    var totals = TopHead.Totals()
    totals.packets = pipeline.facts.packets
    totals.bytes = pipeline.facts.bytes
    totals.dropped = pipeline.dropped
    let now = Timestamp(nanoseconds: System.wallClockNanoseconds())
    try session.refresh(at: now, steady: System.monotonicNanoseconds(), totals)
  }

  // MARK: Files

  private func replay(_ input: InputOptions, _ speed: Double) throws -> ExitStatus {
    var pipeline = try Pipeline(input, showsProgress: false)
    let subject =
      input.paths.count == 1
      ? (input.paths[0] == "-" ? "standard input" : input.paths[0])
      : "\(input.paths.count) files"
    let screen = try Screen(color: output.usesColor(OutputFile.standardOutput()))
    let session = TopSession(
      input.tracker, head(subject, input.filter, Self.pace(speed)),
      TopView(numeric: output.numeric), screen)
    var replay = TopReplay(session, speed: speed)
    do {
      try pipeline.run(&replay)
      try replay.finish()
    } catch is LeftEarly {}
    replay.leave()
    return pipeline.facts.complain(unless: false)
  }

  /// How fast, if that is not as it was.
  private static func pace(_ speed: Double) -> String? {
    if speed == 1 || speed == 0 { return nil }
    return speed == speed.rounded() && speed < 1e6 ? "\(Int(speed)) x" : "\(speed) x"
  }
}

extension ParsedArguments {
  /// How many times as fast as captured; nil if the flag was not given.
  fileprivate func speed() throws(CommandError) -> Double? {
    guard let text = value(.speed) else { return nil }
    guard let speed = Double(text), speed >= 0, speed <= 1e9 else {
      throw CommandError("--speed '\(text)': give a number from 0 on, such as 10 or 0.5")
    }
    return speed
  }
}
