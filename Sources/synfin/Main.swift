internal import SynfinCapture

/// The command `synfin`.
@main
enum Main {
  static let version = "0.1.0"

  static func main() {
    System.fillStandardStreams()
    System.surviveFailedWrites()
    if let word = System.unreadableArgument() {
      System.complain("\(word): not UTF-8; rename the file, or read it with synfin - < FILE")
      System.quit(.failed)
    }
    System.quit(run(Array(CommandLine.arguments.dropFirst())))
  }

  /// Runs a command line and says how it ended; all errors become one line here.
  nonisolated static func run(_ words: [String]) -> ExitStatus {
    do {
      return try dispatch(words)
    } catch {
      return complain(of: error)
    }
  }

  /// Says what went wrong, unless it is that nobody wants to know more, and gives the status for that.
  nonisolated static func complain(of error: any Error) -> ExitStatus {
    switch error {
    case is BrokenPipe: return .done
    case let error as CaptureError where error.kind == .readerGone: return .done
    case let error as CommandError: System.complain(error.message)
    case let error as CaptureError:
      System.complain(error.description)
      if error.kind == .interfaceLost { return .partial }
    default: System.complain("\(error)")
    }
    return .failed
  }

  private nonisolated static func dispatch(_ words: [String]) throws -> ExitStatus {
    guard let first = words.first else {
      System.print(HelpText.overview, to: System.standardError)
      return .failed
    }
    // As tcpdump: without a command these ask for interfaces.
    let asksForInterfaces = ["-D", "--list-interfaces", "-L", "--list-data-link-types"].contains(
      first)
    if asksForInterfaces { return try dispatch([CommandName.interfaces.rawValue] + words) }
    let command = CommandName(rawValue: first)
    // Before the flags, which such a word would be blamed for.
    if command == nil { try checkOperand(first) }
    let arguments = try ParsedArguments(
      command == nil ? words : Array(words.dropFirst()), for: command ?? .analyze)
    if arguments.has(.version) { return try HelpCommand.show("synfin \(version)\n") }
    if arguments.has(.help) {
      return try HelpCommand.show(
        command.map { HelpText.of($0) } ?? HelpText.overview)
    }
    if command == nil, let word = arguments.operands.first { try checkOperand(word) }
    switch command ?? .analyze {
    case .analyze: return try AnalyzeCommand(arguments).run()
    case .capture: return try CaptureCommand(arguments).run()
    case .show: return try ShowCommand(arguments).run()
    case .graph: return try GraphCommand(arguments).run()
    case .packets: return try PacketsCommand(arguments).run()
    case .states: return try StatesCommand(arguments).run()
    case .report: return try ReportCommand(arguments).run()
    case .top: return try TopCommand(arguments).run()
    case .interfaces: return try InterfacesCommand(arguments).run()
    case .help: return try HelpCommand(arguments).run()
    }
  }

  /// A first word that is no file and looks like none was meant as a command.
  private nonisolated static func checkOperand(_ word: String) throws(CommandError) {
    guard !word.isEmpty, word.first != "-", FileStatus(path: word) == nil,
      word.allSatisfy({ $0.isLetter || $0 == "-" })
    else { return }
    let names = CommandName.allCases.map(\.rawValue)
    let advice = nearest(to: word, among: names).map { "did you mean \($0)?" }
    throw CommandError(
      "\(word): no such command or file; \(advice ?? "see synfin --help")")
  }
}
