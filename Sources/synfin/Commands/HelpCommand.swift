internal import SynfinReport

/// `synfin help`: explains the commands and the fields of the machine record.
struct HelpCommand {
  private let topic: String?

  init(_ arguments: ParsedArguments) throws(CommandError) {
    guard arguments.operands.count <= 1 else {
      throw CommandError("help: name one command, or record")
    }
    topic = arguments.operands.first
  }

  func run() throws -> ExitStatus {
    guard let topic else { return try Self.show(HelpText.overview) }
    if topic == "record" { return try Self.show(RecordDocumentation.markdown) }
    guard let command = CommandName(rawValue: topic) else {
      let names = CommandName.allCases.map(\.rawValue) + ["record"]
      let advice = nearest(to: topic, among: names).map { "did you mean \($0)?" }
      throw CommandError("help: no command \(topic); \(advice ?? "see synfin --help")")
    }
    return try Self.show(HelpText.of(command))
  }

  /// Prints a text on standard output.
  static func show(_ text: String) throws -> ExitStatus {
    var output = OutputFile.standardOutput()
    try output.write(text)
    try output.commit()
    return .done
  }
}
